// SPDX-License-Identifier: Apache-2.0
// A serial port as a net::Stream: bytes are taken in by an interrupt into a ring, and given out from another.
// What differs by chip are five functions of a derived class (mps2/uart.hpp, nrf51/uart.hpp).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "linnet/net/stream.hpp"
#include "port/cortex_m/byte_pipe.hpp"
#include "port/cortex_m/poller.hpp"

namespace linnet::port::cortex_m {

/// Borrowed for the port's life. In: what arrives while the loop does something else; at 115,200 baud 12
/// bytes a millisecond. Out: what one write() hands over.
struct UartBuffers {
  MutableBytes in;
  MutableBytes out;
};

class Uart : public net::Stream, public Source {
 public:
  /// A wire has no connection: it is open, and never ends by itself.
  State state() const noexcept override { return State::open; }
  Result<std::size_t> read(MutableBytes into) override;
  Result<std::size_t> write(std::span<const Bytes> parts) override;
  void shutdown_write() noexcept override {}
  void close() noexcept override {}
  void want(net::Interest interest) noexcept override { wanted_ = interest; }

  void look() noexcept override;

  /// Bytes that were lost on the line, or came damaged, since the last call.
  bool has_lost_bytes() noexcept;
  /// 8N1 at so many baud. False: the chip cannot.
  virtual bool set_baud(std::uint32_t baud) noexcept = 0;

 protected:
  /// `token`: for the poller's Ready.
  Uart(Poller& poller, const UartBuffers& buffers, void* token) noexcept
      : Source{poller}, in_{buffers.in}, out_{buffers.out}, token_{token} {}

  /// A byte that has arrived; nothing: none has.
  virtual std::optional<std::byte> take_byte() noexcept = 0;
  /// Whether the transmitter took it.
  virtual bool give_byte(std::byte byte) noexcept = 0;
  /// Interrupts while there is something to receive; and while there is room to send.
  virtual void enable_receive_interrupt(bool on) noexcept = 0;
  virtual void enable_send_interrupt(bool on) noexcept = 0;

  /// From the interrupt handler of the derived class.
  void interrupted() noexcept;
  void count_lost() noexcept {
    lost_.store(lost_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

 private:
  void receive_waiting() noexcept;
  void send_waiting() noexcept;

  BytePipe in_;
  BytePipe out_;
  void* token_;
  net::Interest wanted_ = net::Interest::read;
  std::atomic<std::uint32_t> lost_{0};
  std::uint32_t lost_seen_ = 0;
};

}  // namespace linnet::port::cortex_m
