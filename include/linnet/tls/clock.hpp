// SPDX-License-Identifier: Apache-2.0
// The seam of calendar time, which the dates of certificates are judged by: the system's clock, SNTP, a
// modem's AT+CCLK. A device may have none.
#pragma once

#include <cstdint>
#include <optional>

#include "linnet/base/time.hpp"

namespace linnet::tls {

class Clock {
 public:
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  /// Seconds since 1970-01-01 00:00 UTC at the instant `now`; nothing where the time is not known.
  virtual std::optional<std::int64_t> unix_time(Instant now) noexcept = 0;

 protected:
  Clock() = default;
  ~Clock() = default;
};

/// A clock that somebody sets: from an SNTP answer, from what a cellular network says.
class SetClock final : public Clock {
 public:
  void set(std::int64_t unix_time, Instant at) noexcept {
    at_ = at;
    unix_time_ = unix_time;
  }
  std::optional<std::int64_t> unix_time(Instant now) noexcept override {
    if (!unix_time_) return std::nullopt;
    return *unix_time_ + std::chrono::duration_cast<std::chrono::seconds>(now - at_).count();
  }

 private:
  std::optional<std::int64_t> unix_time_;
  Instant at_{};
};

}  // namespace linnet::tls
