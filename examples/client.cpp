// SPDX-License-Identifier: Apache-2.0
// The smallest client: says hello whenever it is connected, prints what it hears, and stays connected.
// SSL_CERT_FILE=certs/ca.pem build/host/example_client wss://localhost:8080/echo
#include <cstdio>
#include <string>

#include "linnet/session/memory.hpp"
#include "linnet/tls/client.hpp"
#include "port/linux/entropy.hpp"
#include "port/linux/tcp_link.hpp"
#include "port/linux/trust_store.hpp"
#include "port/linux/wall_clock.hpp"

int main(int count, char** arguments) {
  using linnet::session::Event;
  linnet::port::linux::Poller poller;
  linnet::port::linux::Resolver resolver{poller};
  linnet::port::linux::TcpLink link{poller, resolver};
  linnet::port::linux::Entropy entropy;
  linnet::port::linux::WallClock clock;
  const std::string trusted = linnet::port::linux::load_system_authorities().value_or("");
  linnet::tls::Client tls{{.authorities = linnet::tls::pem(trusted.c_str()), .clock = &clock}, entropy};
  static linnet::session::Memory<> memory;

  const char* const url = count > 1 ? arguments[1] : "wss://localhost:8080/echo";
  linnet::session::Session session{{.url = url, .links = {&link}, .security = &tls}, entropy, memory};
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
