// SPDX-License-Identifier: Apache-2.0
#include "linnet/codec/http_date.hpp"

#include <gtest/gtest.h>

namespace linnet::http1 {
namespace {

// RFC 9110, section 5.6.7, has this moment in all three forms.
constexpr std::int64_t kExample = 784'111'777;

TEST(HttpDate, IsTakenInEachOfItsForms) {
  EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37 GMT"), kExample);
  EXPECT_EQ(parse_date("Sunday, 06-Nov-94 08:49:37 GMT"), kExample);
  EXPECT_EQ(parse_date("Sun Nov  6 08:49:37 1994"), kExample);
}

TEST(HttpDate, CountsLeapYearsAndCenturies) {
  EXPECT_EQ(parse_date("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  EXPECT_EQ(parse_date("Thu, 29 Feb 2024 00:00:00 GMT"), 1'709'164'800);
  EXPECT_EQ(parse_date("Fri, 01 Mar 2024 00:00:00 GMT"), 1'709'251'200);
  EXPECT_EQ(parse_date("Sat, 01 Jan 2000 00:00:00 GMT"), 946'684'800);
  EXPECT_EQ(parse_date("Sat, 31 Dec 2016 23:59:60 GMT"), 1'483'228'800);  // a leap second
  EXPECT_EQ(parse_date("Saturday, 01-Jan-00 00:00:00 GMT"), 946'684'800);
  EXPECT_EQ(parse_date("Thursday, 01-Jan-70 00:00:00 GMT"), 0);
  EXPECT_EQ(parse_date("Tue Dec 31 23:59:59 2069"), parse_date("Tuesday, 31-Dec-69 23:59:59 GMT"));
}

TEST(HttpDate, WhatIsNoneIsNone) {
  for (const std::string_view text : {"",
                                      "120",
                                      "Sun",
                                      "Sun, 06 Nov 1994 08:49:37",
                                      "Sun, 06 Nov 1994 08:49:37 CET",
                                      "Sun, 06 Nov 1994 08:49:37 GMT ",
                                      " Sun, 06 Nov 1994 08:49:37 GMT",
                                      "Son, 06 Nov 1994 08:49:37 GMT",
                                      "Sun, 6 Nov 1994 08:49:37 GMT",
                                      "Sun, 06 nov 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 94 08:49:37 GMT",
                                      "Sun, 06-Nov-94 08:49:37 GMT",
                                      "Sunday, 06 Nov 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 24:00:00 GMT",
                                      "Sun, 06 Nov 1994 08:60:00 GMT",
                                      "Sun, 06 Nov 1994 08:00:61 GMT",
                                      "Sun, 00 Nov 1994 08:49:37 GMT",
                                      "Sun, 31 Nov 1994 08:49:37 GMT",
                                      "Mon, 29 Feb 2023 00:00:00 GMT",
                                      "Sun, -6 Nov 1994 08:49:37 GMT",
                                      "Sunday Nov  6 08:49:37 1994",
                                      "Sun Nov 6 08:49:37 1994",
                                      "Sun Nov  6 08:49:37 1994 GMT"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

}  // namespace
}  // namespace linnet::http1
