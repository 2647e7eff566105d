// SPDX-License-Identifier: Apache-2.0
#include "linnet/codec/utf8.hpp"

#include "linnet/base/block.hpp"

namespace linnet::codec {
namespace {

/// Non-zero bytes where the sixteen bytes at `at` break the rules of RFC 3629, section 4, given the three
/// before them. What the last three demand of later bytes is not judged here.
Block violations(const std::byte* at) noexcept {
  const Block now = load_block(at);
  const Block before1 = load_block(at - 1);
  const Block before2 = load_block(at - 2);
  const Block before3 = load_block(at - 3);

  // Continuation bytes stand just where a lead byte one, two or three places before wants one.
  const auto wanted = (before1 >= 0xC0) | (before2 >= 0xE0) | (before3 >= 0xF0);
  const auto present = (now & 0xC0) == 0x80;
  // C0, C1: only overlong forms begin so. F5 and above: over U+10FFFF.
  const auto never = ((now & 0xFE) == 0xC0) | (now >= 0xF5);
  // The second byte's narrower ranges.
  const auto from_a0 = now >= 0xA0;
  const auto from_90 = now >= 0x90;
  const auto overlong = ((before1 == 0xE0) & ~from_a0) | ((before1 == 0xF0) & ~from_90);
  const auto beyond = ((before1 == 0xED) & from_a0) | ((before1 == 0xF4) & from_90);
  return reinterpret_cast<Block>((wanted ^ present) | never | overlong | beyond);
}

/// How many continuation bytes the lead byte `lead` wants.
constexpr unsigned wanted_after(std::uint8_t lead) noexcept {
  return lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
}

}  // namespace

bool Utf8Validator::accept_byte(std::uint8_t byte) noexcept {
  if (needed_ == 0) {
    if (byte < 0x80) return true;
    if (byte < 0xC2 || byte > 0xF4) return false;
    needed_ = static_cast<std::uint8_t>(wanted_after(byte));
    if (byte == 0xE0) low_ = 0xA0;
    if (byte == 0xED) high_ = 0x9F;
    if (byte == 0xF0) low_ = 0x90;
    if (byte == 0xF4) high_ = 0x8F;
    return true;
  }
  if (byte < low_ || byte > high_) return false;
  --needed_;
  low_ = 0x80;
  high_ = 0xBF;
  return true;
}

/// Goes through whole blocks from `at`, a character's beginning, while that is faster than byte by byte.
/// Returns where a character begins again, everything before it valid; or null.
const std::byte* Utf8Validator::accept_some(const std::byte* at, const std::byte* end) noexcept {
  Block found{};
  while (end - at >= 16) {
    if (any_high_bit(load_block(at) | load_block(at - 3))) found |= violations(at);
    at += 16;
  }
  if (any_high_bit(found)) return nullptr;
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
      if (needed_ == 0 && end - at >= 16 && at - piece.data() >= 3) {
        at = accept_some(at, end);
        if (at == nullptr) break;
        if (at == end) return true;
      }
    }
    if (!accept_byte(std::to_integer<std::uint8_t>(*at++))) {
      at = nullptr;
      break;
    }
  }
  if (at == nullptr && !piece.empty()) {
    needed_ = kBroken;
    return false;
  }
  return true;
}

}  // namespace linnet::codec
