// SPDX-License-Identifier: Apache-2.0
// termios(3) for a modem's line.
#include "port/linux/serial.hpp"

#include <fcntl.h>
#include <linux/serial.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

#include "port/bsd/errors.hpp"

namespace linnet::port::linux {
namespace {

std::unexpected<Error> failed(int fd, int number) noexcept {
  ::close(fd);
  switch (number) {
    case EWOULDBLOCK: return fail(Errc::address_in_use);
    case ENOTTY: return fail(Errc::invalid_argument);
    default: return std::unexpected{error_of(number)};
  }
}

}  // namespace

Result<void> Serial::open(const char* path, std::uint32_t baud, FlowControl flow) {
  close();
  const auto speed = speed_constant(baud);
  if (!speed) return fail(Errc::invalid_argument);
  // Non-blocking: open(2) would wait for DCD otherwise.
  const int fd = ::open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    const bool missing = errno == ENOENT || errno == ENXIO || errno == ENODEV;
    return missing ? fail(Errc::host_not_found) : Result<void>{std::unexpected{error_of(errno)}};
  }
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) return failed(fd, errno);
  termios settings{};
  if (::tcgetattr(fd, &settings) != 0) return failed(fd, ENOTTY);
  make_raw(settings);
  if (flow == FlowControl::rts_cts) settings.c_cflag |= CRTSCTS;
  ::cfsetspeed(&settings, *speed);
  if (::tcsetattr(fd, TCSANOW, &settings) != 0) return failed(fd, errno);
  adopt(fd);
  damaged_before_ = count_damaged();
  return {};
}

Result<void> Serial::set_baud(std::uint32_t baud) noexcept {
  const auto speed = speed_constant(baud);
  if (!speed) return fail(Errc::invalid_argument);
  termios settings{};
  if (::tcgetattr(fd(), &settings) != 0) return std::unexpected{error_of(errno)};
  ::cfsetspeed(&settings, *speed);
  if (::tcsetattr(fd(), TCSADRAIN, &settings) != 0) return std::unexpected{error_of(errno)};
  return {};
}

Result<void> Serial::set_flow_control(FlowControl flow) noexcept {
  termios settings{};
  if (::tcgetattr(fd(), &settings) != 0) return std::unexpected{error_of(errno)};
  settings.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS);
  if (flow == FlowControl::rts_cts) settings.c_cflag |= CRTSCTS;
  if (::tcsetattr(fd(), TCSADRAIN, &settings) != 0) return std::unexpected{error_of(errno)};
  return {};
}

void Serial::discard_input() noexcept {
  ::tcflush(fd(), TCIFLUSH);
}

Result<void> Serial::set_dtr(bool on) noexcept {
  int line = TIOCM_DTR;
  if (::ioctl(fd(), on ? TIOCMBIS : TIOCMBIC, &line) != 0)
    return fail(Errc::io_failure, static_cast<std::uint16_t>(errno));
  return {};
}

Result<bool> Serial::dcd() noexcept {
  int lines = 0;
  if (::ioctl(fd(), TIOCMGET, &lines) != 0) return fail(Errc::io_failure, static_cast<std::uint16_t>(errno));
  return (lines & TIOCM_CAR) != 0;
}

std::uint64_t Serial::count_damaged() noexcept {
  serial_icounter_struct counts{};
  if (::ioctl(fd(), TIOCGICOUNT, &counts) != 0) return 0;
  return static_cast<std::uint64_t>(counts.overrun) + static_cast<std::uint64_t>(counts.frame) +
         static_cast<std::uint64_t>(counts.parity) + static_cast<std::uint64_t>(counts.buf_overrun);
}

std::uint64_t Serial::damaged() noexcept {
  return count_damaged() - damaged_before_;
}

}  // namespace linnet::port::linux
