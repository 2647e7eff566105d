// SPDX-License-Identifier: Apache-2.0
// The smallest client: says hello whenever it is connected, prints what it hears, and stays connected.
// build/host/example_client ws://127.0.0.1:8080/echo
#include <cstdio>

#include "linnet/session/memory.hpp"
#include "port/linux/entropy.hpp"
#include "port/linux/tcp_link.hpp"

int main(int count, char** arguments) {
  using linnet::session::Event;
  linnet::port::linux::Poller poller;
  linnet::port::linux::Resolver resolver{poller};
  linnet::port::linux::TcpLink link{poller, resolver};
  linnet::port::linux::Entropy entropy;
  static linnet::session::Memory<> memory;

  const char* const url = count > 1 ? arguments[1] : "ws://127.0.0.1:8080/echo";
  linnet::session::Session session{{.url = url, .links = {&link}}, entropy, memory};
  while (const auto event = session.wait()) {  // sleeps until something is due; `poll(now)` never sleeps
    switch (event->kind) {
      case Event::opened: (void)session.send_text(R"({"hello":"world"})"); break;
      case Event::message:
        std::printf("%.*s\n", static_cast<int>(event->text().size()), event->text().data());
        break;
      case Event::offline: std::puts("offline"); break;  // it is already reconnecting
      default: break;
    }
  }
  if (session.failure()) std::puts(describe(session.failure()->error.code).data());
}
