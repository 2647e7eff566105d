// SPDX-License-Identifier: Apache-2.0
#include "tools/load/latency_histogram.hpp"

#include <gtest/gtest.h>

namespace linnet::tools {
namespace {

TEST(LatencyHistogram, NothingRecordedIsZero) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.percentile(500), 0us);
  EXPECT_EQ(histogram.largest(), 0us);
}

TEST(LatencyHistogram, ShortLatenciesAreExact) {
  LatencyHistogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.record(Duration{i});
  EXPECT_EQ(histogram.count(), 100u);
  EXPECT_EQ(histogram.percentile(500), 50us);
  EXPECT_EQ(histogram.percentile(990), 99us);
  EXPECT_EQ(histogram.percentile(999), 100us);
  EXPECT_EQ(histogram.percentile(1000), 100us);
  EXPECT_EQ(histogram.percentile(0), 1us);
}

TEST(LatencyHistogram, LongOnesAreAtMostAStepTooHigh) {
  for (std::int64_t latency = 100; latency < 120'000'000'000; latency = latency * 17 / 16 + 1) {
    LatencyHistogram histogram;
    histogram.record(Duration{latency});
    histogram.record(Duration{2 * latency});  // so that the largest does not hide how wide a step is
    const std::int64_t told = histogram.percentile(500).count();
    SCOPED_TRACE(latency);
    EXPECT_GE(told, latency);
    EXPECT_LE(told, latency + latency / 64 + 1);
  }
}

TEST(LatencyHistogram, TheTailIsNotLostInTheMany) {
  LatencyHistogram histogram;
  for (int i = 0; i < 9'990; ++i) histogram.record(200us);
  for (int i = 0; i < 10; ++i) histogram.record(1s);
  EXPECT_LE(histogram.percentile(999), 204us);
  EXPECT_EQ(histogram.percentile(1000), 1s);
  EXPECT_EQ(histogram.largest(), 1s);
}

TEST(LatencyHistogram, WhatIsBeyondEveryStepCountsAsTheLongest) {
  LatencyHistogram histogram;
  histogram.record(Duration{std::int64_t{1} << 60});
  histogram.record(-1us);
  EXPECT_EQ(histogram.count(), 2u);
  EXPECT_EQ(histogram.percentile(500), 0us);
  EXPECT_LE(histogram.percentile(1000), histogram.largest());
}

}  // namespace
}  // namespace linnet::tools
