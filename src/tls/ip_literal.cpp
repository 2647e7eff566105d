// SPDX-License-Identifier: Apache-2.0
#include "ip_literal.hpp"

#include <algorithm>
#include <cstdint>

namespace linnet::tls {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kNoGap = 99;

/// -1: none.
constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Four numbers up to 255, without a zero in front; false: it is none.
bool parse_v4(std::string_view text, std::byte* into) noexcept {
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    unsigned value = 0;
    const std::size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - begin < 3)
      value = value * 10 + static_cast<unsigned>(text[at++] - '0');
    if (at == begin || value > 255 || (at - begin > 1 && text[begin] == '0')) return false;
    into[part] = static_cast<std::byte>(value);
    if (part < 3 && (at == text.size() || text[at++] != '.')) return false;
  }
  return at == text.size();
}

bool parse_v6(std::string_view text, std::array<std::byte, 16>& into) noexcept {
  std::size_t filled = 0;
  std::size_t gap = kNoGap;  // where :: stands
  if (text.starts_with("::"sv)) {
    gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(':'), text.size());
    const std::string_view group{text.data(), end};
    if (group.find('.') != std::string_view::npos) {
      if (end != text.size() || filled > 12 || !parse_v4(group, into.data() + filled)) return false;
      filled += 4;
      break;
    }
    if (group.empty() || group.size() > 4 || filled > 14) return false;
    unsigned value = 0;
    for (const char c : group) {
      const int digit = hex_digit(c);
      if (digit < 0) return false;
      value = value * 16 + static_cast<unsigned>(digit);
    }
    store_be16(into.data() + filled, static_cast<std::uint16_t>(value));
    filled += 2;
    text.remove_prefix(end);
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.starts_with(':')) {
      if (gap != kNoGap) return false;
      gap = filled;
      text.remove_prefix(1);
    } else if (text.empty()) {
      return false;  // ends with a single colon
    }
  }
  if (gap == kNoGap) return filled == 16;
  if (filled > 14) return false;
  std::rotate(into.begin() + static_cast<std::ptrdiff_t>(gap),
              into.begin() + static_cast<std::ptrdiff_t>(filled), into.end());
  return true;
}

}  // namespace

IpLiteral parse_ip_literal(std::string_view text) noexcept {
  IpLiteral literal;
  if (parse_v4(text, literal.bytes.data())) {
    literal.size = 4;
    return literal;
  }
  literal.bytes.fill(std::byte{});
  text.remove_suffix(text.size() - std::min(text.find('%'), text.size()));
  if (text.find(':') != std::string_view::npos && parse_v6(text, literal.bytes)) literal.size = 16;
  return literal;
}

}  // namespace linnet::tls
