// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/mpu.hpp"

#include <bit>

#include "port/cortex_m/registers.hpp"

namespace linnet::port::cortex_m {
namespace {

// MPU_RASR (B3.5.9): who may do what, and what kind of memory it is.
enum Rights : std::uint32_t {
  kNone = 0,
  kCode = (6u << 24) | (2u << 16),                 // read and execute; write-through
  kData = (1u << 28) | (3u << 24) | (3u << 16),    // read and write, never execute; write-back
  kDevice = (1u << 28) | (3u << 24) | (1u << 16),  // as data; strictly in order
};

void set_region(std::uint32_t number, std::uint32_t base, std::uint32_t size, Rights rights) noexcept {
  const auto exponent = static_cast<std::uint32_t>(std::countr_zero(size));
  reg(kMpuRegion) = number;
  reg(kMpuBase) = base;
  reg(kMpuSizeAndRights) = rights | ((exponent - 1) << 1) | 1u;
}

}  // namespace

void protect_memory(const MemoryMap& map) noexcept {
  constexpr std::uint32_t kPeripherals = 0x40000000, kExternalDevices = 0xA0000000,
                          kHalfGigabyte = 0x20000000;
  set_region(0, map.flash_base, map.flash_size, kCode);
  set_region(1, map.ram_base, map.ram_size, kData);
  set_region(2, kPeripherals, kHalfGigabyte, kDevice);
  set_region(3, kExternalDevices, kHalfGigabyte, kDevice);
  set_region(4, 0, 256, kNone);  // of two regions that overlap the higher number decides
  reg(kMpuControl) = 1;  // no background region: what is not listed traps; off in the fault handler itself
  asm volatile("dsb\n\tisb" ::: "memory");
}

}  // namespace linnet::port::cortex_m
