// SPDX-License-Identifier: Apache-2.0
// Time as an argument. The core never reads a clock: whoever drives it says what time it is.
#pragma once

#include <chrono>
#include <cstdint>

namespace linnet {

/// Microseconds: fine enough for a round-trip time, and 64 bits of them last 292,000 years.
using Duration = std::chrono::microseconds;

/// A clock that only moves forward and whose zero means nothing; a port's `now()` gives its time. It has
/// no `now()` of its own, so that code which wants one does not compile.
struct MonotonicClock {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<MonotonicClock, Duration>;
  static constexpr bool is_steady = true;
};

using Instant = MonotonicClock::time_point;

// The standard library's comparisons go through <=>, which GCC leaves as a call at -Os: 20 bytes of flash
// more for each comparison of 64 bits than these.
constexpr bool operator<(Instant a, Instant b) noexcept {
  return a.time_since_epoch().count() < b.time_since_epoch().count();
}
constexpr bool operator>(Instant a, Instant b) noexcept {
  return b < a;
}
constexpr bool operator<=(Instant a, Instant b) noexcept {
  return !(b < a);
}
constexpr bool operator>=(Instant a, Instant b) noexcept {
  return !(a < b);
}

/// The deadline of what waits for nothing. Compares after every real instant, so that `std::min` of
/// deadlines needs no special case.
inline constexpr Instant kNever = Instant::max();

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): 20ms is how time is written
                                       // here

}  // namespace linnet
