// SPDX-License-Identifier: Apache-2.0
// A descriptor of a terminal line (a serial device, either end of a pseudo-terminal) as a Stream: what Serial
// and Pty have in common. No buffer of its own; the kernel has 4 KiB each way.
#pragma once

#include <termios.h>

#include <cstdint>
#include <optional>

#include "linnet/net/stream.hpp"
#include "port/linux/poller.hpp"

#undef linux  // GNU modes (-std=gnu++23) define it as 1

namespace linnet::port::linux {

/// The constant for a speed in bits a second; nothing: the system has none.
std::optional<speed_t> speed_constant(std::uint32_t baud) noexcept;
std::uint32_t baud_of(speed_t constant) noexcept;  // 0: unknown

/// 8 bits, no parity, one stop bit, bytes as they are.
void make_raw(termios& settings) noexcept;

class Terminal : public net::Stream {
 public:
  Terminal(Poller& poller, void* token) noexcept : poller_{poller}, token_{token} {}
  ~Terminal() override { Terminal::close(); }

  State state() const noexcept override { return fd_ >= 0 ? State::open : State::closed; }
  /// end_of_stream when the line is hung up: the device was pulled out.
  Result<std::size_t> read(MutableBytes into) override;
  Result<std::size_t> write(std::span<const Bytes> parts) override;
  /// A line has no end of its own.
  void shutdown_write() noexcept override {}
  void close() noexcept override;
  void want(net::Interest interest) noexcept override;

 protected:
  void adopt(int fd) noexcept;
  int fd() const noexcept { return fd_; }

 private:
  std::unexpected<Error> broken(int number) noexcept;

  Poller& poller_;
  void* token_;
  int fd_ = -1;
  Error failure_ = Errc::bad_state;
  net::Interest registered_ = net::Interest::none;
};

}  // namespace linnet::port::linux
