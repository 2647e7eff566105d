// SPDX-License-Identifier: Apache-2.0
// Connections over commands: every byte once and in order, and what is done when one may be missing.
#include "linnet/modem/socket.hpp"

#include <gtest/gtest.h>

#include "support/modem_bench.hpp"

namespace linnet::modem {
namespace {

using test::ModemBench;
using namespace std::string_literals;

std::string noise(std::size_t size, unsigned seed = 1) {
  std::string text;
  while (text.size() < size) {
    seed = seed * 1664525u + 1013904223u;
    text += static_cast<char>(seed >> 24);
  }
  return text;
}

const std::string kNasty =
    "\r\nOK\r\n+IPCLOSE: 0,1\r\nAT+CIPCLOSE=0\r> \0\x1a\x1b+++\r\nERROR\r\nQCRDY\r\nAT+CPOF\r"s;

/// Sends and receives over one connection while `modem` does what it was told; what arrived.
struct Conversation {
  std::string up, down;
  bool complete = false;
};
Conversation converse(ModemBench& bench, const std::string& up, const std::string& down) {
  Conversation result;
  Socket* const socket = bench.connect();
  if (socket == nullptr) return result;
  bench.modem.peer_sends(0, down);
  std::string_view rest = up;
  result.complete = bench.run_until(
      [&] {
        const Bytes bytes = as_bytes(rest);
        if (const auto taken = socket->write({&bytes, 1})) rest.remove_prefix(*taken);
        result.down += bench.read(*socket);
        return socket->state() == SocketState::ended ||
               (rest.empty() && bench.modem.links[0].up.size() >= up.size() &&
                result.down.size() >= down.size());
      },
      120s);
  bench.run_for(10ms);
  result.up = bench.modem.links[0].up;
  result.down += bench.read(*socket);
  result.complete = result.up == up && result.down == down && socket->state() == SocketState::open;
  return result;
}

TEST(ModemSocket, CarriesBytesBothWays) {
  for (const std::size_t size : {1u, 2u, 100u, 1459u, 1460u, 1461u, 1500u, 5000u, 20000u}) {
    SCOPED_TRACE(size);
    ModemBench bench;
    ASSERT_TRUE(bench.bring_up());
    const Conversation result = converse(bench, noise(size), noise(size, 7));
    EXPECT_TRUE(result.complete);
  }
}

TEST(ModemSocket, TextThatLooksLikeAnswersOrCommandsIsPayload) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  std::string much;
  for (int i = 0; i < 100; ++i) much += kNasty;
  const Conversation result = converse(bench, much, much);
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(bench.cellular.counters().killed_links, 0);
  for (const std::string& command : bench.modem.commands) {
    EXPECT_TRUE(command != "AT+CPOF" && command != "AT+CIPCLOSE=0") << command;
  }
}

TEST(ModemSocket, AnUnaskedLineInAnyGapChangesNothing) {
  int gaps = 0;
  {
    ModemBench bench;
    ASSERT_TRUE(bench.bring_up());
    ASSERT_TRUE(converse(bench, noise(4000), noise(4000, 3)).complete);
    gaps = bench.modem.gap;
  }
  ASSERT_GT(gaps, 60);
  for (const char* urc :
       {"\r\n+CEREG: 5\r\n", "\r\n+CIPRXGET: 1,0\r\n", "\r\n+IPCLOSE: 2,1\r\n", "\r\nPB DONE\r\n",
        "\r\n+CPIN: READY\r\n", "\r\nhello\r\n", "\r\n+CGEV: ME PDN ACT 1\r\n"}) {
    for (int gap = 0; gap < gaps; ++gap) {
      SCOPED_TRACE(std::string{urc} + " in gap " + std::to_string(gap));
      ModemBench bench;
      bench.modem.inject_at = gap;
      bench.modem.injected = urc;
      ASSERT_TRUE(bench.bring_up());
      ASSERT_TRUE(converse(bench, noise(4000), noise(4000, 3)).complete);
      EXPECT_EQ(bench.cellular.counters().boots, 0);
      EXPECT_EQ(bench.cellular.counters().late_answers, 0);
    }
  }
}

TEST(ModemSocket, EveryVariantOfTheDialect) {
  for (int variant = 0; variant < 16; ++variant) {
    SCOPED_TRACE(variant);
    ModemBench bench;
    if ((variant & 1) != 0) bench.modem.tail = "\r\nOK\r\n";
    if ((variant & 2) != 0) bench.modem.prompt = "\r\n> ";
    if ((variant & 4) != 0) bench.chunk = 1;
    if ((variant & 8) != 0) bench.modem.latency = 50ms;
    ASSERT_TRUE(bench.bring_up());
    EXPECT_TRUE(converse(bench, noise(3000), noise(3000, 3)).complete);
  }
}

TEST(ModemSocket, CoalescesIntoSegmentsAndFlushesWhenIdle) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.modem.commands.clear();
  bench.modem.latency = 10ms;
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(bench.send(*socket, noise(100)));
  bench.run_for(1s);
  const std::vector<std::string> expected{"AT+CIPSEND=0,100", "AT+CIPSEND=0,1460", "AT+CIPSEND=0,1440"};
  EXPECT_EQ(bench.modem.commands, expected);
}

