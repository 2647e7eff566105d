// SPDX-License-Identifier: Apache-2.0
// JSON strings: see json_text.hpp, and to_text and equals of json.hpp. RFC 8259, section 7; RFC 3629,
// section 4.
#include "json_text.hpp"

#include <cstdint>

#include "linnet/codec/json.hpp"

namespace linnet::json {
namespace detail {
namespace {

using Byte = unsigned char;

/// Four hexadecimal digits.
bool hex4(const char*& at, const char* end, std::uint32_t& number) noexcept {
  number = 0;
  for (int i = 0; i < 4; ++i, ++at) {
    if (at == end) return false;
    unsigned digit = static_cast<Byte>(*at) - unsigned{'0'};
    if (digit > 9) {
      digit = (static_cast<Byte>(*at) | 0x20u) - unsigned{'a'};
      if (digit > 5) return false;
      digit += 10;
    }
    number = number << 4 | digit;
  }
  return true;
}

/// What follows \u. Section 7: "To escape an extended character that is not in the Basic Multilingual Plane,
/// the character is represented as a 12-character sequence, encoding the UTF-16 surrogate pair."
std::uint32_t unicode_escape(const char*& at, const char* end) noexcept {
  std::uint32_t code = 0;
  if (!hex4(at, end, code)) return kInvalid;
  if ((code & 0xf800) == 0xd800) {  // a surrogate: only a high one with a low one after it is a character
    for (const char expected : {'\\', 'u'}) {
      if (at == end || *at != expected) return kInvalid;
      ++at;
    }
    std::uint32_t low = 0;
    if (!hex4(at, end, low) || code >= 0xdc00 || (low & 0xfc00) != 0xdc00) return kInvalid;
    code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
  }
  return code;
}

/// What follows the backslash.
std::uint32_t escape(const char*& at, const char* end) noexcept {
  if (at == end) return kInvalid;
  if (*at == 'u') return unicode_escape(++at, end);
  constexpr std::string_view kEscapes = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  for (std::size_t i = 0; i < kEscapes.size(); ++i) {
    if (*at == kEscapes[i]) {
      ++at;
      return static_cast<Byte>(kMeanings[i]);
    }
  }
  return kInvalid;
}

}  // namespace

std::uint32_t next_utf8(const char*& at, const char* end) noexcept {
  const unsigned lead = static_cast<Byte>(*at);
  if (lead < 0x80) return static_cast<Byte>(*at++);
  const unsigned size = lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;
  if (size == 0 || static_cast<std::size_t>(end - at) < size) return kInvalid;
  std::uint32_t code = lead & (0x7fu >> size);
  for (unsigned i = 1; i < size; ++i) {
    const unsigned byte = static_cast<Byte>(at[i]);
    if ((byte & 0xc0) != 0x80) return kInvalid;
    code = code << 6 | (byte & 0x3f);
  }
  // RFC 3629, section 3: "Implementations of the decoding algorithm above MUST protect against decoding
  // invalid sequences", that is overlong forms, surrogates and what is above U+10FFFF.
  const std::uint32_t least = size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000;
  if (code < least || code > 0x10ffff || (code & 0xfffff800) == 0xd800) return kInvalid;
  at += size;
  return code;
}

std::uint32_t next_character(const char*& at, const char* end) noexcept {
  // Section 7: "All Unicode characters may be placed within the quotation marks, except for the characters
  // that MUST be escaped: quotation mark, reverse solidus, and the control characters (U+0000 through
  // U+001F)."
  if (*at == '"' || static_cast<Byte>(*at) < 0x20) return kInvalid;
  if (*at == '\\') return escape(++at, end);
  return next_utf8(at, end);
}

bool skip_string(const char*& at, const char* end) noexcept {
  for (++at;;) {
    const char* plain = at;  // in a register
    while (plain != end && is_plain(*plain)) ++plain;
    at = plain;
    if (at == end) return false;
    if (*at == '"') {
      ++at;
      return true;
    }
    if (next_character(at, end) == kInvalid) return false;
  }
}

}  // namespace detail

namespace {

/// One character as UTF-8 (RFC 3629, section 3).
struct Utf8 {
  explicit Utf8(std::uint32_t code) noexcept
      : size_{code < 0x80      ? 1u
              : code < 0x800   ? 2u
              : code < 0x10000 ? 3u
                               : 4u} {
    for (std::size_t i = size_ - 1; i > 0; --i, code >>= 6)
      bytes_[i] = static_cast<char>(0x80 | (code & 0x3f));
    const unsigned mark = size_ == 1 ? 0 : 0xf00u >> size_;  // 110, 1110, 11110: `size_` ones and a zero
    bytes_[0] = static_cast<char>(mark | code);
  }

  std::string_view view() const noexcept { return {bytes_, size_}; }

 private:
  char bytes_[4];
  std::size_t size_;
};

}  // namespace

Result<std::string_view> to_text(std::string_view raw, std::span<char> buffer) noexcept {
  const char* at = raw.data();
  const char* const end = at + raw.size();
  if (raw.empty() || *at != '"' || !detail::skip_string(at, end) || at != end)
    return fail(Errc::malformed_json);
  raw.remove_prefix(1);
  raw.remove_suffix(1);
  if (raw.find('\\') == std::string_view::npos) return raw;

  std::size_t size = 0;
  for (at = raw.data(); at != end - 1;) {
    const Utf8 character{detail::next_character(at, end)};  // skip_string has seen that there is one
    for (const char byte : character.view()) {
      if (size == buffer.size()) return fail(Errc::too_large);
      buffer[size++] = byte;
    }
  }
  return std::string_view{buffer.data(), size};
}

bool equals(std::string_view raw, std::string_view text) noexcept {
  if (raw.empty() || raw.front() != '"') return false;
  const char* at = raw.data() + 1;
  const char* const end = raw.data() + raw.size();
  while (at != end && *at != '"') {
    const std::uint32_t code = detail::next_character(at, end);
    if (code == detail::kInvalid) return false;
    const Utf8 character{code};
    if (!text.starts_with(character.view())) return false;
    text.remove_prefix(character.view().size());
  }
  return text.empty() && end - at == 1;  // at the closing quote
}

}  // namespace linnet::json
