// SPDX-License-Identifier: Apache-2.0
// deadline() tells the truth: a connection that is woken by nothing else does all that it has to do, at the
// right time, and one that is woken has something to do.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "support/ws_endpoint.hpp"

namespace linnet::ws {
namespace {

using test::Endpoint;
using test::for_both_roles;
using test::frame_to;
using test::Kind;

ConnectionConfig with_heartbeat(Duration ping, Duration liveness) {
  ConnectionConfig config;
  config.heartbeat = {.ping_interval = ping, .liveness_timeout = liveness};
  return config;
}

/// What can be seen of a connection from outside.
template <Role role>
auto looks(const Endpoint<role>& endpoint) {
  return std::pair{endpoint.events.size(), endpoint.queued().size()};
}

/// Goes from deadline to deadline, and asks in between whether something was due that nobody announced.
template <Role role>
void sleep_until(Endpoint<role>& endpoint, Instant time) {
  for (int wakes = 0; !endpoint.is_closed(); ++wakes) {
    ASSERT_LT(wakes, 100) << "a loop that does not sleep";
    const Instant next = std::min(endpoint.connection.deadline(), time);
    ASSERT_GE(next, endpoint.now);
    const auto before = looks(endpoint);
    while (endpoint.now + 500ms < next) {
      endpoint.run_at(endpoint.now + 500ms);
      ASSERT_TRUE(looks(endpoint) == before) << "something was due before the deadline";
    }
    endpoint.run_at(next - 1us);
    ASSERT_TRUE(looks(endpoint) == before) << "something was due before the deadline";
    const bool due = endpoint.connection.deadline() <= next;
    endpoint.run_at(next);
    ASSERT_TRUE(!due || looks(endpoint) != before) << "nothing was due at the deadline";
    if (next == time) return;
  }
}

TEST(ConnectionTime, NothingIsDueWhereNothingIsAskedFor) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint;
    EXPECT_EQ(endpoint.connection.deadline(), kNever);
    endpoint.run_at(Instant{999999h});
    EXPECT_EQ(endpoint.connection.deadline(), kNever);
    EXPECT_TRUE(endpoint.events.empty());
  });
}

TEST(ConnectionTime, ADeadPeerIsLeftByDeadlinesAlone) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint{with_heartbeat(20s, 50s)};
    sleep_until(endpoint, Instant{49s});
    EXPECT_EQ(endpoint.take_frames().size(), 1u);
    sleep_until(endpoint, Instant{200s});
    ASSERT_TRUE(endpoint.is_closed());
    EXPECT_EQ(endpoint.now, Instant{50s});
    EXPECT_EQ(endpoint.events[0].error.value_or(Errc::bad_state).code, Errc::liveness_timeout);
  });
}

TEST(ConnectionTime, AQuietPeerIsPingedByDeadlinesAlone) {
  for_both_roles([]<Role role>() {
    for (const Duration delay : {Duration{1us}, Duration{1s}, Duration{19s}, Duration{25s}, Duration{29s}}) {
      Endpoint<role> endpoint{with_heartbeat(20s, 50s)};
      for (int i = 0; i < 20; ++i) {
        const Instant start = endpoint.now;
        sleep_until(endpoint, start + 20s);
        const auto frames = endpoint.take_frames();
        ASSERT_EQ(frames.size(), 1u) << i;
        sleep_until(endpoint, endpoint.now + delay);
        endpoint.receive(frame_to(role, test::kPong, frames[0].payload));
        EXPECT_EQ(endpoint.events.back().round_trip, delay);
      }
    }
  });
}

TEST(ConnectionTime, ATalkingPeerIsNotPinged) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint{with_heartbeat(20s, 50s)};
    for (int i = 0; i < 50; ++i) {
      sleep_until(endpoint, endpoint.now + 20s - 1us);
      endpoint.receive(frame_to(role, test::kText, "here"));
    }
    EXPECT_TRUE(endpoint.connection.output().empty());
    EXPECT_EQ(endpoint.messages().size(), 50u);
  });
}

TEST(ConnectionTime, OnlyALivenessDeadline) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint{with_heartbeat(0s, 10s)};
    for (int i = 0; i < 5; ++i) {
      sleep_until(endpoint, endpoint.now + 9s);
      endpoint.receive(frame_to(role, test::kText, "here"));
    }
    sleep_until(endpoint, endpoint.now + 99s);
    EXPECT_TRUE(endpoint.is_closed());
    EXPECT_EQ(endpoint.now, Instant{45s + 10s});
  });
}

TEST(ConnectionTime, OnlyPings) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint{with_heartbeat(10s, 0s)};
    sleep_until(endpoint, Instant{10s});
    EXPECT_EQ(endpoint.take_frames().size(), 1u);
    EXPECT_EQ(endpoint.connection.deadline(), kNever);
    sleep_until(endpoint, Instant{1000s});
    EXPECT_TRUE(endpoint.connection.output().empty());
    endpoint.receive(frame_to(role, test::kText, "here again"));
    EXPECT_EQ(endpoint.connection.deadline(), endpoint.now + 10s);
    sleep_until(endpoint, endpoint.now + 10s);
    EXPECT_EQ(endpoint.take_frames().size(), 1u);
  });
}

TEST(ConnectionTime, ARefusedSendDoesNotHideTheHeartbeat) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint{with_heartbeat(20s, 50s), Workspace::kMinimum};
    while (endpoint.connection.send_text("fill").has_value()) continue;
    for (int wakes = 0; !endpoint.is_closed() && wakes < 5; ++wakes) {
      ASSERT_GT(endpoint.connection.deadline(), endpoint.now);
      endpoint.run_at(endpoint.connection.deadline());
    }
    EXPECT_EQ(endpoint.now, Instant{50s});
  });
}

TEST(ConnectionTime, ClosingTakesTheTimeThatItIsGiven) {
  for_both_roles([]<Role role>() {
    ConnectionConfig config = with_heartbeat(20s, 50s);
    config.close_timeout = 3s;
    Endpoint<role> ours{config};
    sleep_until(ours, Instant{10s});
    ASSERT_TRUE(ours.connection.close(CloseCode::normal, "", ours.now).has_value());
    sleep_until(ours, Instant{99s});
    EXPECT_EQ(ours.now, Instant{13s});
    EXPECT_EQ(ours.events.back().error.value_or(Errc::bad_state).code, Errc::close_timeout);

    Endpoint<role> failed{config};
    sleep_until(failed, Instant{10s});
    failed.receive(frame_to(role, 3));
    sleep_until(failed, Instant{99s});
    EXPECT_EQ(failed.now, Instant{13s});
    EXPECT_EQ(failed.events.back().error.value_or(Errc::bad_state).code, Errc::protocol_violation);
  });
}

}  // namespace
}  // namespace linnet::ws
