// SPDX-License-Identifier: Apache-2.0
// ESP-IDF's error codes, told in this library's words.
#pragma once

#include "esp_err.h"
#include "linnet/base/error.hpp"

namespace linnet::port::esp_idf {

/// ESP_OK is none. What has no word of its own is io_failure with the code's lower 16 bits.
Result<void> check(esp_err_t code) noexcept;

/// The same, with a line in the log that says which step it was.
Result<void> check(esp_err_t code, const char* step) noexcept;

}  // namespace linnet::port::esp_idf
