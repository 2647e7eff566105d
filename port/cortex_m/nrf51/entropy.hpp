// SPDX-License-Identifier: Apache-2.0
// Random bytes from the nRF51's own generator ("nRF51 Series Reference Manual", chapter 24: thermal noise,
// with its correction of bias on).
#pragma once

#include "linnet/base/entropy.hpp"

namespace linnet::port::cortex_m::nrf51 {

class Entropy final : public linnet::Entropy {
 public:
  Entropy() noexcept;
  /// Waits for each byte: 0.7 ms with the correction of bias.
  void fill(MutableBytes out) noexcept override;
};

}  // namespace linnet::port::cortex_m::nrf51
