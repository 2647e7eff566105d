// SPDX-License-Identifier: Apache-2.0
// The echo server of docs/, to be measured by hand: instructions under callgrind, system calls under strace,
// resident memory with idle connections. `echo_server PORT`; SIGTERM ends it, with its counters on stderr.
#include <cstdio>
#include <string>

#include "linnet/server/server.hpp"
#include "port/linux/listener.hpp"
#include "port/linux/poller.hpp"
#include "port/linux/signals.hpp"

namespace {

class Echo final : public linnet::server::Handler {
 public:
  void message(linnet::server::Peer& peer, const linnet::ws::Event& message) override {
    (void)peer.send(message.type, message.payload);
  }
};

}  // namespace

int main(int argc, char** argv) {
  linnet::port::linux::Poller poller;
  linnet::port::linux::Listener listener{poller};
  const std::string port = argc > 1 ? argv[1] : "0";
  if (!listener.listen("127.0.0.1:" + port, &listener)) return 1;

  Echo echo;
  linnet::server::Server server{{}, poller};
  if (!server.websocket("/echo", echo)) return 1;
  server.listen(listener, &listener);
  std::printf("listening on ws://127.0.0.1:%u/echo\n", unsigned{listener.port()});
  std::fflush(stdout);

  const linnet::port::linux::Signals signals{poller};
  while (!server.is_stopped()) {
    server.turn(linnet::kNever);
    if (signals.stop_requested()) server.stop();
  }
  const auto& statistics = server.statistics();
  std::fprintf(stderr, "messages in %llu, out %llu, allocations %llu\n",
               static_cast<unsigned long long>(statistics.messages_in),
               static_cast<unsigned long long>(statistics.messages_out),
               static_cast<unsigned long long>(server.memory().allocations));
  return 0;
}
