// SPDX-License-Identifier: Apache-2.0
// A WebSocket echo server, and a second route that answers later from another task, as users of ESP-IDF's
// ws_echo_server know it.   build/host/example_echo_server 127.0.0.1:8080
#include <cstdio>
#include <thread>

#include "linnet/server/server.hpp"
#include "port/linux/listener.hpp"
#include "port/linux/poller.hpp"
#include "port/linux/signals.hpp"

namespace {

using linnet::server::Peer;

class Echo final : public linnet::server::Handler {
 public:
  explicit Echo(linnet::server::Server& server) : server_{server} {}

  void message(Peer& peer, const linnet::ws::Event& message) override {
    if (message.text() == "Trigger async") {
      // Any task may send: the loop takes it over, and would tell its outcome to a Completion.
      later_ = std::jthread{[this, id = peer.id()] {
        (void)server_.post(linnet::server::Target::peer(id), linnet::ws::MessageType::text,
                           linnet::as_bytes("Async data"));
      }};
    } else if (!peer.send(message.type, message.payload)) {
      (void)peer.close(linnet::ws::CloseCode::try_again_later, "too slow");  // its backlog is full
    }
  }

 private:
  linnet::server::Server& server_;
  std::jthread later_;
};

}  // namespace

int main(int count, char** arguments) {
  linnet::port::linux::Poller poller;
  linnet::port::linux::Signals signals{poller};
  linnet::port::linux::Listener listener{poller};
  if (!listener.listen(count > 1 ? arguments[1] : "127.0.0.1:8080", &listener)) return 1;

  linnet::server::Server server{{}, poller};
  Echo echo{server};
  if (!server.websocket("/ws", echo, {.subprotocols = {"chat"}, .control_frames = true})) return 1;
  server.listen(listener, &listener);
  std::printf("ws://127.0.0.1:%u/ws\n", listener.port());
  while (!server.is_stopped()) {
    server.turn(linnet::kNever);
    if (signals.stop_requested()) server.stop();
  }
}
