// SPDX-License-Identifier: Apache-2.0
// net::Poller of a processor without a system: looks at everything that it watches, and sleeps (WFI) until an
// interrupt or the next deadline. No tick while it sleeps: SysTick wakes it once, in time. Memory: 216 bytes,
// 12 for each source beside its own.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "linnet/net/poller.hpp"

namespace linnet::port::cortex_m {

class Poller;

/// Something that a poller watches: a UART, a network stack. Lives as long as its poller.
class Source {
 public:
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// Does what has become possible, and tells Poller::report() what is ready now. Called once a turn.
  virtual void look() noexcept = 0;
  /// When look() has something to do although no interrupt comes.
  virtual Instant due() const noexcept { return kNever; }

 protected:
  explicit Source(Poller& poller) noexcept;
  virtual ~Source() = default;
  Poller& poller() const noexcept { return poller_; }

 private:
  friend class Poller;
  Poller& poller_;
  Source* next_;
};

class Poller final : public net::Poller {
 public:
  Poller() noexcept = default;

  Instant now() noexcept override;
  std::span<const net::Ready> wait(Instant until) override;
  /// Also from an interrupt handler.
  void wake() noexcept override;

  /// From an interrupt handler: something that look() should see has happened. Does not end a wait() by
  /// itself.
  void stir() noexcept { stirred_.store(true, std::memory_order_relaxed); }

  /// From Source::look(): at most 16 in one wait(); what found no place is still ready in the next.
  void report(void* token, bool readable, bool writable) noexcept;

 private:
  friend class Source;
  void sleep(Instant until) noexcept;

  Source* first_ = nullptr;
  std::uint64_t ticks_ = 0;  // the board's counter, without its wraps
  std::atomic<bool> stirred_{false};
  std::atomic<bool> woken_{false};
  std::size_t ready_count_ = 0;
  std::array<net::Ready, 16> ready_{};
};

}  // namespace linnet::port::cortex_m
