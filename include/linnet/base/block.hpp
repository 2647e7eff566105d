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

/// Copies what lies between one and two words, as a word from either end.
template <typename Word>
void copy_ends(std::byte* to, const std::byte* from, std::size_t size) noexcept {
  Word head;
  Word tail;
  std::memcpy(&head, from, sizeof(Word));
  std::memcpy(&tail, from + size - sizeof(Word), sizeof(Word));
  std::memcpy(to, &head, sizeof(Word));
  std::memcpy(to + size - sizeof(Word), &tail, sizeof(Word));
}

/// Copies `size` bytes as memcpy does (to another place), without its call: for what is short more often
/// than not.
inline void copy_short(std::byte* to, const std::byte* from, std::size_t size) noexcept {
  if (kWideBlocks && size >= 16) {
    for (; size > 16; size -= 16) store_block(to + size - 16, load_block(from + size - 16));
    store_block(to, load_block(from));    // may overlap the one behind it
  } else if (kWideBlocks && size >= 4) {  // two words that overlap in the middle
    size < 8 ? copy_ends<std::uint32_t>(to, from, size) : copy_ends<std::uint64_t>(to, from, size);
  } else {
    for (std::size_t at = 0; at < size; ++at) to[at] = from[at];
  }
}

/// Whether any byte of `block` is outside ASCII (has its highest bit set).
inline bool any_high_bit(Block block) noexcept {
  std::uint64_t halves[2];
  std::memcpy(halves, &block, sizeof block);
  return ((halves[0] | halves[1]) & 0x8080808080808080u) != 0;
}

}  // namespace linnet
