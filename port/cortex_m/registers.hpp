// SPDX-License-Identifier: Apache-2.0
// Registers of the processor itself that this port uses (ARMv6-M and ARMv7-M Architecture Reference Manuals),
// and how a register is named: by its address.
#pragma once

#include <cstdint>

namespace linnet::port::cortex_m {

inline volatile std::uint32_t& reg(std::uint32_t address) noexcept {
  return *reinterpret_cast<volatile std::uint32_t*>(address);
}

// SysTick (B3.3): CSR.ENABLE, CSR.TICKINT, CSR.CLKSOURCE (the processor's clock); 24 bits of counter.
inline constexpr std::uint32_t kSysTickControl = 0xE000E010;
inline constexpr std::uint32_t kSysTickReload = 0xE000E014;
inline constexpr std::uint32_t kSysTickCurrent = 0xE000E018;
inline constexpr std::uint32_t kSysTickMost = 0x00FFFFFF;

inline constexpr std::uint32_t kInterruptEnable = 0xE000E100;  // NVIC_ISER0
inline constexpr std::uint32_t kInterruptControl =
    0xE000ED04;  // ICSR; VECTACTIVE, and PENDSTCLR to forget a tick
inline constexpr std::uint32_t kClearPendingTick = 1u << 25;

// Faults: what happened and where (B3.2.15 to 18). Reserved, and read as 0, on ARMv6-M.
inline constexpr std::uint32_t kFaultStatus = 0xE000ED28;         // CFSR
inline constexpr std::uint32_t kMemoryFaultAddress = 0xE000ED34;  // MMFAR
inline constexpr std::uint32_t kBusFaultAddress = 0xE000ED38;     // BFAR

// The memory protection unit of ARMv7-M (PMSAv7, B3.5).
inline constexpr std::uint32_t kMpuControl = 0xE000ED94;
inline constexpr std::uint32_t kMpuRegion = 0xE000ED98;
inline constexpr std::uint32_t kMpuBase = 0xE000ED9C;
inline constexpr std::uint32_t kMpuSizeAndRights = 0xE000EDA0;

}  // namespace linnet::port::cortex_m
