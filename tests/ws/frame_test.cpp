// SPDX-License-Identifier: Apache-2.0
// Headers and masks alone: RFC 6455, sections 5.2 and 5.3, against the wire as ws_wire.hpp spells it.
#include "linnet/ws/frame.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/ws_wire.hpp"

namespace linnet::ws {
namespace {

constexpr std::uint64_t kLongest = 0x7FFF'FFFF'FFFF'FFFF;
constexpr std::uint64_t kLengths[] = {0,   1,     125,   126,   127,         255,
                                      256, 65535, 65536, 65537, 0xFFFF'FFFF, kLongest};

/// The header of a frame with so many bytes of payload, which nobody has to hold.
std::string header_on_wire(Role to, unsigned opcode, std::uint64_t length, const test::Shape& shape = {}) {
  test::Shape with_length = shape;
  with_length.announced = length;
  return test::frame_to(to, opcode, {}, with_length);
}

std::string encode(const FrameHeader& header) {
  std::string text(kMaxHeaderSize + 2, '\x5A');
  const std::size_t size = encode_header(header, reinterpret_cast<std::byte*>(text.data()));
  EXPECT_LE(size, kMaxHeaderSize);
  EXPECT_EQ(text.substr(size), std::string(text.size() - size, '\x5A'));
  text.resize(size);
  return text;
}

Result<FrameHeader> decode(const std::string& wire) {
  const std::vector<std::byte> exact(as_bytes(wire).begin(), as_bytes(wire).end());
  EXPECT_EQ(header_size(exact[1]), exact.size());
  return decode_header(exact.data());
}

// RFC 6455: 5.2-1 5.2-4 5.2-5
TEST(Frame, IsWrittenAsTheWireHasIt) {
  for (std::uint64_t length : kLengths) {
    for (Opcode opcode : {Opcode::continuation, Opcode::text, Opcode::binary}) {
      for (bool fin : {false, true}) {
        const auto number = static_cast<unsigned>(opcode);
        FrameHeader header{.opcode = opcode, .fin = fin, .payload_length = length};
        EXPECT_EQ(encode(header), header_on_wire(Role::client, number, length, {.fin = fin})) << length;
        header.masked = true;
        std::memcpy(&header.masking_key, "\x01\x02\x03\x04", 4);
        const test::Shape masked{.fin = fin, .key = "\x01\x02\x03\x04"};
        EXPECT_EQ(encode(header), header_on_wire(Role::server, number, length, masked)) << length;
      }
    }
  }
}

TEST(Frame, IsReadAsItWasWritten) {
  for (std::uint64_t length : kLengths) {
    for (bool masked : {false, true}) {
      const FrameHeader header{.opcode = Opcode::binary,
                               .fin = length % 2 == 0,
                               .masked = masked,
                               .masking_key = masked ? 0xA1B2C3D4u : 0,
                               .payload_length = length};
      const Result<FrameHeader> read = decode(encode(header));
      ASSERT_TRUE(read.has_value()) << length;
      EXPECT_EQ(*read, header);
    }
  }
}

// RFC 6455: 5.2-2 5.2-3 5.5-2
TEST(Frame, TakesNoFirstByteButTheKnownOnes) {
  for (unsigned first = 0; first < 256; ++first) {
    const unsigned opcode = first & 15;
    const bool known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
    const bool expected = (first & 0x70) == 0 && known && (opcode < 8 || first >= 0x80);
    const std::string wire{static_cast<char>(first), 5};
    EXPECT_EQ(decode(wire).has_value(), expected) << first;
    if (!expected) {
      EXPECT_EQ(decode(wire).error().code, Errc::protocol_violation);
    }
  }
}

// RFC 6455: 5.5-2
TEST(Frame, TakesNoLongControlFrame) {
  for (unsigned opcode : {test::kClose, test::kPing, test::kPong}) {
    EXPECT_TRUE(decode(header_on_wire(Role::client, opcode, 125)).has_value());
    EXPECT_FALSE(decode(header_on_wire(Role::client, opcode, 126)).has_value());
    EXPECT_FALSE(decode(header_on_wire(Role::client, opcode, 65536)).has_value());
    EXPECT_FALSE(decode(header_on_wire(Role::client, opcode, 5, {.length_bytes = 2})).has_value());
  }
}

// RFC 6455: 5.2-5 5.2-6
TEST(Frame, TakesNoLengthInALongerFormOrWithItsHighestBit) {
  for (Role to : {Role::client, Role::server}) {
    for (std::uint64_t length : {1u, 125u}) {
      EXPECT_FALSE(decode(header_on_wire(to, test::kBinary, length, {.length_bytes = 2})).has_value());
    }
    for (std::uint64_t length : {1u, 125u, 126u, 65535u}) {
      EXPECT_FALSE(decode(header_on_wire(to, test::kBinary, length, {.length_bytes = 8})).has_value());
    }
    for (std::uint64_t length : {kLongest + 1, ~std::uint64_t{0}}) {
      EXPECT_FALSE(decode(header_on_wire(to, test::kBinary, length)).has_value());
    }
  }
}

TEST(Frame, SaysItsHeadersSizeFromTheSecondByte) {
  for (unsigned second = 0; second < 256; ++second) {
    const unsigned length = second & 127;
    const std::size_t expected = 2 +
                                 (length == 126   ? 2u
                                  : length == 127 ? 8u
                                                  : 0u) +
                                 (second >= 128 ? 4u : 0u);
    EXPECT_EQ(header_size(static_cast<std::byte>(second)), expected);
  }
}

TEST(Mask, IsAnXorThatTouchesNothingElse) {
  const std::string key = "\x9A\x01\x80\x7F";
  MaskingKey word;
  std::memcpy(&word, key.data(), 4);
  std::string from(300, '\0');
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<char>(i * 37 + 11);
  for (std::size_t size = 0; size <= 200; ++size) {
    for (std::size_t offset = 0; offset < 9; ++offset) {
      const std::string payload = from.substr(offset, size);
      const std::string masked = test::with_mask(payload, key);
      std::string other(size + 2, '#');
      apply_mask(reinterpret_cast<std::byte*>(other.data()) + 1, as_bytes(from).data() + offset, size, word);
      ASSERT_EQ(other, "#" + masked + "#") << size << " at " << offset;
      std::string same = from;
      auto* const at = reinterpret_cast<std::byte*>(same.data()) + offset;
      apply_mask(at, at, size, word);
      ASSERT_EQ(same, from.substr(0, offset) + masked + from.substr(offset + size)) << size;
    }
  }
}

TEST(Mask, SaysWhetherAByteOutsideAsciiCameOut) {
  MaskingKey key;
  std::memcpy(&key, "\x81\xF2\x03\x94", 4);
  for (std::size_t size = 0; size < 150; ++size) {
    const std::string ascii(size, 'a');
    std::string masked = test::with_mask(ascii, "\x81\xF2\x03\x94");
    std::string out(size, '\0');
    auto* const to = reinterpret_cast<std::byte*>(out.data());
    EXPECT_FALSE(apply_mask(to, as_bytes(masked).data(), size, key)) << size;
    EXPECT_EQ(out, ascii);
    for (std::size_t at = 0; at < size; ++at) {
      masked[at] = static_cast<char>(masked[at] ^ 0x80);
      EXPECT_TRUE(apply_mask(to, as_bytes(masked).data(), size, key)) << size << " at " << at;
      masked[at] = static_cast<char>(masked[at] ^ 0x80);
    }
  }
}

TEST(Mask, GoesOnWhereAPieceEnded) {
  MaskingKey key;
  std::memcpy(&key, "\x11\x22\x33\x44", 4);
  const std::string text = "A payload that comes in two pieces, cut anywhere.";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    std::string masked = test::with_mask(text, "\x11\x22\x33\x44");
    auto* const at = reinterpret_cast<std::byte*>(masked.data());
    apply_mask(at, at, cut, key);
    apply_mask(at + cut, at + cut, text.size() - cut, rotate(key, cut));
    EXPECT_EQ(masked, text) << cut;
  }
}

}  // namespace
}  // namespace linnet::ws
