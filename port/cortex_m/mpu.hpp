// SPDX-License-Identifier: Apache-2.0
// A memory map in which mistakes trap: the null page, flash that is written to, RAM beyond the budget, code
// in RAM, and everything that is no memory at all. The stack lies at the bottom of RAM (memory.ld), so its
// overflow traps as well. ARMv7-M with an MPU of 8 regions; 5 are used.
#pragma once

#include <cstdint>

namespace linnet::port::cortex_m {

struct MemoryMap {
  std::uint32_t flash_base;
  std::uint32_t flash_size;  // sizes are powers of two, bases multiples of them (B3.5.5)
  std::uint32_t ram_base;
  std::uint32_t ram_size;
};

/// From now on. The first 256 bytes of flash hold the vectors, which only the processor itself reads.
void protect_memory(const MemoryMap& map) noexcept;

}  // namespace linnet::port::cortex_m
