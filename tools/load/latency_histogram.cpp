// SPDX-License-Identifier: Apache-2.0
#include "tools/load/latency_histogram.hpp"

#include <algorithm>
#include <bit>

namespace linnet::tools {

std::size_t LatencyHistogram::index_of(std::uint64_t microseconds) noexcept {
  if (microseconds < kSteps) return static_cast<std::size_t>(microseconds);
  const unsigned shift = static_cast<unsigned>(std::bit_width(microseconds)) - kStepBits - 1;
  if (shift + 1 >= kDoublings) return kDoublings * kSteps - 1;
  return shift * kSteps + static_cast<std::size_t>(microseconds >> shift);
}

std::uint64_t LatencyHistogram::highest_in(std::size_t index) noexcept {
  if (index < 2 * kSteps) return index;
  const std::size_t shift = index / kSteps - 1;
  return ((std::uint64_t{index % kSteps + kSteps} + 1) << shift) - 1;
}

void LatencyHistogram::record(Duration latency) noexcept {
  ++seen_[index_of(static_cast<std::uint64_t>(std::max<Duration::rep>(latency.count(), 0)))];
  ++count_;
  largest_ = std::max(largest_, latency);
}

Duration LatencyHistogram::percentile(unsigned per_mille) const noexcept {
  // The rank of the latency that is asked for, from 1: rounded up, so that 1000 is the last one.
  const std::uint64_t rank = std::max<std::uint64_t>((count_ * per_mille + 999) / 1000, 1);
  std::uint64_t below = 0;
  for (std::size_t index = 0; index < seen_.size(); ++index) {
    below += seen_[index];
    if (below >= rank) return std::min(largest_, Duration{static_cast<Duration::rep>(highest_in(index))});
  }
  return largest_;
}

}  // namespace linnet::tools
