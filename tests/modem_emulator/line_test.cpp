// SPDX-License-Identifier: Apache-2.0
// The wire: pace to the microsecond, speeds, pieces, latency, and that all of it repeats with its seed.
#include "modem_emulator/emulated.hpp"

namespace linnet::emulator::test {
namespace {

/// When the answer to `command` was whole, counted from the host's first byte.
Duration answer_time(Emulated& it, std::string_view command) {
  const Instant start = it.now;
  it.heard.clear();
  it.host(std::string{command} + "\r");
  it.advance(10s);
  return it.last_heard - start;
}

TEST(ModemLine, TenBitsAByteEachWay) {
  Emulated it{"sim7670g", {"boot=silent", "paced"}};
  it.ask("ATE0");
  // 3 bytes there, 6 back: 90 bits.
  EXPECT_EQ(answer_time(it, "AT"), Duration{782});  // 781.25 us at 115200
  EXPECT_EQ(it.ask("AT+IPR=9600"), "\r\nOK\r\n");
  EXPECT_EQ(answer_time(it, "AT"), Duration{9375});
}

TEST(ModemLine, PaceMayBeAnother) {
  Emulated it{"sim7670g", {"boot=silent"}};
  it.ask("ATE0");
  EXPECT_EQ(answer_time(it, "AT"), Duration{0});
  it.modem->settings.pace = 300;
  EXPECT_EQ(answer_time(it, "AT"), Duration{300'000});
}

TEST(ModemLine, ReadsAsFastAsTheWireAndNotFaster) {
  Emulated it{"sim7670g", {"warm=1", "paced"}};
  Peer& peer = it.open();
  peer.to_modem = std::string(1500, 'x');
  it.advance(1s);
  // 21 bytes there, "\r\n+CIPRXGET: 2,0,1500,0\r\n", 1500, "\r\n\r\nOK\r\n" back.
  const double bits = 10.0 * (21 + 25 + 1500 + 8);
  const Duration expected{static_cast<std::int64_t>(bits / 115'200 * 1e6)};
  const Duration took = answer_time(it, "AT+CIPRXGET=2,0,1500");
  EXPECT_GE(took, expected);
  EXPECT_LE(took, expected + 2us);
}

TEST(ModemLine, OkLeavesAtTheOldSpeed) {
  Emulated it{"sim7670g", {"boot=silent", "paced", "baud=check"}};
  it.ask("ATE0");
  it.control("host-baud 115200");
  EXPECT_EQ(it.ask("AT+IPR=460800"), "\r\nOK\r\n");
  EXPECT_NE(it.ask("AT"), "\r\nOK\r\n");
  it.control("host-baud 460800");
  EXPECT_EQ(it.ask("AT"), "\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+IPR?"), "\r\n+IPR: 460800\r\n\r\nOK\r\n");
}

TEST(ModemLine, AtTheWrongSpeedThereIsNothingToUnderstand) {
  Emulated it{"sim7670g", {"baud=check", "boot=silent"}};
  it.control("host-baud 9600");
  for (int n = 0; n < 50; ++n) {
    for (const char c : it.ask("AT")) EXPECT_LT(c, 0);
  }
  it.control("host-baud 115200");
  it.ask("");
  EXPECT_EQ(it.ask("ATE0"), "ATE0\r\r\nOK\r\n");
}

TEST(ModemLine, AResetBringsTheKeptSpeedBack) {
  Emulated it{"sim7670g", {"warm=1", "boot-delay=1"}};
  EXPECT_EQ(it.ask("AT+IPR=9600"), "\r\nOK\r\n");
  it.ask("AT+CRESET", 5s);
  EXPECT_EQ(it.modem->line.rate(), 115'200u);
  it.ask("AT+IPREX=230400");
  it.ask("AT+CRESET", 5s);
  EXPECT_EQ(it.modem->line.rate(), 230'400u);
}

TEST(ModemLine, ThePiecesAreAsLargeAsTold) {
  for (const char* variant : {"chunk=1-1", "chunk=2-7", "chunk=50-50"}) {
    SCOPED_TRACE(variant);
    Emulated it{"sim7670g", {variant, "boot=silent"}};
    it.ask("ATE0");
    it.pieces.clear();
    EXPECT_EQ(it.ask("AT+CGMM;+CGMI;+CGSN").size(), 65u);
    EXPECT_GT(it.pieces.size(), 1u);
    for (std::size_t n = 0; n + 1 < it.pieces.size(); ++n) EXPECT_LE(it.pieces[n], 50u);
  }
}

TEST(ModemLine, LatencyIsWhatItIsToldGiveOrTakeAFifth) {
  Emulated it{"sim7670g", {"boot=silent"}};
  it.ask("ATE0");
  it.modem->settings.latency = 50ms;
  Duration sum{};
  for (int n = 0; n < 200; ++n) {
    const Duration took = answer_time(it, "AT");
    EXPECT_TRUE(took >= 40ms && took <= 60ms) << took.count();
    sum += took;
  }
  EXPECT_TRUE(sum / 200 >= 48ms && sum / 200 <= 52ms);
}

std::string story(const char* seed) {
  Emulated it{"sim7670g", {seed, "chunk=1-9"}};
  it.modem->settings.latency = 20ms;
  std::string all;
  for (int n = 0; n < 50; ++n) {
    all += it.ask("AT+CSQ", 6s);
    all += std::to_string(it.last_heard.time_since_epoch().count());
  }
  for (const std::size_t piece : it.pieces) all += " " + std::to_string(piece);
  return all;
}

TEST(ModemLine, EverythingRepeatsWithItsSeed) {
  EXPECT_EQ(story("seed=7"), story("seed=7"));
  EXPECT_NE(story("seed=7"), story("seed=8"));
}

TEST(ModemLine, InjectedUrcsRepeatToo) {
  Emulated it{"sim7670g", {"seed=3", "warm=1", "inject=0.5"}};
  Emulated same{"sim7670g", {"seed=3", "warm=1", "inject=0.5"}};
  std::string all, others;
  for (int n = 0; n < 100; ++n) {
    all += it.ask("AT+CGMM");
    others += same.ask("AT+CGMM");
  }
  EXPECT_EQ(all, others);
  EXPECT_TRUE(it.modem->counters.urcs_injected > 30 && it.modem->counters.urcs_injected < 70);
}

TEST(ModemLine, WhoReadsNothingDoesNotMakeItGrow) {
  Emulated it{"sim7670g", {"warm=1"}};
  for (int n = 0; n < 100'000; ++n) {
    it.modem->voice.urc("+CEREG: 1");
    it.modem->poll(it.now);
  }
  EXPECT_LE(it.modem->line.backlog(), 1u << 20);
  EXPECT_GT(it.modem->line.overruns(), 0u);
}

}  // namespace
}  // namespace linnet::emulator::test
