// SPDX-License-Identifier: Apache-2.0
// References resolved against a URL: RFC 3986, section 5.2. In a file of its own for firmware that follows no
// redirects.
#include <algorithm>
#include <cstring>

#include "linnet/codec/url.hpp"

namespace linnet::codec {

using namespace std::string_view_literals;  // with their sizes: a plain literal costs a strlen at -Os
using detail::take_until;

namespace {

/// Writes to the front of a buffer; once something did not fit, nothing more.
class Target {
 public:
  explicit Target(MutableBytes out) noexcept : out_{out} {}

  void put(std::string_view text) noexcept {
    overflown_ = overflown_ || text.size() > out_.size() - size_;
    if (overflown_ || text.empty()) return;
    std::memcpy(out_.data() + size_, text.data(), text.size());
    size_ += text.size();
  }

  /// Takes "." and ".." out of the path that was written from `begin` on (RFC 3986, section 5.2.4).
  void remove_dot_segments(std::size_t begin) noexcept {
    std::string_view rest = as_text(out_.first(size_).subspan(begin));
    size_ = begin;
    while (rest.starts_with('/')) {
      rest.remove_prefix(1);
      const std::string_view segment = take_until(rest, "/"sv);
      if (segment == ".."sv) {
        while (size_ > begin && out_[--size_] != std::byte{'/'}) continue;
      }
      const bool dots = segment == "."sv || segment == ".."sv;
      if (dots && !rest.empty()) continue;
      out_[size_++] = std::byte{'/'};
      if (dots) break;
      std::memmove(out_.data() + size_, segment.data(), segment.size());  // never towards the end
      size_ += segment.size();
    }
  }

  std::size_t size() const noexcept { return size_; }
  bool overflown() const noexcept { return overflown_; }
  std::string_view text() const noexcept { return as_text(out_.first(size_)); }

 private:
  MutableBytes out_;
  std::size_t size_ = 0;
  bool overflown_ = false;
};

/// The path up to its last "/", which a relative path goes behind (RFC 3986, section 5.2.3).
std::string_view directory_of(std::string_view path) noexcept {
  while (!path.ends_with('/')) path.remove_suffix(1);
  return path;
}

/// The scheme of `reference` with its colon, or nothing; `reference` becomes the rest.
std::string_view take_scheme(std::string_view& reference) noexcept {
  std::string_view rest = reference;
  std::string_view scheme = take_until(rest, ":/?"sv);
  if (!rest.starts_with(':')) return {};
  rest.remove_prefix(1);
  scheme = reference;
  scheme.remove_suffix(rest.size());
  reference = rest;
  return scheme;
}

}  // namespace

Result<Url> resolve_redirect(const Url& base, std::string_view location, MutableBytes out) noexcept {
  Target target{out};
  std::string_view rest = take_until(location, "#"sv);
  const std::string_view scheme = take_scheme(rest);
  const bool same_server = scheme.empty() && !rest.starts_with("//"sv);
  std::string_view prefix = detail::prefix_of(base.scheme);
  if (same_server) {
    target.put(prefix);
    target.put(base.user_info);
    if (!base.user_info.empty()) target.put("@"sv);
    target.put(base.host_field);
  } else {
    prefix.remove_suffix(2);  // the slashes: `rest` has its own
    target.put(scheme.empty() ? prefix : scheme);
    if (!rest.starts_with("//"sv)) return fail(Errc::bad_redirect);
    rest.remove_prefix(2);
    target.put("//"sv);
    target.put(take_until(rest, "/?"sv));
  }

  const std::size_t path_begin = target.size();
  const std::string_view path = take_until(rest, "?"sv);
  const bool same_path = same_server && path.empty();
  if (same_path) {
    target.put(base.path);
  } else if (same_server && !path.starts_with('/')) {
    target.put(directory_of(base.path));
  }
  target.put(path.empty() && !same_server ? "/"sv : path);
  if (target.overflown()) return fail(Errc::too_large);
  if (!same_path) target.remove_dot_segments(path_begin);
  target.put(same_path && rest.empty() ? base.query : rest);
  if (target.overflown()) return fail(Errc::too_large);
  const auto url = parse_url(target.text());
  if (!url) return fail(Errc::bad_redirect);
  return url;
}

}  // namespace linnet::codec
