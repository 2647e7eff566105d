// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/frame.hpp"

#include <cstring>

#include "linnet/base/block.hpp"

namespace linnet::ws {
namespace {

constexpr std::byte kReserved{0x70};
constexpr std::byte kOpcode{0x0F};

constexpr bool is_known(unsigned opcode) noexcept {
  constexpr unsigned known = 0b0000'0111'0000'0111;  // 0, 1, 2, 8, 9, 10
  return ((known >> opcode) & 1) != 0;
}

template <typename Word>
Word load_word(const std::byte* at) noexcept {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Masks one word and returns what came out.
template <typename Word>
Word mask_word(std::byte* to, const std::byte* from, Word key) noexcept {
  const Word word = load_word<Word>(from) ^ key;
  std::memcpy(to, &word, sizeof word);
  return word;
}

Block repeated(MaskingKey key) noexcept {
  using Keys = MaskingKey __attribute__((vector_size(16)));
  return reinterpret_cast<Block>(Keys{key, key, key, key});
}

Block mask_block(std::byte* to, const std::byte* from, Block key) noexcept {
  const Block block = load_block(from) ^ key;
  store_block(to, block);
  return block;
}

/// apply_mask() of at least one block.
bool mask_blocks(std::byte* to, const std::byte* from, std::size_t size, MaskingKey key) noexcept {
  // The first block may overlap the second: it is read before that is masked in place, and written last.
  const Block head = load_block(from) ^ repeated(key);
  Block seen = head;  // every byte that came out, ORed: only its high bits matter
  if (size > sizeof(Block)) {
    std::size_t at = (size - 1) % sizeof(Block) + 1;  // from here on it is whole blocks
    const Block keys = repeated(rotate(key, at));
    for (; at + 64 <= size; at += 64) {
      const Block first = mask_block(to + at, from + at, keys);
      const Block second = mask_block(to + at + 16, from + at + 16, keys);
      const Block third = mask_block(to + at + 32, from + at + 32, keys);
      seen |= first | second | third | mask_block(to + at + 48, from + at + 48, keys);
    }
    for (; at != size; at += sizeof(Block)) seen |= mask_block(to + at, from + at, keys);
  }
  store_block(to, head);
  return any_high_bit(seen);
}

}  // namespace

Result<FrameHeader> decode_header(const std::byte* at) noexcept {
  const unsigned opcode = std::to_integer<unsigned>(at[0] & kOpcode);
  // "If a nonzero value is received and none of the negotiated extensions defines the meaning of such a
  // nonzero value, the receiving endpoint MUST _Fail the WebSocket Connection_" (5.2); and so for opcodes.
  if ((at[0] & kReserved) != std::byte{0} || !is_known(opcode)) return fail(Errc::protocol_violation);

  FrameHeader header;
  header.opcode = static_cast<Opcode>(opcode);
  header.fin = (at[0] & kFinBit) != std::byte{0};
  header.masked = (at[1] & kMaskBit) != std::byte{0};
  header.payload_length = std::to_integer<unsigned>(at[1]) & 0x7F;
  // "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented." (5.5)
  if (is_control(header.opcode) && (!header.fin || header.payload_length > kMaxControlPayload)) {
    return fail(Errc::protocol_violation);
  }
  const std::byte* after = at + 2;
  if (header.payload_length == 126) {
    header.payload_length = load_be16(after);
    after += 2;
    // "the minimal number of bytes MUST be used to encode the length" (5.2)
    if (header.payload_length < 126) return fail(Errc::protocol_violation);
  } else if (header.payload_length == 127) {
    header.payload_length = load_be64(after);
    after += 8;
    // "the most significant bit MUST be 0" (5.2)
    if (header.payload_length <= 0xFFFF || (header.payload_length >> 63) != 0) {
      return fail(Errc::protocol_violation);
    }
  }
  if (header.masked) header.masking_key = load_word<MaskingKey>(after);
  return header;
}

bool apply_mask(std::byte* to, const std::byte* from, std::size_t size, MaskingKey key) noexcept {
  if constexpr (kWideBlocks) {
    if (size >= sizeof(Block)) return mask_blocks(to, from, size, key);
  }
  const std::byte* const end = from + size;
  std::uint32_t seen = 0;
  for (; end - from >= 4; from += 4, to += 4) seen |= mask_word(to, from, key);
  for (; from != end; ++from, ++to, key = rotate(key, 1)) {
    *to = *from ^ load_word<std::byte>(reinterpret_cast<const std::byte*>(&key));
    seen |= std::to_integer<std::uint32_t>(*to);
  }
  return (seen & 0x80808080) != 0;
}

}  // namespace linnet::ws
