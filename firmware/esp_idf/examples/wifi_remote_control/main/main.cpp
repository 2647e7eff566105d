// SPDX-License-Identifier: Apache-2.0
// A device that obeys: JSON-RPC 2.0, and the plain commands that small scripts send, {"led":"on"},
// {"device":"relay","state":1}, READ_SENSOR. Reports its status by itself; its settings are in NVS.
#include <algorithm>
#include <array>

#include "linnet/agent/plain_commands.hpp"
#include "linnet/session/session.hpp"
#include "port/esp_idf/board.hpp"
#include "port/esp_idf/clock.hpp"
#include "port/esp_idf/entropy.hpp"
#include "port/esp_idf/log.hpp"
#include "port/esp_idf/settings.hpp"
#include "port/esp_idf/sizes.hpp"
#include "port/esp_idf/task.hpp"
#include "port/esp_idf/wifi.hpp"

using namespace linnet;
using agent::Point;
namespace esp_idf = linnet::port::esp_idf;

namespace {

constexpr Point kPoints[] = {{.name = "led", .kind = Point::output, .number = CONFIG_EXAMPLE_LED},
                             {.name = "relay", .kind = Point::output, .number = CONFIG_EXAMPLE_RELAY},
                             {.name = "adc0", .kind = Point::analog, .number = CONFIG_EXAMPLE_ADC},
                             {.name = "temperature", .kind = Point::sensor}};

Result<float> read_temperature(const Point& sensor, Instant now);

esp_idf::Board board{{.points = kPoints, .sensor = &read_temperature}};
esp_idf::Settings settings{"example"};
esp_idf::Poller poller;
esp_idf::Entropy entropy;
esp_idf::EspLog event_log;
session::Memory<esp_idf::kSizes> memory;
char stored_ssid[33], stored_password[65], stored_url[256], stored_id[33];

/// A TMP36 on the analog input: 500 mV at 0 degrees Celsius, and 10 mV more for each.
Result<float> read_temperature(const Point& /*sensor*/, Instant now) {
  const auto millivolts = board.read_analog(kPoints[2], now);
  if (!millivolts) return std::unexpected{millivolts.error()};
  return static_cast<float>(*millivolts - 500) / 10;
}

/// settings.set(name, text): ssid, password, url or id; counts from the next start on.
void set_setting(agent::Call& call, json::Writer& result) {
  static constexpr std::array<std::string_view, 4> kNames{"ssid", "password", "url", "id"};
  std::array<char, 16> name_buffer;
  std::array<char, 256> text_buffer;
  const auto name = call.text("name", name_buffer);
  const auto text = name ? call.text("text", text_buffer) : std::nullopt;
  if (!text) return;
  const auto known = std::ranges::find(kNames, *name);
  if (known == kNames.end() || !settings.set_text(known->data(), *text))
    return call.fail(agent::kDeviceFailure, "not stored", "name");
  result.begin_object().member("stored", *known).end_object();
}

void run(void* /*argument*/) {
  using session::Event;
  static esp_idf::Wifi wifi{
      poller,
      {.ssid = settings.text("ssid", CONFIG_EXAMPLE_WIFI_SSID, stored_ssid),
       .password = settings.text("password", CONFIG_EXAMPLE_WIFI_PASSWORD, stored_password)}};
  static session::Session session{
      {.url = settings.text("url", CONFIG_EXAMPLE_URL, stored_url), .links = {&wifi}, .log = &event_log},
      entropy,
      memory};
  static agent::CommandTable<1> commands;
  static agent::Agent agent{board,
                            {.id = settings.text("id", CONFIG_EXAMPLE_ID, stored_id),
                             .status_interval = std::chrono::seconds{settings.number("interval_s", 10)}},
                            commands};
  static std::array<char, 1024> reply;
  const auto send = [](Result<std::string_view> text) {
    if (text && !text->empty()) (void)session.send_text(*text);  // full: this one is dropped, and counted
  };
  (void)agent.add("settings.set(name, text)", &set_setting);
  if (!wifi.start()) return;
  while (session.state() != session::Session::State::over) {
    const auto event = session.wait_until(agent.deadline());
    const Instant now = esp_idf::now();
    if (event && event->kind == Event::opened) agent.opened(now);
    if (event && event->kind == Event::offline) agent.closed();
    if (event && event->kind == Event::message) send(handle_plain(agent, event->text(), now, reply));
    send(agent.poll(now, reply));
    (void)settings.set_number("interval_s", static_cast<std::uint32_t>(agent.status_interval() / 1s));
    if (board.is_restart_requested()) session.request_stop(ws::CloseCode::going_away);
  }
  if (board.is_restart_requested()) board.restart();
}

}  // namespace

extern "C" void app_main() {  // at every start, without anybody's doing
  if (esp_idf::Settings::start() && board.start()) (void)esp_idf::start_task("remote", &run);
}
