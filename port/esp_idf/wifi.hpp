// SPDX-License-Identifier: Apache-2.0
// A Wi-Fi station as a Link. It connects by itself, and again when it was disconnected: at once, then after
// 1, 2, 4 ... up to 60 seconds, for as long as it takes.
#pragma once

#include <cstdint>
#include <string_view>

#include "esp_event.h"
#include "esp_netif.h"
#include "esp_timer.h"
#include "port/esp_idf/socket_link.hpp"

namespace linnet::port::esp_idf {

struct WifiConfig {
  std::string_view ssid;      // up to 32 bytes
  std::string_view password;  // 8 to 64 characters; empty: an open network
  /// The radio sleeps between the access point's beacons: saves most of the current, costs latency.
  bool power_save = true;
};

class Wifi final : public SocketLink {
 public:
  /// `poller` is borrowed for as long as the program runs; the texts are copied by start().
  Wifi(Poller& poller, const WifiConfig& config) noexcept;

  /// Initialises NVS (which Wi-Fi calibrates into), the network interfaces and the event loop, where the
  /// application has not, and begins to connect. invalid_argument: no SSID, or one of the texts is too long;
  /// io_failure: ESP-IDF refused, the log says what.
  Result<void> start() noexcept;

  /// Of the access point, in dBm; nothing while not connected.
  std::optional<std::int16_t> rssi() const noexcept;

 private:
  static void on_event(void* self, esp_event_base_t base, std::int32_t id, void* data);
  static void on_timer(void* self);
  void disconnected() noexcept;

  WifiConfig config_;
  esp_netif_t* interface_ = nullptr;
  esp_timer_handle_t retry_ = nullptr;
  unsigned failures_ = 0;  // in a row; of the event loop's task
};

}  // namespace linnet::port::esp_idf
