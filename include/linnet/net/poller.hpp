// SPDX-License-Identifier: Apache-2.0
// The seam that sleeps: the only place where a loop of this library waits, and where it learns the time.
#pragma once

#include <cstdint>
#include <span>

#include "linnet/base/time.hpp"

namespace linnet::net {

/// One thing that may be done without blocking.
struct Ready {
  void* token;    // as given where the stream or listener was made; null: nobody in particular
  bool readable;  // also: the peer closed, or the transport failed; reading tells
  bool writable;
};

class Poller {
 public:
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  virtual ~Poller() = default;

  virtual Instant now() noexcept = 0;

  /// Sleeps until something is ready, `until` has come, or wake() was called; an instant in the past only
  /// looks. The result is borrowed until the next call; it is empty after a wake-up or at `until`. It may
  /// name a stream that was closed while an earlier entry was handled: whoever reuses tokens skips those.
  virtual std::span<const Ready> wait(Instant until) = 0;

  /// Ends the current or the next wait(). From any thread, and from a signal handler.
  virtual void wake() noexcept = 0;

 protected:
  Poller() = default;
};

}  // namespace linnet::net
