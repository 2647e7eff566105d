// SPDX-License-Identifier: Apache-2.0
// Three pluses between two silences: how a host leaves data without leaving the call (M767 section 2.2.3).
#pragma once

#include <cstddef>

#include "linnet/base/time.hpp"

namespace linnet::emulator {

class Escape {
 public:
  /// CONNECT: silence begins.
  void begin(Instant now) noexcept;
  /// A byte of the host's. Says how many bytes are data by now: pluses that were held back, and then this
  /// byte itself; 0: it is a plus that may belong to an escape, and is held back.
  unsigned receive(std::byte value, Instant now) noexcept;
  /// So many pluses were held back and are data.
  unsigned release() noexcept;
  void reset() noexcept { pluses_ = 0; }

  /// When the pluses turn out to be an escape, or none; kNever: there are none.
  Instant due() const noexcept;
  enum class Verdict : unsigned char { open, escape, data };
  /// At due(). `data`: release_late() them.
  Verdict judge(Instant now) const noexcept;
  /// They were data after all, and came when they came: the next plus has no silence before it.
  unsigned release_late() noexcept;

 private:
  Instant last_data_{};  // or CONNECT
  unsigned pluses_ = 0;
  Instant last_plus_{};
};

}  // namespace linnet::emulator
