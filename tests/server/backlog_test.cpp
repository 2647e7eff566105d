// SPDX-License-Identifier: Apache-2.0
// Slow peers: backlogs, backpressure, stalls, closes that overtake, broadcasts, and what other threads post.

#include "support/server_fixture.hpp"

namespace linnet::test {
namespace {

using server::Outcome;
using server::Target;

constexpr std::size_t kRing = 4096;  // what a slow peer's socket takes

struct SlowPeer : testing::Test, Fixture {
  SlowPeer() : Fixture{config()} { EXPECT_TRUE(server.websocket("/echo", echo)); }
  static server::Config config() {
    server::Config config;
    config.max_backlog = 100'000;
    return config;
  }
  std::string drain(MemoryNetwork::Client& client) {
    std::string all;
    for (int quiet = 0; quiet < 3;) {
      settle();
      const std::string more = client.receive();
      quiet = more.empty() ? quiet + 1 : 0;
      all += more;
    }
    return all;
  }
  Echo echo;
};

struct Told {
  int times = 0;
  server::Delivery delivery;
  server::Completion completion() {
    return {.tell =
                [](void* context, const server::Delivery& what) {
                  auto& told = *static_cast<Told*>(context);
                  ++told.times;
                  told.delivery = what;
                },
            .context = this};
  }
};

TEST_F(SlowPeer, AnswersWouldBlockAndThenDrained) {
  auto& client = open("/echo", kRing);
  server::Peer peer = echo.peers.at(0);
  std::size_t taken = 0;
  while (peer.send_text(std::string(10'000, static_cast<char>('a' + taken % 26)))) ++taken;
  EXPECT_GE(taken, 9u);
  EXPECT_LE(peer.backlog(), 100'000u);
  EXPECT_EQ(peer.send_text(std::string(10'000, 'x')).error(), Errc::would_block);
  EXPECT_EQ(echo.log.back(), "opened /echo");
  const auto got = read_frames(ws::Role::server, drain(client));
  ASSERT_EQ(got.size(), taken);
  for (std::size_t i = 0; i < taken; ++i) {
    EXPECT_TRUE(got[i].payload == std::string(10'000, static_cast<char>('a' + i % 26))) << i;
  }
  EXPECT_EQ(echo.log.back(), "drained");
  EXPECT_EQ(peer.backlog(), 0u);
  EXPECT_EQ(server.memory().buffered, 0u);
}

TEST_F(SlowPeer, OneMessageOfAnyLengthIsTaken) {
  auto& client = open("/echo", kRing);
  const std::string text(3'000'000, 'L');
  EXPECT_TRUE(echo.peers.at(0).send_text(text));
  EXPECT_EQ(echo.peers.at(0).send_text("more").error(), Errc::would_block);
  const auto got = read_frames(ws::Role::server, drain(client));
  ASSERT_EQ(got.size(), 1u);
  EXPECT_TRUE(got[0].payload == text);
}

TEST_F(SlowPeer, AnEchoLosesNothingHoweverSlowlyItIsRead) {
  auto& client = open("/echo", kRing);
  echo.logs_messages = false;
  std::string sent;
  std::string got;
  std::string waiting;
  std::vector<std::string> messages;
  for (int i = 0; i < 400; ++i) {
    messages.push_back(std::string(static_cast<std::size_t>(i * 37 % 9000), static_cast<char>('a' + i % 26)));
    waiting += to_server(i % 3 == 0 ? kBinary : kText, messages.back());
    if (i % 50 == 0) waiting += to_server(kPing, "p");
  }
  while (!waiting.empty()) {
    const Bytes part = as_bytes(waiting);
    const auto taken = client.stream().write({&part, 1});
    ASSERT_TRUE(taken);
    waiting.erase(0, *taken);
    settle();
    EXPECT_LE(echo.peers.at(0).backlog(), 100'000u + 9000u);
    got += client.receive(3000);
  }
  got += drain(client);
  const auto frames = read_frames(ws::Role::server, got);
  std::size_t at = 0;
  for (const SentFrame& frame : frames) {
    if (frame.opcode == kPong) continue;
    ASSERT_LT(at, messages.size());
    ASSERT_TRUE(frame.payload == messages[at]) << at;
    ++at;
  }
  EXPECT_EQ(at, messages.size());
  EXPECT_EQ(frames.size(), messages.size() + 8);
}

TEST_F(SlowPeer, DoesNotDelayOthers) {
  auto& slow = open("/echo", kRing);
  auto& quick = open();
  while (echo.peers.at(0).send_text(std::string(5'000, 's'))) {
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(quick.send(to_server(kText, "quick")));
    settle();
    EXPECT_EQ(frames(quick).at(0).payload, "quick");
  }
  EXPECT_FALSE(slow.ended);
}

TEST_F(SlowPeer, IsDroppedWhenItStalls) {
  auto& client = open("/echo", kRing);
  while (echo.peers.at(0).send_text(std::string(5'000, 's'))) {
  }
  advance(20s);
  EXPECT_FALSE(client.receive(100).empty());  // it takes a little: no stall
  advance(20s);
  EXPECT_EQ(server.statistics().websocket_open, 1u);
  advance(11s);
  EXPECT_EQ(echo.last_error, Error{Errc::stall_timeout});
  EXPECT_EQ(server.statistics().drop(server::Drop::stall), 1u);
  EXPECT_EQ(server.statistics().websocket_open, 0u);
  EXPECT_EQ(server.memory().buffered, 0u);
}

TEST_F(SlowPeer, CloseOvertakesWhatHasNotBegunToLeave) {
  for (const std::size_t already : {0u, 1u, 4096u, 9'000u, 20'000u}) {
    auto& client = open("/echo", kRing);
    server::Peer peer = echo.peers.back();
    for (int i = 0; i < 9; ++i) {
      EXPECT_TRUE(peer.send_text(std::string(5'000, static_cast<char>('0' + i))));
      EXPECT_TRUE(peer.send_text("short"));
    }
    std::string got;
    while (got.size() < already) {
      got += client.receive(already - got.size());
      settle();
    }
    EXPECT_TRUE(peer.close(ws::CloseCode::normal, "enough"));
    got += drain(client);
    const auto frames = read_frames(ws::Role::server, got);
    ASSERT_GE(frames.size(), 2u);
    EXPECT_LE(frames.size(), 2u + 2 * (already + kRing) / 5'000 + 2) << already;
    EXPECT_EQ(frames.back().close_code(), 1000u);
    EXPECT_TRUE(client.send(to_server(kClose, close_payload(1000))));
    settle();
    EXPECT_EQ(echo.log.back(), "closed 1000 clean");
  }
  EXPECT_EQ(server.memory().buffered, 0u);
}

TEST_F(SlowPeer, ThePeersCloseIsAnsweredAtOnce) {
  auto& client = open("/echo", kRing);
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(echo.peers.at(0).send_text(std::string(6'000, 'n')));
  EXPECT_TRUE(client.send(to_server(kClose, close_payload(1001))));
  settle();
  const auto frames = read_frames(ws::Role::server, drain(client));
  ASSERT_EQ(frames.size(), 2u) << "the frame that had begun, and the close frame";
  EXPECT_EQ(frames[1].close_code(), 1001u);
  EXPECT_EQ(echo.log.back(), "closed 1001 clean");
  EXPECT_TRUE(client.ended);
}

TEST_F(SlowPeer, ABroadcastIsEncodedOnceAndReachesAllButTheSlow) {
  constexpr std::size_t kPeers = 1000;
  auto& slow = open("/echo", kRing);
  std::vector<MemoryNetwork::Client*> quick;
  std::string answer;
  for (std::size_t i = 1; i < kPeers; ++i) quick.push_back(&open("/echo", 1 << 14));
  const std::string text(2'000, 'B');
  std::size_t slow_got = 0;
  std::vector<Told> tolds(100);  // the slow peer's are told at its end
  for (int i = 0; i < 100; ++i) {
    Told& told = tolds[static_cast<std::size_t>(i)];
    const auto queued =
        server.broadcast(Target::all(), ws::MessageType::text, as_bytes(text), told.completion());
    ASSERT_TRUE(queued);
    slow_got += *queued - (kPeers - 1);
    EXPECT_LE(server.memory().buffered, 4u * 1024 * static_cast<std::size_t>(i + 1)) << "one frame for all";
    settle();
    for (auto* client : quick) EXPECT_EQ(client->receive().size(), 2'004u);
    if (*queued < kPeers) {
      EXPECT_EQ(told.times, 1);
      EXPECT_EQ(told.delivery.flushed, kPeers - 1);
      EXPECT_EQ(told.delivery.dropped, 1u);
      EXPECT_EQ(told.delivery.outcome, Outcome::backlog_full);
    }
    if (*queued < kPeers) break;
  }
  EXPECT_GE(slow_got, 40u);
  EXPECT_LE(slow_got, 60u);
  EXPECT_EQ(server.statistics().websocket_open, kPeers);
  EXPECT_EQ(read_frames(ws::Role::server, drain(slow)).size(), slow_got);
}

TEST_F(SlowPeer, CompletionsTellWhatBecameOfEach) {
  auto& client = open("/echo", kRing);
  const server::PeerId id = echo.peers.at(0).id();
  Told flushed;
  EXPECT_TRUE(server.post(Target::peer(id), ws::MessageType::text, as_bytes("hello"), flushed.completion()));
  EXPECT_EQ(network.wakes, 1u);
  EXPECT_EQ(flushed.times, 0);
  settle();
  EXPECT_EQ(flushed.times, 1);
  EXPECT_EQ(flushed.delivery.flushed, 1u);
  EXPECT_EQ(frames(client).at(0).payload, "hello");

  while (echo.peers.at(0).send_text(std::string(5'000, 's'))) {
  }
  Told full;
  EXPECT_TRUE(server.post(Target::peer(id), ws::MessageType::text, as_bytes(std::string(6'000, 'x')),
                          full.completion()));
  settle();
  EXPECT_EQ(full.delivery.outcome, Outcome::backlog_full);

  client.receive(20'000);
  settle();
  client.receive(20'000);
  settle();
  Told overtaken;
  EXPECT_TRUE(server.post(Target::peer(id), ws::MessageType::text, as_bytes("late"), overtaken.completion()));
  settle();
  EXPECT_EQ(overtaken.times, 0) << "it waits behind others";
  EXPECT_TRUE(echo.peers.at(0).close());
  settle();
  EXPECT_EQ(overtaken.times, 1);
  EXPECT_EQ(overtaken.delivery.outcome, Outcome::closed);
  Told closing;
  EXPECT_TRUE(server.post(Target::peer(id), ws::MessageType::text, as_bytes("later"), closing.completion()));
  settle();
  EXPECT_EQ(closing.delivery.outcome, Outcome::closed);

  client.close();
  settle();
  Told gone;
  EXPECT_TRUE(server.post(Target::peer(id), ws::MessageType::text, as_bytes("too late"), gone.completion()));
  settle();
  EXPECT_EQ(gone.delivery.outcome, Outcome::gone);
  EXPECT_EQ(server.memory().buffered, 0u);
}

TEST_F(SlowPeer, TheInboxIsBounded) {
  Told told;
  std::size_t posted = 0;
  while (server.post(Target::all(), ws::MessageType::text, as_bytes("x"), told.completion())) ++posted;
  EXPECT_EQ(posted, 1024u);
  settle();
  EXPECT_EQ(told.times, 1024);
  EXPECT_EQ(server.post(Target::all(), ws::MessageType::text, as_bytes(std::string(300'000, 'x'))).error(),
            Errc::too_large);
  EXPECT_TRUE(server.post(Target::all(), ws::MessageType::text, as_bytes("x")));
}

TEST_F(SlowPeer, MemoryThatRunsOutEndsThePeerThatNeedsIt) {
  server::Config small;
  small.max_buffered = 64 * 1024;
  Fixture tight{small};
  EXPECT_TRUE(tight.server.websocket("/echo", echo));
  auto& hungry = tight.open();
  auto& other = tight.open();
  EXPECT_TRUE(hungry.send(to_server(kBinary, std::string(400'000, 'h'))));
  tight.settle();
  EXPECT_EQ(tight.frames(hungry).at(0).close_code(), 1013u);
  EXPECT_EQ(tight.server.statistics().drop(server::Drop::memory), 1u);
  EXPECT_TRUE(other.send(to_server(kText, "fine")));
  tight.settle();
  EXPECT_EQ(tight.frames(other).at(0).payload, "fine");
}

TEST_F(SlowPeer, SurvivesEveryLengthOfWrite) {
  // Whatever the ring takes at a time, and so wherever frames are cut: the same bytes arrive.
  for (std::size_t ring = 200; ring < 260; ++ring) {
    auto& client = open("/echo", ring);
    server::Peer peer = echo.peers.back();
    std::string expected;
    for (int i = 0; i < 40; ++i) {
      const std::string text(static_cast<std::size_t>(i * 13 % 300), static_cast<char>('a' + i % 26));
      EXPECT_TRUE(
          i % 2 == 0
              ? peer.send_text(text).has_value()
              : server.broadcast(Target::peer(peer.id()), ws::MessageType::text, as_bytes(text)).has_value());
      expected += text;
      if (i % 7 == 0) settle();
    }
    std::string joined;
    for (const SentFrame& frame : read_frames(ws::Role::server, drain(client))) joined += frame.payload;
    ASSERT_TRUE(joined == expected) << ring;
    client.close();
    settle();
  }
  EXPECT_EQ(server.memory().buffered, 0u);
}

}  // namespace
}  // namespace linnet::test
