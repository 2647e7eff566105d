// SPDX-License-Identifier: Apache-2.0
// A line of text out of its parts, for people: the program's own messages are made here, never a protocol's.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "linnet/base/time.hpp"

namespace linnet::tools {

namespace detail {
inline void append(std::string& to, std::string_view part) {
  to += part;
}
template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>)
void append(std::string& to, T number) {
  to += std::to_string(number);
}
}  // namespace detail

/// Texts and whole numbers, one behind the other.
template <typename... Parts>
std::string concat(const Parts&... parts) {
  std::string text;
  (detail::append(text, parts), ...);
  return text;
}

/// "30 s", "0.25 s", "1.5 s".
std::string in_seconds(Duration duration);

/// What a peer said, fit for a terminal and a log: control characters as "\x1b", at most `most` bytes, and
/// "…" where it was cut.
std::string printable(std::string_view text, std::size_t most);

}  // namespace linnet::tools
