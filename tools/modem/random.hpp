// SPDX-License-Identifier: Apache-2.0
// Numbers that look random and repeat with their seed (SplitMix64, by Sebastiano Vigna, public domain): a run
// of the emulator that found something must find it again. Not for keys.
#pragma once

#include <cstdint>

namespace linnet::emulator {

class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) noexcept : state_{seed} {}

  constexpr std::uint64_t next() noexcept {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  /// From `least` to `most`, both included.
  constexpr std::uint64_t between(std::uint64_t least, std::uint64_t most) noexcept {
    return most <= least ? least : least + next() % (most - least + 1);
  }

  /// True with this probability, 0 to 1. Draws nothing for 0, so that a run without it stays as it was.
  constexpr bool chance(double probability) noexcept {
    return probability > 0 && static_cast<double>(next() >> 11) * 0x1.0p-53 < probability;
  }

 private:
  std::uint64_t state_;
};

}  // namespace linnet::emulator
