// SPDX-License-Identifier: Apache-2.0
// What the modem's line is used for, measured in virtual time: the driver and the emulator in one process,
// which paces both directions as a UART does and waits before each answer. Prints "NAME VALUE" lines.
#include <cstdio>
#include <string_view>
#include <vector>

#include "cellular/story.hpp"
#include "cellular/wire_share.hpp"

namespace linnet::cellular::test {
namespace {

constexpr std::size_t kAmount = 100'000;  // bytes, each way

void shares() {
  for (const modem::Mode mode : {modem::Mode::command, modem::Mode::transparent}) {
    for (const std::uint32_t baud : {115'200u, 460'800u}) {
      for (const auto latency : {0ms, 10ms, 50ms}) {
        EmulatedLink bench{{.mode = mode, .baud = baud == 115'200 ? 0 : baud, .port = {.baud = true}},
                           "sim7670g",
                           {"paced"}};
        bench.emulated.modem->settings.latency = latency;
        net::Stream* const stream = bench.connect();
        if (stream == nullptr) return;
        const char* const name = mode == modem::Mode::command ? "command" : "transparent";
        const double up = wire_share(bench, *stream, true, kAmount, baud);
        const double down = wire_share(bench, *stream, false, kAmount, baud);
        std::printf("%s-%u-%d-up %.1f\n%s-%u-%d-down %.1f\n", name, baud, static_cast<int>(latency.count()),
                    up, name, baud, static_cast<int>(latency.count()), down);
      }
    }
  }
}

/// Commands in a minute in which nothing is said.
void idle() {
  EmulatedLink bench;
  if (bench.connect() == nullptr) return;
  bench.run_for(120s);
  const std::uint32_t before = bench.link.modem().counters().commands;
  bench.run_for(600s);
  std::printf("idle %.1f\n", (bench.link.modem().counters().commands - before) / 10.0);
}

/// From the banner until the server's first message is there, in milliseconds. What is the modem's own in it
/// (its boot, its SIM card, its registration, its network) is taken to take no time; or, `real`, what it
/// takes.
double first_message(bool real) {
  EmulatedLink bench{{.apn = "internet", .port = {.baud = true}},
                     "sim7670g",
                     real ? std::vector<std::string_view>{"paced", "apn=internet", "boot-delay=3"}
                          : std::vector<std::string_view>{"apn=internet", "boot-delay=3", "sim-busy=0",
                                                          "reg-delay=0", "netopen-delay=0", "open-delay=0"}};
  bench.emulated.modem->settings.latency = real ? 10ms : 1ms;
  const Instant banner = bench.now() + 3s;
  Story story{bench};
  Instant end = bench.now() + 60s;
  while (story.down.received == 0 && bench.now() < end) story.turn(end);
  return static_cast<double>((bench.now() - banner).count()) / 1e3;
}

}  // namespace
}  // namespace linnet::cellular::test

int main() {
  using namespace linnet::cellular::test;
  shares();
  idle();
  std::printf("first-ours %.0f\nfirst-real %.0f\n", first_message(false), first_message(true));
}
