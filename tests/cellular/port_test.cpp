// SPDX-License-Identifier: Apache-2.0
// The port under the link: its lines, its loss, what a trace may tell of it; and all of the modem's
// connections at once.
#include <gtest/gtest.h>

#include "cellular/emulated_link.hpp"

namespace linnet::cellular::test {
namespace {

using State = net::Stream::State;

void say(EmulatedLink& bench, net::Stream& stream, std::string_view text) {
  const Bytes bytes = as_bytes(text);
  EXPECT_EQ(stream.write({&bytes, 1}), text.size());
  bench.run_for(1s);
}
std::string hear(net::Stream& stream) {
  std::array<std::byte, 256> piece;
  const auto size = stream.read(piece);
  return size ? std::string{as_text(Bytes{piece}.first(*size))} : std::string{describe(size.error().code)};
}

/// Out of the data to ask for the signal, and back: what is said meanwhile is kept.
void excursion(EmulatedLink& bench) {
  net::Stream* const stream = bench.connect();
  ASSERT_NE(stream, nullptr);
  ASSERT_EQ(stream->state(), State::open);
  say(bench, *stream, "before");
  bench.link.modem().measure_signal();
  bench.run_for(100ms);
  say(bench, *stream, "meanwhile");
  bench.emulated.internet.peers.back()->to_modem = "heard";
  bench.run_for(10s);
  EXPECT_EQ(bench.emulated.internet.peers.back()->from_modem, "beforemeanwhile");
  EXPECT_EQ(hear(*stream), "heard");
  say(bench, *stream, "after");
  EXPECT_EQ(bench.emulated.internet.peers.back()->from_modem, "beforemeanwhileafter");
}

TEST(ModemPort, TransparentDataIsLeftByGuardTimeAndTakenUpAgain) {
  EmulatedLink bench{{.mode = modem::Mode::transparent}};
  excursion(bench);
  EXPECT_TRUE(bench.trace.text.contains("+++"));
}

TEST(ModemPort, TransparentDataIsLeftByDtrWhereItIsWired) {
  EmulatedLink bench{{.mode = modem::Mode::transparent, .port = {.dtr = true}}};
  excursion(bench);
  EXPECT_FALSE(bench.trace.text.contains("+++"));
}

/// It is said to be wired, and is not: once a second is lost, then the guard time does it.
TEST(ModemPort, ADtrThatNobodyHearsIsMadeUpFor) {
  EmulatedLink bench{{.mode = modem::Mode::transparent, .port = {.dtr = true}}};
  bench.serial.is_dtr_wired = false;
  excursion(bench);
  EXPECT_TRUE(bench.trace.text.contains("+++"));
}

/// The clock of the emulator's network begins with 2026; it tells it one hour ahead of UTC.
TEST(ModemPort, TheNetworksTimeIsForWhoHasNoClock) {
  EmulatedLink bench;
  ASSERT_NE(bench.connect(), nullptr);
  bench.link.modem().ask_time();
  bench.run_for(1s);
  EXPECT_EQ(std::ranges::count(bench.events, modem::Event::Kind::time_known), 1);
  const modem::Status& status = bench.link.modem().status();
  const auto begin = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
  const auto age = status.unix_time - begin.time_since_epoch() / 1s;  // the modem's; it booted in the bench's
  EXPECT_GT(age, 0);
  EXPECT_LT(age, 30);
}

TEST(ModemPort, OpensItselfAndComesBackAfterALoss) {
  EmulatedLink bench;
  bench.serial.opens_itself = bench.serial.broken = true;
  net::Stream* const stream = bench.connect();
  ASSERT_NE(stream, nullptr);
  EXPECT_EQ(bench.serial.opens, 1u);
  say(bench, *stream, "one");
  bench.serial.broken = true;
  bench.serial.is_there = false;
  bench.run_for(1s);
  EXPECT_EQ(stream->state(), State::closed);
  EXPECT_EQ(hear(*stream), describe(Errc::io_failure));
  stream->close();
  EXPECT_EQ(bench.link.open("gw.example.net", 8443, bench.now()).error(), Errc::host_not_found);
  bench.run_for(60s);
  EXPECT_GT(bench.serial.opens, 20u);  // every two seconds
  bench.serial.is_there = true;
  bench.run_for(10s);
  EXPECT_FALSE(bench.link.port_error().has_value());
  net::Stream* const again = bench.connect();
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->state(), State::open);
}

TEST(ModemPort, APortThatIsNotThereIsNoWayThrough) {
  EmulatedLink bench;
  bench.serial.opens_itself = bench.serial.broken = true;
  bench.serial.is_there = false;
  EXPECT_EQ(bench.link.open("gw.example.net", 8443, bench.now()).error(), Errc::host_not_found);
  EXPECT_EQ(bench.link.port_error(), Errc::host_not_found);
}

TEST(ModemPort, AnOverrunEndsWhatItMayHaveHit) {
  EmulatedLink bench;
  net::Stream* const stream = bench.connect();
  ASSERT_NE(stream, nullptr);
  bench.serial.lost = true;
  bench.run_for(1s);
  EXPECT_EQ(hear(*stream), describe(Errc::io_failure));
  EXPECT_EQ(bench.link.modem().counters().port_failures, 1u);
  stream->close();
  EXPECT_NE(bench.connect(), nullptr);
}

TEST(ModemPort, ATraceHasNoSecretsAndNoPayload) {
  EmulatedLink bench{{.apn = "internet", .user = "user", .password = "pa55word", .pin = "4711"},
                     "sim7670g",
                     {"sim=pin:4711"}};
  net::Stream* const stream = bench.connect();
  ASSERT_NE(stream, nullptr);
  say(bench, *stream, "Authorization: Bearer s3cr3t\r\n");
  bench.emulated.internet.peers.back()->to_modem = "Set-Cookie: s3cr3t\r\nOK\r\n";
  bench.run_for(1s);
  EXPECT_EQ(hear(*stream), "Set-Cookie: s3cr3t\r\nOK\r\n");
  const std::string& text = bench.trace.text;
  EXPECT_TRUE(text.contains("AT+CSQ\r") && text.contains("[out, 30 bytes of payload]") &&
              text.contains("[in, 24 bytes of payload]") && text.contains("[out, a command with a secret]"))
      << text;
  for (const std::string_view secret : {"4711", "pa55word", "s3cr3t"})
    EXPECT_FALSE(text.contains(secret)) << secret;
}

TEST(ModemPort, FourConnectionsAtOnceAndAFifthIsRefused) {
  EmulatedLink bench;
  std::array<net::Stream*, 4> streams{};
  for (net::Stream*& stream : streams) {
    stream = bench.connect();
    ASSERT_NE(stream, nullptr);
    EXPECT_EQ(stream->state(), State::open);
  }
  EXPECT_EQ(bench.link.open("gw.example.net", 8443, bench.now()).error(), Errc::too_many);
  bench.echoes = true;
  for (std::size_t at = 0; at < streams.size(); ++at)
    say(bench, *streams[at], std::string(20, static_cast<char>('a' + at)));
  for (std::size_t at = 0; at < streams.size(); ++at)
    EXPECT_EQ(hear(*streams[at]), std::string(20, static_cast<char>('a' + at)));
  streams[2]->close();
  bench.run_for(5s);
  EXPECT_FALSE(bench.link.is_idle());
  EXPECT_NE(bench.connect(), nullptr);  // its place is free again
}

}  // namespace
}  // namespace linnet::cellular::test
