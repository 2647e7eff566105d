// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/clock.hpp"

#include "port/esp_idf/options.hpp"

#if CONFIG_IDF_TARGET_LINUX
#include <ctime>
#else
#include "esp_timer.h"
#endif

namespace linnet::port::esp_idf {

Instant now() noexcept {
#if CONFIG_IDF_TARGET_LINUX  // esp_timer is headers only there
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return Instant{Duration{std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000}};
#else
  return Instant{Duration{::esp_timer_get_time()}};
#endif
}

}  // namespace linnet::port::esp_idf
