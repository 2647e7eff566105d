// SPDX-License-Identifier: Apache-2.0
// The UART of the nRF51 ("nRF51 Series Reference Manual", chapter 29): six bytes of buffer on the way in, one
// out.
#pragma once

#include "port/cortex_m/uart.hpp"

namespace linnet::port::cortex_m::nrf51 {

class Uart final : public cortex_m::Uart {
 public:
  /// `send_pin` and `receive_pin` are of port 0. Starts at 115,200 baud.
  Uart(Poller& poller, unsigned send_pin, unsigned receive_pin, const UartBuffers& buffers,
       void* token = nullptr) noexcept;
  ~Uart() override = default;

  bool set_baud(std::uint32_t baud) noexcept override;

 private:
  std::optional<std::byte> take_byte() noexcept override;
  bool give_byte(std::byte byte) noexcept override;
  void enable_receive_interrupt(bool on) noexcept override;
  void enable_send_interrupt(bool on) noexcept override;
  static void interrupt(void* self);

  bool sending_ = false;  // a byte is on its way out
};

}  // namespace linnet::port::cortex_m::nrf51