TEST(ModemSocket, ConfirmationsThatAreNotWholeEndTheConnection) {
  for (const int confirm : {0, -1, 2}) {
    SCOPED_TRACE(confirm);
    ModemBench bench;
    ASSERT_TRUE(bench.bring_up());
    Socket* const socket = bench.connect();
    ASSERT_NE(socket, nullptr);
    bench.modem.confirm = confirm;
    ASSERT_TRUE(bench.send(*socket, "hello"));
    bench.run_for(1s);
    EXPECT_EQ(socket->state(), SocketState::ended);
    std::array<std::byte, 1> piece;
    EXPECT_EQ(socket->read(piece).error(), confirm == -1 ? Errc::connection_reset : Errc::io_failure);
    const Bytes more = as_bytes("more");
    EXPECT_EQ(socket->write({&more, 1}).error(), Errc::connection_reset);
    EXPECT_EQ(bench.modem.links[0].up, "hello");  // and not a second time
    EXPECT_EQ(bench.cellular.counters().killed_links, 1);
    EXPECT_FALSE(bench.modem.links[0].open);
    socket->close();
    EXPECT_NE(bench.connect(), nullptr);
  }
}

TEST(ModemSocket, AConfirmationThatNeverComesEndsTheConnection) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.modem.swallow = "+CIPSEND";
  ASSERT_TRUE(bench.send(*socket, "hello"));
  EXPECT_TRUE(bench.run_until([&] { return socket->state() == SocketState::ended; }, 30s));
  std::array<std::byte, 1> piece;
  EXPECT_EQ(socket->read(piece).error(), Errc::stall_timeout);
}

TEST(ModemSocket, ALostPromptIsAnsweredWithTheTruePayload) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  bench.modem.swallow = "\r\n>";
  const Conversation result = converse(bench, noise(3000), "");
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(bench.cellular.counters().lost_prompts, 1);
  EXPECT_EQ(bench.cellular.counters().killed_links, 0);
}

TEST(ModemSocket, APayloadThatNobodyWaitsForIsNoCommand) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  const std::string payload = "x\r\nAT+CPOF\r\nat+cfun=0\r";
  bench.modem.answers.emplace("AT+CIPSEND=0,4", "");  // the command never arrives
  ASSERT_TRUE(bench.send(*socket, payload));
  bench.run_for(20s);
  EXPECT_EQ(socket->state(), SocketState::ended);
  EXPECT_EQ(bench.modem.links[0].up, "");
  for (const std::string& command : bench.modem.commands) {
    EXPECT_EQ(command.find("CPOF"), std::string::npos) << command;
    EXPECT_EQ(command.find("cfun"), std::string::npos) << command;
  }
  EXPECT_TRUE(bench.cellular.is_up());
}

