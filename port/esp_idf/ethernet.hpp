// SPDX-License-Identifier: Apache-2.0
// An Ethernet port as a Link. The board's own code makes the driver (esp_eth_driver_install, which wants to
// know the MAC, the PHY and their pins); from there on it is looked after here.
#pragma once

#include <cstdint>

#include "esp_eth_driver.h"
#include "esp_event.h"
#include "esp_netif.h"
#include "port/esp_idf/socket_link.hpp"

namespace linnet::port::esp_idf {

class Ethernet final : public SocketLink {
 public:
  /// Both are borrowed for as long as the program runs.
  Ethernet(Poller& poller, esp_eth_handle_t driver) noexcept
      : SocketLink{poller, "ethernet"}, driver_{driver} {
    set_up(false);
  }

  /// Attaches the driver to lwIP and starts it; addresses come by DHCP. io_failure: ESP-IDF refused, the log
  /// says what.
  Result<void> start() noexcept;

 private:
  static void on_event(void* self, esp_event_base_t base, std::int32_t id, void* data);

  esp_eth_handle_t driver_;
  esp_netif_t* interface_ = nullptr;
};

}  // namespace linnet::port::esp_idf
