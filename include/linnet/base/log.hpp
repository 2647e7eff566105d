// SPDX-License-Identifier: Apache-2.0
// One structured log: an event's name and its fields, never a sentence, so that a machine can count what a
// person can read. Levels below LINNET_LOG_LEVEL are compiled out, with the names and the code that gathers
// the fields. Never holds a secret.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "linnet/base/time.hpp"

#ifndef LINNET_LOG_LEVEL
#define LINNET_LOG_LEVEL 1  // debug. 5: no log at all
#endif

namespace linnet {

enum class LogLevel : std::uint8_t { trace, debug, info, warn, error };

/// A name and what it is: a number, or text.
struct LogField {
  constexpr LogField(std::string_view what, std::string_view words) noexcept : name{what}, text{words} {}
  constexpr LogField(std::string_view what, std::int64_t value) noexcept
      : name{what}, number{value}, is_number{true} {}
  constexpr LogField(std::string_view what, Duration value) noexcept
      : LogField{what, std::int64_t{value / 1ms}} {}

  std::string_view name;
  std::string_view text{};
  std::int64_t number = 0;
  bool is_number = false;
};

class Log {
 public:
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// All is borrowed for the call. `layer`: "session", "modem"; `event`: "opened", "link.failed".
  virtual void entry(Instant now, LogLevel level, std::string_view layer, std::string_view event,
                     std::span<const LogField> fields) = 0;

  static constexpr bool shows(LogLevel level) noexcept { return static_cast<int>(level) >= LINNET_LOG_LEVEL; }

 protected:
  Log() = default;
  ~Log() = default;
};

}  // namespace linnet
