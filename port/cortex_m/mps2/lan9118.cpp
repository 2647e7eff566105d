// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/mps2/lan9118.hpp"

#include <cstring>

#include "port/cortex_m/interrupts.hpp"
#include "port/cortex_m/registers.hpp"

namespace linnet::port::cortex_m::mps2 {
namespace {

constexpr std::uint32_t kBase = 0x40200000;
constexpr unsigned kLine = 13;

constexpr std::uint32_t kReceiveData = kBase + 0x00, kSendData = kBase + 0x20, kReceiveStatus = kBase + 0x40,
                        kSendStatus = kBase + 0x48, kInterruptConfig = kBase + 0x54,
                        kInterruptStatus = kBase + 0x58, kInterruptEnable = kBase + 0x5C,
                        kFifoLevels = kBase + 0x68, kSendConfig = kBase + 0x70,
                        kHardwareConfig = kBase + 0x74, kReceiveInfo = kBase + 0x7C, kSendInfo = kBase + 0x80,
                        kMacCommand = kBase + 0xA4, kMacData = kBase + 0xA8;
constexpr std::uint32_t kMacControl = 1, kMacAddressHigh = 2, kMacAddressLow = 3;  // behind kMacCommand

constexpr std::uint32_t kReset = 1, kStoreAndForward = 1u << 20,
                        kSendFifo5K = 5u << 16;                                   // of kHardwareConfig
constexpr std::uint32_t kEnable = 1u << 8, kActiveHigh = 1u << 4, kPushPull = 1;  // of kInterruptConfig
constexpr std::uint32_t kFrameArrived = 1u << 3;              // of kInterruptEnable and kInterruptStatus
constexpr std::uint32_t kFirst = 1u << 13, kLast = 1u << 12;  // of the send command
constexpr std::uint32_t kBusy = 1u << 31;
constexpr std::uint32_t kChecksum = 4;

}  // namespace

Lan9118::Lan9118(Poller& poller, const Address& address) noexcept : Ethernet{address}, poller_{poller} {
  reg(kHardwareConfig) = kReset;
  while ((reg(kHardwareConfig) & kReset) != 0) {
  }
  reg(kHardwareConfig) = kStoreAndForward | kSendFifo5K;
  const auto byte = [&address](unsigned which) { return static_cast<std::uint32_t>(address[which]); };
  write_mac(kMacAddressLow, byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24);
  write_mac(kMacAddressHigh, byte(4) | byte(5) << 8);
  write_mac(kMacControl, 1u << 20 | 1u << 3 | 1u << 2);  // full duplex, transmitter and receiver on
  reg(kSendConfig) = 2;
  reg(kFifoLevels) = 0;  // interrupt when more than 0 frames wait
  reg(kInterruptConfig) = kEnable | kActiveHigh | kPushPull;
  attach_interrupt(kLine, interrupt, this);
  Lan9118::listen();
}

std::size_t Lan9118::next_frame() noexcept {
  if (next_size_ == 0) {
    if ((reg(kReceiveInfo) >> 16 & 0xFF) == 0) return 0;
    next_size_ = reg(kReceiveStatus) >> 16 & 0x3FFF;
  }
  return next_size_ - kChecksum;
}

void Lan9118::take_frame(MutableBytes into) noexcept {
  const std::size_t words = (next_size_ + 3) / 4;
  auto* out = into.data();
  for (std::size_t at = 0; at < words; ++at) {
    const std::uint32_t word = reg(kReceiveData);
    if (at * 4 < into.size()) std::memcpy(out + at * 4, &word, 4);  // the checksum may lie behind its end
  }
  next_size_ = 0;
}

/// Word by word, although the chip can skip a frame (RX_DP_CTRL): QEMU's takes the skipped words for occupied
/// from then on, and receives nothing more.
void Lan9118::drop_frame() noexcept {
  take_frame({});
}

bool Lan9118::begin_frame(std::size_t size) noexcept {
  // What became of earlier frames is TCP's to find out, but its words must be taken, or no frame is sent any
  // more.
  for (std::uint32_t left = reg(kSendInfo) >> 16 & 0xFF; left != 0; --left)
    static_cast<void>(std::uint32_t{reg(kSendStatus)});
  if ((reg(kSendInfo) & 0xFFFF) < size + 16) return false;
  reg(kSendData) = kFirst | kLast | static_cast<std::uint32_t>(size);
  reg(kSendData) = static_cast<std::uint32_t>(size);
  return true;
}

void Lan9118::add_to_frame(Bytes part) noexcept {
  if (word_size_ == 0) {
    for (; part.size() >= 4; part = part.subspan(4)) {
      std::uint32_t word;
      std::memcpy(&word, part.data(), 4);
      reg(kSendData) = word;
    }
  }
  for (const std::byte byte : part) {  // parts end anywhere, the FIFO takes words
    word_ |= std::to_integer<std::uint32_t>(byte) << (8 * word_size_);
    if (++word_size_ == 4) end_frame();
  }
}

void Lan9118::end_frame() noexcept {
  if (word_size_ == 0) return;
  reg(kSendData) = word_;
  word_ = 0;
  word_size_ = 0;
}

void Lan9118::listen() noexcept {
  reg(kInterruptEnable) = kFrameArrived;
}

void Lan9118::write_mac(std::uint32_t index, std::uint32_t value) noexcept {
  reg(kMacData) = value;
  reg(kMacCommand) = kBusy | index;
  while ((reg(kMacCommand) & kBusy) != 0) {
  }
}

/// Acknowledged before the loop takes the frames: one that arrives meanwhile raises it again. What the chip
/// says stays until then, frames or none, and an interrupt that is never acknowledged wakes the loop for
/// ever.
void Lan9118::interrupt(void* self) {
  reg(kInterruptEnable) = 0;
  reg(kInterruptStatus) = kFrameArrived;
  static_cast<Lan9118*>(self)->poller_.stir();
}

}  // namespace linnet::port::cortex_m::mps2
