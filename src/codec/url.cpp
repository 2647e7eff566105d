// SPDX-License-Identifier: Apache-2.0
// The parser of URLs, in the order of the grammar of RFC 3986: scheme, authority, path, query.
#include "linnet/codec/url.hpp"

#include <algorithm>
#include <array>

#include "linnet/codec/http1_field.hpp"

namespace linnet::codec {

using namespace std::string_view_literals;  // with their sizes: a plain literal costs a strlen at -Os
using detail::take_until;

namespace {

// In the order of Scheme. With the slashes: nothing of ours goes without a host.
constexpr std::array<std::string_view, 4> kPrefixes{"ws://", "wss://", "http://", "https://"};

constexpr std::size_t kMostHost =
    253;  // characters of a name in DNS: 255 octets (RFC 1035, section 2.3.4) as text

constexpr bool is_digit(char character) noexcept {
  return character >= '0' && character <= '9';
}

constexpr bool is_alphanumeric(char character) noexcept {
  return is_digit(character) || (character >= 'a' && character <= 'z') ||
         (character >= 'A' && character <= 'Z');
}

/// The value of a hexadecimal digit, or 16.
constexpr unsigned hex_digit(char character) noexcept {
  if (is_digit(character)) return static_cast<unsigned>(character - '0');
  const auto lower = static_cast<char>(character | 0x20);
  return lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a') + 10 : 16;
}

constexpr bool is_name_character(char character) noexcept {
  return is_alphanumeric(character) || character == '-' || character == '.' || character == '_';
}

/// userinfo of RFC 3986, section 3.2.1, where "%" is not looked behind.
constexpr bool is_user_info_character(char character) noexcept {
  return is_alphanumeric(character) || "-._~!$&'()*+,;=:%"sv.contains(character);
}

constexpr bool is_hex(char character) noexcept {
  return hex_digit(character) < 16;
}

/// Visible ASCII without "#", which would begin a fragment. More than RFC 3986 has ("{", "|", "^"), since
/// servers ask for it in queries, and no more than a request line can carry.
constexpr bool is_target_character(char character) noexcept {
  return http1::is_vchar(character) && character != '#';
}

/// Four decimals from 0 to 255. Not what inet_aton takes besides (octal, hexadecimal, fewer parts): those who
/// check an address and those who connect to it read it in different ways.
bool is_ipv4(std::string_view text) noexcept {
  for (int parts = 1;; ++parts) {
    const std::string_view part = take_until(text, "."sv);
    const auto value = http1::parse_decimal(part);
    if (!value || *value > 255 || part.size() > 3 || (part.size() > 1 && part.front() == '0')) return false;
    if (text.empty()) return parts == 4;
    text.remove_prefix(1);
  }
}

/// IPv6address of RFC 3986, section 3.2.2: eight groups of 16 bits, one run of them left out as "::", the
/// last two perhaps written as an IPv4 address.
bool is_ipv6(std::string_view text) noexcept {
  int groups = 0;
  bool gap = text.starts_with("::"sv);
  if (gap) text.remove_prefix(2);
  while (!text.empty()) {
    const std::string_view group = take_until(text, ":"sv);
    if (text.empty() && group.contains('.')) {
      if (!is_ipv4(group)) return false;
      groups += 2;
      break;
    }
    if (group.empty() || group.size() > 4 || !std::ranges::all_of(group, is_hex)) return false;
    ++groups;
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.empty()) return false;
    if (!text.starts_with(':')) continue;
    if (gap) return false;
    gap = true;
    text.remove_prefix(1);
  }
  return gap ? groups < 8 : groups == 8;
}

/// Whether the last label of a name is a number. "1.2.3", "0x7f.1" and "1.2.3.256" are no names: a resolver
/// might take them for addresses.
bool ends_in_number(std::string_view host) noexcept {
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string_view label;
  while (!host.empty()) {
    label = take_until(host, "."sv);
    if (!host.empty()) host.remove_prefix(1);
  }
  return std::ranges::all_of(label, is_digit) || label.starts_with("0x"sv) || label.starts_with("0X"sv);
}

/// host [ ":" port ]; false if it is malformed.
bool parse_host_and_port(std::string_view text, Url& url) noexcept {
  url.host_field = text;
  if (text.starts_with('[')) {
    text.remove_prefix(1);
    url.host = take_until(text, "]"sv);
    url.host_kind = HostKind::ipv6;
    if (text.empty() || !is_ipv6(url.host)) return false;
    text.remove_prefix(1);
  } else {
    url.host = take_until(text, ":"sv);
    url.host_kind = is_ipv4(url.host) ? HostKind::ipv4 : HostKind::name;
    if (url.host.empty() || url.host.size() > kMostHost) return false;
    if (!std::ranges::all_of(url.host, is_name_character)) return false;
    if (url.host_kind == HostKind::name && ends_in_number(url.host)) return false;
  }
  const std::uint16_t default_port = url.secure() ? 443 : 80;  // RFC 6455, section 3
  url.port = default_port;
  const std::size_t port_size = text.size();  // with its colon
  if (!text.empty() && text.front() != ':') return false;
  if (text.size() > 1) {
    text.remove_prefix(1);
    const auto port = http1::parse_decimal(text);
    if (!port || *port == 0 || *port > 65'535) return false;
    url.port = static_cast<std::uint16_t>(*port);
  }
  // "optionally ":" followed by /port/ (when not using the default port)" (RFC 6455, section 4.1)
  if (url.port == default_port) url.host_field.remove_suffix(port_size);
  return true;
}

}  // namespace

std::string_view Url::user() const noexcept {
  std::string_view rest = user_info;
  return take_until(rest, ":"sv);
}

std::string_view Url::password() const noexcept {
  std::string_view rest = user_info;
  take_until(rest, ":"sv);
  if (!rest.empty()) rest.remove_prefix(1);
  return rest;
}

std::string_view detail::take_until(std::string_view& text, std::string_view ends) noexcept {
  std::size_t size = 0;
  while (size < text.size() && !ends.contains(text[size])) ++size;
  const std::string_view taken{text.begin(), text.begin() + size};
  text.remove_prefix(size);
  return taken;
}

std::string_view detail::prefix_of(Scheme scheme) noexcept {
  return kPrefixes[static_cast<std::size_t>(scheme)];
}

Result<Url> parse_url(std::string_view text) noexcept {
  Url url;
  const auto* const found = std::ranges::find_if(kPrefixes, [text](std::string_view prefix) noexcept {
    return text.size() > prefix.size() && http1::equal_ignoring_case({text.data(), prefix.size()}, prefix);
  });
  if (found == kPrefixes.end()) return fail(Errc::bad_url);
  url.scheme = static_cast<Scheme>(found - kPrefixes.begin());
  text.remove_prefix(found->size());

  std::string_view authority = take_until(text, "/?#"sv);
  if (authority.contains('@')) {
    url.user_info = take_until(authority, "@"sv);
    authority.remove_prefix(1);
    if (!std::ranges::all_of(url.user_info, is_user_info_character)) return fail(Errc::bad_url);
  }
  if (!parse_host_and_port(authority, url)) return fail(Errc::bad_url);
  if (!std::ranges::all_of(text, is_target_character)) return fail(Errc::bad_url);
  url.path = take_until(text, "?"sv);
  if (url.path.empty()) url.path = "/"sv;
  url.query = text;
  return url;
}

Result<MutableBytes> percent_decode(std::string_view text, MutableBytes out) noexcept {
  std::size_t size = 0;
  while (!text.empty()) {
    auto byte = static_cast<std::byte>(text.front());
    std::size_t taken = 1;
    if (text.front() == '%') {
      if (text.size() < 3 || !is_hex(text[1]) || !is_hex(text[2])) return fail(Errc::invalid_argument);
      byte = static_cast<std::byte>(hex_digit(text[1]) * 16 + hex_digit(text[2]));
      taken = 3;
    }
    if (size == out.size()) return fail(Errc::too_large);
    out[size++] = byte;
    text.remove_prefix(taken);
  }
  return out.first(size);
}

}  // namespace linnet::codec
