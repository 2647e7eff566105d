// SPDX-License-Identifier: Apache-2.0
// The pool gives every byte once and fills whatever it is asked to fill.
#include "port/linux/entropy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace linnet::port::linux {
namespace {

TEST(Entropy, FillsAnySize) {
  Entropy entropy;
  entropy.fill({});
  for (const std::size_t size : {1u, 4u, 16u, 511u, 512u, 513u, 5000u}) {
    std::vector<std::byte> bytes(size + 1);
    int filled = 0;  // a random byte may be 0, but not in ten tries
    for (int i = 0; i < 10; ++i) {
      entropy.fill(MutableBytes{bytes}.first(size));
      filled += bytes[size - 1] != std::byte{0} ? 1 : 0;
      EXPECT_EQ(bytes[size], std::byte{0});
    }
    EXPECT_GT(filled, 0);
  }
}

TEST(Entropy, GivesNoByteTwice) {
  Entropy entropy;
  std::set<std::array<std::byte, 16>> seen;
  for (int i = 0; i < 1000; ++i) {
    std::array<std::byte, 16> bytes{};
    entropy.fill(bytes);
    EXPECT_TRUE(seen.insert(bytes).second);
  }
}

TEST(Entropy, WipesWhatItGave) {
  Entropy entropy;
  std::array<std::byte, 32> bytes{};
  entropy.fill(bytes);
  const Bytes inside{reinterpret_cast<const std::byte*>(&entropy), sizeof entropy};
  EXPECT_EQ(std::search(inside.begin(), inside.end(), bytes.begin(), bytes.end()), inside.end());
}

}  // namespace
}  // namespace linnet::port::linux
