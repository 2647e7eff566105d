// SPDX-License-Identifier: Apache-2.0
// UTF-8 checked as it arrives (RFC 3629). Fails at the first byte that no valid text can have there, also
// in the middle of a character that a later piece would have ended (RFC 6455, section 8.1). 4 bytes of state.
#pragma once

#include <cstdint>

#include "linnet/base/bytes.hpp"

namespace linnet::codec {

class Utf8Validator {
 public:
  /// Takes the next piece of the text, cut anywhere. False: the text is not UTF-8; so it stays.
  bool accept(Bytes piece) noexcept;

  /// Whether the text may end here: valid, and no character half received.
  bool complete() const noexcept { return needed_ == 0; }

  void reset() noexcept { *this = Utf8Validator{}; }

 private:
  static constexpr std::uint8_t kBroken = 0xFF;

  bool take_lead(std::uint8_t byte) noexcept;
  bool take_continuation(std::uint8_t byte) noexcept;
  const std::byte* take_blocks(const std::byte* at, const std::byte* end) noexcept;

  std::uint8_t needed_ = 0;   // continuation bytes that the current character still wants; kBroken
  std::uint8_t low_ = 0x80;   // the range that the next of them must be in: narrower than 80..BF after
  std::uint8_t high_ = 0xBF;  //   E0, ED, F0 and F4 (overlong forms, surrogates, over U+10FFFF)
};

}  // namespace linnet::codec
