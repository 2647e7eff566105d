// SPDX-License-Identifier: Apache-2.0
// Instructions of what a device does for each message. Under `qemu -icount shift=0` an instruction is a
// nanosecond, so that a timer of 25 MHz counts 40 of them a tick: the same number on every run and every
// machine. One line a case, "name count".
#include <array>
#include <cstring>
#include <string_view>

#include "linnet/codec/digest.hpp"
#include "linnet/codec/utf8.hpp"
#include "linnet/ws/client.hpp"
#include "linnet/ws/connection.hpp"
#include "linnet/ws/workspace.hpp"
#include "port/cortex_m/memory.hpp"
#include "port/cortex_m/registers.hpp"
#include "port/cortex_m/semihosting.hpp"

namespace {

using namespace linnet;
namespace semihosting = port::cortex_m::semihosting;
using port::cortex_m::reg;

// CMSDK dual timer 1 ("Application Note AN385", 4.9): counts down, 32 bits, 25 MHz.
constexpr std::uint32_t kTimer = 0x40002000;
constexpr std::uint32_t kLoad = kTimer, kValue = kTimer + 4, kControl = kTimer + 8;
constexpr std::uint32_t kInstructionsATick = 40;
constexpr std::uint32_t kRepeats = 200;
constexpr std::size_t kPayload = 1024;

template <typename Operation>
void count(std::string_view name, Operation operation) {
  operation();
  const std::uint32_t begin = reg(kValue);
  for (std::uint32_t i = 0; i < kRepeats; ++i) operation();
  const std::uint32_t ticks = begin - reg(kValue);
  semihosting::write(name);
  semihosting::write(" ");
  semihosting::write_number(std::uint64_t{ticks} * kInstructionsATick / kRepeats);
  semihosting::write("\n");
}

class Counting final : public Entropy {
 public:
  void fill(MutableBytes out) noexcept override {
    for (std::byte& byte : out) byte = static_cast<std::byte>(++state_);
  }

 private:
  std::uint32_t state_ = 0;
};

std::array<std::byte, kPayload + 16> frame;  // as it came
std::array<std::byte, kPayload + 16> input;  // where a read puts it
std::array<std::byte, 2048> output;
std::array<std::byte, kPayload> payload;
ws::ConnectionConfig config{
    .heartbeat = {.ping_interval = Duration::zero(), .liveness_timeout = Duration::zero()}};

void fill_payload(std::string_view pattern) {
  for (std::size_t i = 0; i < kPayload; ++i) payload[i] = static_cast<std::byte>(pattern[i % pattern.size()]);
}

/// A whole frame around the payload; its size. A mask as a client's has it, or none.
std::size_t make_frame(bool text, bool masked) {
  const std::array<std::byte, 4> key{std::byte{0x37}, std::byte{0xfa}, std::byte{0x21}, std::byte{0x3d}};
  frame[0] = static_cast<std::byte>(0x80 | (text ? 1 : 2));
  frame[1] = static_cast<std::byte>((masked ? 0x80 : 0) | 126);
  store_be16(&frame[2], kPayload);
  std::size_t at = 4;
  if (masked) {
    for (const std::byte byte : key) frame[at++] = byte;
  }
  for (std::size_t i = 0; i < kPayload; ++i)
    frame[at + i] = payload[i] ^ (masked ? key[i % 4] : std::byte{0});
  return at + kPayload;
}

template <ws::Role role>
void receive(ws::Connection<role>& connection, std::size_t size) {
  std::memcpy(input.data(), frame.data(), size);
  if (!connection.receive(MutableBytes{input}.first(size))) __builtin_trap();
  std::size_t got = 0;
  while (const auto event = connection.poll(Instant{})) got += event->payload.size();
  if (got != kPayload) __builtin_trap();
}

void count_server() {
  static ws::Workspace workspace{output};
  static ws::Connection<ws::Role::server> server{config, Instant{}};
  server.attach(&workspace);
  fill_payload("\x01\xfe");
  std::size_t size = make_frame(false, true);
  count("server-takes-1KiB-binary", [size] { receive(server, size); });
  fill_payload("the quick brown fox. ");
  size = make_frame(true, true);
  count("server-takes-1KiB-ASCII", [size] { receive(server, size); });
  fill_payload("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x95\x8a\xc3\xa9\xc3\xa9\xc3\xa9");  // 16 bytes: whole in 1 KiB
  size = make_frame(true, true);
  count("server-takes-1KiB-UTF-8", [size] { receive(server, size); });
}

void count_client() {
  static Counting entropy;
  static ws::Workspace workspace{output};
  static ws::Connection<ws::Role::client> client{config, entropy, workspace, Instant{}};
  fill_payload("the quick brown fox. ");
  const std::size_t size = make_frame(true, false);
  count("client-takes-1KiB-ASCII", [size] { receive(client, size); });
  const auto send = [](std::size_t bytes) {
    if (!client.send_binary(Bytes{payload}.first(bytes))) __builtin_trap();
    client.sent(client.output().size());
  };
  count("client-sends-16B", [send] { send(16); });
  count("client-sends-200B", [send] { send(200); });
  count("client-sends-1KiB", [send] { send(kPayload); });
}

}  // namespace

extern "C" int firmware_main() {
  reg(kLoad) = 0xFFFFFFFF;
  reg(kControl) = 0x82;  // on, 32 bits, free-running
  count_server();
  count_client();
  port::cortex_m::report_memory();
  return 0;
}
