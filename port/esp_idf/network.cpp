// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/network.hpp"

#include "esp_event.h"
#include "esp_netif.h"
#include "port/esp_idf/check.hpp"

namespace linnet::port::esp_idf {

Result<void> start_network() noexcept {
  if (const auto done = check(::esp_netif_init(), "esp_netif_init"); !done) return done;
  const esp_err_t loop = ::esp_event_loop_create_default();
  return check(loop == ESP_ERR_INVALID_STATE ? ESP_OK : loop, "esp_event_loop_create_default");
}

}  // namespace linnet::port::esp_idf
