// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/poller.hpp"

#include <algorithm>

#include "port/cortex_m/board.hpp"
#include "port/cortex_m/interrupts.hpp"
#include "port/cortex_m/registers.hpp"

namespace linnet::port::cortex_m {

Source::Source(Poller& poller) noexcept : poller_{poller}, next_{poller.first_} {
  poller.first_ = this;
}

Instant Poller::now() noexcept {
  const auto low = static_cast<std::uint32_t>(ticks_);
  ticks_ += board::ticks() - low;  // what has passed since, modulo 2^32
  return Instant{board::tick() * static_cast<std::int64_t>(ticks_)};
}

std::span<const net::Ready> Poller::wait(Instant until) {
  for (;;) {
    stirred_.store(false, std::memory_order_relaxed);
    ready_count_ = 0;
    Instant due = until;
    for (Source* source = first_; source != nullptr; source = source->next_) {
      source->look();
      due = std::min(due, source->due());
    }
    const bool woken = woken_.load(std::memory_order_relaxed);
    woken_.store(false, std::memory_order_relaxed);
    if (ready_count_ != 0 || woken || now() >= until) return std::span{ready_}.first(ready_count_);
    sleep(due);
  }
}

void Poller::wake() noexcept {
  woken_.store(true, std::memory_order_relaxed);
  stir();
}

void Poller::report(void* token, bool readable, bool writable) noexcept {
  if (ready_count_ < ready_.size()) ready_[ready_count_++] = {token, readable, writable};
}

/// With interrupts held off between the last look and WFI: "WFI ... completes when ... an asynchronous
/// exception at a priority that, if PRIMASK was set to 0, would preempt" (ARMv7-M, B1.5.19), so one that
/// comes in between wakes it at once.
void Poller::sleep(Instant until) noexcept {
  const Instant time = now();
  if (until <= time) return;
  const std::uint32_t clock = board::core_clock();
  const auto most = Duration{std::int64_t{kSysTickMost} * 1'000'000 / clock};
  const auto length = std::min(most, until - time);
  const auto cycles = static_cast<std::uint32_t>(length.count() * clock / 1'000'000);

  const InterruptLock lock;
  if (stirred_.load(std::memory_order_relaxed)) return;
  reg(kSysTickReload) = std::max<std::uint32_t>(cycles, 1);
  reg(kSysTickCurrent) = 0;
  reg(kSysTickControl) = 7;
  asm volatile("dsb\n\twfi" ::: "memory");
  reg(kSysTickControl) = 0;
  reg(kInterruptControl) = kClearPendingTick;
}

}  // namespace linnet::port::cortex_m
