// SPDX-License-Identifier: Apache-2.0
// Randomness that a seed repeats, for tests of what is to be random.
#pragma once

#include <cstdint>

#include "linnet/base/entropy.hpp"

namespace linnet::test {

class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed = 1) noexcept : state_{seed} {}
  void fill(MutableBytes out) noexcept override {
    for (std::byte& byte : out) byte = static_cast<std::byte>(next() >> 56);
  }
  void seed(std::uint64_t seed) noexcept { state_ = seed; }
  /// Of 64 bits (SplitMix64).
  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  /// Zero to one.
  double part() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

 private:
  std::uint64_t state_;
};

}  // namespace linnet::test
