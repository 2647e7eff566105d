// SPDX-License-Identifier: Apache-2.0
// SHA-1 in the form of FIPS 180-4, section 6.1.3: sixteen words that turn in place instead of a schedule of
// eighty, one loop instead of four. Small before fast: a handshake hashes two blocks.
#include "linnet/codec/digest.hpp"

#include <bit>

namespace linnet::codec {
namespace {

constexpr std::size_t kBlockSize = 64;

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr unsigned kNoDigit = 64;

/// The value of a character of the alphabet, or kNoDigit. Ranges instead of a table: 256 bytes of flash less.
unsigned base64_digit(char character) noexcept {
  if (character >= 'A' && character <= 'Z') return static_cast<unsigned>(character - 'A');
  if (character >= 'a' && character <= 'z') return static_cast<unsigned>(character - 'a') + 26;
  if (character >= '0' && character <= '9') return static_cast<unsigned>(character - '0') + 52;
  if (character == '+') return 62;
  if (character == '/') return 63;
  return kNoDigit;
}

}  // namespace

void Sha1::put(std::byte byte) noexcept {
  std::uint32_t& word = block_[length_ % kBlockSize / 4];
  word = (word << 8) | std::to_integer<std::uint32_t>(byte);  // what was there leaves at the top
  ++length_;
  if (length_ % kBlockSize == 0) compress();
}

void Sha1::compress() noexcept {
  auto [a, b, c, d, e] = state_;
  for (unsigned t = 0; t < 80; ++t) {
    std::uint32_t& word = block_[t % 16];
    if (t >= 16) {
      word = std::rotl(block_[(t + 13) % 16] ^ block_[(t + 8) % 16] ^ block_[(t + 2) % 16] ^ word, 1);
    }
    std::uint32_t mixed = 0;  // f(b, c, d) + K, FIPS 180-4, sections 4.1.1 and 4.2.1
    if (t < 20) {
      mixed = (d ^ (b & (c ^ d))) + 0x5a827999;
    } else if (t < 40) {
      mixed = (b ^ c ^ d) + 0x6ed9eba1;
    } else if (t < 60) {
      mixed = ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    } else {
      mixed = (b ^ c ^ d) + 0xca62c1d6;
    }
    mixed += std::rotl(a, 5) + e + word;
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = mixed;
  }
  state_[0] += a;
  state_[1] += b;
  state_[2] += c;
  state_[3] += d;
  state_[4] += e;
}

void Sha1::update(Bytes part) noexcept {
  for (std::byte byte : part) put(byte);
}

Sha1Digest Sha1::finish() noexcept {
  const std::uint64_t bits = length_ * 8;
  put(std::byte{0x80});
  while (length_ % kBlockSize != kBlockSize - 8) put(std::byte{0});
  block_[14] = static_cast<std::uint32_t>(bits >> 32);
  block_[15] = static_cast<std::uint32_t>(bits);
  compress();
  Sha1Digest digest;
  for (std::size_t i = 0; i < state_.size(); ++i) store_be32(digest.data() + 4 * i, state_[i]);
  return digest;
}

Sha1Digest sha1(Bytes data) noexcept {
  Sha1 sha1;
  sha1.update(data);
  return sha1.finish();
}

Result<std::string_view> base64_encode(Bytes data, MutableBytes out) noexcept {
  const std::size_t size = base64_size(data.size());
  if (out.size() < size) return fail(Errc::too_large);
  std::byte* to = out.data();
  std::uint32_t pending = 0;  // bits that are not yet a character, at the bottom
  unsigned bits = 0;
  const auto put = [&to](unsigned digit) { *to++ = static_cast<std::byte>(kAlphabet[digit & 63]); };
  for (const std::byte byte : data) {
    pending = (pending << 8) | std::to_integer<std::uint32_t>(byte);
    for (bits += 8; bits >= 6;) put(pending >> (bits -= 6));
  }
  if (bits != 0) put(pending << (6 - bits));
  while (to != out.data() + size) *to++ = std::byte{'='};
  return as_text(out.first(size));
}

Result<MutableBytes> base64_decode(std::string_view text, MutableBytes out) noexcept {
  if (text.size() % 4 != 0) return fail(Errc::invalid_argument);
  for (int pads = 0; pads < 2 && text.ends_with('='); ++pads) text.remove_suffix(1);
  std::uint32_t pending = 0;  // bits that are not yet a byte, at the bottom
  unsigned bits = 0;
  std::size_t size = 0;
  for (char character : text) {
    const unsigned digit = base64_digit(character);
    if (digit == kNoDigit) return fail(Errc::invalid_argument);
    pending = (pending << 6) | digit;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    if (size == out.size()) return fail(Errc::too_large);
    out[size++] = static_cast<std::byte>(pending >> bits);
    pending &= (1u << bits) - 1;
  }
  // RFC 4648, section 3.5: "decoders MAY chose to reject an encoding if the pad bits have not been set to
  // zero". A multiple of four less one or two pads cannot leave a lone digit.
  if (pending != 0) return fail(Errc::invalid_argument);
  return out.first(size);
}

}  // namespace linnet::codec
