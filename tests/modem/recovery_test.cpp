// SPDX-License-Identifier: Apache-2.0
// The ladder: when each rung is taken, when it is not, and that it ends.
#include <gtest/gtest.h>

#include "support/modem_bench.hpp"

namespace linnet::modem {
namespace {

using test::ModemBench;
using Kind = Event::Kind;

int rungs(const ModemBench& bench, Rung rung) {
  return bench.cellular.counters().rungs[static_cast<std::size_t>(rung)];
}

TEST(ModemRecovery, AShortLossOfServiceIsLeftAlone) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  ASSERT_NE(bench.connect(), nullptr);
  bench.modem.put("\r\n+CEREG: 2\r\n");
  bench.run_for(40s);
  bench.modem.put("\r\n+CEREG: 1\r\n");
  bench.run_for(60s);
  EXPECT_EQ(bench.cellular.counters().rungs, (std::array<std::uint16_t, kRungs>{}));
  EXPECT_EQ(bench.sockets[0].state(), SocketState::open);
}

TEST(ModemRecovery, ALongOneIsMet) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  bench.modem.put("\r\n+CEREG: 0\r\n");
  bench.run_for(44s);
  EXPECT_EQ(rungs(bench, Rung::attachment), 0);
  bench.run_for(2s);
  EXPECT_EQ(rungs(bench, Rung::attachment), 1);
  EXPECT_TRUE(bench.has_event(Kind::network_down));
  EXPECT_TRUE(bench.has_event(Kind::recovering));
  EXPECT_TRUE(bench.bring_up(10s));
}

TEST(ModemRecovery, ANetworkThatClosesIsOpenedAgainAndSocketsKnow) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.modem.lose_network();
  bench.run_for(1ms);
  EXPECT_EQ(socket->state(), SocketState::ended);
  std::array<std::byte, 1> piece;
  EXPECT_EQ(socket->read(piece).error(), Errc::connection_reset);
  EXPECT_EQ(rungs(bench, Rung::network), 1);
  ASSERT_TRUE(bench.bring_up(10s));
  socket->close();
  EXPECT_NE(bench.connect(), nullptr);
}

TEST(ModemRecovery, ANetworkThatClosesInsideAPayloadGetsTheRestOfIt) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  const Bytes bytes = as_bytes("0123456789");
  EXPECT_EQ(socket->write({&bytes, 1}), 10u);
  bench.chunk = 4;
  while (!bench.modem.waits_for_payload()) bench.exchange();
  bench.modem.put("\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n");
  bench.modem.net_open = false;
  bench.run_for(1ms);
  EXPECT_EQ(rungs(bench, Rung::network), 1);
  EXPECT_EQ(bench.modem.links[0].up, "0123456789");
  EXPECT_TRUE(bench.bring_up(10s));
}

TEST(ModemRecovery, EachRungOnceAndThenAPauseThatGrows) {
  ModemBench bench{{.port = {.power_key = true}}};
  ASSERT_TRUE(bench.bring_up());
  for (int i = 0; i < 300; ++i) {
    bench.modem.answers.emplace("AT+NETOPEN", "\r\nOK\r\n\r\n+NETOPEN: 1\r\n");
  }
  bench.modem.lose_network();
  int presses = 0;
  bool pressed = false;
  bench.run_until([&] {
    const bool now = bench.cellular.lines().power_key;
    presses += now && !pressed ? 1 : 0;
    pressed = now;
    return bench.cellular.step() == Step::pause;
  });
  EXPECT_EQ(bench.cellular.counters().rungs, (std::array<std::uint16_t, kRungs>{0, 1, 1, 1, 1, 1}));
  EXPECT_EQ(presses, 2);  // off, on
  EXPECT_EQ(bench.cellular.failure().cause, Cause::no_network);
  EXPECT_TRUE(bench.has_event(Kind::failed));
  bench.modem.answers.clear();
  EXPECT_TRUE(bench.bring_up(30s));
}

TEST(ModemRecovery, BoundedWhateverTheModemDoes) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  bench.modem.off = true;
  ASSERT_NE(bench.cellular.open("a", 1).value_or(nullptr), nullptr);
  bench.modem.commands.clear();
  const std::uint32_t before = bench.cellular.counters().commands;
  bench.run_for(3600s);
  EXPECT_LT(bench.cellular.counters().commands - before, 2500u);
  bench.modem.off = false;
  EXPECT_TRUE(bench.bring_up(16min));
}

