// SPDX-License-Identifier: Apache-2.0
// Every ping gets its pong, in order, also where there is no room for it yet (RFC 6455, section 5.5.2); and
// the pings that we send by ourselves.
#include <gtest/gtest.h>

#include <string>

#include "support/ws_endpoint.hpp"

namespace linnet::ws {
namespace {

using test::Chunks;
using test::Endpoint;
using test::for_both_roles;
using test::for_each_split;
using test::fragment_to;
using test::frame_to;
using test::Kind;
using test::read_frames;

std::string numbered(std::size_t i) {
  return "ping " + std::to_string(i) + std::string(i * 13 % 118, 'p');
}

/// Fills the output until data finds no room.
template <Role role>
std::size_t fill(Endpoint<role>& endpoint) {
  std::size_t count = 0;
  while (endpoint.connection.send_binary(as_bytes(std::string(40, 'f'))).has_value()) ++count;
  return count;
}

// RFC 6455: 5.5.2-1 5.5.2-2 5.5.3-1
TEST(ConnectionPing, TenAtOnceAreAnsweredInOrder) {
  for_both_roles([]<Role role>() {
    std::string wire;
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < 10; ++i) {
      expected.push_back(numbered(i));
      wire += frame_to(role, test::kPing, expected.back());
    }
    for_each_split(wire, [&](const Chunks& chunks) {
      Endpoint<role> endpoint;
      endpoint.receive(chunks);
      EXPECT_EQ(endpoint.payloads(Kind::ping), expected);
      const auto frames = endpoint.take_frames();
      ASSERT_EQ(frames.size(), 10u);
      for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_EQ(frames[i].opcode, test::kPong);
        EXPECT_EQ(frames[i].payload, expected[i]);
      }
    });
  });
}

// RFC 6455: 5.5.2-1
TEST(ConnectionPing, EveryPayloadSize) {
  for_both_roles([]<Role role>() {
    for (std::size_t size = 0; size <= kMaxControlPayload; ++size) {
      Endpoint<role> endpoint;
      endpoint.receive(test::random_split(frame_to(role, test::kPing, std::string(size, '\xFE')), 7));
      const auto frames = endpoint.take_frames();
      ASSERT_EQ(frames.size(), 1u);
      EXPECT_EQ(frames[0].payload, std::string(size, '\xFE'));
    }
  });
}

// RFC 6455: 5.5.2-1
TEST(ConnectionPing, InputWaitsWhileThereIsNoRoomForThePong) {
  for_both_roles([]<Role role>() {
    std::string wire;
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < 30; ++i) {
      expected.push_back(i % 4 == 0 ? "" : numbered(i));
      wire += frame_to(role, test::kPing, expected.back());
      if (i % 5 == 0) wire += frame_to(role, test::kText, "message " + std::to_string(i));
    }
    for_each_split(wire, [&](const Chunks& chunks) {
      for (std::size_t limit : {1u, 7u, 64u, 4096u}) {
        Endpoint<role> endpoint{test::quiet(), Workspace::kMinimum};
        const std::size_t filled = fill(endpoint);
        endpoint.receive(chunks);
        EXPECT_LT(endpoint.payloads(Kind::ping).size(), 30u);
        std::string output;
        for (std::string some = endpoint.take_output(limit); !some.empty();
             some = endpoint.take_output(limit)) {
          output += some;
          endpoint.run();
        }
        EXPECT_TRUE(endpoint.connection.wants_input());
        EXPECT_EQ(endpoint.payloads(Kind::ping), expected);
        EXPECT_EQ(endpoint.messages().size(), 6u);
        const auto frames = read_frames(role, output);
        ASSERT_EQ(frames.size(), filled + 30);
        for (std::size_t i = 0; i < 30; ++i) EXPECT_EQ(frames[filled + i].payload, expected[i]);
      }
    });
  });
}

/// Full to the brim: not even a pong fits. The next ping makes the input wait.
template <Role role>
struct Brim : Endpoint<role> {
  explicit Brim(const ConnectionConfig& with = test::quiet()) : Endpoint<role>{with, Workspace::kMinimum} {
    fill(*this);
    while (this->workspace.room(Workspace::kControlFrame, Workspace::kControlFrame) != nullptr) {
      this->receive(frame_to(role, test::kPing, "fills"));
    }
    this->events.clear();
  }
};

