// SPDX-License-Identifier: Apache-2.0
// Runs one implementation through all cases. An adapter is a class with
//   void parse(Bytes frame)            one read that brings a whole masked frame; ends in `deliver`
//   void client_encode(Bytes payload)  a binary message; ends in `write_out`
//   void server_encode(Bytes payload)  the same without a mask
// Each case is first checked for its result, then run N and 2N times, and the instructions of either run are
// dumped under "NAME/N". Under valgrind --tool=callgrind only; without it the checks alone remain.
#pragma once

#include <valgrind/callgrind.h>

#include <cstdio>

#include "cases.hpp"
#include "sink.hpp"

namespace bench {

/// Compares what the adapter delivered or wrote with the case; a difference stops the program.
void expect_delivery(const Case& row, void (*call)(void*), void* context);
void expect_write(const Case& row, void (*call)(void*), void* context);

/// Counts the instructions of `step`, without looking at what it does.
template <typename Step>
void count(const Case& row, Step& step) {
  char label[64];
  for (std::size_t rounds = 1; rounds <= 2; ++rounds) {
    std::snprintf(label, sizeof label, "%.*s/%zu", static_cast<int>(row.name.size()), row.name.data(),
                  rounds * row.iterations);
    CALLGRIND_ZERO_STATS;
    const std::size_t batch = row.size > 1024 ? 1 : 16;
    for (std::size_t left = rounds * row.iterations; left != 0; left -= batch) {
      hand_over_due = false;
      for (std::size_t i = 1; i < batch; ++i) step();
      hand_over_due = true;
      step();
    }
    CALLGRIND_DUMP_STATS_AT(label);
  }
}

template <typename Step>
void measure(const Case& row, Step step) {
  const auto call = [](void* context) { (*static_cast<Step*>(context))(); };
  if (row.direction == Direction::server_parse) {
    expect_delivery(row, call, &step);
  } else {
    expect_write(row, call, &step);
  }
  count(row, step);
}

template <typename Adapter>
int run(Adapter& adapter) {
  for (const Case& row : all_cases()) {
    if (row.direction == Direction::server_parse) {
      const std::string frame = frame_of(row, true);
      measure(row, [&adapter, bytes = Bytes{frame}] { adapter.parse(bytes); });
    } else {
      const std::string payload = payload_of(row);
      if (row.direction == Direction::client_encode) {
        measure(row, [&adapter, bytes = Bytes{payload}] { adapter.client_encode(bytes); });
      } else {
        measure(row, [&adapter, bytes = Bytes{payload}] { adapter.server_encode(bytes); });
      }
    }
  }
  return 0;
}

}  // namespace bench
