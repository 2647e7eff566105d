// SPDX-License-Identifier: Apache-2.0
// When a ping is due and when the peer is dead, and that deadline() says the same as due(); the limit on
// control frames.
#include "linnet/ws/heartbeat.hpp"

#include <gtest/gtest.h>

#include <string>

namespace linnet::ws {
namespace {

using Due = Heartbeat::Due;

constexpr Instant at(Duration since_start) {
  return Instant{since_start};
}
constexpr HeartbeatConfig kConfig{.ping_interval = 20s, .liveness_timeout = 50s};

TEST(Heartbeat, PingsOnceWhenItIsQuietAndThenGivesUp) {
  Heartbeat heartbeat{at(0s)};
  EXPECT_EQ(heartbeat.deadline(kConfig), at(20s));
  EXPECT_EQ(heartbeat.due(kConfig, at(20s - 1us)), Due::nothing);
  EXPECT_EQ(heartbeat.due(kConfig, at(20s)), Due::ping);
  heartbeat.ping(at(21s));
  EXPECT_EQ(heartbeat.due(kConfig, at(21s)), Due::nothing);
  EXPECT_EQ(heartbeat.deadline(kConfig), at(50s));
  EXPECT_EQ(heartbeat.due(kConfig, at(50s - 1us)), Due::nothing);
  EXPECT_EQ(heartbeat.due(kConfig, at(50s)), Due::death);
}

TEST(Heartbeat, AnyByteIsASignOfLife) {
  Heartbeat heartbeat{at(0s)};
  heartbeat.heard(at(10s));
  EXPECT_EQ(heartbeat.deadline(kConfig), at(30s));
  heartbeat.ping(at(30s));
  heartbeat.heard(at(31s));
  EXPECT_EQ(heartbeat.deadline(kConfig), at(51s));
  EXPECT_EQ(heartbeat.due(kConfig, at(51s)), Due::ping);
}

TEST(Heartbeat, EitherHalfMayBeOff) {
  Heartbeat heartbeat{at(0s)};
  EXPECT_EQ(heartbeat.deadline({.ping_interval = 0s, .liveness_timeout = 0s}), kNever);
  EXPECT_EQ(heartbeat.due({.ping_interval = 0s, .liveness_timeout = 0s}, at(999h)), Due::nothing);
  EXPECT_EQ(heartbeat.deadline({.ping_interval = 0s, .liveness_timeout = 5s}), at(5s));
  EXPECT_EQ(heartbeat.due({.ping_interval = 0s, .liveness_timeout = 5s}, at(5s)), Due::death);
  const HeartbeatConfig only_pings{.ping_interval = 5s, .liveness_timeout = 0s};
  EXPECT_EQ(heartbeat.due(only_pings, at(5s)), Due::ping);
  heartbeat.ping(at(5s));
  EXPECT_EQ(heartbeat.deadline(only_pings), kNever);
  EXPECT_EQ(heartbeat.due(only_pings, at(999h)), Due::nothing);
}

TEST(Heartbeat, MeasuresTheAnswerToItsOwnPingOnly) {
  Heartbeat heartbeat{at(0s)};
  EXPECT_EQ(heartbeat.pong({}, at(1s)), 0s);
  EXPECT_EQ(heartbeat.pong(as_bytes(std::string(4, '\0')), at(1s)), 0s);
  const std::string first{as_text(heartbeat.ping(at(20s)))};
  EXPECT_EQ(heartbeat.pong(as_bytes("else"), at(20s + 1ms)), 0s);
  EXPECT_EQ(heartbeat.pong({}, at(20s + 1ms)), 0s);
  EXPECT_EQ(heartbeat.pong(as_bytes(first), at(20s + 35ms)), 35ms);
  EXPECT_EQ(heartbeat.pong(as_bytes(first), at(20s + 36ms)), 0s);  // once
  heartbeat.heard(at(21s));
  const std::string second{as_text(heartbeat.ping(at(41s)))};
  EXPECT_NE(first, second);
  EXPECT_EQ(heartbeat.pong(as_bytes(first), at(42s)), 0s);  // too late for the first
  EXPECT_EQ(heartbeat.pong(as_bytes(second), at(43s)), 2s);
}

TEST(Heartbeat, AnAnswerWithinOneReadingOfTheClockIsAnAnswerAllTheSame) {
  Heartbeat heartbeat{at(0s)};
  const std::string ping{as_text(heartbeat.ping(at(20s)))};
  EXPECT_EQ(heartbeat.pong(as_bytes(ping), at(20s)), 1us);  // zero says: not ours
}

TEST(ControlRate, CountsWithinASecond) {
  ControlRate rate;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rate.count(at(10s), 3));
  EXPECT_FALSE(rate.count(at(11s - 1us), 3));
  EXPECT_TRUE(rate.count(at(11s), 3));
  EXPECT_TRUE(rate.count(at(11s), 3));
  EXPECT_TRUE(rate.count(at(11s), 3));
  EXPECT_FALSE(rate.count(at(11s), 3));
  EXPECT_FALSE(ControlRate{}.count(at(0s), 0));
}

}  // namespace
}  // namespace linnet::ws
