// SPDX-License-Identifier: Apache-2.0
// The Ethernet chip of the MPS2 boards (SMSC LAN9118 data sheet, revision 1.5): whole frames through two
// FIFOs, 32 bits at a time. Knows no network stack.
#pragma once

#include <cstddef>
#include <cstdint>

#include "linnet/base/bytes.hpp"
#include "port/cortex_m/lwip/ethernet.hpp"
#include "port/cortex_m/poller.hpp"

namespace linnet::port::cortex_m::mps2 {

class Lan9118 final : public Ethernet {
 public:
  /// `poller` is told of the interrupt, and borrowed. `address`: the station's own (MAC).
  Lan9118(Poller& poller, const Address& address) noexcept;
  ~Lan9118() override = default;

  std::size_t next_frame() noexcept override;
  void take_frame(MutableBytes into) noexcept override;
  void drop_frame() noexcept override;
  bool begin_frame(std::size_t size) noexcept override;
  void add_to_frame(Bytes part) noexcept override;
  void end_frame() noexcept override;
  void listen() noexcept override;

 private:
  void write_mac(std::uint32_t index, std::uint32_t value) noexcept;
  static void interrupt(void* self);

  Poller& poller_;
  std::size_t next_size_ =
      0;                    // of the frame at the head of the FIFO, its checksum included; 0: not looked yet
  std::uint32_t word_ = 0;  // of the frame that is being sent: bytes that make no whole word yet
  std::size_t word_size_ = 0;
};

}  // namespace linnet::port::cortex_m::mps2
