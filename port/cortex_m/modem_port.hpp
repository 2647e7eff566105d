// SPDX-License-Identifier: Apache-2.0
// What a modem's driver wants of a UART beside its bytes: the speed, and whether bytes were lost. A board
// that has wired DTR or the power key derives from this, or writes its own.
#pragma once

#include "linnet/cellular/link.hpp"
#include "port/cortex_m/uart.hpp"

namespace linnet::port::cortex_m {

class ModemPort final : public cellular::Port {
 public:
  /// Borrowed.
  explicit ModemPort(Uart& uart) noexcept : uart_{uart} {}

  static constexpr modem::PortFeatures kFeatures{.baud = true};

  void apply(const modem::Lines& lines) noexcept override {
    if (lines.baud != 0) uart_.set_baud(lines.baud);
  }
  bool has_lost_bytes() noexcept override { return uart_.has_lost_bytes(); }

 private:
  Uart& uart_;
};

}  // namespace linnet::port::cortex_m
