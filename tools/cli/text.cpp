// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/text.hpp"

#include <cstdio>

namespace linnet::tools {

std::string in_seconds(Duration duration) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.3f", std::chrono::duration<double>(duration).count());
  std::string text{digits};
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + " s";
}

std::string printable(std::string_view text, std::size_t most) {
  constexpr char kHex[] = "0123456789abcdef";
  const bool cut = text.size() > most;
  if (cut) {
    // Not inside a character: back to its lead byte.
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
    text.remove_suffix(text.size() - most);
  }
  std::string shown;
  shown.reserve(text.size() + 3);
  for (const char character : text) {
    const auto code = static_cast<unsigned char>(character);
    if (character == '\n') {
      shown += "\\n";
    } else if (character == '\r') {
      shown += "\\r";
    } else if (character == '\t') {
      shown += "\\t";
    } else if (code < 0x20 || code == 0x7F) {
      shown += "\\x";
      shown += kHex[code >> 4];
      shown += kHex[code & 15];
    } else {
      shown += character;
    }
  }
  if (cut) shown += "…";
  return shown;
}

}  // namespace linnet::tools
