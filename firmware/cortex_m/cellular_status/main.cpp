// SPDX-License-Identifier: Apache-2.0
// A cellular device, whole: the modem on UART 1, TLS, a session that lasts, status reports, commands.
//
//   cellular_status URL APN [AUTHORITY]     AUTHORITY: a file of the host, the certificate that wss:// is
//   checked by
//
// Ends when a command says restart: 0. In a product the authority is an array in flash; here the test makes a
// new one each time, and the emulator's host lends it, as it lends randomness.
#include <array>
#include <string_view>

#include "device.hpp"
#include "linnet/tls/client.hpp"
#include "port/cortex_m/mbedtls/pool.hpp"
#include "port/cortex_m/memory.hpp"
#include "port/cortex_m/mps2/entropy.hpp"
#include "port/cortex_m/mps2/uart.hpp"
#include "port/cortex_m/semihosting.hpp"

namespace {

namespace cortex_m = linnet::port::cortex_m;
using cortex_m::semihosting::write;
using namespace linnet;

constexpr std::size_t kTlsPool = 12'000;

std::array<std::byte, 384> arguments_storage;
std::array<std::byte, 1024> authority;
std::array<std::byte, kTlsPool> tls_pool;
std::array<std::byte, 1024> in_ring;
std::array<std::byte, 256> out_ring;

std::string_view next_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

/// DER, or PEM with the zero that mbedTLS wants counted.
Bytes read_authority(std::string_view path) {
  std::array<char, 256> name{};
  if (path.size() >= name.size()) return {};
  path.copy(name.data(), path.size());
  const std::size_t size = cortex_m::semihosting::read_file(name.data(), authority);
  return size < authority.size() ? Bytes{authority}.first(size) : Bytes{};
}

}  // namespace

extern "C" int firmware_main() {
  cortex_m::mbedtls::use_pool(tls_pool);
  static cortex_m::Poller poller;
  static cortex_m::mps2::HostEntropy entropy;
  static tls::SetClock clock;
  static cortex_m::mps2::Uart uart{poller, 1, {.in = in_ring, .out = out_ring}};

  std::string_view arguments = cortex_m::semihosting::command_line(arguments_storage);
  next_word(arguments);
  const std::string_view url = next_word(arguments);
  const std::string_view apn = next_word(arguments);
  const Bytes trusted = read_authority(next_word(arguments));
  static tls::Client tls{{.authorities = trusted, .clock = &clock, .max_fragment = tls::MaxFragment::b2048},
                         entropy};

  static firmware::Device device{
      {.url = url, .apn = apn, .security = trusted.empty() ? nullptr : &tls, .clock = clock},
      uart,
      poller,
      entropy};
  device.run();
  write("tls: ");
  cortex_m::semihosting::write_number(cortex_m::mbedtls::pool_used());
  write(" of ");
  cortex_m::semihosting::write_number(tls_pool.size());
  write("\n");
  cortex_m::report_memory();
  return 0;
}
