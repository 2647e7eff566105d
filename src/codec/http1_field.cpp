// SPDX-License-Identifier: Apache-2.0
// Tokens, lists and parameters of field values, in the order of the grammar of RFC 9110, section 5.6.
#include "linnet/codec/http1_field.hpp"

#include <algorithm>

namespace linnet::http1 {
namespace {

constexpr char lower_case(char character) noexcept {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character + ('a' - 'A')) : character;
}

/// `Upgrade` names a protocol with its version, "HTTP/2.0" (RFC 9110, section 7.8); everything else is a
/// token.
constexpr bool is_element_character(char character) noexcept {
  return is_tchar(character) || character == '/';
}

}  // namespace

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, is_tchar);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, lower_case, lower_case);
}

std::string_view take_element(std::string_view& list) noexcept {
  while (!list.empty() && (is_whitespace(list.front()) || list.front() == ',')) list.remove_prefix(1);
  std::string_view element{list.data(), 0};
  for (; !list.empty() && list.front() != ','; list.remove_prefix(1)) {
    if (!is_whitespace(list.front())) element = {element.begin(), list.begin() + 1};
  }
  return element;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept {
  constexpr std::size_t most_digits = 19;  // 10^19 - 1 is less than 2^64
  if (text.empty() || text.size() > most_digits) return std::nullopt;
  std::uint64_t value = 0;
  for (char character : text) {
    if (character < '0' || character > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(character - '0');
  }
  return value;
}

void ListReader::skip_whitespace() noexcept {
  take_while(is_whitespace);
}

bool ListReader::take(char character) noexcept {
  if (!rest_.starts_with(character)) return false;
  rest_.remove_prefix(1);
  return true;
}

template <typename In>
std::string_view ListReader::take_while(In in) noexcept {
  std::size_t size = 0;
  while (size < rest_.size() && in(rest_[size])) ++size;
  const std::string_view taken{rest_.begin(), rest_.begin() + size};
  rest_.remove_prefix(size);
  return taken;
}

std::nullopt_t ListReader::give_up() noexcept {
  malformed_ = true;
  in_element_ = false;
  rest_ = {};
  return std::nullopt;
}

std::optional<std::string_view> ListReader::next_element() noexcept {
  while (next_parameter()) continue;
  in_element_ = false;
  // "A recipient MUST parse and ignore a reasonable number of empty list elements" (RFC 9110,
  // section 5.6.1.2).
  take_while([](char character) noexcept { return is_whitespace(character) || character == ','; });
  if (rest_.empty()) return std::nullopt;
  const std::string_view element = take_while(is_element_character);
  if (element.empty()) return give_up();
  in_element_ = true;
  return element;
}

std::optional<Parameter> ListReader::next_parameter() noexcept {
  if (!in_element_) return std::nullopt;
  skip_whitespace();
  if (rest_.empty() || rest_.front() == ',') return std::nullopt;
  if (!take(';')) return give_up();
  skip_whitespace();
  Parameter parameter{.name = take_while(is_tchar), .value = {}};
  if (parameter.name.empty()) return give_up();
  // White space around "=" is legal in the grammar that RFC 6455, section 9.1, uses: "implied *LWS" (RFC
  // 2616, section 2.1).
  skip_whitespace();
  if (!take('=')) return parameter;
  skip_whitespace();
  parameter.quoted = take('"');
  const std::string_view value = parameter.quoted ? take_quoted() : take_while(is_tchar);
  if (parameter.quoted ? !take('"') : value.empty()) return give_up();
  parameter.value = value;
  return parameter;
}

/// The inside of a quoted string, up to the quote that ends it or to the end of the list.
std::string_view ListReader::take_quoted() noexcept {
  bool escaped = false;
  return take_while([&escaped](char character) noexcept {
    if (!is_field_character(character) || (character == '"' && !escaped)) return false;
    escaped = character == '\\' && !escaped;
    return true;
  });
}

Result<std::string_view> unescape(std::string_view quoted, MutableBytes out) noexcept {
  std::size_t size = 0;
  bool escaped = false;
  for (char character : quoted) {
    escaped = character == '\\' && !escaped;
    if (escaped) continue;
    if (size == out.size()) return fail(Errc::too_large);
    out[size++] = static_cast<std::byte>(character);
  }
  if (escaped) return fail(Errc::invalid_argument);
  return as_text(out.first(size));
}

}  // namespace linnet::http1
