// SPDX-License-Identifier: Apache-2.0
// In transparent mode every byte from the modem is payload, but for what the modem says when the connection
// ends or when it answers an escape: `\r\nCLOSED\r\n` looks like any other text. This holds back what may be
// such a notice until the silence behind it, or the next byte, tells.
#pragma once

#include <algorithm>
#include <cstdint>

#include "linnet/base/bytes.hpp"
#include "linnet/base/ring.hpp"
#include "linnet/base/time.hpp"

namespace linnet::modem {

class DataFilter {
 public:
  /// How many bytes it holds back at most.
  static constexpr std::size_t kMost = 64;

  /// `room` is borrowed for as long as this lives: kMost bytes, or it gives up on long notices.
  explicit DataFilter(MutableBytes room) noexcept : held_{room.first(std::min(room.size(), kMost))} {}

  /// Passes what is data to `data`, which has room for `piece` and what is held.
  void feed(Bytes piece, ByteRing& data, Instant now) noexcept;
  /// What is held was data after all, or was the modem's own.
  void release(ByteRing& data) noexcept;
  void forget() noexcept { held_size_ = notice_size_ = 0; }
  /// Forgets the answer to the escape; what stood before it is still undecided.
  void forget_ok() noexcept;

  std::size_t held() const noexcept { return held_size_; }
  /// Whole notices and nothing else are held.
  bool has_notice() const noexcept { return notice_size_ != 0 && notice_size_ == held_size_; }
  /// The last of them is the answer to an escape.
  bool has_ok() const noexcept { return has_notice() && is_ok_; }
  Instant last_input() const noexcept { return last_input_; }

 private:
  bool try_extend(char byte) noexcept;

  MutableBytes held_;
  std::uint8_t held_size_ = 0;
  std::uint8_t notice_size_ = 0;  // of which whole notices
  bool is_ok_ = false;
  Instant last_input_{};
};

}  // namespace linnet::modem
