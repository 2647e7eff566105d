// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/post_ring.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <string>

namespace linnet::session {
namespace {

struct Ring {
  explicit Ring(std::size_t size) : ring{MutableBytes{storage}.first(size)} {}

  bool put(std::string_view text) {
    std::byte* place = ring.reserve(text.size());
    if (place == nullptr) return false;
    std::memcpy(place, text.data(), text.size());
    ring.commit(place, text.size());
    return true;
  }
  std::string take() {
    const MutableBytes front = ring.front();
    if (front.data() == nullptr) return "none";
    std::string text{as_text(front)};
    ring.drop();
    return text;
  }

  alignas(8) std::array<std::byte, 1024> storage{};
  PostRing ring;
};

TEST(SessionPostRing, KeepsTheOrderAroundItsEnd) {
  Ring ring{128};
  std::deque<std::string> expected;
  unsigned size = 0;
  for (int i = 0; i < 10'000; ++i) {
    std::string text(size = (size * 7 + 3) % 57, static_cast<char>('a' + i % 26));
    while (!ring.put(text)) {
      ASSERT_FALSE(expected.empty());
      ASSERT_EQ(ring.take(), expected.front());
      expected.pop_front();
    }
    expected.push_back(text);
  }
  for (const std::string& each : expected) EXPECT_EQ(ring.take(), each);
  EXPECT_EQ(ring.take(), "none");
}

TEST(SessionPostRing, TheLongestAlwaysFitsAnEmptyRing) {
  Ring ring{256};
  EXPECT_EQ(ring.ring.longest(), 120u);
  for (int shift = 0; shift < 100; ++shift) {
    ASSERT_TRUE(ring.put("x"));
    EXPECT_EQ(ring.take(), "x");
    ASSERT_TRUE(ring.put(std::string(120, 'l'))) << shift;
    EXPECT_EQ(ring.take(), std::string(120, 'l'));
    EXPECT_FALSE(ring.put(std::string(121, 'l')));
  }
}

TEST(SessionPostRing, WhatIsNotWholeHoldsUpWhatIsBehindIt) {
  Ring ring{256};
  std::byte* slow = ring.ring.reserve(4);
  ASSERT_NE(slow, nullptr);
  ASSERT_TRUE(ring.put("quick"));
  EXPECT_EQ(ring.take(), "none");
  std::memcpy(slow, "slow", 4);
  ring.ring.commit(slow, 4);
  EXPECT_EQ(ring.take(), "slow");
  EXPECT_EQ(ring.take(), "quick");
}

TEST(SessionPostRing, NoStorageTakesNothing) {
  Ring ring{0};
  EXPECT_FALSE(ring.put(""));
  EXPECT_EQ(ring.take(), "none");
}

}  // namespace
}  // namespace linnet::session
