// SPDX-License-Identifier: Apache-2.0
// The smallest client: says hello and prints what it hears.   build/host/example_client
// ws://127.0.0.1:8080/echo
#include <cstdio>

#include "linnet/session/memory.hpp"
#include "port/linux/entropy.hpp"
#include "port/linux/tcp_link.hpp"

int main(int count, char** arguments) {
  using linnet::session::Event, linnet::session::Stage;
  linnet::port::linux::Poller poller;
  linnet::port::linux::Resolver resolver{poller};
  linnet::port::linux::TcpLink link{poller, resolver};
  linnet::port::linux::Entropy entropy;
  static linnet::session::Memory<> memory;

  linnet::session::Session session{
      {.url = count > 1 ? arguments[1] : "ws://127.0.0.1:8080/echo"}, link, entropy, memory};
  while (session.stage() != Stage::over) {
    const auto event =
        session.wait();  // sleeps until something is due; `poll(now)` is the same without sleeping
    if (!event) continue;
    switch (event->kind) {
      case Event::Kind::opened: (void)session.send_text(R"({"hello":"world"})"); break;
      case Event::Kind::message:
        std::printf("%.*s\n", static_cast<int>(event->text().size()), event->text().data());
        break;
      default: break;
    }
  }
  if (session.failure()) std::puts(describe(session.failure()->error.code).data());
}
