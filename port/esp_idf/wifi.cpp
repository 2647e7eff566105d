// SPDX-License-Identifier: Apache-2.0
// The station's events arrive in the event loop's task; the loop of the session learns of them by is_up().
#include "port/esp_idf/wifi.hpp"

#include <algorithm>
#include <cinttypes>
#include <span>

#include "esp_log.h"
#include "esp_wifi.h"
#include "port/esp_idf/check.hpp"
#include "port/esp_idf/network.hpp"
#include "port/esp_idf/settings.hpp"

namespace linnet::port::esp_idf {
namespace {

constexpr const char* kTag = "linnet.wifi";

bool copy(std::string_view from, std::span<std::uint8_t> to) noexcept {
  if (from.size() > to.size()) return false;
  std::ranges::fill(to, std::uint8_t{0});
  std::ranges::copy(from, to.begin());
  return true;
}

Duration retry_delay(unsigned failures) noexcept {
  if (failures == 0) return 100ms;
  return std::min<Duration>(60s, 1s * (1u << std::min(failures - 1, 6u)));
}

}  // namespace

Wifi::Wifi(Poller& poller, const WifiConfig& config) noexcept : SocketLink{poller, "wifi"}, config_{config} {
  set_up(false);
}

Result<void> Wifi::start() noexcept {
  wifi_config_t station{};
  if (config_.ssid.empty() || !copy(config_.ssid, station.sta.ssid) ||
      !copy(config_.password, station.sta.password)) {
    ESP_LOGE(kTag, "an SSID has 1 to 32 bytes, a password up to 64");
    return fail(Errc::invalid_argument);
  }
  // Nothing weaker than what the password is for, so that a forged open network is not joined.
  station.sta.threshold.authmode = config_.password.empty() ? WIFI_AUTH_OPEN : WIFI_AUTH_WPA2_PSK;

  if (const auto done = Settings::start(); !done) return done;
  if (const auto done = start_network(); !done) return done;
  interface_ = ::esp_netif_create_default_wifi_sta();
  const wifi_init_config_t driver = WIFI_INIT_CONFIG_DEFAULT();
  const esp_timer_create_args_t timer{.callback = &on_timer,
                                      .arg = this,
                                      .dispatch_method = ESP_TIMER_TASK,
                                      .name = "linnet_wifi",
                                      .skip_unhandled_events = true};
  const auto step = [](esp_err_t code, const char* what) { return check(code, what).has_value(); };
  const bool done =
      step(::esp_timer_create(&timer, &retry_), "esp_timer_create") &&
      step(::esp_wifi_init(&driver), "esp_wifi_init") &&
      step(::esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, &on_event, this), "WIFI_EVENT") &&
      step(::esp_event_handler_register(IP_EVENT, ESP_EVENT_ANY_ID, &on_event, this), "IP_EVENT") &&
      step(::esp_wifi_set_storage(WIFI_STORAGE_RAM), "esp_wifi_set_storage") &&
      step(::esp_wifi_set_mode(WIFI_MODE_STA), "esp_wifi_set_mode") &&
      step(::esp_wifi_set_config(WIFI_IF_STA, &station), "esp_wifi_set_config") &&
      step(::esp_wifi_set_ps(config_.power_save ? WIFI_PS_MIN_MODEM : WIFI_PS_NONE), "esp_wifi_set_ps") &&
      step(::esp_wifi_start(), "esp_wifi_start");
  if (!done) return fail(Errc::io_failure);
  return {};
}

std::optional<std::int16_t> Wifi::rssi() const noexcept {
  wifi_ap_record_t point{};
  if (!is_up() || ::esp_wifi_sta_get_ap_info(&point) != ESP_OK) return std::nullopt;
  return point.rssi;
}

void Wifi::on_event(void* self, esp_event_base_t base, std::int32_t id, void* data) {
  auto& wifi = *static_cast<Wifi*>(self);
  if (base == WIFI_EVENT && id == WIFI_EVENT_STA_START) {
    ::esp_wifi_connect();
  } else if (base == WIFI_EVENT && id == WIFI_EVENT_STA_DISCONNECTED) {
    const auto& why = *static_cast<const wifi_event_sta_disconnected_t*>(data);
    ESP_LOGW(kTag, "disconnected, reason %u%s", unsigned{why.reason},
             why.reason == WIFI_REASON_NO_AP_FOUND         ? ": no such network"
             : why.reason == WIFI_REASON_AUTH_FAIL         ? ": is the password right?"
             : why.reason == WIFI_REASON_HANDSHAKE_TIMEOUT ? ": is the password right?"
                                                           : "");
    wifi.disconnected();
  } else if (base == IP_EVENT && id == IP_EVENT_STA_GOT_IP) {
    const auto& got = *static_cast<const ip_event_got_ip_t*>(data);
    ESP_LOGI(kTag, "up, address " IPSTR, IP2STR(&got.ip_info.ip));
    wifi.failures_ = 0;
    wifi.set_up(true);
  } else if (base == IP_EVENT && id == IP_EVENT_STA_LOST_IP) {
    wifi.set_up(false);
  }
}

void Wifi::disconnected() noexcept {
  set_up(false);
  const Duration delay = retry_delay(failures_++);
  ::esp_timer_start_once(retry_, static_cast<std::uint64_t>(delay.count()));
}

void Wifi::on_timer(void* /*self*/) {
  ::esp_wifi_connect();
}

}  // namespace linnet::port::esp_idf
