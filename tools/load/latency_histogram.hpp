// SPDX-License-Identifier: Apache-2.0
// How often each latency was seen, in 16 KiB however many there were: whole microseconds up to 128 µs, from
// there on 64 steps for each doubling, so that a percentile is at most 1.6 % too high.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "linnet/base/time.hpp"

namespace linnet::tools {

class LatencyHistogram {
 public:
  void record(Duration latency) noexcept;

  std::uint64_t count() const noexcept { return count_; }
  Duration largest() const noexcept { return largest_; }

  /// What `per_mille` of 1,000 latencies did not exceed: 500 is the median. Zero where none was recorded.
  Duration percentile(unsigned per_mille) const noexcept;

 private:
  static constexpr unsigned kStepBits = 6;
  static constexpr std::size_t kSteps = std::size_t{1} << kStepBits;
  static constexpr unsigned kDoublings = 32;  // up to 38 hours

  static std::size_t index_of(std::uint64_t microseconds) noexcept;
  static std::uint64_t highest_in(std::size_t index) noexcept;

  std::array<std::uint64_t, kDoublings * kSteps> seen_{};
  std::uint64_t count_ = 0;
  Duration largest_{};
};

}  // namespace linnet::tools
