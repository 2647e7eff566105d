// SPDX-License-Identifier: Apache-2.0
// The UARTs of the MPS2 boards (CMSDK APB UART; "Cortex-M System Design Kit Technical Reference
// Manual", 4.3): one byte of buffer each way, an interrupt for each direction.
#pragma once

#include "port/cortex_m/uart.hpp"

namespace linnet::port::cortex_m::mps2 {

class Uart final : public cortex_m::Uart {
 public:
  /// `number` 0, 1 or 2. Starts at 115,200 baud.
  Uart(Poller& poller, unsigned number, const UartBuffers& buffers, void* token = nullptr) noexcept;
  ~Uart() override = default;

  bool set_baud(std::uint32_t baud) noexcept override;

 private:
  std::optional<std::byte> take_byte() noexcept override;
  bool give_byte(std::byte byte) noexcept override;
  void enable_receive_interrupt(bool on) noexcept override;
  void enable_send_interrupt(bool on) noexcept override;
  void set_control(std::uint32_t bits, bool on) noexcept;
  static void interrupt(void* self);

  std::uint32_t base_;
};

}  // namespace linnet::port::cortex_m::mps2
