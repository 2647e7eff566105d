// SPDX-License-Identifier: Apache-2.0
// URLs and redirects: the input is a URL, optionally a line feed and a Location behind it. Properties: what
// was parsed lies within the text, can be sent in a request, and composed again parses to the same; a
// redirect ends at such a URL too, within its buffer, and going nowhere from there changes nothing.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "linnet/codec/http1_writer.hpp"
#include "linnet/codec/url.hpp"

namespace {

using namespace linnet;
using codec::Url;

void check(bool holds) {
  if (!holds) std::abort();
}

std::string composed(const Url& url) {
  std::string text{codec::detail::prefix_of(url.scheme)};
  if (!url.user_info.empty()) text += std::string{url.user_info} + "@";
  return text + std::string{url.host_field} + std::string{url.path} + std::string{url.query};
}

bool same(const Url& a, const Url& b) {
  return a.scheme == b.scheme && a.host_kind == b.host_kind && a.port == b.port &&
         a.user_info == b.user_info && a.host == b.host && a.host_field == b.host_field && a.path == b.path &&
         a.query == b.query;
}

bool within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void examine(const Url& url, std::string_view text) {
  for (std::string_view part :
       {url.user_info, url.host, url.host_field, url.query, url.user(), url.password()}) {
    check(within(part, text));
  }
  check(within(url.path, text) || url.path == "/");
  check(url.port != 0 && !url.host.empty() && url.path.starts_with('/') &&
        (url.query.empty() || url.query.starts_with('?')));
  std::vector<std::byte> head(text.size() + 128);
  http1::HeadWriter writer{head};
  writer.request_line("GET", url.path, url.query);
  writer.field("Host", url.host_field);
  check(writer.finish().has_value());
  const std::string again = composed(url);
  const auto reparsed = codec::parse_url(again);
  check(reparsed.has_value() && same(*reparsed, url));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  std::string location;
  const std::size_t line_end = text.find('\n');
  if (line_end != std::string_view::npos) {
    location = text.substr(line_end + 1);
    text = text.substr(0, line_end);
  }
  std::vector<std::byte> decoded(text.size());
  const auto bytes = codec::percent_decode(text, decoded);
  check(bytes.has_value() || bytes.error() == Error{Errc::invalid_argument});

  const auto base = codec::parse_url(text);
  if (!base) {
    check(base.error() == Error{Errc::bad_url});
    return 0;
  }
  examine(*base, text);
  std::vector<std::byte> out(text.size() + location.size() + 1);  // what the header promises to be enough
  const auto target = codec::resolve_redirect(*base, location, out);
  if (!target) {
    check(target.error() == Error{Errc::bad_redirect});
    return 0;
  }
  examine(*target, as_text(out));
  std::vector<std::byte> second(out.size() + 1);
  const auto nowhere = codec::resolve_redirect(*target, "", second);
  check(nowhere.has_value() && same(*nowhere, *target));
  return 0;
}
