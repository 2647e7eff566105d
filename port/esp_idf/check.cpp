// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/check.hpp"

#include "esp_log.h"

namespace linnet::port::esp_idf {

Result<void> check(esp_err_t code) noexcept {
  switch (code) {
    case ESP_OK: return {};
    case ESP_ERR_INVALID_ARG:
    case ESP_ERR_INVALID_SIZE: return fail(Errc::invalid_argument);
    case ESP_ERR_INVALID_STATE: return fail(Errc::bad_state);
    case ESP_ERR_NO_MEM: return fail(Errc::too_many);
    case ESP_ERR_NOT_SUPPORTED: return fail(Errc::unsupported);
    default: return fail(Errc::io_failure, static_cast<std::uint16_t>(code));
  }
}

Result<void> check(esp_err_t code, const char* step) noexcept {
  if (code != ESP_OK) ESP_LOGE("linnet", "%s: %s", step, ::esp_err_to_name(code));
  return check(code);
}

}  // namespace linnet::port::esp_idf
