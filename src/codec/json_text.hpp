// SPDX-License-Identifier: Apache-2.0
// What is inside a JSON string: escapes (RFC 8259, section 7) and UTF-8 (RFC 3629), a character at a time.
// Scanner, decoder and Writer share it. Needs no memory.
#pragma once

#include <cstdint>

namespace linnet::json::detail {

/// No character.
inline constexpr std::uint32_t kInvalid = 0xffffffff;

/// ASCII that stands for itself inside a string: most bytes of most strings.
inline bool is_plain(char character) noexcept {
  const auto byte = static_cast<unsigned char>(character);
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/// Reads the UTF-8 character at `at`, which is before `end`, and moves past it; kInvalid, without moving, if
/// there is no valid one.
std::uint32_t next_utf8(const char*& at, const char* end) noexcept;

/// Reads the character of a string at `at`, which is before `end`, its escape resolved, and moves past it.
/// kInvalid if what is there cannot be (a closing quote included); `at` is then at the byte that shows it.
std::uint32_t next_character(const char*& at, const char* end) noexcept;

/// Moves past the string that begins with the quote at `at`. False as above.
bool skip_string(const char*& at, const char* end) noexcept;

}  // namespace linnet::json::detail
