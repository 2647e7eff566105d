// SPDX-License-Identifier: Apache-2.0
// One connection that has the line to itself: in, out and in again without a byte more or less.
#include <gtest/gtest.h>

#include "linnet/modem/data_filter.hpp"
#include "support/modem_bench.hpp"
#include "support/splits.hpp"

namespace linnet::modem {
namespace {

using test::ModemBench;
using namespace std::string_literals;

constexpr Config kTransparent{.mode = Mode::transparent};

std::string every_byte(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i * 7 + i / 256);
  return text;
}

TEST(DataFilter, PassesEverythingThatIsFollowedByMore) {
  const std::string input =
      "\r\nOK\r\nx\r\nCLOSED\r\n\r\nCLOSED\ry\r\r\n+IPCLOSE: 0,1\r\n\r\n+IPCLOSE: 0,\r\nRDY\r"s +
      every_byte(600) + "\r\n\r\r\n\nz";
  test::for_each_split(input, [&](const test::Chunks& chunks) {
    std::array<std::byte, 2000> storage;
    ByteRing data{storage};
    std::array<std::byte, DataFilter::kMost> room;
    DataFilter filter{room};
    for (const std::string& chunk : chunks) filter.feed(as_bytes(chunk), data, {});
    EXPECT_EQ(filter.held(), 0u);
    std::array<std::byte, 2000> out;
    EXPECT_EQ(as_text(Bytes{out}.first(data.take(out))), input);
  });
}

TEST(DataFilter, HoldsANoticeAtTheEnd) {
  for (const std::string_view notice :
       {"\r\nOK\r\n", "\r\nCLOSED\r\n", "\r\n+IPCLOSE: 0,1\r\n", "\r\nCLOSED\r\n\r\n+IPCLOSE: 0,2\r\n",
        "\r\nQCRDY\r\n", "\r\nNO CARRIER\r\n", "\r\n*ATREADY: 1\r\n", "\r\nRDY\r\n"}) {
    test::for_each_split("data\r\n" + std::string{notice}, [&](const test::Chunks& chunks) {
      std::array<std::byte, 100> storage;
      ByteRing data{storage};
      std::array<std::byte, DataFilter::kMost> room;
      DataFilter filter{room};
      for (const std::string& chunk : chunks) filter.feed(as_bytes(chunk), data, Instant{7s});
      EXPECT_TRUE(filter.has_notice());
      EXPECT_EQ(filter.has_ok(), notice == "\r\nOK\r\n");
      EXPECT_EQ(filter.held(), notice.size());
      EXPECT_EQ(filter.last_input(), Instant{7s});
      EXPECT_EQ(data.size(), 6u);
      filter.release(data);
      EXPECT_EQ(data.size(), 6u + notice.size());
      EXPECT_FALSE(filter.has_notice());
    });
  }
}

TEST(ModemTransparent, SetsUpAndCarries) {
  for (const std::size_t chunk : {1u, 7u, 4096u}) {
    ModemBench bench{kTransparent};
    bench.chunk = chunk;
    ASSERT_TRUE(bench.bring_up());
    for (const char* command : {"AT+CIPMODE=1", "AT+CIPCFG=\"transwaittm\",5", "AT&C1", "AT&D1"}) {
      EXPECT_TRUE(bench.has_command(command)) << command;
    }
    EXPECT_FALSE(bench.has_command("AT+CIPRXGET=1"));
    Socket* const socket = bench.connect();
    ASSERT_NE(socket, nullptr);
    EXPECT_EQ(bench.cellular.open("b", 1).error(), Errc::too_many);
    const std::string up = every_byte(9000) + "a+++b\r\nAT+CPOF\r";
    const std::string down = every_byte(9000) + "\r\nOK\r\n+++\r\nCLOSED\r\n!";
    ASSERT_TRUE(bench.send(*socket, up));
    bench.modem.peer_sends(0, down);
    std::string got;
    EXPECT_TRUE(bench.run_until([&] {
      got += bench.read(*socket);
      return got.size() == down.size();
    }));
    bench.run_for(1s);
    EXPECT_EQ(got, down);
    EXPECT_EQ(bench.modem.links[0].up, up);
    EXPECT_TRUE(bench.modem.in_data);
  }
}

TEST(ModemTransparent, HoldsTheModemBackWhenNobodyReads) {
  ModemBench bench{kTransparent, 1000, 1000};
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  const std::string down = every_byte(5000);
  bench.modem.peer_sends(0, down);
  bench.run_for(1s);
  EXPECT_FALSE(bench.cellular.wants_input());
  std::string got;
  EXPECT_TRUE(bench.run_until([&] {
    got += bench.read(*socket);
    return got.size() >= 5000;
  }));
  EXPECT_EQ(got, down);
}

TEST(ModemTransparent, ThePeersEnd) {
  ModemBench bench{kTransparent};
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.modem.peer_sends(0, "last words");
  bench.modem.peer_closes(0);
  bench.run_for(8s);
  EXPECT_EQ(bench.read(*socket), "last words");
  std::array<std::byte, 1> piece;
  EXPECT_EQ(socket->read(piece).error(), Errc::end_of_stream);
  socket->close();
  EXPECT_NE(bench.connect(), nullptr);
}

TEST(ModemTransparent, TextLikeANoticeIsAskedAboutAndGivenBack) {
  for (const std::string& text :
       {"\r\nCLOSED\r\n"s, "x\r\n+IPCLOSE: 0,1\r\n"s, "\r\nQCRDY\r\n"s, "\r\nOK\r\n"s}) {
    ModemBench bench{kTransparent};
    ASSERT_TRUE(bench.bring_up());
    Socket* const socket = bench.connect();
    ASSERT_NE(socket, nullptr);
    bench.modem.peer_sends(0, text);
    bench.run_for(10s);
    EXPECT_EQ(bench.read(*socket), text);
    EXPECT_EQ(socket->state(), SocketState::open);
    EXPECT_TRUE(bench.modem.in_data);
    ASSERT_TRUE(bench.send(*socket, "still here"));
    bench.run_for(1s);
    EXPECT_EQ(bench.modem.links[0].up, "still here");
  }
}

TEST(ModemTransparent, CloseSendsWhatIsLeftAndEscapes) {
  ModemBench bench{kTransparent};
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  const Bytes bytes = as_bytes("goodbye");
  EXPECT_EQ(socket->write({&bytes, 1}), 7u);
  socket->close();
  bench.run_for(5s);
  EXPECT_EQ(bench.modem.links[0].up, "goodbye");
  EXPECT_FALSE(bench.modem.links[0].open);
  EXPECT_EQ(socket->state(), SocketState::free);
  EXPECT_NE(bench.connect("b", 2), nullptr);
}

TEST(ModemTransparent, AnExcursionForTheSignalLosesNothing) {
  ModemBench bench{kTransparent};
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.modem.commands.clear();
  bench.cellular.measure_signal();
  bench.run_for(500ms);
  bench.modem.peer_sends(0, "while it is quiet");
  const Bytes bytes = as_bytes("waits");
  EXPECT_EQ(socket->write({&bytes, 1}), 5u);
  bench.run_for(5s);
  EXPECT_TRUE(bench.has_command("AT+CSQ"));
  EXPECT_TRUE(bench.has_command("ATO"));
  EXPECT_EQ(bench.read(*socket), "while it is quiet");
  EXPECT_EQ(bench.modem.links[0].up, "waits");
  EXPECT_EQ(socket->state(), SocketState::open);
}

TEST(ModemTransparent, ACarrierThatGoesIsTheEnd) {
  ModemBench bench{{.mode = Mode::transparent, .port = {.carrier = true}}};
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.modem.in_data = false;
  bench.modem.links[0].open = false;
  bench.cellular.carrier_changed(false);
  bench.run_for(1s);
  EXPECT_EQ(socket->state(), SocketState::ended);
  std::array<std::byte, 1> piece;
  EXPECT_EQ(socket->read(piece).error(), Errc::end_of_stream);
}

TEST(ModemTransparent, ABootInTheData) {
  ModemBench bench{kTransparent};
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.modem.reboot();
  bench.run_for(30s);
  EXPECT_EQ(socket->state(), SocketState::ended);
  socket->close();
  EXPECT_NE(bench.connect(), nullptr);
}

TEST(ModemTransparent, AConnectionThatFails) {
  ModemBench bench{kTransparent};
  ASSERT_TRUE(bench.bring_up());
  bench.modem.answers.emplace("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443", "\r\nCONNECT FAIL\r\n");
  EXPECT_EQ(bench.connect(), nullptr);
  std::array<std::byte, 1> piece;
  EXPECT_EQ(bench.sockets[0].read(piece).error().code, Errc::connection_refused);
  bench.sockets[0].close();
  EXPECT_NE(bench.connect(), nullptr);
}

}  // namespace
}  // namespace linnet::modem
