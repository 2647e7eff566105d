// SPDX-License-Identifier: Apache-2.0
// An echo server as users of ESP-IDF's ws_echo_server know it: a URI handler, a subprotocol, control frames,
// an answer that another task sends later ("Trigger async"), and a message in fragments ("Trigger
// fragments").
#include "esp_log.h"
#include "linnet/server/server.hpp"
#include "port/esp_idf/listener.hpp"
#include "port/esp_idf/task.hpp"
#include "port/esp_idf/wifi.hpp"

using namespace linnet;
namespace esp_idf = linnet::port::esp_idf;

namespace {

constexpr const char* kTag = "echo_server";

esp_idf::Poller poller;
esp_idf::Wifi wifi{poller, {.ssid = CONFIG_EXAMPLE_WIFI_SSID, .password = CONFIG_EXAMPLE_WIFI_PASSWORD}};
// All connections together stay below 40 KiB of heap.
server::Server echo_server{{.max_connections = CONFIG_EXAMPLE_CONNECTIONS,
                            .max_head = 2048,
                            .max_line = 512,
                            .max_fields = 32,
                            .max_body = 1024,
                            .max_backlog = 4096,
                            .receive_buffer = 4096,
                            .send_buffer = 4096,
                            .borrow_from = 2048,
                            .max_buffered = 16 * 1024,
                            .retain_buffered = 4096,
                            .inbox_messages = 8,
                            .inbox_bytes = 1024},
                           poller};

class Echo final : public server::Handler {
 public:
  bool before_upgrade(const server::Request& request, server::Response& /*refusal*/) override {
    ESP_LOGI(kTag, "%.*s is asked for", static_cast<int>(request.path.size()), request.path.data());
    return true;  // false refuses: 403, or what `refusal` says
  }
  void message(server::Peer& peer, const ws::Event& message) override {
    ESP_LOGI(kTag, "%s of %u bytes", message.type == ws::MessageType::text ? "text" : "binary",
             static_cast<unsigned>(message.payload.size()));
    if (message.text() == "Trigger async") {
      asked_ = peer.id();
      (void)esp_idf::start_task("async", [](void* self) { static_cast<Echo*>(self)->answer_later(); }, this);
    } else if (message.text() == "Trigger fragments") {
      (void)peer.send_part(message.type, as_bytes("one, "), false);
      (void)peer.send_part(message.type, as_bytes("two, "), false);
      (void)peer.send_part(message.type, as_bytes("three"), true);
    } else if (!peer.send(message.type, message.payload)) {
      (void)peer.close(ws::CloseCode::try_again_later, "too slow");  // its backlog is full
    }
  }
  void control(server::Peer& /*peer*/, const ws::Event& frame) override {
    ESP_LOGI(kTag, "control frame: %s",
             frame.kind == ws::Event::Kind::ping   ? "ping"
             : frame.kind == ws::Event::Kind::pong ? "pong"
                                                   : "close");
  }
  void closed(server::Peer& /*peer*/, const ws::Event& end) override {
    ESP_LOGI(kTag, "closed with %u", static_cast<unsigned>(end.code));
  }

 private:
  /// In another task: the server's loop takes the message over.
  void answer_later() {
    (void)echo_server.post(server::Target::peer(asked_), ws::MessageType::text, as_bytes("Async data"));
  }

  server::PeerId asked_{};
};

void run(void* /*argument*/) {
  static Echo echo;
  static esp_idf::Listener listener{poller};
  while (!wifi.is_up()) (void)poller.wait(kNever);
  if (!echo_server.websocket("/ws", echo, {.subprotocols = {"echo"}, .control_frames = true}) ||
      !listener.listen(CONFIG_EXAMPLE_PORT, &listener)) {
    ESP_LOGE(kTag, "cannot listen on port %d", CONFIG_EXAMPLE_PORT);
    return;
  }
  echo_server.listen(listener, &listener);
  ESP_LOGI(kTag, "ready, port %d, path /ws", listener.port());
  echo_server.run();
}

}  // namespace

extern "C" void app_main() {
  if (wifi.start()) (void)esp_idf::start_task("echo_server", &run);
}