TEST(ConnectionPing, SaysThatInputWaits) {
  for_both_roles([]<Role role>() {
    Brim<role> endpoint;
    const std::size_t before = endpoint.queued().size();
    endpoint.receive(frame_to(role, test::kPing, "waits"));
    EXPECT_FALSE(endpoint.connection.wants_input());
    EXPECT_FALSE(endpoint.connection.is_idle());
    EXPECT_TRUE(endpoint.events.empty());
    EXPECT_EQ(endpoint.queued().size(), before);
    endpoint.take_output();
    endpoint.run();
    EXPECT_TRUE(endpoint.connection.wants_input());
    EXPECT_EQ(endpoint.payloads(Kind::ping), std::vector<std::string>{"waits"});
    EXPECT_EQ(endpoint.take_frames().back().payload, "waits");
    EXPECT_TRUE(endpoint.connection.is_idle());
  });
}

TEST(ConnectionPing, AnEmptyPingWaitsToo) {
  for_both_roles([]<Role role>() {
    for (bool bytewise : {false, true}) {
      Brim<role> endpoint;
      const std::string wire = frame_to(role, test::kPing);
      endpoint.receive(bytewise ? test::byte_by_byte(wire) : Chunks{wire});
      EXPECT_TRUE(endpoint.events.empty());
      EXPECT_FALSE(endpoint.connection.is_idle());
      endpoint.take_output();
      endpoint.run();
      EXPECT_EQ(endpoint.payloads(Kind::ping), std::vector<std::string>{""});
      const auto frames = endpoint.take_frames();
      ASSERT_EQ(frames.size(), 1u);
      EXPECT_EQ(frames[0].opcode, test::kPong);
    }
  });
}

TEST(ConnectionPing, APingThatWaitsIsForgottenWithTheConnection) {
  for_both_roles([]<Role role>() {
    for (const char* payload : {"", "waits"}) {
      Brim<role> aborted;
      aborted.receive(frame_to(role, test::kPing, payload));
      aborted.connection.abort();
      aborted.run();
      ASSERT_EQ(aborted.events.size(), 1u);
      EXPECT_TRUE(aborted.is_closed());

      Brim<role> ended;
      ended.receive(frame_to(role, test::kPing, payload));
      ended.end();
      ended.run();
      EXPECT_EQ(ended.events.size(), 1u);
    }
  });
}

TEST(ConnectionPing, AClosePassesAPingThatWaits) {
  for_both_roles([]<Role role>() {
    for (const char* payload : {"", "waits"}) {
      Brim<role> endpoint;
      endpoint.receive(frame_to(role, test::kPing, payload) + frame_to(role, test::kText, "behind it"));
      ASSERT_TRUE(endpoint.connection.close(CloseCode::normal, "", endpoint.now).has_value());
      endpoint.run();  // after our close frame no pong may follow, so nothing has to wait
      EXPECT_EQ(endpoint.messages(), std::vector<std::string>{"behind it"});
      EXPECT_EQ(endpoint.take_frames().back().opcode, test::kClose);
    }
  });
}

TEST(ConnectionPing, WhoNeverReadsIsDeadInTime) {
  for_both_roles([]<Role role>() {
    for (const char* payload : {"", "waits"}) {
      ConnectionConfig config = test::quiet();
      config.heartbeat = {.ping_interval = 20s, .liveness_timeout = 50s};
      Brim<role> endpoint{config};
      endpoint.receive(frame_to(role, test::kPing, payload) + frame_to(role, test::kText, "never read"));
      EXPECT_TRUE(endpoint.events.empty());
      for (int wakes = 0; !endpoint.is_closed() && wakes < 10; ++wakes) {
        ASSERT_NE(endpoint.connection.deadline(), kNever);
        ASSERT_GT(endpoint.connection.deadline(), endpoint.now) << "a loop that does not sleep";
        endpoint.run_at(endpoint.connection.deadline());
      }
      EXPECT_EQ(endpoint.now, Instant{50s});
      ASSERT_EQ(endpoint.events.size(), 1u);
      EXPECT_EQ(endpoint.events[0].error.value_or(Errc::bad_state).code, Errc::liveness_timeout);
      endpoint.run();
      EXPECT_EQ(endpoint.events.size(), 1u);
    }
  });
}

