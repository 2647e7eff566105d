// SPDX-License-Identifier: Apache-2.0
#include "port/linux/modem_port.hpp"

namespace linnet::port::linux {

/// What lies in the kernel's buffer is another conversation's: an old banner would begin bring-up anew.
Result<void> SerialPort::open(Instant /*now*/) {
  damaged_ = 0;
  if (const auto opened = serial_.open(path_.c_str(), baud_, FlowControl::none); !opened) return opened;
  serial_.discard_input();
  return {};
}

/// A pty, and a USB device that is a modem itself, take any speed, and have none.
void SerialPort::apply(const modem::Lines& lines) noexcept {
  (void)serial_.set_baud(lines.baud);
  (void)serial_.set_flow_control(lines.flow_control ? FlowControl::rts_cts : FlowControl::none);
  if (wiring_.dtr) (void)serial_.set_dtr(lines.dtr);
  baud_ = lines.baud;
}

bool SerialPort::has_lost_bytes() noexcept {
  const std::uint64_t before = damaged_;
  damaged_ = serial_.damaged();
  return damaged_ != before;
}

Result<void> NetworkPort::open(Instant now) {
  stream_.close();
  return stream_.open(host_, port_, now);
}

}  // namespace linnet::port::linux
