// SPDX-License-Identifier: Apache-2.0
// One WebSocket frame's header and its mask: RFC 6455, sections 5.2 to 5.5. Pure functions over bytes; what
// frames mean to a connection stands in connection.hpp.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "linnet/base/block.hpp"
#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"

namespace linnet::ws {

enum class Role : std::uint8_t { client, server };

/// Section 5.2; the others are reserved.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

constexpr bool is_control(Opcode opcode) noexcept {
  return (static_cast<unsigned>(opcode) & 8) != 0;
}

inline constexpr std::byte kFinBit{0x80};               // of a header's first byte
inline constexpr std::byte kMaskBit{0x80};              // of its second
inline constexpr std::size_t kMaxHeaderSize = 14;       // 2 + an extended length of 8 + a masking key of 4
inline constexpr std::size_t kMaxShortPayload = 125;    // that the second byte can tell
inline constexpr std::size_t kMaxControlPayload = 125;  // section 5.5

/// Section 5.3. The four bytes as they stand on the wire, so that masking is one XOR a word on any machine.
using MaskingKey = std::uint32_t;

struct FrameHeader {
  Opcode opcode{};
  bool fin = true;
  bool masked = false;
  MaskingKey masking_key = 0;  // where masked
  std::uint64_t payload_length = 0;

  friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

/// How many bytes the header has whose second one this is: 2 to 14.
constexpr std::size_t header_size(std::byte second) noexcept {
  const unsigned length = std::to_integer<unsigned>(second) & 0x7F;
  const std::size_t extended = length == 127 ? 8 : length == 126 ? 2 : 0;
  const std::size_t key = (std::to_integer<unsigned>(second) & 0x80) != 0 ? 4 : 0;
  return 2 + extended + key;
}

/// Reads a whole header: `at` has header_size() bytes. protocol_violation for what section 5.2 forbids:
/// reserved bits and opcodes, a length that is not in its shortest form, fragmented or long control frames.
/// Whether it may be masked, and stand here, is for the connection to say.
Result<FrameHeader> decode_header(const std::byte* at) noexcept;

/// Writes a header of at most kMaxHeaderSize bytes; returns its size. Inline: a sender's role and opcode are
/// known where it is called, and little of it remains.
inline std::size_t encode_header(const FrameHeader& header, std::byte* at) noexcept {
  const std::byte mask_bit = header.masked ? kMaskBit : std::byte{0};
  at[0] = (header.fin ? kFinBit : std::byte{0}) | static_cast<std::byte>(header.opcode);
  std::byte* after = at + 2;
  if (header.payload_length <= 125) {
    at[1] = mask_bit | static_cast<std::byte>(header.payload_length);
  } else if (header.payload_length <= 0xFFFF) {
    at[1] = mask_bit | std::byte{126};
    store_be16(after, static_cast<std::uint16_t>(header.payload_length));
    after += 2;
  } else {
    at[1] = mask_bit | std::byte{127};
    store_be64(after, header.payload_length);
    after += 8;
  }
  if (header.masked) {
    std::memcpy(after, &header.masking_key, sizeof header.masking_key);
    after += sizeof header.masking_key;
  }
  return static_cast<std::size_t>(after - at);
}

/// Writes a whole unmasked frame of at most kMaxShortPayload bytes; returns its size.
inline std::size_t encode_short(Opcode opcode, Bytes payload, std::byte* at) noexcept {
  at[0] = kFinBit | static_cast<std::byte>(opcode);
  at[1] = static_cast<std::byte>(payload.size());
  copy_short(at + 2, payload.data(), payload.size());
  return 2 + payload.size();
}

/// XORs `size` bytes with the key, from `from` to `to` (which may be the same), touching nothing else. Masks
/// and unmasks alike. Returns whether a byte outside ASCII came out: a text without any needs no other check.
bool apply_mask(std::byte* to, const std::byte* from, std::size_t size, MaskingKey key) noexcept;

/// The key for what follows `size` bytes.
constexpr MaskingKey rotate(MaskingKey key, std::size_t size) noexcept {
  const int bits = static_cast<int>(size * 8 % 32);
  return std::endian::native == std::endian::little ? std::rotr(key, bits) : std::rotl(key, bits);
}

}  // namespace linnet::ws
