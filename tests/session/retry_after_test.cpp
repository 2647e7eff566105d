// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/retry_after.hpp"

#include <gtest/gtest.h>

namespace linnet::session {
namespace {

std::optional<Duration> wait_of(std::string_view retry_after, std::string_view date = {}) {
  RetryAfter asked;
  asked.take_field("X-Other", "7");
  asked.take_field("retry-after", retry_after);
  if (!date.empty()) asked.take_field("date", date);
  return asked.wait();
}

TEST(RetryAfter, IsTakenInSeconds) {
  EXPECT_EQ(wait_of("0"), 0s);
  EXPECT_EQ(wait_of("120"), 120s);
  EXPECT_EQ(wait_of("120", "Sun, 06 Nov 1994 08:49:37 GMT"), 120s);
  EXPECT_EQ(wait_of("999999999"), std::chrono::seconds{999'999'999});
  for (const std::string_view text : {"", "soon", "-1", "1.5", "120 s", "1000000000", "+5"})
    EXPECT_FALSE(wait_of(text)) << text;
  EXPECT_FALSE(RetryAfter{}.wait());
}

TEST(RetryAfter, IsTakenAsADateOfTheServersOwnClock) {
  EXPECT_EQ(wait_of("Sun, 06 Nov 1994 08:51:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"), 120s);
  EXPECT_EQ(wait_of("Monday, 07-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"), 24h);
  EXPECT_EQ(wait_of("Sun, 06 Nov 1994 08:49:36 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"), 0s);  // it is over
  EXPECT_FALSE(wait_of("Sun, 06 Nov 1994 08:51:37 GMT"));  // nobody knows what time it is
  EXPECT_FALSE(wait_of("Sun, 06 Nov 1994 08:51:37 GMT", "now"));
}

TEST(RetryAfter, TheLastOneCounts) {
  RetryAfter asked;
  asked.take_field("Retry-After", "10");
  asked.take_field("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
  asked.take_field("Retry-After", "Sun, 06 Nov 1994 08:49:57 GMT");
  EXPECT_EQ(asked.wait(), 20s);
  asked.take_field("Retry-After", "whenever");
  EXPECT_FALSE(asked.wait());
}

}  // namespace
}  // namespace linnet::session
