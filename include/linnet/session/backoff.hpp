// SPDX-License-Identifier: Apache-2.0
// How long to wait before the next attempt: exponential, with full jitter, so that a fleet which lost its
// server at one moment does not come back at one moment.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "linnet/base/entropy.hpp"
#include "linnet/base/time.hpp"

namespace linnet::session {

struct BackoffConfig {
  Duration first = 500ms;  // the most that is waited after the first failure; twice as much after the next
  Duration longest = 30s;  // and never more than this
};

class Backoff {
 public:
  explicit Backoff(const BackoffConfig& config) noexcept : config_{config} {}

  /// The most that is waited after so many failures in a row: no overflow, however many there were.
  Duration limit(std::uint32_t failures) const noexcept {
    Duration most = config_.first;
    for (std::uint32_t i = 1; i < failures && most < config_.longest; ++i) most *= 2;
    return std::min(most, config_.longest);
  }
  /// Anything from nothing to limit(), each as likely as the other.
  Duration pause(std::uint32_t failures, Entropy& entropy) const noexcept {
    return random_up_to(limit(failures), entropy);
  }

  /// Zero to `most`, which is not negative; what is above 71 minutes counts as 71 minutes.
  static Duration random_up_to(Duration most, Entropy& entropy) noexcept {
    std::array<std::byte, 4> bytes{};
    entropy.fill(bytes);
    std::uint64_t random = 0;
    for (const std::byte byte : bytes) random = random << 8 | std::to_integer<std::uint64_t>(byte);
    // The product of a wait in microseconds and 32 random bits fits 64 bits up to 71 minutes.
    constexpr std::uint64_t kMost = UINT32_MAX;
    const std::uint64_t range = std::min(static_cast<std::uint64_t>(most.count()), kMost);
    return Duration{static_cast<Duration::rep>(range * random >> 32)};
  }

 private:
  BackoffConfig config_;
};

}  // namespace linnet::session
