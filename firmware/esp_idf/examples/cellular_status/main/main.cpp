// SPDX-License-Identifier: Apache-2.0
// A SIM7670G modem sends the device's status as JSON, over TLS, and takes commands; where the cellular
// network fails, Wi-Fi takes over, and back. Between two reports it may sleep.
#include <algorithm>
#include <array>

#include "esp_log.h"
#include "linnet/agent/agent.hpp"
#include "linnet/session/session.hpp"
#include "linnet/tls/client.hpp"
#include "port/esp_idf/board.hpp"
#include "port/esp_idf/clock.hpp"
#include "port/esp_idf/entropy.hpp"
#include "port/esp_idf/log.hpp"
#include "port/esp_idf/nvs_store.hpp"
#include "port/esp_idf/settings.hpp"
#include "port/esp_idf/sizes.hpp"
#include "port/esp_idf/sleep.hpp"
#include "port/esp_idf/task.hpp"
#include "port/esp_idf/trust.hpp"
#include "port/esp_idf/uart.hpp"
#include "port/esp_idf/wifi.hpp"

using namespace linnet;
namespace esp_idf = linnet::port::esp_idf;

namespace {

constexpr Duration kSleep = 1min * CONFIG_EXAMPLE_SLEEP;  // zero: it stays connected
constexpr Duration kPatience = 5min;                      // to connect, before it sleeps

esp_idf::Poller poller;
esp_idf::EspLog event_log;
esp_idf::Uart uart{poller,
                   {.port = UART_NUM_1,
                    .tx = CONFIG_EXAMPLE_MODEM_TX,
                    .rx = CONFIG_EXAMPLE_MODEM_RX,
                    .rts = CONFIG_EXAMPLE_MODEM_RTS,
                    .cts = CONFIG_EXAMPLE_MODEM_CTS,
                    .power_key = CONFIG_EXAMPLE_MODEM_POWER_KEY}};
cellular::ModemStorage<2> modem_storage;
cellular::ModemLink cellular_link{
    "cellular",
    uart,
    poller,
    uart.configure({.apn = CONFIG_EXAMPLE_APN, .pin = CONFIG_EXAMPLE_PIN, .baud = CONFIG_EXAMPLE_MODEM_BAUD}),
    modem_storage,
    &uart};
esp_idf::Wifi wifi{poller, {.ssid = CONFIG_EXAMPLE_WIFI_SSID, .password = CONFIG_EXAMPLE_WIFI_PASSWORD}};
esp_idf::NvsStore store;  // TLS sessions, so that the next start needs no full handshake
session::Memory<esp_idf::kSizes> memory;
esp_idf::Board board{{}};  // no pins: uptime and free heap are all that it says

void run(void* /*argument*/) {
  using session::Event;
  static esp_idf::Entropy entropy{CONFIG_EXAMPLE_WIFI_SSID[0] != '\0' ? esp_idf::Entropy::Source::radio
                                                                      : esp_idf::Entropy::Source::adc};
  static esp_idf::CertificateBundle bundle;
  static esp_idf::SystemClock clock;
  static tls::Client tls{{.bundle = &bundle, .clock = &clock}, entropy};
  session::Links links{{&cellular_link, session::Cost::metered, 3min}};  // a modem takes its time to boot
  if (CONFIG_EXAMPLE_WIFI_SSID[0] != '\0' && wifi.start()) links.add(&wifi);
  static session::Session session{
      {.url = CONFIG_EXAMPLE_URL, .links = links, .security = &tls, .store = &store, .log = &event_log},
      entropy,
      memory};
  static agent::CommandTable<1> commands;
  static agent::Agent agent{
      board, {.id = CONFIG_EXAMPLE_ID, .status_interval = 1s * CONFIG_EXAMPLE_INTERVAL}, commands};
  static std::array<char, 1024> text;
  const auto send = [](Result<std::string_view> json) {
    if (json && !json->empty()) (void)session.send_text(*json);  // full: this one is dropped, and counted
  };
  if (!esp_idf::Settings::start() || !store.open() || !tls.prepare() || !uart.start()) return;
  const Instant bedtime = kSleep > 0s ? esp_idf::now() + kPatience : kNever;
  while (session.state() != session::Session::State::over) {
    const auto event = session.wait_until(std::min(agent.deadline(), bedtime));
    const Instant now = esp_idf::now();
    if (event && event->kind == Event::opened) agent.opened(now);  // a status at once
    if (event && event->kind == Event::offline) agent.closed();    // it is already reconnecting
    if (event && event->kind == Event::message) send(agent.handle(event->text(), now, text));
    send(agent.poll(now, text));
    if (kSleep > 0s && event && event->kind == Event::opened) session.flush(bedtime);  // the status leaves
    if (now >= bedtime || (event && event->kind == Event::flushed)) break;
    if (board.is_restart_requested()) session.request_stop(ws::CloseCode::going_away);
  }
  if (board.is_restart_requested()) board.restart();
  if (kSleep > 0s) {
    (void)session.wait_stopped(esp_idf::now() + 5s);  // closed in good order, if it can be
    esp_idf::deep_sleep(kSleep);                      // and begins anew
  }
  ESP_LOGE("cellular", "given up; the log above says why");
}

}  // namespace

extern "C" void app_main() {
  if (!esp_idf::start_task("cellular", &run)) ESP_LOGE("cellular", "no memory for the task");
}
