// SPDX-License-Identifier: Apache-2.0
// Nordic nRF51822 (Cortex-M0, 16 KiB of RAM), as on the BBC micro:bit and QEMU's microbit ("nRF51 Series
// Reference Manual", version 3.0). Time is TIMER0, which counts at 31,250 Hz. No MPU: a stack that overflows
// leaves RAM, and faults.
#include "port/cortex_m/board.hpp"

#include "port/cortex_m/registers.hpp"

namespace linnet::port::cortex_m::board {
namespace {

constexpr std::uint32_t kTimer = 0x40008000;
constexpr std::uint32_t kStart = kTimer + 0x000, kCapture = kTimer + 0x040, kBitMode = kTimer + 0x508,
                        kPrescaler = kTimer + 0x510, kCaptured = kTimer + 0x540;
constexpr std::uint32_t k32Bits = 3, kDivideBy512 = 9;  // "fTIMER = 16 MHz / (2^PRESCALER)" (18.1)

}  // namespace

void start() noexcept {
  reg(kBitMode) = k32Bits;
  reg(kPrescaler) = kDivideBy512;
  reg(kStart) = 1;
}

std::uint32_t ticks() noexcept {
  reg(kCapture) = 1;
  return reg(kCaptured);
}

Duration tick() noexcept {
  return 32us;
}

std::uint32_t core_clock() noexcept {
  return 16'000'000;
}

}  // namespace linnet::port::cortex_m::board
