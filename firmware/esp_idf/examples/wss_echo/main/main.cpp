// SPDX-License-Identifier: Apache-2.0
// A public server over TLS, its certificate checked by ESP-IDF's bundle of authorities and by its dates:
// sends a line every few seconds and checks what comes back.
#include <string_view>

#include "esp_log.h"
#include "esp_netif_sntp.h"
#include "linnet/session/session.hpp"
#include "linnet/tls/client.hpp"
#include "port/esp_idf/clock.hpp"
#include "port/esp_idf/entropy.hpp"
#include "port/esp_idf/log.hpp"
#include "port/esp_idf/sizes.hpp"
#include "port/esp_idf/task.hpp"
#include "port/esp_idf/trust.hpp"
#include "port/esp_idf/wifi.hpp"

using namespace linnet;
namespace esp_idf = linnet::port::esp_idf;

namespace {

constexpr const char* kTag = "wss_echo";
constexpr std::string_view kText = "Linnet, over TLS";

esp_idf::Poller poller;
esp_idf::Wifi wifi{poller, {.ssid = CONFIG_EXAMPLE_WIFI_SSID, .password = CONFIG_EXAMPLE_WIFI_PASSWORD}};
esp_idf::Entropy entropy;
esp_idf::EspLog event_log;
session::Memory<esp_idf::kSizes> memory;

void say_what_is_secure(const net::SecurityReport& report) {
  ESP_LOGI(kTag, "%.*s, %.*s, %s, %s", static_cast<int>(report.protocol.size()), report.protocol.data(),
           static_cast<int>(report.cipher.size()), report.cipher.data(),
           report.verified ? "verified" : "NOT VERIFIED", report.resumed ? "resumed" : "full handshake");
}

void run(void* /*argument*/) {
  using session::Event;
  static esp_idf::CertificateBundle bundle;
  static esp_idf::SystemClock clock;
  static tls::Client tls{{.bundle = &bundle, .clock = &clock}, entropy};
  static session::Session session{
      {.url = CONFIG_EXAMPLE_URL, .links = {&wifi}, .security = &tls, .log = &event_log}, entropy, memory};
  if (!tls.prepare()) return;  // takes the record buffers once, while the heap is in one piece

  Instant due = kNever;
  while (session.state() != session::Session::State::over) {
    if (const auto event = session.wait_until(due)) {
      switch (event->kind) {
        case Event::opened:
          if (event->security != nullptr) say_what_is_secure(*event->security);
          due = esp_idf::now();
          break;
        case Event::message:
          if (event->text() == kText) ESP_LOGI(kTag, "echo is right");
          break;
        case Event::offline: due = kNever; break;
        default: break;
      }
    }
    if (esp_idf::now() < due) continue;
    (void)session.send_text(kText);
    due = esp_idf::now() + std::chrono::seconds{CONFIG_EXAMPLE_INTERVAL};
  }
  const std::string_view why = tls.failure();
  ESP_LOGE(kTag, "given up: %.*s", static_cast<int>(why.size()), why.data());
}

}  // namespace

extern "C" void app_main() {
  if (!wifi.start()) return;
  // A certificate's dates can be judged once the time is known; until then only build_time is.
  const esp_sntp_config_t sntp = ESP_NETIF_SNTP_DEFAULT_CONFIG("pool.ntp.org");
  ESP_ERROR_CHECK(esp_netif_sntp_init(&sntp));
  if (!esp_idf::start_task("wss_echo", &run)) ESP_LOGE(kTag, "no memory for the task");
}
