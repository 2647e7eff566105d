// SPDX-License-Identifier: Apache-2.0
#include "tools/wire/secrets.hpp"

#include <algorithm>
#include <array>

#include "linnet/codec/http1_field.hpp"

namespace linnet::tools {
namespace {

using http1::equal_ignoring_case;

constexpr std::array<std::string_view, 4> kSecretFields{"Authorization", "Proxy-Authorization", "Cookie",
                                                        "Set-Cookie"};
// Parts of the names of fields and parameters.
constexpr std::array<std::string_view, 11> kSecretWords{"token",      "secret",  "password", "passwd",
                                                        "api-key",    "api_key", "apikey",   "signature",
                                                        "credential", "auth",    "session"};
// These have such a part in their name and are none.
constexpr std::array<std::string_view, 2> kPublicFields{"WWW-Authenticate", "Proxy-Authenticate"};

bool contains_ignoring_case(std::string_view text, std::string_view word) noexcept {
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    if (equal_ignoring_case(text.substr(at, word.size()), word)) return true;
  }
  return false;
}

bool has_secret_word(std::string_view name) noexcept {
  return std::ranges::any_of(kSecretWords,
                             [&](std::string_view word) { return contains_ignoring_case(name, word); });
}

bool is_secret_parameter(std::string_view name) noexcept {
  return equal_ignoring_case(name, "key") || equal_ignoring_case(name, "sig") ||
         equal_ignoring_case(name, "jwt") || has_secret_word(name);
}

/// Calls `found(offset, size)` for each secret in `url`, in their order.
template <typename Found>
void find_in_url(std::string_view url, Found found) {
  std::size_t at = 0;
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    at = scheme + 3;
    const std::size_t end = std::min(url.find_first_of("/?#", at), url.size());
    const std::size_t sign = url.substr(0, end).rfind('@');
    if (sign != std::string_view::npos && sign > at) found(at, sign - at);
  }
  at = url.find('?', at);
  while (at != std::string_view::npos) {
    const std::size_t name = at + 1;
    at = url.find_first_of("&;", name);
    const std::string_view parameter = url.substr(name, at == std::string_view::npos ? at : at - name);
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos || !is_secret_parameter(parameter.substr(0, equals))) continue;
    const std::size_t size = parameter.size() - equals - 1;
    if (size > 0) found(name + equals + 1, size);
  }
}

void cover(std::span<char> text) noexcept {
  for (char& character : text) {
    if (character != '\r' && character != '\n') character = '*';
  }
}

void cover_url(std::span<char> text) noexcept {
  find_in_url({text.data(), text.size()},
              [&](std::size_t at, std::size_t size) { cover(text.subspan(at, size)); });
}

}  // namespace

bool is_secret_field(std::string_view name) noexcept {
  const auto is_name = [&](std::string_view other) { return equal_ignoring_case(name, other); };
  if (std::ranges::any_of(kPublicFields, is_name)) return false;
  return std::ranges::any_of(kSecretFields, is_name) || has_secret_word(name);
}

std::string masked_url(std::string_view url) {
  std::string masked;
  std::size_t copied = 0;
  find_in_url(url, [&](std::size_t at, std::size_t size) {
    masked += url.substr(copied, at - copied);
    masked += "***";
    copied = at + size;
  });
  masked += url.substr(copied);
  return masked;
}

void HeadMask::apply(std::span<char> line) noexcept {
  const std::string_view text{line.data(), line.size()};
  if (!text.empty() && http1::is_whitespace(text.front())) {
    if (secret_) cover(line);
    return;
  }
  const std::size_t colon = text.find(':');
  const std::size_t space = text.find(' ');
  secret_ = false;
  if (space < colon) {  // a request line: "GET /path?token=x HTTP/1.1"
    const std::size_t end = text.find(' ', space + 1);
    cover_url(line.subspan(space + 1, (end == std::string_view::npos ? text.size() : end) - space - 1));
  } else if (colon != std::string_view::npos) {
    const std::string_view name = text.substr(0, colon);
    std::size_t value = colon + 1;
    while (value < text.size() && http1::is_whitespace(text[value])) ++value;
    secret_ = is_secret_field(name);
    if (secret_) {
      cover(line.subspan(value));
    } else if (equal_ignoring_case(name, "Location") || equal_ignoring_case(name, "Referer")) {
      const std::size_t end = std::min(text.find_first_of("\r\n", value), text.size());
      cover_url(line.subspan(value, end - value));
    }
  }
}

}  // namespace linnet::tools
