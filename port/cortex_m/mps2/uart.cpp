// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/mps2/uart.hpp"

#include "port/cortex_m/board.hpp"
#include "port/cortex_m/interrupts.hpp"
#include "port/cortex_m/registers.hpp"

namespace linnet::port::cortex_m::mps2 {
namespace {

constexpr std::uint32_t kFirst = 0x40004000, kDistance = 0x1000;

// Registers, from the base; what their bits mean.
constexpr std::uint32_t kData = 0x0, kState = 0x4, kControl = 0x8, kInterruptClear = 0xC, kDivider = 0x10;
constexpr std::uint32_t kSendFull = 1, kReceiveFull = 2, kReceiveOverrun = 8;                // of kState
constexpr std::uint32_t kSend = 1, kReceive = 2, kSendInterrupt = 4, kReceiveInterrupt = 8;  // of kControl
constexpr std::uint32_t kLeastDivider = 16;

}  // namespace

Uart::Uart(Poller& poller, unsigned number, const UartBuffers& buffers, void* token) noexcept
    : cortex_m::Uart{poller, buffers, token}, base_{kFirst + number * kDistance} {
  set_baud(115'200);
  reg(base_ + kControl) = kSend | kReceive | kReceiveInterrupt;
  attach_interrupt(2 * number, interrupt, this);      // something to receive
  attach_interrupt(2 * number + 1, interrupt, this);  // room to send
}

bool Uart::set_baud(std::uint32_t baud) noexcept {
  const std::uint32_t divider = baud == 0 ? 0 : board::core_clock() / baud;
  if (divider < kLeastDivider) return false;
  reg(base_ + kDivider) = divider;
  return true;
}

std::optional<std::byte> Uart::take_byte() noexcept {
  const std::uint32_t state = reg(base_ + kState);
  if ((state & kReceiveOverrun) != 0) {
    reg(base_ + kState) = kReceiveOverrun;  // write one to clear
    count_lost();
  }
  if ((state & kReceiveFull) == 0) return std::nullopt;
  const std::uint32_t data = reg(base_ + kData);
  return static_cast<std::byte>(data);
}

bool Uart::give_byte(std::byte byte) noexcept {
  if ((reg(base_ + kState) & kSendFull) != 0) return false;
  reg(base_ + kData) = std::to_integer<std::uint32_t>(byte);
  return true;
}

void Uart::enable_receive_interrupt(bool on) noexcept {
  set_control(kReceiveInterrupt, on);
}

void Uart::enable_send_interrupt(bool on) noexcept {
  set_control(kSendInterrupt, on);
}

/// The register has bits of the loop and of the interrupt.
void Uart::set_control(std::uint32_t bits, bool on) noexcept {
  const InterruptLock lock;
  const std::uint32_t control = reg(base_ + kControl);
  const std::uint32_t wanted = on ? control | bits : control & ~bits;
  if (wanted != control) reg(base_ + kControl) = wanted;
}

void Uart::interrupt(void* self) {
  auto& uart = *static_cast<Uart*>(self);
  reg(uart.base_ + kInterruptClear) =
      3;  // before the bytes are taken: one that comes meanwhile raises it again
  uart.interrupted();
}

}  // namespace linnet::port::cortex_m::mps2
