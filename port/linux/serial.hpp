// SPDX-License-Identifier: Apache-2.0
// A serial device as a Stream: a modem's UART behind /dev/ttyUSB2, or the pty of `linnet modem`.
#pragma once

#include <cstdint>

#include "port/linux/terminal.hpp"

namespace linnet::port::linux {

enum class FlowControl : std::uint8_t { none, rts_cts };

class Serial final : public Terminal {
 public:
  /// Both borrowed for as long as this lives. Ready bears `token`.
  Serial(Poller& poller, void* token) noexcept : Terminal{poller, token} {}

  /// Opens `path` raw, 8N1. Fails with invalid_argument for a speed that the system does not know or a path
  /// that is no terminal, address_in_use while another program has it (flock(2)), host_not_found where it is
  /// not there, permission_denied, io_failure.
  Result<void> open(const char* path, std::uint32_t baud, FlowControl flow);

  /// From now on; what the kernel has not sent yet is sent before, at the old speed.
  Result<void> set_baud(std::uint32_t baud) noexcept;
  /// RTS and CTS, from now on.
  Result<void> set_flow_control(FlowControl flow) noexcept;
  /// Drops what has come and was not read: an old banner, another conversation's rest.
  void discard_input() noexcept;

  // The lines beside RX and TX; a pty has none (io_failure).
  Result<void> set_dtr(bool on) noexcept;
  Result<bool> dcd() noexcept;

  /// Bytes that were lost or damaged on the line since open(): overruns, framing and parity errors. 0 where
  /// the device does not count (a pty).
  std::uint64_t damaged() noexcept;

 private:
  std::uint64_t count_damaged() noexcept;
  std::uint64_t damaged_before_ = 0;
};

}  // namespace linnet::port::linux
