// SPDX-License-Identifier: Apache-2.0
// What the owner of a session and that of one conversation have in common in tests: the loop, asleep between,
// and the log of what they were told. It complains where what is owned wakes for nothing.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "support/session_world.hpp"

namespace linnet::test {

/// `Owner` has start(); is_started(); turn(limit), which notes an event and says whether there was one; and
/// has_ended().
template <typename Owner>
struct OwnerLoop {
  explicit OwnerLoop(World& of) : world{of} {}

  /// To its end.
  const std::string& run() {
    run_until([] { return false; });
    return log;
  }
  template <typename Done>
  void run_until(Done done, Instant limit = kNever) {
    constexpr int kMostIdle = 6;
    auto& owner = static_cast<Owner&>(*this);
    if (!owner.is_started()) owner.start();
    int idle = 0;
    while (!done() && !world.is_stuck && idle < kMostIdle) {
      const auto before = std::pair{world.time, world.moved()};
      const std::size_t told = log.size();
      const bool has_event = owner.turn(limit);
      if (!has_event && (owner.has_ended() || world.time >= limit)) return;
      const bool moves = has_event || before != std::pair{world.time, world.moved()} || log.size() != told;
      idle = moves ? 0 : idle + 1;
    }
    EXPECT_LT(idle, kMostIdle) << "wakes for nothing: " << log;
  }

  World& world;
  std::string log;
  bool is_over = false;  // `closed` was told
};

}  // namespace linnet::test
