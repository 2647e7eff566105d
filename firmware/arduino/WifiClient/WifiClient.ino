// SPDX-License-Identifier: Apache-2.0
// The minimal client as a sketch: joins a Wi-Fi network, connects to a server, says hello and prints what it hears.
// When the network or the server goes away, it comes back by itself. Arduino's WiFi library is not needed.
#include "linnet/session/session.hpp"
#include "port/esp_idf/entropy.hpp"
#include "port/esp_idf/sizes.hpp"
#include "port/esp_idf/wifi.hpp"

constexpr const char* kNetwork = "your network";
constexpr const char* kPassword = "its password";
constexpr const char* kUrl = "ws://192.168.1.2:8080/echo";  // linnet serve --listen 0.0.0.0:8080

namespace esp_idf = linnet::port::esp_idf;

struct Device {
  esp_idf::Poller poller;
  esp_idf::Wifi wifi{poller, {.ssid = kNetwork, .password = kPassword}};
  esp_idf::Entropy entropy;
  linnet::session::Memory<esp_idf::kSizes> memory;
  linnet::session::Session session{{.url = kUrl, .links = {&wifi}}, entropy, memory};
};

/// Made at the first call, when the system is there: globals are made before it.
Device& device() {
  static Device one;
  return one;
}

void setup() {
  Serial.begin(115200);
  if (!device().wifi.start()) Serial.println("no Wi-Fi: see the log");
}

void loop() {
  using linnet::session::Event;
  auto& session = device().session;
  // Sleeps until there is an event, and at most a second: what else you do here has its turn.
  const auto event = session.wait_until(device().poller.now() + std::chrono::seconds{1});
  if (!event) return;
  if (event->kind == Event::opened) (void)session.send_text("Hello from Arduino!");
  if (event->kind == Event::offline) Serial.println("offline: it comes back by itself");
  if (event->kind == Event::message) {
    Serial.write(event->text().data(), event->text().size());
    Serial.println();
  }
}
