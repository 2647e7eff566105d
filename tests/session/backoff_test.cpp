// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/backoff.hpp"

#include <gtest/gtest.h>

#include "support/seeded_entropy.hpp"

namespace linnet::session {
namespace {

constexpr BackoffConfig kConfig{.first = 500ms, .longest = 30s};

// RFC 6455: 7.2.3-1
TEST(Backoff, DoublesUpToTheLongest) {
  const Backoff backoff{kConfig};
  EXPECT_EQ(backoff.limit(1), 500ms);
  EXPECT_EQ(backoff.limit(2), 1s);
  EXPECT_EQ(backoff.limit(6), 16s);
  EXPECT_EQ(backoff.limit(7), 30s);
  EXPECT_EQ(backoff.limit(78), 30s);
  EXPECT_EQ(backoff.limit(UINT32_MAX), 30s);
}

// RFC 6455: 7.2.3-1
TEST(Backoff, HasFullJitter) {
  const Backoff backoff{kConfig};
  test::SeededEntropy entropy;
  Duration sum{}, least = 1h, most{};
  constexpr int kTimes = 10'000;
  for (int i = 0; i < kTimes; ++i) {
    const Duration pause = backoff.pause(7, entropy);
    sum += pause;
    least = std::min(least, pause);
    most = std::max(most, pause);
  }
  EXPECT_LT(least, 30ms);
  EXPECT_GT(most, 29'970ms);
  EXPECT_LE(most, 30s);
  EXPECT_NEAR(static_cast<double>((sum / kTimes).count()), 15e6, 0.3e6);
}

TEST(Backoff, NothingAndVeryMuch) {
  test::SeededEntropy entropy;
  EXPECT_EQ(Backoff::random_up_to(0s, entropy), 0s);
  for (int i = 0; i < 1000; ++i) {
    const Duration pause = Backoff::random_up_to(1000h, entropy);
    EXPECT_GE(pause, 0s);
    EXPECT_LE(pause, 72min);
  }
}

}  // namespace
}  // namespace linnet::session
