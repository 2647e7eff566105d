// SPDX-License-Identifier: Apache-2.0
// Numbers out of text, whole or not at all.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "linnet/base/time.hpp"

namespace linnet::emulator {

template <typename Number>
std::optional<Number> parse_number(std::string_view text) noexcept {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end || text.empty()) return {};
  return number;
}

/// "2", "0.25": up to a day.
inline std::optional<Duration> parse_seconds(std::string_view text) noexcept {
  const auto seconds = parse_number<double>(text);
  if (!seconds || !(*seconds >= 0) || *seconds > 86'400) return {};
  return Duration{static_cast<std::int64_t>(*seconds * 1e6)};
}

inline std::optional<Duration> parse_milliseconds(std::string_view text) noexcept {
  const auto milliseconds = parse_number<double>(text);
  if (!milliseconds || !(*milliseconds >= 0) || *milliseconds > 86'400'000) return {};
  return Duration{static_cast<std::int64_t>(*milliseconds * 1e3)};
}

}  // namespace linnet::emulator
