// SPDX-License-Identifier: Apache-2.0
// What is inside HTTP field values (RFC 9110, section 5.6): tokens, lists, parameters, numbers. Also the sets
// of characters that names and values are made of. Only views; nothing is copied.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"

namespace linnet::http1 {

namespace detail {
// A bit a character, from 0 to 127: "!#$%&'*+-.^_`|~", digits, letters.
inline constexpr std::array<std::uint32_t, 4> kTokenCharacters{0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff};
}  // namespace detail

/// Whether `character` may be in a token (RFC 9110, section 5.6.2): a field name, a method, a subprotocol.
constexpr bool is_tchar(char character) noexcept {
  const auto code = static_cast<unsigned char>(character);
  return code < 128 && ((detail::kTokenCharacters[code / 32] >> (code % 32)) & 1) != 0;
}

/// Whether `character` may be in a field value or a reason phrase: no control but HTAB (RFC 9110,
/// section 5.5).
constexpr bool is_field_character(char character) noexcept {
  const auto code = static_cast<unsigned char>(character);
  return code < 0x20 ? code == '\t' : code != 0x7f;
}

/// Whether `character` is white space within a line (RFC 9110, section 5.6.3).
constexpr bool is_whitespace(char character) noexcept {
  return character == ' ' || character == '\t';
}

/// Visible ASCII: all that a request target is made of.
constexpr bool is_vchar(char character) noexcept {
  return character > ' ' && character <= '~';
}

bool is_token(std::string_view text) noexcept;

/// Field names, and most values that are tokens, mean the same in any case (RFC 9110, section 5.1). ASCII
/// only.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// Takes the next element off the front of a comma separated list whose elements have no parameters and are
/// not quoted (RFC 9110, section 5.6.1): Connection, Upgrade, Sec-WebSocket-Protocol. Empty ones are passed
/// over; of white space around it, none is left. What it is made of is not judged. Empty: the list is over.
std::string_view take_element(std::string_view& list) noexcept;

/// 1 to 19 digits and nothing else, so that every value fits: a Content-Length, a port, a count of seconds.
/// Nothing for all other text, a sign or white space included.
std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept;

/// A parameter of a list's element: `client_max_window_bits`, `server_max_window_bits=10`, `q="1"`.
struct Parameter {
  std::string_view name;
  std::optional<std::string_view>
      value;            // nothing: there is no "="; of a quoted string, what is between the quotes
  bool quoted = false;  // `value` may hold quoted pairs: see `unescape`
};

/// Walks along a comma separated list (RFC 9110, section 5.6.1) whose elements may have parameters, such as
/// Sec-WebSocket-Extensions. A list may go on in the next field of the same name:
/// one ListReader each.
///
///     ListReader list{value};
///     while (auto element = list.next_element()) {
///       while (auto parameter = list.next_parameter()) { ... }    // or not: they are passed over
///     }
///     if (list.malformed()) ...
class ListReader {
 public:
  /// `value` is borrowed, and everything returned is a view into it.
  explicit ListReader(std::string_view value) noexcept : rest_{value} {}

  /// The next element without its parameters: a token, or two with a slash between them as in Upgrade. Empty
  /// elements are passed over. Nothing at the end of the list, or where it is malformed.
  std::optional<std::string_view> next_element() noexcept;

  /// The next parameter of the element that was returned last. Nothing behind the last one.
  std::optional<Parameter> next_parameter() noexcept;

  /// The list broke off because it is none. What was returned before was well-formed by itself.
  bool malformed() const noexcept { return malformed_; }

 private:
  void skip_whitespace() noexcept;
  bool take(char character) noexcept;
  template <typename In>
  std::string_view take_while(In in) noexcept;
  std::string_view take_quoted() noexcept;
  std::nullopt_t give_up() noexcept;

  std::string_view rest_;
  bool in_element_ = false;
  bool malformed_ = false;
};

/// The text of a quoted string's inside, quoted pairs replaced ("handle a quoted-pair as if it were replaced
/// by the octet following the backslash", RFC 9110, section 5.6.4). Written to the front of `out`;
/// quoted.size() bytes are always enough. Errors: too_large; invalid_argument for a backslash at the end,
/// which a Parameter never has.
Result<std::string_view> unescape(std::string_view quoted, MutableBytes out) noexcept;

}  // namespace linnet::http1
