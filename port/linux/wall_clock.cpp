// SPDX-License-Identifier: Apache-2.0
#include "port/linux/wall_clock.hpp"

#include <time.h>

namespace linnet::port::linux {

std::optional<std::int64_t> WallClock::unix_time(Instant /*now*/) noexcept {
  timespec time{};
  if (::clock_gettime(CLOCK_REALTIME, &time) != 0) return std::nullopt;
  return time.tv_sec;
}

}  // namespace linnet::port::linux
