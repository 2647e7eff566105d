// SPDX-License-Identifier: Apache-2.0
#include "linnet/codec/utf8.hpp"

#include <cstring>

#include "linnet/base/block.hpp"

namespace linnet::codec {
namespace {

using SignedBlock = std::int8_t __attribute__((vector_size(16)));

/// SSE2 compares signed bytes only: unsigned order is signed order with the high bit turned.
SignedBlock ordered(Block block) noexcept {
  return reinterpret_cast<SignedBlock>(block ^ 0x80);
}
constexpr std::int8_t ordered(unsigned byte) noexcept {
  return static_cast<std::int8_t>(byte ^ 0x80);
}

/// Non-zero bytes where the sixteen bytes at `at` break the rules of RFC 3629, section 4, given the three
/// before them. What the last three demand of later bytes is not judged here.
SignedBlock violations(const std::byte* at) noexcept {
  const Block plain = load_block(at);
  const Block plain1 = load_block(at - 1);
  const SignedBlock now = ordered(plain);
  const SignedBlock before1 = ordered(plain1);
  const SignedBlock before2 = ordered(load_block(at - 2));
  const SignedBlock before3 = ordered(load_block(at - 3));

  // Continuation bytes stand just where a lead byte one, two or three places before wants one.
  const SignedBlock wanted =
      (before1 > ordered(0xBFu)) | (before2 > ordered(0xDFu)) | (before3 > ordered(0xEFu));
  const SignedBlock present = reinterpret_cast<SignedBlock>(plain) < static_cast<std::int8_t>(0xC0);
  // C0, C1: only overlong forms begin so. F5 and above: over U+10FFFF.
  const SignedBlock never = ((plain & 0xFE) == 0xC0) | (now > ordered(0xF4u));
  // The second byte's narrower ranges: before A0 stands no E0 (overlong), from A0 on no ED (surrogates);
  // before 90 no F0 (overlong), from 90 on no F4 (over U+10FFFF). So each byte forbids one lead of three, one
  // of four.
  const Block from_a0 = reinterpret_cast<Block>(now > ordered(0x9Fu));
  const Block from_90 = reinterpret_cast<Block>(now > ordered(0x8Fu));
  const SignedBlock narrower =
      (plain1 == ((from_a0 & (0xED ^ 0xE0)) ^ 0xE0)) | (plain1 == ((from_90 & (0xF4 ^ 0xF0)) ^ 0xF0));
  return (wanted ^ present) | never | narrower;
}

/// Whether the four bytes at `at` are all ASCII.
[[maybe_unused]] bool is_ascii_word(const std::byte* at) noexcept {  // by machines without wide blocks
  std::uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return (word & 0x80808080) == 0;
}

/// How many continuation bytes the lead byte `lead` wants.
constexpr unsigned wanted_after(std::uint8_t lead) noexcept {
  return lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
}

}  // namespace

/// The first byte of a character.
inline bool Utf8Validator::take_lead(std::uint8_t byte) noexcept {
  if (byte < 0x80) return true;
  if (byte < 0xC2 || byte > 0xF4) return false;
  needed_ = static_cast<std::uint8_t>(wanted_after(byte));
  if (byte == 0xE0) low_ = 0xA0;
  if (byte == 0xED) high_ = 0x9F;
  if (byte == 0xF0) low_ = 0x90;
  if (byte == 0xF4) high_ = 0x8F;
  return true;
}

inline bool Utf8Validator::take_continuation(std::uint8_t byte) noexcept {
  if (byte < low_ || byte > high_) return false;
  --needed_;
  low_ = 0x80;
  high_ = 0xBF;
  return true;
}

/// Goes through whole blocks from `at`, a character's beginning, while that is faster than byte by byte.
/// Returns where a character begins again, everything before it valid; or null.
const std::byte* Utf8Validator::take_blocks(const std::byte* at, const std::byte* end) noexcept {
  SignedBlock found{};
  for (const std::byte* const last = end - 32; at <= last; at += 32) {
    if (!any_high_bit(load_block(at) | load_block(at + 16) | load_block(at - 3))) continue;  // all ASCII
    found |= violations(at) | violations(at + 16);
  }
  if (any_high_bit(reinterpret_cast<Block>(found))) return nullptr;
  // A character that reaches over the last block is judged again from its lead byte.
  for (unsigned back = 1; back <= 3; ++back) {
    if (wanted_after(std::to_integer<std::uint8_t>(at[-static_cast<int>(back)])) >= back) return at - back;
  }
  return at;
}

bool Utf8Validator::accept(Bytes piece) noexcept {
  if (needed_ == kBroken) return false;
  const std::byte* at = piece.data();
  const std::byte* const end = at + piece.size();
  while (at != end) {
    if constexpr (kWideBlocks) {
      // Blocks look back three bytes, so they start behind the first three.
      if (needed_ == 0 && end - at >= 32 && at - piece.data() >= 3) {
        at = take_blocks(at, end);
        if (at == nullptr) break;
        continue;
      }
    } else if (needed_ == 0 && *at < std::byte{0x80}) {
      at += end - at >= 4 && is_ascii_word(at) ? 4 : 1;
      continue;
    }
    const auto byte = std::to_integer<std::uint8_t>(*at);
    if (!(needed_ == 0 ? take_lead(byte) : take_continuation(byte))) break;
    ++at;
  }
  if (at != end) needed_ = kBroken;
  return at == end;
}

}  // namespace linnet::codec
