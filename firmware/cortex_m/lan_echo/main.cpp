// SPDX-License-Identifier: Apache-2.0
// WebSocket over TCP/IP: lwIP on the Ethernet chip of the MPS2. What it does is in its arguments:
//
//   lan_echo client URL BYTES      sends so much to an echo server and checks what comes back
//   lan_echo server PORT COUNT     sends back what comes, until so many connections were served
//   lan_echo idle MS               does nothing for so long, and says how often it woke
//
// Exit status 0: all in good order.
#include <array>
#include <charconv>
#include <string_view>

#include "echo_client.hpp"
#include "echo_server.hpp"
#include "port/cortex_m/lwip/listener.hpp"
#include "port/cortex_m/lwip/network.hpp"
#include "port/cortex_m/lwip/tcp_link.hpp"
#include "port/cortex_m/memory.hpp"
#include "port/cortex_m/mps2/entropy.hpp"
#include "port/cortex_m/mps2/lan9118.hpp"
#include "port/cortex_m/semihosting.hpp"

namespace {

namespace cortex_m = linnet::port::cortex_m;
namespace lwip = cortex_m::lwip;
using cortex_m::semihosting::write, cortex_m::semihosting::write_number;
using namespace linnet;

std::string_view next_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

std::uint32_t number(std::string_view text) {
  std::uint32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool run_client(lwip::Network& network, Entropy& entropy, std::string_view arguments) {
  static lwip::TcpLink link{network};
  static firmware::EchoClient client{link, entropy};
  const std::string_view url = next_word(arguments);
  const std::uint32_t bytes = number(next_word(arguments));
  net::Poller& poller = network.poller();
  const Instant begin = poller.now();
  const bool done = client.run(url, bytes);
  const auto time = (poller.now() - begin) / 1ms;
  write("echo: ");
  write_number(bytes);
  write(" bytes each way in ");
  write_number(static_cast<std::uint64_t>(time));
  write(" ms\n");
  return done;
}

bool run_server(lwip::Network& network, std::string_view arguments) {
  static lwip::Listener listener{network};
  static firmware::EchoServer server{network.poller(), listener};
  const std::uint32_t port = number(next_word(arguments));
  const std::uint32_t count = number(next_word(arguments));
  if (!listener.listen(static_cast<std::uint16_t>(port), &server)) return false;
  write("listening\n");
  return server.serve(count) == count;
}

/// The turns of the loop.
class TurnCounter final : public cortex_m::Source {
 public:
  explicit TurnCounter(cortex_m::Poller& poller) noexcept : Source{poller} {}
  void look() noexcept override { ++turns; }

  std::uint32_t turns = 0;
};

bool run_idle(cortex_m::Poller& poller, std::string_view arguments) {
  static TurnCounter counter{poller};
  const Instant end = poller.now() + std::chrono::milliseconds{number(next_word(arguments))};
  poller.wait(end);
  write("turns: ");
  write_number(counter.turns);
  write("\n");
  return true;
}

}  // namespace

extern "C" int firmware_main() {
  static cortex_m::Poller poller;
  static cortex_m::mps2::HostEntropy entropy;
  static cortex_m::mps2::Lan9118 ethernet{poller,
                                          {0x02, 0x4C, 0x69, 0x6E, 0x6E, 0x65}};  // locally administered
  static lwip::Network network{poller, ethernet, entropy};
  std::array<std::byte, 128> storage;
  std::string_view arguments = cortex_m::semihosting::command_line(storage);
  next_word(arguments);
  const std::string_view role = next_word(arguments);

  const Instant give_up = poller.now() + 10s;
  while (!network.is_up() && poller.now() < give_up) poller.wait(std::min(give_up, poller.now() + 10ms));
  bool done = false;
  if (!network.is_up()) {
    write("no address by DHCP\n");
  } else if (role == "client") {
    done = run_client(network, entropy, arguments);
  } else if (role == "server") {
    done = run_server(network, arguments);
  } else if (role == "idle") {
    done = run_idle(poller, arguments);
  } else {
    write("lan_echo client URL BYTES | lan_echo server PORT COUNT | lan_echo idle MS\n");
  }
  write("lwip: ");
  write_number(lwip::Network::memory_used());
  write(" of ");
  write_number(lwip::Network::memory_size());
  write("\n");
  cortex_m::report_memory();
  return done ? 0 : 1;
}
