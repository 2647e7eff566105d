// SPDX-License-Identifier: Apache-2.0
// Random bytes in QEMU, FOR TESTS ONLY: the MPS2 has no generator of random numbers, so the emulator's host
// lends its own
// (/dev/urandom, by semihosting). A real board derives from linnet::Entropy over its own generator:
// nrf51/entropy.hpp is one.
#pragma once

#include <array>
#include <cstddef>

#include "linnet/base/entropy.hpp"

namespace linnet::port::cortex_m::mps2 {

class HostEntropy final : public Entropy {
 public:
  /// Stops the program where the host lends none.
  void fill(MutableBytes out) noexcept override;

 private:
  std::array<std::byte, 64> pool_{};  // 16 masking keys
  std::size_t left_ = 0;
};

}  // namespace linnet::port::cortex_m::mps2
