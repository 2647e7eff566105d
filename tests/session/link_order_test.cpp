// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/link_order.hpp"

#include <gtest/gtest.h>

namespace linnet::session {
namespace {

constexpr LinkOrderConfig kConfig{.first_rest = 30s, .longest_rest = 15min};

TEST(LinkOrder, ARoundTakesEachOnceThePreferredFirst) {
  LinkOrder order{kConfig, 3};
  Instant now{1h};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(order.next(now), i);
    order.tried(i);
    order.failed(i, now);
  }
  EXPECT_EQ(order.next(now), std::nullopt);
  order.begin_round();
  EXPECT_EQ(order.next(now), 0u);  // all rest: the order counts again
}

TEST(LinkOrder, OneThatRestsComesLast) {
  LinkOrder order{kConfig, 2};
  const Instant now{1h};
  order.failed(0, now);
  EXPECT_EQ(order.next(now), 1u);
  order.tried(1);
  EXPECT_EQ(order.next(now), 0u);
  order.begin_round();
  EXPECT_EQ(order.next(now + 30s), 0u);
}

TEST(LinkOrder, RestsLongerEachTimeUntilItHasLasted) {
  LinkOrder order{kConfig, 2};
  Instant now{1h};
  for (const Duration rest : {Duration{30s}, Duration{60s}, Duration{120s}, Duration{240s}, Duration{480s},
                              Duration{900s}, Duration{900s}}) {
    order.failed(0, now);
    EXPECT_EQ(order.deadline(1), now + rest);
    EXPECT_EQ(order.preferred(1, now + rest - 1us), std::nullopt);
    EXPECT_EQ(order.preferred(1, now + rest), 0u);
    now += rest;
  }
  order.lasted(0);
  order.failed(0, now);
  EXPECT_EQ(order.deadline(1), now + 30s);
}

TEST(LinkOrder, NothingIsPreferredToTheFirst) {
  const LinkOrder order{kConfig, 2};
  EXPECT_EQ(order.preferred(0, Instant{1h}), std::nullopt);
  EXPECT_EQ(order.deadline(0), kNever);
}

}  // namespace
}  // namespace linnet::session
