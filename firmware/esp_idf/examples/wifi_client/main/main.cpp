// SPDX-License-Identifier: Apache-2.0
// The minimal client: joins a Wi-Fi network, connects to a server, says hello and prints what it hears. When
// the network or the server goes away, it comes back by itself.
#include "esp_log.h"
#include "linnet/session/session.hpp"
#include "port/esp_idf/entropy.hpp"
#include "port/esp_idf/log.hpp"
#include "port/esp_idf/resources.hpp"
#include "port/esp_idf/sizes.hpp"
#include "port/esp_idf/sleep.hpp"
#include "port/esp_idf/wifi.hpp"

using namespace linnet;
namespace esp_idf = linnet::port::esp_idf;

namespace {

constexpr const char* kTag = "wifi_client";

/// Yours: borrowed until the next wait().
void handle(std::string_view message) {
  ESP_LOGI(kTag, "%.*s", static_cast<int>(message.size()), message.data());
}

}  // namespace

extern "C" void app_main() {
  using session::Event;
  static esp_idf::Poller poller;
  static esp_idf::Wifi wifi{poller,
                            {.ssid = CONFIG_EXAMPLE_WIFI_SSID, .password = CONFIG_EXAMPLE_WIFI_PASSWORD}};
  static esp_idf::Entropy entropy;
  static esp_idf::EspLog log;
  static esp_idf::Resources resources;
  static session::Memory<esp_idf::kSizes> memory;
  static session::Session session{{.url = CONFIG_EXAMPLE_URL,
                                   .links = {&wifi},
                                   .reconnect = {.max_attempts = CONFIG_EXAMPLE_MAX_ATTEMPTS},  // 0: for ever
                                   .resources = &resources,
                                   .log = &log},
                                  entropy,
                                  memory};

  if (!wifi.start()) return;
  if (esp_idf::allow_light_sleep()) ESP_LOGI(kTag, "sleeps between deadlines");  // menuconfig: see README.md
  while (const auto event = session.wait()) {                                    // sleeps until there is one
    switch (event->kind) {
      case Event::opened: (void)session.send_text("Hello from ESP32!"); break;
      case Event::message: handle(event->text()); break;
      case Event::offline:
        ESP_LOGI(kTag, "least free so far: heap %u, stack %u",
                 static_cast<unsigned>(session.stats().least_free_heap.value_or(0)),
                 static_cast<unsigned>(session.stats().least_free_stack.value_or(0)));
        break;
      default: break;
    }
  }
  ESP_LOGE(kTag, "given up; see the log above");
}
