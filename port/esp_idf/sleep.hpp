// SPDX-License-Identifier: Apache-2.0
// Sleep. Between deadlines a session's task waits for nothing but its poller, so ESP-IDF's automatic light
// sleep may take the chip down meanwhile; deep sleep is a restart, for devices that report and go.
#pragma once

#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"

namespace linnet::port::esp_idf {

/// From now on the chip sleeps by itself whenever no task runs, until the next deadline or interrupt; Wi-Fi
/// stays connected (its power save must be on). unsupported: CONFIG_PM_ENABLE or
/// CONFIG_FREERTOS_USE_TICKLESS_IDLE is off.
Result<void> allow_light_sleep() noexcept;

/// Powers the chip down for `time`; it then starts as from reset. What was not flushed, or kept in a Store
/// or in RTC memory, is lost: flush and close the session before.
[[noreturn]] void deep_sleep(Duration time) noexcept;

}  // namespace linnet::port::esp_idf
