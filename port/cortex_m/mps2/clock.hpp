// SPDX-License-Identifier: Apache-2.0
// Calendar time in QEMU, FOR TESTS ONLY: the MPS2 has no clock that runs while it is off, so the emulator's
// host is asked (by semihosting). A product asks its modem (AT+CCLK), SNTP, or a clock chip.
#pragma once

#include "linnet/tls/clock.hpp"
#include "port/cortex_m/semihosting.hpp"

namespace linnet::port::cortex_m::mps2 {

class HostClock final : public tls::Clock {
 public:
  std::optional<std::int64_t> unix_time(Instant /*now*/) noexcept override {
    return semihosting::unix_time();
  }
};

}  // namespace linnet::port::cortex_m::mps2
