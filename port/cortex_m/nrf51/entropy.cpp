// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/nrf51/entropy.hpp"

#include "port/cortex_m/registers.hpp"

namespace linnet::port::cortex_m::nrf51 {
namespace {

constexpr std::uint32_t kRandom = 0x4000D000;
constexpr std::uint32_t kStart = kRandom + 0x000, kReady = kRandom + 0x100, kConfig = kRandom + 0x504,
                        kValue = kRandom + 0x508;

}  // namespace

Entropy::Entropy() noexcept {
  reg(kConfig) = 1;  // correction of bias
  reg(kStart) = 1;
}

void Entropy::fill(MutableBytes out) noexcept {
  for (std::byte& byte : out) {
    while (reg(kReady) == 0) {
    }
    reg(kReady) = 0;
    const std::uint32_t value = reg(kValue);
    byte = static_cast<std::byte>(value);
  }
}

}  // namespace linnet::port::cortex_m::nrf51