TEST(ModemRecovery, HealthyForAMinuteBeginsAtTheFootAgain) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  for (int i = 0; i < 5; ++i) {
    bench.modem.lose_network();
    bench.run_for(1ms);
    ASSERT_TRUE(bench.bring_up(30s));
    bench.run_for(61s);
  }
  EXPECT_EQ(rungs(bench, Rung::network), 5);
  EXPECT_EQ(rungs(bench, Rung::attachment), 0);
  for (int i = 0; i < 3; ++i) {
    bench.modem.lose_network();
    bench.run_for(1ms);
    ASSERT_TRUE(bench.bring_up(30s));
  }
  EXPECT_EQ(rungs(bench, Rung::network), 6);
  EXPECT_EQ(rungs(bench, Rung::attachment), 1);
  EXPECT_EQ(rungs(bench, Rung::radio), 1);
}

TEST(ModemRecovery, LostBytesOfThePortEndWhatTheyMayHaveHit) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.cellular.port_failed();
  bench.run_for(1ms);
  EXPECT_EQ(socket->state(), SocketState::ended);
  std::array<std::byte, 1> piece;
  EXPECT_EQ(socket->read(piece).error(), Errc::io_failure);
  EXPECT_TRUE(bench.bring_up(10s));
  EXPECT_EQ(bench.cellular.counters().port_failures, 1);
}

TEST(ModemRecovery, ABootWithoutABannerShowsInItsEcho) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.modem.reboot("");
  bench.run_for(30s);
  EXPECT_EQ(socket->state(), SocketState::ended);
  EXPECT_EQ(bench.cellular.counters().boots, 1);
  EXPECT_TRUE(bench.cellular.is_up());
}

TEST(ModemRecovery, ABootAnywhereInASessionBeginsAgain) {
  for (int step = 0; step < 400; ++step) {
    SCOPED_TRACE(step);
    ModemBench bench;
    bench.chunk = 7;
    ASSERT_TRUE(bench.bring_up());
    Socket* const socket = bench.connect();
    ASSERT_NE(socket, nullptr);
    bench.modem.peer_sends(0, std::string(1000, 'x'));
    const std::string much(1000, 'y');
    const Bytes bytes = as_bytes(much);
    EXPECT_EQ(socket->write({&bytes, 1}), 1000u);
    for (int i = 0; i < step; ++i) bench.exchange();
    bench.modem.reboot();
    bench.run_for(10s);  // where the banner was taken for payload it takes a while
    ASSERT_EQ(socket->state(), SocketState::ended);
    socket->close();
    bench.run_for(1ms);
    bench.modem.links[0].up.clear();
    Socket* const again = bench.connect();
    ASSERT_NE(again, nullptr);
    ASSERT_TRUE(bench.send(*again, "hello"));
    bench.run_for(1s);
    EXPECT_EQ(bench.modem.links[0].up, "hello");
  }
}

TEST(ModemRecovery, FourFailedOpensInARowAreTheNetworksFault) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  for (int i = 0; i < 4; ++i) {
    bench.modem.answers.emplace("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443",
                                "\r\nOK\r\n\r\n+CIPOPEN: 0,10\r\n");
    EXPECT_EQ(bench.connect(), nullptr);
    bench.sockets[0].close();
    bench.run_for(1ms);
  }
  EXPECT_EQ(rungs(bench, Rung::network), 1);
  EXPECT_NE(bench.connect(), nullptr);
}

TEST(ModemRecovery, RestartIsLegalAtAnyTime) {
  ModemBench bench{{.pin = "1"}};
  bench.run_for(1s);
  EXPECT_EQ(bench.cellular.step(), Step::failed);  // that is no PIN
  bench.cellular.restart();
  bench.run_for(1s);
  ModemBench other;
  ASSERT_TRUE(other.bring_up());
  ASSERT_NE(other.connect(), nullptr);
  other.cellular.restart();
  other.run_for(1ms);
  EXPECT_EQ(other.sockets[0].state(), SocketState::ended);
  EXPECT_TRUE(other.bring_up(10s));
}

}  // namespace
}  // namespace linnet::modem
