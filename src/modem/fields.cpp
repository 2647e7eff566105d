// SPDX-License-Identifier: Apache-2.0
#include "linnet/modem/fields.hpp"

#include <cstring>

namespace linnet::modem {
namespace {

/// Where the field at the front of `text` ends: at a comma outside quotes, or at the text's end.
std::size_t field_size(std::string_view text) noexcept {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size() && (quoted || text[at] != ','); ++at) {
    if (text[at] == '"') quoted = !quoted;
  }
  return at;
}

void trim(std::string_view& text) noexcept {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
}

}  // namespace

Fields::Fields(std::string_view text) noexcept : rest_{text} {
  trim(rest_);
  is_over_ = rest_.empty();
}

std::optional<std::string_view> Fields::next() noexcept {
  if (is_over_) return std::nullopt;
  const std::size_t size = field_size(rest_);
  std::string_view field{rest_.data(), size};
  is_over_ = size == rest_.size();
  rest_.remove_prefix(is_over_ ? size : size + 1);
  trim(field);
  was_quoted_ = field.size() >= 2 && field.starts_with('"') && field.ends_with('"');
  if (was_quoted_) {
    field.remove_prefix(1);
    field.remove_suffix(1);
  }
  return field;
}

std::optional<std::int32_t> Fields::number() noexcept {
  const auto field = next();
  return field ? parse_number(*field) : std::nullopt;
}

int Fields::count() const noexcept {
  Fields copy = *this;
  int fields = 0;
  while (copy.next()) ++fields;
  return fields;
}

std::optional<std::int32_t> parse_number(std::string_view text) noexcept {
  const bool negative = try_take(text, {"-", 1});
  if (text.empty() || text.size() > 9) return std::nullopt;
  std::int32_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  return negative ? -value : value;
}

TextWriter& TextWriter::put(std::string_view text) noexcept {
  if (overflowed_ || text.size() > storage_.size() - size_) {
    overflowed_ = true;
    return *this;
  }
  if (!text.empty()) std::memcpy(storage_.data() + size_, text.data(), text.size());
  size_ += text.size();
  return *this;
}

TextWriter& TextWriter::put(std::uint32_t number) noexcept {
  char digits[10];
  std::size_t at = sizeof digits;
  do {
    digits[--at] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  return put(std::string_view{digits + at, sizeof digits - at});
}

}  // namespace linnet::modem
