// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/ethernet.hpp"

#include "esp_eth_netif_glue.h"
#include "esp_log.h"
#include "port/esp_idf/check.hpp"
#include "port/esp_idf/network.hpp"

namespace linnet::port::esp_idf {

Result<void> Ethernet::start() noexcept {
  if (const auto done = start_network(); !done) return done;
  const esp_netif_config_t config = ESP_NETIF_DEFAULT_ETH();
  interface_ = ::esp_netif_new(&config);
  if (interface_ == nullptr) return fail(Errc::too_many);
  const auto step = [](esp_err_t code, const char* what) { return check(code, what).has_value(); };
  const bool done =
      step(::esp_netif_attach(interface_, ::esp_eth_new_netif_glue(driver_)), "esp_netif_attach") &&
      step(::esp_event_handler_register(ETH_EVENT, ESP_EVENT_ANY_ID, &on_event, this), "ETH_EVENT") &&
      step(::esp_event_handler_register(IP_EVENT, ESP_EVENT_ANY_ID, &on_event, this), "IP_EVENT") &&
      step(::esp_eth_start(driver_), "esp_eth_start");
  if (!done) return fail(Errc::io_failure);
  return {};
}

void Ethernet::on_event(void* self, esp_event_base_t base, std::int32_t id, void* data) {
  auto& ethernet = *static_cast<Ethernet*>(self);
  if (base == IP_EVENT && id == IP_EVENT_ETH_GOT_IP) {
    const auto& got = *static_cast<const ip_event_got_ip_t*>(data);
    ESP_LOGI("linnet.ethernet", "up, address " IPSTR, IP2STR(&got.ip_info.ip));
    ethernet.set_up(true);
  } else if ((base == IP_EVENT && id == IP_EVENT_ETH_LOST_IP) ||
             (base == ETH_EVENT && (id == ETHERNET_EVENT_DISCONNECTED || id == ETHERNET_EVENT_STOP))) {
    ethernet.set_up(false);
  }
}

}  // namespace linnet::port::esp_idf
