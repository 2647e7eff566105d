// SPDX-License-Identifier: Apache-2.0
// The ways in which a network may cut one input: whole, byte by byte, and at random places (seeded, so that
// a failure repeats). A parser must say the same of all of them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::test {

using Chunks = std::vector<std::string>;

inline Chunks byte_by_byte(std::string_view input) {
  Chunks chunks;
  for (char byte : input) chunks.emplace_back(1, byte);
  return chunks;
}

inline Chunks random_split(std::string_view input, std::uint32_t seed) {
  Chunks chunks;
  while (!input.empty()) {
    seed = seed * 1664525u + 1013904223u;  // Numerical Recipes' generator: good enough to choose cuts
    const std::size_t most = (seed >> 28) < 8 ? 4 : 200;
    const std::size_t take = std::min<std::size_t>(input.size(), 1 + (seed >> 8) % most);
    chunks.emplace_back(input.substr(0, take));
    input.remove_prefix(take);
  }
  return chunks;
}

/// Calls `run(chunks)` for every way of cutting `input`.
template <typename Run>
void for_each_split(std::string_view input, Run run) {
  {
    SCOPED_TRACE("whole");
    run(Chunks{std::string{input}});
  }
  {
    SCOPED_TRACE("byte by byte");
    run(byte_by_byte(input));
  }
  for (std::uint32_t seed = 1; seed <= 16; ++seed) {
    SCOPED_TRACE("random split, seed " + std::to_string(seed));
    run(random_split(input, seed));
  }
}

}  // namespace linnet::test