TEST(ModemSocket, EachAnswerLostOnceLeavesNothingAmiss) {
  for (const char* line :
       {"\r\nOK\r\n", "+CIPOPEN: 0,0", "+CIPSEND: 0,", "\r\n>", "+CIPRXGET: 1,0", "+CIPRXGET: 2,0"}) {
    SCOPED_TRACE(line);
    ModemBench bench;
    ASSERT_TRUE(bench.bring_up());
    bench.modem.swallow = line;
    const std::string up = noise(3000);
    const std::string down = noise(3000, 5);
    const Conversation result = converse(bench, up, down);
    EXPECT_TRUE(up.starts_with(result.up));
    EXPECT_TRUE(down.starts_with(result.down));
    for (Socket& socket : bench.sockets) socket.close();
    bench.run_for(30s);
    bench.modem.links[0].up.clear();
    EXPECT_TRUE(converse(bench, noise(3000), noise(3000, 7)).complete);
    EXPECT_TRUE(bench.cellular.is_up());
  }
}

TEST(ModemSocket, ALostEdgeIsFoundByTheSlowLook) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.run_for(300s);
  bench.modem.swallow = "+CIPRXGET: 1,0";
  bench.modem.peer_sends(0, "hello");
  std::string got;
  EXPECT_TRUE(bench.run_until(
      [&] {
        got += bench.read(*socket);
        return got == "hello";
      },
      45s));
}

TEST(ModemSocket, AnIdleMinuteCostsFourCommands) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  ASSERT_NE(bench.connect(), nullptr);
  bench.connect();
  bench.connect();
  for (int minute = 0; minute < 5; ++minute) {
    bench.modem.commands.clear();
    bench.run_for(60s);
    EXPECT_LE(bench.modem.commands.size(), 4u) << minute;
    EXPECT_GE(bench.modem.commands.size(), 3u) << minute;
  }
}

TEST(ModemSocket, ABufferThatIsFullDoesNotKeepItBusy) {
  ModemBench bench{{}, 500, 500};
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.modem.peer_sends(0, noise(2000));
  bench.run_for(60s);  // which says if the deadline stands still
  EXPECT_EQ(socket->readable(), 500u);
}

TEST(ModemSocket, ReadsAreOfTheSizeOfTheFreeBufferAndNoneIsNeedless) {
  ModemBench bench{{}, 2000};
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.modem.commands.clear();
  bench.modem.peer_sends(0, noise(5000));
  bench.run_for(1s);
  EXPECT_EQ(bench.modem.commands, (std::vector<std::string>{"AT+CIPRXGET=2,0,1500"}));  // nobody reads here
  std::string got;
  EXPECT_TRUE(bench.run_until(
      [&] {
        got += bench.read(*socket);
        return got.size() == 5000;
      },
      1s));
  EXPECT_EQ(bench.modem.commands.size(), 4u);
  bench.run_for(1s);
  EXPECT_EQ(bench.modem.commands.size(), 4u);
  EXPECT_EQ(got, noise(5000));
}

TEST(ModemSocket, ThePeersEndComesAfterItsLastByte) {
  for (const bool forgets : {false, true}) {
    SCOPED_TRACE(forgets);
    ModemBench bench;
    ASSERT_TRUE(bench.bring_up());
    Socket* const socket = bench.connect();
    ASSERT_NE(socket, nullptr);
    bench.modem.closed_links_forget = forgets;
    bench.modem.peer_sends(0, noise(2000));
    bench.modem.peer_closes(0);
    bench.run_for(1s);
    EXPECT_EQ(bench.read(*socket), forgets ? "" : noise(2000));
    std::array<std::byte, 1> piece;
    EXPECT_EQ(socket->read(piece).error(), Errc::end_of_stream);
    socket->close();
    bench.run_for(1ms);
    EXPECT_EQ(socket->state(), SocketState::free);
  }
}

