// SPDX-License-Identifier: Apache-2.0
// What a board gives to this port, as functions that the linker finds: one file a board (mps2/board.cpp,
// nrf51/board.cpp), and the first thing that one writes for another.
#pragma once

#include <cstdint>

#include "linnet/base/time.hpp"

namespace linnet::port::cortex_m::board {

/// Before the constructors of globals: clocks, the free-running timer, where there is one the MPU. RAM is
/// initialised.
void start() noexcept;

/// A counter that runs freely in hardware and wraps at 2^32. Not one that an interrupt counts: an emulator,
/// and a core that was stopped, lose ticks. Asked more often than it wraps: at the latest every 0.7 s.
std::uint32_t ticks() noexcept;
/// How long one of them is.
Duration tick() noexcept;

/// What drives SysTick, in Hz: it is only used to wake up in time.
std::uint32_t core_clock() noexcept;

}  // namespace linnet::port::cortex_m::board
