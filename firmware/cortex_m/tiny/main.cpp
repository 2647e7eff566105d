// SPDX-License-Identifier: Apache-2.0
// The smallest target: a WebSocket client over the UART of a Cortex-M0 with 16 KiB of RAM, where the other
// end of the wire is a server. It says what it is, answers what it is told, and ends with the conversation: 0
// where that ended in good order.
#include <array>
#include <string_view>

#include "linnet/ws/client.hpp"
#include "port/cortex_m/memory.hpp"
#include "port/cortex_m/nrf51/entropy.hpp"
#include "port/cortex_m/nrf51/uart.hpp"
#include "port/cortex_m/semihosting.hpp"

namespace {

namespace cortex_m = linnet::port::cortex_m;
namespace ws = linnet::ws;
using linnet::Bytes, linnet::Errc;
using namespace std::string_view_literals;

std::array<std::byte, 256> in_ring;
std::array<std::byte, 64> out_ring;
std::array<std::byte, 256> input;
std::array<std::byte, 1024> output;  // messages of up to 748 bytes may be sent
std::array<std::byte, 512> message;  // and of up to this received
constexpr ws::ClientConfig kConfig{.connection = {.max_message = message.size()}};

void say(std::string_view text) {
  cortex_m::semihosting::write(text);
}

/// What the server says comes back to it; "close" closes.
void answer(ws::Client& client, const ws::Event& event, linnet::Instant now) {
  const bool closes = event.text() == "close";
  const auto done = closes ? client.close(ws::CloseCode::normal, "as you said", now)
                           : client.send(event.type, event.payload);
  if (!done) client.abort();  // a message always finds room here: see `output` and `message`
}

int talk(ws::Client& client, linnet::net::Stream& wire, linnet::net::Poller& poller) {
  for (;;) {
    const linnet::Instant now = poller.now();
    if (client.wants_input()) {
      const auto size = wire.read(input);
      if (!size || !client.receive(linnet::MutableBytes{input}.first(*size))) client.transport_ended();
    }
    while (const auto event = client.poll(now)) {
      if (event->kind == ws::Event::Kind::opened && !client.send_text("tiny")) client.abort();
      if (event->kind == ws::Event::Kind::data) answer(client, *event, now);
      if (event->kind == ws::Event::Kind::closed) {
        say(event->clean ? "closed in good order\n"sv : "ended: "sv);
        if (event->error) say(describe(event->error->code));
        return event->clean ? 0 : 1;
      }
    }
    const Bytes pending = client.output().parts[0];
    if (!pending.empty()) client.sent(wire.write({&pending, 1}).value_or(0));
    if (client.wants_shutdown() && client.deadline() <= now) return 1;
    wire.want(client.output().empty() ? linnet::net::Interest::read : linnet::net::Interest::both);
    poller.wait(client.deadline());
  }
}

}  // namespace

extern "C" int firmware_main() {
  static cortex_m::Poller poller;
  static cortex_m::nrf51::Uart uart{
      poller, 24, 25, {.in = in_ring, .out = out_ring}};  // the pins of the micro:bit's USB
  static cortex_m::nrf51::Entropy entropy;
  static ws::Client client{kConfig, entropy, output, message};
  if (!client.start({.host = "tiny.example", .path = "/tiny"}, poller.now())) return 1;
  const int status = talk(client, uart, poller);
  cortex_m::report_memory();
  return status;
}
