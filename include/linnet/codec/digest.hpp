// SPDX-License-Identifier: Apache-2.0
// SHA-1 (FIPS 180-4, RFC 3174) and Base64 (RFC 4648, section 4): what the WebSocket handshake asks for
// (RFC 6455, sections 4.1 and 4.2.2). SHA-1 proves here that the peer read our key, and keeps no secret: use
// it for nothing else.
// Memory: a Sha1 is 96 bytes; hashing takes about 90 bytes of stack on Cortex-M3.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"

namespace linnet::codec {

inline constexpr std::size_t kSha1Size = 20;
using Sha1Digest = std::array<std::byte, kSha1Size>;

/// A digest over parts: any number of `update`, then one `finish`.
class Sha1 {
 public:
  /// `part` is read within the call. All parts together may have up to 2^61 - 1 bytes.
  void update(Bytes part) noexcept;

  /// The digest of all parts. Afterwards the object is spent: no further call.
  [[nodiscard]] Sha1Digest finish() noexcept;

 private:
  void put(std::byte byte) noexcept;
  void compress() noexcept;

  std::array<std::uint32_t, 5> state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
                                      0xc3d2e1f0};  // FIPS 180-4, section 5.3.1
  std::uint64_t length_ = 0;                        // bytes so far
  std::array<std::uint32_t, 16> block_{};           // big-endian words of the block that is being filled
};

/// The digest of `data` at once.
[[nodiscard]] Sha1Digest sha1(Bytes data) noexcept;

/// Characters that encode `size` bytes, padding included: 24 for the 16 bytes of a Sec-WebSocket-Key, 28 for
/// the 20 of a Sec-WebSocket-Accept.
[[nodiscard]] constexpr std::size_t base64_size(std::size_t size) noexcept {
  return (size + 2) / 3 * 4;
}

/// Encodes `data` with padding and without line ends into the front of `out`, which has room for
/// base64_size(data.size()) and does not overlap `data`. Returns what was written, in `out`.
/// Errors: too_large if `out` is shorter; then `out` is untouched.
Result<std::string_view> base64_encode(Bytes data, MutableBytes out) noexcept;

/// Decodes `text` into the front of `out`; three quarters of text.size() are always enough. Returns what was
/// written, in `out`. Strict: each string of bytes has one text that is accepted (whole groups of four,
/// padding only at the end, unused bits zero, no white space). `out` may begin where `text` begins, for
/// decoding in place. Errors: invalid_argument if `text` is no such encoding, too_large if `out` is too
/// short. `out` may be written in part then.
Result<MutableBytes> base64_decode(std::string_view text, MutableBytes out) noexcept;

}  // namespace linnet::codec
