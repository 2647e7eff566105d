// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/nrf51/uart.hpp"

#include "port/cortex_m/interrupts.hpp"
#include "port/cortex_m/registers.hpp"

namespace linnet::port::cortex_m::nrf51 {
namespace {

constexpr std::uint32_t kUart = 0x40002000;
constexpr unsigned kLine = 2;

constexpr std::uint32_t kStartReceive = kUart + 0x000, kStartSend = kUart + 0x008;
constexpr std::uint32_t kReceived = kUart + 0x108, kSent = kUart + 0x11C, kError = kUart + 0x124;  // events
constexpr std::uint32_t kInterruptSet = kUart + 0x304, kInterruptClear = kUart + 0x308,
                        kErrorSource = kUart + 0x480, kEnable = kUart + 0x500, kSendPin = kUart + 0x50C,
                        kReceivePin = kUart + 0x514, kReceiveData = kUart + 0x518, kSendData = kUart + 0x51C,
                        kBaud = kUart + 0x524;
constexpr std::uint32_t kOn = 4;                                   // of kEnable
constexpr std::uint32_t kOnReceived = 1u << 2, kOnSent = 1u << 7;  // of kInterruptSet and kInterruptClear

// "BAUDRATE" (29.10.13): not computed by the chip, and not exactly proportional.
struct Speed {
  std::uint32_t baud;
  std::uint32_t code;
};
constexpr Speed kSpeeds[] = {
    {9'600, 0x00275000}, {115'200, 0x01D7E000}, {230'400, 0x03AFB000}, {460'800, 0x075F7000}};

}  // namespace

Uart::Uart(Poller& poller, unsigned send_pin, unsigned receive_pin, const UartBuffers& buffers,
           void* token) noexcept
    : cortex_m::Uart{poller, buffers, token} {
  reg(kSendPin) = send_pin;
  reg(kReceivePin) = receive_pin;
  set_baud(115'200);
  reg(kEnable) = kOn;
  reg(kStartReceive) = 1;
  reg(kStartSend) = 1;
  reg(kInterruptSet) = kOnReceived;
  attach_interrupt(kLine, interrupt, this);
}

bool Uart::set_baud(std::uint32_t baud) noexcept {
  for (const Speed& speed : kSpeeds) {
    if (speed.baud != baud) continue;
    reg(kBaud) = speed.code;
    return true;
  }
  return false;
}

std::optional<std::byte> Uart::take_byte() noexcept {
  if (reg(kError) != 0) {
    reg(kError) = 0;
    const std::uint32_t source = reg(kErrorSource);
    reg(kErrorSource) = source;  // write one to clear
    count_lost();
  }
  if (reg(kReceived) == 0) return std::nullopt;
  reg(kReceived) = 0;  // before the byte is taken: the next one in the buffer sets it again
  const std::uint32_t data = reg(kReceiveData);
  return static_cast<std::byte>(data);
}

bool Uart::give_byte(std::byte byte) noexcept {
  if (sending_ && reg(kSent) == 0) return false;
  reg(kSent) = 0;
  sending_ = true;
  reg(kSendData) = std::to_integer<std::uint32_t>(byte);
  return true;
}

void Uart::enable_receive_interrupt(bool on) noexcept {
  reg(on ? kInterruptSet : kInterruptClear) = kOnReceived;
}

void Uart::enable_send_interrupt(bool on) noexcept {
  reg(on ? kInterruptSet : kInterruptClear) = kOnSent;
}

void Uart::interrupt(void* self) {
  static_cast<Uart*>(self)->interrupted();
}

}  // namespace linnet::port::cortex_m::nrf51
