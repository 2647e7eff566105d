// SPDX-License-Identifier: Apache-2.0
// Frames as a peer writes and reads them: RFC 6455, section 5.2, spelt out once more and apart from the
// library, so that a mistake there is not repeated here. Also writes what the RFC forbids.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/ws/frame.hpp"

namespace linnet::test {

inline constexpr unsigned kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10;

/// How a frame differs from the usual one.
struct Shape {
  bool fin = true;
  unsigned reserved = 0;        // RSV1 is 4, RSV2 is 2, RSV3 is 1
  bool mask_wrongly = false;    // masked where it must not be, or the reverse
  unsigned length_bytes = 0;    // 1, 2 or 8: the form of the length; 0: the shortest
  std::uint64_t announced = 0;  // another length than the payload's; 0: the payload's
  std::string key = "\x37\xfa\x21\x3d";
};

inline std::string with_mask(std::string_view payload, std::string_view key) {
  std::string masked;
  for (std::size_t i = 0; i < payload.size(); ++i) masked += static_cast<char>(payload[i] ^ key[i % 4]);
  return masked;
}

inline std::string big_endian(std::uint64_t value, unsigned bytes) {
  std::string text;
  while (bytes-- > 0) text += static_cast<char>(static_cast<unsigned char>((value >> (8 * bytes)) & 0xFF));
  return text;
}

/// A frame that a peer sends to an endpoint of role `to`.
inline std::string frame_to(ws::Role to, unsigned opcode, std::string_view payload = {},
                            const Shape& shape = {}) {
  const bool masked = (to == ws::Role::server) != shape.mask_wrongly;
  const std::uint64_t length = shape.announced != 0 ? shape.announced : payload.size();
  const unsigned form = shape.length_bytes != 0 ? shape.length_bytes
                        : length <= 125         ? 1u
                        : length <= 0xFFFF      ? 2u
                                                : 8u;
  std::string text;
  text += static_cast<char>((shape.fin ? 0x80u : 0u) | (shape.reserved << 4) | opcode);
  const unsigned mask_bit = masked ? 0x80 : 0;
  if (form == 1) {
    text += static_cast<char>(mask_bit | static_cast<unsigned>(length));
  } else {
    text += static_cast<char>(mask_bit | (form == 2 ? 126u : 127u));
    text += big_endian(length, form);
  }
  if (!masked) return text.append(payload);
  return text + shape.key + with_mask(payload, shape.key);
}

inline std::string fragment_to(ws::Role to, unsigned opcode, std::string_view payload = {}) {
  return frame_to(to, opcode, payload, {.fin = false});
}

inline std::string close_payload(unsigned code, std::string_view reason = {}) {
  return big_endian(code, 2).append(reason);
}

/// A frame as it was found in an endpoint's output.
struct SentFrame {
  bool fin = true;
  unsigned opcode = 0;
  std::string payload;
  std::string key{};  // four bytes of a client, none of a server

  unsigned close_code() const {
    if (payload.size() < 2) return 1005;
    return static_cast<unsigned>(static_cast<unsigned char>(payload[0])) * 256 +
           static_cast<unsigned char>(payload[1]);
  }
};

/// Reads all of what an endpoint of role `from` has sent; complains about whatever section 5 forbids it.
inline std::vector<SentFrame> read_frames(ws::Role from, std::string_view output) {
  std::vector<SentFrame> frames;
  const auto take = [&output](std::size_t size) {
    const std::string_view taken = output.substr(0, size);
    EXPECT_EQ(taken.size(), size) << "a frame is cut off";
    output.remove_prefix(taken.size());
    return taken;
  };
  const auto number = [](std::string_view bytes) {
    std::uint64_t value = 0;
    for (char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  };
  while (output.size() >= 2) {
    const std::string_view start = take(2);
    const unsigned first = static_cast<unsigned char>(start[0]);
    const unsigned second = static_cast<unsigned char>(start[1]);
    std::uint64_t length = second & 0x7F;
    if (length == 126) {
      length = number(take(2));
      EXPECT_GT(length, 125u) << "not the shortest form";
    } else if (length == 127) {
      length = number(take(8));
      EXPECT_GT(length, 0xFFFFu) << "not the shortest form";
      EXPECT_EQ(length >> 63, 0u);
    }
    SentFrame frame{.fin = (first & 0x80) != 0, .opcode = first & 0x0F, .payload = {}};
    EXPECT_EQ(first & 0x70, 0u) << "reserved bits";
    EXPECT_TRUE(frame.opcode <= kBinary || (frame.opcode >= kClose && frame.opcode <= kPong)) << frame.opcode;
    EXPECT_TRUE(frame.opcode < kClose || (frame.fin && length <= 125)) << "a control frame, cut or long";
    EXPECT_EQ((second & 0x80) != 0, from == ws::Role::client) << "masking";
    if ((second & 0x80) != 0) frame.key = take(4);
    const std::string_view payload = take(static_cast<std::size_t>(length));
    frame.payload = frame.key.empty() ? std::string{payload} : with_mask(payload, frame.key);
    frames.push_back(frame);
  }
  EXPECT_TRUE(output.empty()) << "half a header is left";
  return frames;
}

}  // namespace linnet::test
