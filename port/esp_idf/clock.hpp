// SPDX-License-Identifier: Apache-2.0
// The time that every loop here goes by.
#pragma once

#include "linnet/base/time.hpp"

namespace linnet::port::esp_idf {

/// Microseconds since the chip was started, light sleep included (esp_timer); from any task.
Instant now() noexcept;

}  // namespace linnet::port::esp_idf
