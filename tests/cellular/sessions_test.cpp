// SPDX-License-Identifier: Apache-2.0
// As many WebSocket sessions at once as the modem has connections, against our server, in virtual time; one
// more is refused, until one of them has ended.
#include <gtest/gtest.h>

#include <algorithm>

#include "cellular/story.hpp"
#include "support/server_fixture.hpp"

namespace linnet::cellular::test {
namespace {

constexpr unsigned kEach = 40;         // messages of a session, there and back
constexpr std::size_t kAtOnce = 4096;  // of them, before their echoes came

/// The server behind the emulator's network.
class EchoServer {
 public:
  EchoServer() {
    EXPECT_TRUE(fixture_.server.websocket("/echo", echo_, {.connection = {.max_message = kLongest}}));
  }

  void turn(EmulatedLink& bench) {
    if (!began_) began_ = fixture_.network.time - bench.now().time_since_epoch();
    auto& peers = bench.emulated.internet.peers;
    for (std::size_t at = clients_.size(); at < peers.size(); ++at)
      clients_.push_back(&fixture_.network.connect());
    fixture_.network.time = *began_ + bench.now().time_since_epoch();
    for (std::size_t at = 0; at < clients_.size(); ++at) {
      if (peers[at]->from_modem.empty()) continue;
      EXPECT_TRUE(clients_[at]->send(peers[at]->from_modem));
      peers[at]->from_modem.clear();
    }
    for (std::size_t at = 0; at < clients_.size(); ++at) {
      if (!peers[at]->in_use && !clients_[at]->closed) clients_[at]->close();
    }
    fixture_.settle();
    for (std::size_t at = 0; at < clients_.size(); ++at) {
      if (clients_[at]->closed) continue;
      peers[at]->to_modem += clients_[at]->receive();
      peers[at]->finished |= clients_[at]->ended;
    }
  }

 private:
  linnet::test::Echo echo_;
  linnet::test::Fixture fixture_;
  std::optional<Instant> began_;
  std::vector<linnet::test::MemoryNetwork::Client*> clients_;
};

/// One session: sends its messages, hears them again in their order, and closes when it is told to.
class EchoSession {
 public:
  EchoSession(EmulatedLink& bench, unsigned number)
      : bench_{bench}, first_{number * 1000}, conversation_{config_, bench.link, entropy_, *memory_} {}

  void turn() {
    using Kind = session::ConversationEvent::Kind;
    while (const auto event = conversation_.poll(bench_.now())) {
      is_open |= event->kind == Kind::opened;
      if (event->kind == Kind::closed) is_open = false;
      if (event->kind != Kind::message) continue;
      const Message due = message(true, first_ + heard);
      (event->ws.type == due.type && event->text() == due.bytes ? heard : wrong) += 1;
    }
    while (is_open && sent < kEach && conversation_.unsent() < kAtOnce) {
      const Message due = message(true, first_ + sent);
      if (!conversation_.send(due.type, as_bytes(due.bytes))) break;
      ++sent;
    }
  }
  void close() { EXPECT_TRUE(conversation_.close(ws::CloseCode::normal, {}, bench_.now())); }
  Instant deadline() const { return conversation_.deadline(); }
  bool is_over() const { return conversation_.stage() == session::Stage::over; }
  const std::optional<session::Failure>& failure() const { return conversation_.failure(); }

  bool is_open = false;
  unsigned sent = 0;
  unsigned heard = 0;
  unsigned wrong = 0;

 private:
  using Memory =
      session::ConversationMemory<{.input = 2048, .output = 65'536, .message = kLongest, .url = 512}>;
  EmulatedLink& bench_;
  unsigned first_;
  linnet::test::CountingEntropy entropy_;
  std::unique_ptr<Memory> memory_ = std::make_unique<Memory>();
  const session::ConversationConfig config_{.url = "ws://gw.example.net/echo",
                                            .connect_timeout = 180s,
                                            .client = {.connection = {.max_message = kLongest}}};
  session::Conversation conversation_;
};

struct Gathering {
  explicit Gathering(EmulatedLink& link) : bench{link} {}

  EchoSession& add() {
    sessions.push_back(std::make_unique<EchoSession>(bench, static_cast<unsigned>(sessions.size())));
    return *sessions.back();
  }
  template <typename Condition>
  bool run_until(Condition condition, Duration most) {
    const Instant end = bench.now() + most;
    while (!condition() && bench.now() < end) {
      Instant due = end;
      for (const auto& session : sessions) session->turn();
      server.turn(bench);
      for (const auto& session : sessions) due = std::min(due, session->deadline());
      bench.step(due);
    }
    return condition();
  }
  bool all(bool (*is_so)(const EchoSession&)) const {
    return std::ranges::all_of(sessions, [is_so](const auto& session) { return is_so(*session); });
  }

  EmulatedLink& bench;
  EchoServer server;
  std::vector<std::unique_ptr<EchoSession>> sessions;
};

TEST(ModemSessions, FourAtOnceAndAFifthWhenOneHasEnded) {
  EmulatedLink bench{{.apn = "internet"}, "sim7670g", {"paced", "inject=0.1"}};
  bench.emulated.modem->settings.latency = 10ms;
  Gathering four{bench};
  for (int n = 0; n < 4; ++n) four.add();
  EXPECT_TRUE(
      four.run_until([&] { return four.all([](const EchoSession& one) { return one.is_open; }); }, 60s));

  EchoSession& fifth = four.add();
  fifth.turn();
  ASSERT_TRUE(fifth.failure());
  EXPECT_EQ(fifth.failure()->stage, session::Stage::connecting);
  EXPECT_EQ(fifth.failure()->error.code, Errc::too_many);
  EXPECT_EQ(bench.emulated.internet.peers.size(), 4u);
  four.sessions.pop_back();

  // None of them waits for another one to be done.
  EXPECT_TRUE(four.run_until(
      [&] { return std::ranges::any_of(four.sessions, [](const auto& one) { return one->heard == kEach; }); },
      600s));
  for (const auto& session : four.sessions) EXPECT_GT(session->heard, kEach / 4);
  EXPECT_TRUE(four.run_until(
      [&] { return four.all([](const EchoSession& one) { return one.heard == kEach; }); }, 600s));
  for (const auto& session : four.sessions) {
    EXPECT_TRUE(session->is_open);
    EXPECT_EQ(session->wrong, 0u);
  }

  four.sessions[1]->close();
  EXPECT_TRUE(four.run_until([&] { return four.sessions[1]->is_over(); }, 60s));
  EXPECT_FALSE(four.sessions[1]->failure());
  EchoSession& next = four.add();
  EXPECT_TRUE(four.run_until([&] { return next.heard == kEach; }, 600s));
  EXPECT_EQ(next.wrong, 0u);
  EXPECT_EQ(bench.link.modem().counters().killed_links, 0u);
  EXPECT_EQ(bench.emulated.internet.peers.size(), 5u);
}

}  // namespace
}  // namespace linnet::cellular::test
