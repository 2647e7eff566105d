// SPDX-License-Identifier: Apache-2.0
// Interrupts: who handles which, and sections that none may cut in two. One table in RAM, 8 bytes a line, so
// that drivers are objects and not symbols.
#pragma once

#include <cstdint>

namespace linnet::port::cortex_m {

/// External interrupts that the table has room for: both boards of this port have 32.
inline constexpr unsigned kInterrupts = 32;

using InterruptHandler = void (*)(void* context);

/// From now on `handler(context)` runs on the exception stack at each interrupt `line`, which is enabled
/// here. A handler does what hardware needs at once, and leaves the rest to the loop.
void attach_interrupt(unsigned line, InterruptHandler handler, void* context) noexcept;

/// Holds off interrupts for its life; nests.
class InterruptLock {
 public:
  InterruptLock() noexcept { asm volatile("mrs %0, primask\n\tcpsid i" : "=r"(before_)::"memory"); }
  ~InterruptLock() { asm volatile("msr primask, %0" ::"r"(before_) : "memory"); }
  InterruptLock(const InterruptLock&) = delete;
  InterruptLock& operator=(const InterruptLock&) = delete;

 private:
  std::uint32_t before_;
};

}  // namespace linnet::port::cortex_m
