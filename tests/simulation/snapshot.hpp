// SPDX-License-Identifier: Apache-2.0
// How a session fares over bad networks, as reviewed: ten cuts each, an event every five seconds. `back` is
// how often the connection had to be made again, `median` and `longest` how long after the cut that took.
#pragma once

#include <string_view>

namespace linnet::test {

inline constexpr std::string_view kReviewedTable =
    R"(loss    latency      cut    sent  delivered  lost  duplicates  back    median     longest
   0 %     20 ms     10 s     260        260     0           0     0       0 ms       0 ms
   0 %     20 ms     60 s     360        360     0          72     0       0 ms       0 ms
   0 %     20 ms    600 s     856        856     0           0    10    7271 ms   25863 ms
   0 %    500 ms     10 s     260        260     0           0     0       0 ms       0 ms
   0 %    500 ms     60 s     360        360     0          72     0       0 ms       0 ms
   0 %    500 ms    600 s     844        844     0           0    10    8731 ms   37896 ms
   5 %     20 ms     10 s     260        260     0           0     0       0 ms       0 ms
   5 %     20 ms     60 s     360        360     0          72     0       0 ms       0 ms
   5 %     20 ms    600 s     856        856     0           0    10    7568 ms   25863 ms
   5 %    500 ms     10 s     260        260     0           0     0       0 ms       0 ms
   5 %    500 ms     60 s     360        360     0          72     0       0 ms       0 ms
   5 %    500 ms    600 s     844        844     0           0    10    8731 ms   37896 ms
  20 %     20 ms     10 s     260        260     0           0     0       0 ms       0 ms
  20 %     20 ms     60 s     360        360     0          72     0       0 ms       0 ms
  20 %     20 ms    600 s     844        844     0           0    10    6073 ms   31089 ms
  20 %    500 ms     10 s     260        260     0           0     0       0 ms       0 ms
  20 %    500 ms     60 s     360        360     0          72     0       0 ms       0 ms
  20 %    500 ms    600 s     852        852     0           1    10    8519 ms   27732 ms
)";

}  // namespace linnet::test
