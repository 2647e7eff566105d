// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/sleep.hpp"

#include <algorithm>

#include "esp_pm.h"
#include "esp_sleep.h"
#include "port/esp_idf/check.hpp"
#include "port/esp_idf/options.hpp"

namespace linnet::port::esp_idf {

Result<void> allow_light_sleep() noexcept {
#if CONFIG_PM_ENABLE && CONFIG_FREERTOS_USE_TICKLESS_IDLE
  esp_pm_config_t config{};
  config.max_freq_mhz = CONFIG_ESP_DEFAULT_CPU_FREQ_MHZ;
  config.min_freq_mhz = std::min(CONFIG_ESP_DEFAULT_CPU_FREQ_MHZ, 40);  // of the crystal, on most chips
  config.light_sleep_enable = true;
  return check(::esp_pm_configure(&config), "esp_pm_configure");
#else
  return fail(Errc::unsupported);
#endif
}

void deep_sleep(Duration time) noexcept {
  ::esp_deep_sleep(static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0)));
}

}  // namespace linnet::port::esp_idf
