// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/uart.hpp"

#include <utility>

#include "port/cortex_m/interrupts.hpp"

namespace linnet::port::cortex_m {

Result<std::size_t> Uart::read(MutableBytes into) {
  std::size_t size = 0;
  while (size < into.size() && !in_.is_empty()) {
    into[size++] = in_.front();
    in_.drop();
  }
  if (size != 0) receive_waiting();
  return size;
}

Result<std::size_t> Uart::write(std::span<const Bytes> parts) {
  std::size_t taken = 0;
  for (const Bytes part : parts) {
    for (const std::byte byte : part) {
      if (!out_.put(byte)) {
        send_waiting();
        if (!out_.put(byte)) return taken;
      }
      ++taken;
    }
  }
  send_waiting();
  return taken;
}

void Uart::look() noexcept {
  const bool readable = includes(wanted_, net::Interest::read) && !in_.is_empty();
  const bool writable = includes(wanted_, net::Interest::write) && !out_.is_full();
  if (readable || writable) poller().report(token_, readable, writable);
}

bool Uart::has_lost_bytes() noexcept {
  const std::uint32_t lost = lost_.load(std::memory_order_relaxed);
  return std::exchange(lost_seen_, lost) != lost;
}

void Uart::interrupted() noexcept {
  receive_waiting();
  send_waiting();
  poller().stir();
}

/// By the interrupt, and by the loop once it has made room: a byte that came while the ring was full raised
/// none.
void Uart::receive_waiting() noexcept {
  const InterruptLock lock;
  enable_receive_interrupt(true);
  while (!in_.is_full()) {
    const auto byte = take_byte();
    if (!byte) return;
    in_.put(*byte);
  }
  enable_receive_interrupt(false);  // one that nobody can serve would come again for ever
}

/// Until the transmitter is full or nothing waits; called by the loop and by the interrupt, never both at
/// once.
void Uart::send_waiting() noexcept {
  const InterruptLock lock;
  while (!out_.is_empty() && give_byte(out_.front())) out_.drop();
  enable_send_interrupt(!out_.is_empty());
  // Room that came since it was full, and before the interrupt was on, raised none.
  if (!out_.is_empty() && give_byte(out_.front())) out_.drop();
}

}  // namespace linnet::port::cortex_m
