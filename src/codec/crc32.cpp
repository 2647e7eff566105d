// SPDX-License-Identifier: Apache-2.0
#include "linnet/codec/crc32.hpp"

#include <array>

namespace linnet::codec {
namespace {

constexpr std::uint32_t kPolynomial = 0xedb88320u;  // 0x04c11db7 with its bits in reverse

/// For four bits at a time: half the speed of a table for eight, a sixteenth of its size.
constexpr std::array<std::uint32_t, 16> kTable = [] {
  std::array<std::uint32_t, 16> table{};
  for (std::uint32_t i = 0; i < 16; ++i) {
    table[i] = i;
    for (int bit = 0; bit < 4; ++bit) {
      table[i] = (table[i] >> 1) ^ ((table[i] & 1u) != 0 ? kPolynomial : 0u);
    }
  }
  return table;
}();

}  // namespace

std::uint32_t crc32(Bytes bytes, std::uint32_t before) noexcept {
  std::uint32_t crc = ~before;
  for (const std::byte each : bytes) {
    crc ^= std::to_integer<std::uint32_t>(each);
    crc = (crc >> 4) ^ kTable[crc & 15u];
    crc = (crc >> 4) ^ kTable[crc & 15u];
  }
  return ~crc;
}

}  // namespace linnet::codec