TEST(ModemSocket, APeersEndThatNothingToldIsFound) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  bench.modem.swallow = "+IPCLOSE";
  bench.modem.peer_closes(0);
  EXPECT_TRUE(bench.run_until([&] { return socket->state() == SocketState::ended; }, 90s));
}

TEST(ModemSocket, FourAtOnceAndNoFifth) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  std::array<Socket*, 4> all{};
  for (Socket*& socket : all) {
    socket = bench.connect();
    ASSERT_NE(socket, nullptr);
  }
  EXPECT_EQ(bench.cellular.open("a", 1).error(), Errc::too_many);
  bench.modem.echoes_peer = true;
  std::array<std::string, 4> got;
  for (std::size_t i = 0; i < 4; ++i) ASSERT_TRUE(bench.send(*all[i], noise(3000, unsigned(i))));
  bench.run_until([&] {
    for (std::size_t i = 0; i < 4; ++i) got[i] += bench.read(*all[i]);
    return got[0].size() + got[1].size() + got[2].size() + got[3].size() == 12000;
  });
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(got[i], noise(3000, unsigned(i)));
  all[2]->close();
  EXPECT_EQ(bench.connect("b", 2), all[2]);  // at once: it is opened again when it is closed
}

TEST(ModemSocket, WhatWasWrittenBeforeCloseLeaves) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  const Bytes bytes = as_bytes("goodbye");
  EXPECT_EQ(socket->write({&bytes, 1}), 7u);
  socket->close();
  std::array<std::byte, 1> piece;
  EXPECT_EQ(socket->read(piece).error(), Errc::bad_state);
  bench.run_for(1s);
  EXPECT_EQ(bench.modem.links[0].up, "goodbye");
  EXPECT_FALSE(bench.modem.links[0].open);
  EXPECT_EQ(socket->state(), SocketState::free);
}

TEST(ModemSocket, ShutdownClosesOnceAllIsConfirmed) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  const Bytes bytes = as_bytes("bye");
  EXPECT_EQ(socket->write({&bytes, 1}), 3u);
  socket->shutdown_write();
  EXPECT_EQ(socket->write({&bytes, 1}).error(), Errc::bad_state);
  bench.run_for(1s);
  EXPECT_EQ(bench.modem.links[0].up, "bye");
  std::array<std::byte, 1> piece;
  EXPECT_EQ(socket->read(piece).error(), Errc::end_of_stream);
}

TEST(ModemSocket, OpeningThatFailsSaysWhy) {
  struct Case {
    std::string_view answer;
    Errc why;
  };
  for (const Case& one : {Case{"\r\nOK\r\n\r\n+CIPOPEN: 0,11\r\n", Errc::host_not_found},
                          Case{"\r\nOK\r\n\r\n+CIPOPEN: 0,10\r\n", Errc::connect_timeout},
                          Case{"\r\nOK\r\n\r\n+CIPOPEN: 0,1\r\n", Errc::connection_refused},
                          Case{"\r\n+CIPOPEN: 0,4\r\n\r\nERROR\r\n", Errc::connection_refused},
                          Case{"\r\n+CIPOPEN: 0,2\r\n\r\nERROR\r\n", Errc::host_unreachable},
                          Case{"\r\n+IP ERROR: Invalid parameter\r\n\r\nERROR\r\n", Errc::connection_refused},
                          Case{"\r\nOK\r\n", Errc::connect_timeout}}) {
    SCOPED_TRACE(one.answer);
    ModemBench bench;
    ASSERT_TRUE(bench.bring_up());
    bench.modem.answers.emplace("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443", std::string{one.answer});
    EXPECT_EQ(bench.connect(), nullptr);
    Socket& socket = bench.sockets[0];
    EXPECT_EQ(socket.state(), SocketState::ended);
    std::array<std::byte, 1> piece;
    EXPECT_EQ(socket.read(piece).error().code, one.why);
    socket.close();
    EXPECT_NE(bench.connect(), nullptr);
  }
}

