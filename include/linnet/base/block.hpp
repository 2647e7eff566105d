// SPDX-License-Identifier: Apache-2.0
// Sixteen bytes at a time, in the compiler's own portable vector type: SSE2 on x86-64, NEON on AArch64. On
// 32-bit targets kWideBlocks is false and the code that would use blocks is left out, for its size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace linnet {

using Block = std::uint8_t __attribute__((vector_size(16)));

inline constexpr bool kWideBlocks = sizeof(void*) >= 8;

inline Block load_block(const std::byte* at) noexcept {
  Block block;
  std::memcpy(&block, at, sizeof block);
  return block;
}

inline void store_block(std::byte* at, Block block) noexcept {
  std::memcpy(at, &block, sizeof block);
}

/// Whether any byte of `block` is outside ASCII (has its highest bit set).
inline bool any_high_bit(Block block) noexcept {
  std::uint64_t halves[2];
  std::memcpy(halves, &block, sizeof block);
  return ((halves[0] | halves[1]) & 0x8080808080808080u) != 0;
}

}  // namespace linnet
