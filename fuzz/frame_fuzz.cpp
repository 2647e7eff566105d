// SPDX-License-Identifier: Apache-2.0
// Frame headers and masks. A header that is taken is written again as the same bytes; what is written is
// read again; nothing but the header's bytes is touched. Masking is an XOR, in place or not, in any pieces.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "linnet/ws/frame.hpp"

using namespace linnet;
using namespace linnet::ws;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

/// On the heap, exactly as long, so that a step outside is seen.
using Exact = std::vector<std::byte>;

void decode(const std::byte* data, std::size_t size) {
  if (size < 2 || size < header_size(data[1])) return;
  const Exact header(data, data + header_size(data[1]));
  const Result<FrameHeader> decoded = decode_header(header.data());
  if (!decoded) {
    require(decoded.error().code == Errc::protocol_violation);
    return;
  }
  require(decoded->payload_length >> 63 == 0);
  require(!is_control(decoded->opcode) || (decoded->fin && decoded->payload_length <= kMaxControlPayload));
  Exact again(header.size());
  std::byte room[kMaxHeaderSize];
  require(encode_header(*decoded, room) == header.size());
  require(encode_header(*decoded, again.data()) == header.size());
  require(again == header);
}

void encode(const std::byte* data, std::size_t size) {
  if (size < 13) return;
  FrameHeader header{.opcode = static_cast<Opcode>(data[0] & std::byte{3}),
                     .fin = (data[0] & std::byte{4}) != std::byte{0},
                     .masked = (data[0] & std::byte{8}) != std::byte{0},
                     .payload_length = load_be64(data + 1) >> (1 + std::to_integer<unsigned>(data[12]) % 63)};
  if (header.opcode == Opcode{3}) header.opcode = Opcode::continuation;
  if (header.masked) std::memcpy(&header.masking_key, data + 9, 4);
  std::byte room[kMaxHeaderSize];
  const std::size_t written = encode_header(header, room);
  require(written == header_size(room[1]));
  const Exact exact(room, room + written);
  const Result<FrameHeader> decoded = decode_header(exact.data());
  require(decoded.has_value() && *decoded == header);
}

void mask(const std::byte* data, std::size_t size) {
  if (size < 6) return;
  const std::byte* const key_bytes = data;
  MaskingKey key;
  std::memcpy(&key, key_bytes, 4);
  const std::size_t cut_wanted = load_be16(data + 4);
  const Exact payload(data + 6, data + size);
  Exact expected(payload);
  bool high = false;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    expected[i] ^= key_bytes[i % 4];
    high = high || (expected[i] & std::byte{0x80}) != std::byte{0};
  }
  Exact other(payload.size());
  require(apply_mask(other.data(), payload.data(), payload.size(), key) == high);
  require(other == expected);
  Exact in_place(payload);
  const std::size_t cut = payload.empty() ? 0 : cut_wanted % (payload.size() + 1);
  const bool first = apply_mask(in_place.data(), in_place.data(), cut, key);
  std::byte* const rest = in_place.data() + cut;
  const bool second = apply_mask(rest, rest, payload.size() - cut, rotate(key, cut));
  require(in_place == expected && (first || second) == high);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* const bytes = reinterpret_cast<const std::byte*>(data);
  decode(bytes, size);
  encode(bytes, size);
  mask(bytes, size);
  return 0;
}