TEST(ModemSocket, AnAnswerOfTransparentModeIsNotBelieved) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  bench.modem.answers.emplace("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443", "\r\nCONNECT 115200\r\n");
  EXPECT_EQ(bench.connect(), nullptr);
  std::array<std::byte, 1> piece;
  EXPECT_EQ(bench.sockets[0].read(piece).error().code, Errc::io_failure);
  bench.run_for(30s);  // which says if the deadline stands still
  EXPECT_TRUE(bench.cellular.is_up());
  bench.sockets[0].close();
  EXPECT_NE(bench.connect(), nullptr);
}

TEST(ModemSocket, AResultBeforeItsOkIsKept) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  bench.modem.answers.emplace("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443",
                              "\r\n+CIPOPEN: 0,0\r\n\r\nOK\r\n");
  EXPECT_NE(bench.connect(), nullptr);
}

TEST(ModemSocket, ABusyModemIsAskedAgain) {
  ModemBench bench;
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect();
  ASSERT_NE(socket, nullptr);
  for (int i = 0; i < 3; ++i)
    bench.modem.answers.emplace("AT+CIPSEND=0,5", "\r\n+CIPERROR: 8\r\n\r\nERROR\r\n");
  ASSERT_TRUE(bench.send(*socket, "hello"));
  bench.run_for(2s);
  EXPECT_EQ(bench.modem.links[0].up, "hello");
}

TEST(ModemSocket, BytesLostInAPayloadEndTheConnectionBeforeTheyAreSeen) {
  const std::string payload = noise(500);
  // As many as the wire loses from the middle of the payload: what follows is counted in their place.
  for (std::size_t lost = 1; lost < 40; ++lost) {
    SCOPED_TRACE(lost);
    ModemBench bench;
    ASSERT_TRUE(bench.bring_up());
    Socket* const socket = bench.connect();
    ASSERT_NE(socket, nullptr);
    bench.modem.peer_sends(0, "first");
    bench.run_for(1ms);
    EXPECT_EQ(bench.read(*socket), "first");
    std::string damaged = payload;
    damaged.erase(100, lost);
    bench.modem.answers.emplace("AT+CIPRXGET=2,0,1500",
                                "\r\n+CIPRXGET: 2,0,500,0\r\n" + damaged + "\r\n\r\nOK\r\n");
    bench.modem.peer_sends(0, payload);
    bench.run_for(20s);
    EXPECT_EQ(bench.read(*socket), "");
    EXPECT_EQ(socket->state(), SocketState::ended);
    EXPECT_TRUE(bench.cellular.is_up());
  }
}

TEST(ModemSocket, RefusesWhatIsNoHost) {
  ModemBench bench;
  for (const std::string_view host : {"", "a b", "a\"b", "a\rb", "a\nb", "a,b", "\x80", "a;b"}) {
    EXPECT_EQ(bench.cellular.open(host, 80).error(), Errc::invalid_argument) << host;
  }
  EXPECT_EQ(bench.cellular.open(std::string(254, 'a'), 80).error(), Errc::invalid_argument);
  EXPECT_EQ(bench.cellular.open("a", 0).error(), Errc::invalid_argument);
  EXPECT_TRUE(bench.cellular.open(std::string(253, 'a'), 80).has_value());
}

TEST(ModemSocket, TheLongestHostFitsIntoItsCommand) {
  ModemBench bench{{}, Socket::kLeastBuffer, Socket::kLeastBuffer};
  ASSERT_TRUE(bench.bring_up());
  Socket* const socket = bench.connect(std::string(253, 'a'), 65535);
  ASSERT_NE(socket, nullptr);
  EXPECT_TRUE(bench.has_command("AT+CIPOPEN=0,\"TCP\",\"" + std::string(253, 'a') + "\",65535"));
  EXPECT_TRUE(bench.send(*socket, noise(5000)));
  bench.run_for(1s);
  EXPECT_EQ(bench.modem.links[0].up, noise(5000));
}

}  // namespace
}  // namespace linnet::modem
