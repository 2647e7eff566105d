// SPDX-License-Identifier: Apache-2.0
// Arm MPS2 with the Cortex-M3 image AN385, as QEMU's mps2-an385 has it ("Application Note AN385", chapters 3
// and 4).
#include "port/cortex_m/board.hpp"

#include "port/cortex_m/mpu.hpp"
#include "port/cortex_m/registers.hpp"

extern "C" {
// Of memory.ld: their addresses are the values.
extern char ram_begin[], ram_size[], flash_size[];  // NOLINT: as the linker knows them
}

namespace linnet::port::cortex_m::board {
namespace {

constexpr std::uint32_t kFpgaIo = 0x40028000;
constexpr std::uint32_t kCounter = kFpgaIo + 0x18;  // counts up, once every PRESCALE + 1 cycles
constexpr std::uint32_t kPrescale = kFpgaIo + 0x1C;
constexpr std::uint32_t kClock = 25'000'000;
constexpr std::uint32_t kTicksASecond = 10'000;

std::uint32_t value_of(const char* symbol) noexcept {
  return reinterpret_cast<std::uint32_t>(symbol);
}

}  // namespace

void start() noexcept {
  reg(kPrescale) = kClock / kTicksASecond - 1;
  protect_memory({.flash_base = 0,
                  .flash_size = value_of(flash_size),
                  .ram_base = value_of(ram_begin),
                  .ram_size = value_of(ram_size)});
}

std::uint32_t ticks() noexcept {
  return reg(kCounter);
}

Duration tick() noexcept {
  return Duration{1'000'000 / kTicksASecond};
}

std::uint32_t core_clock() noexcept {
  return kClock;
}

}  // namespace linnet::port::cortex_m::board
