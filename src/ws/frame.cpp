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

Block mask_block(std::byte* to, const std::byte* from, Block key) noexcept {
  const Block block = load_block(from) ^ key;
  store_block(to, block);
  return block;
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
  const std::byte* const end = from + size;
  std::uint32_t seen = 0;  // every byte that came out, ORed: only its high bits matter
  if constexpr (kWideBlocks) {
    if (size >= 16) {
      using Words = MaskingKey __attribute__((vector_size(16)));
      const auto keys = reinterpret_cast<Block>(Words{key, key, key, key});
      Block blocks{};
      for (; end - from >= 64; from += 64, to += 64) {
        const Block first = mask_block(to, from, keys);
        const Block second = mask_block(to + 16, from + 16, keys);
        const Block third = mask_block(to + 32, from + 32, keys);
        blocks |= first | second | third | mask_block(to + 48, from + 48, keys);
      }
      for (; end - from >= 16; from += 16, to += 16) blocks |= mask_block(to, from, keys);
      if (any_high_bit(blocks)) seen = 0x80;
    }
  }
  for (; end - from >= 4; from += 4, to += 4) seen |= mask_word(to, from, key);
  for (; from != end; ++from, ++to, key = rotate(key, 1)) {
    *to = *from ^ load_word<std::byte>(reinterpret_cast<const std::byte*>(&key));
    seen |= std::to_integer<std::uint32_t>(*to);
  }
  return (seen & 0x80808080) != 0;
}

}  // namespace linnet::ws