TEST(ConnectionPing, OursLeaveWhenItIsQuietAndAreMeasured) {
  for_both_roles([]<Role role>() {
    ConnectionConfig config = test::quiet();
    config.heartbeat = {.ping_interval = 20s, .liveness_timeout = 50s};
    Endpoint<role> endpoint{config};
    for (int round = 0; round < 3; ++round) {
      const Instant start = endpoint.now;
      EXPECT_EQ(endpoint.connection.deadline(), start + 20s);
      endpoint.run_at(start + 20s - 1us);
      EXPECT_TRUE(endpoint.connection.output().empty());
      endpoint.run_at(start + 20s);
      const auto frames = endpoint.take_frames();
      ASSERT_EQ(frames.size(), 1u);
      EXPECT_EQ(frames[0].opcode, test::kPing);
      EXPECT_EQ(endpoint.connection.deadline(), start + 50s);
      endpoint.now += 1234us;
      endpoint.receive(frame_to(role, test::kPong, frames[0].payload));
      ASSERT_EQ(endpoint.events.size(), static_cast<std::size_t>(round + 1));
      EXPECT_EQ(endpoint.events.back().kind, Kind::pong);
      EXPECT_EQ(endpoint.events.back().round_trip, 1234us);
    }
  });
}

TEST(ConnectionPing, AnyByteAnswersOurs) {
  for_both_roles([]<Role role>() {
    ConnectionConfig config = test::quiet();
    config.heartbeat = {.ping_interval = 20s, .liveness_timeout = 50s};
    Endpoint<role> endpoint{config};
    const std::string wire = frame_to(role, test::kText, "slow");
    for (char byte : wire) {  // one byte each 49 seconds: slow, but alive
      endpoint.run_at(endpoint.connection.deadline());
      EXPECT_EQ(endpoint.take_frames().size(), 1u);
      endpoint.now += 29s;
      endpoint.receive(std::string(1, byte));
    }
    EXPECT_EQ(endpoint.messages(), std::vector<std::string>{"slow"});
    endpoint.receive("");  // no byte, no sign of life
    const Instant heard = endpoint.now;
    EXPECT_EQ(endpoint.connection.deadline(), heard + 20s);
    endpoint.now += 10s;
    endpoint.receive("");
    EXPECT_EQ(endpoint.connection.deadline(), heard + 20s);
  });
}

// RFC 6455: 5.5.3-2
TEST(ConnectionPing, AnUnaskedPongIsToldAndNotAnswered) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint;
    endpoint.receive(frame_to(role, test::kPong) + frame_to(role, test::kPong, "unasked"));
    EXPECT_EQ(endpoint.payloads(Kind::pong), (std::vector<std::string>{"", "unasked"}));
    EXPECT_EQ(endpoint.events[1].round_trip, 0us);
    EXPECT_TRUE(endpoint.connection.output().empty());
  });
}

// RFC 6455: 5.5-1
TEST(ConnectionPing, TheApplicationsOwnPingsAndPongs) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint;
    ASSERT_TRUE(endpoint.connection.send_ping().has_value());
    ASSERT_TRUE(endpoint.connection.send_ping(as_bytes(std::string(125, 'p'))).has_value());
    ASSERT_TRUE(endpoint.connection.send_pong(as_bytes("unasked")).has_value());
    EXPECT_EQ(endpoint.connection.send_ping(as_bytes(std::string(126, 'p'))).error().code, Errc::too_large);
    EXPECT_EQ(endpoint.connection.send_pong(as_bytes(std::string(126, 'p'))).error().code, Errc::too_large);
    const auto frames = endpoint.take_frames();
    ASSERT_EQ(frames.size(), 3u);
    EXPECT_EQ(frames[1].opcode, test::kPing);
    EXPECT_EQ(frames[1].payload, std::string(125, 'p'));
    EXPECT_EQ(frames[2].opcode, test::kPong);
  });
}

}  // namespace
}  // namespace linnet::ws
