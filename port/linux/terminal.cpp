// SPDX-License-Identifier: Apache-2.0
// read(2) and write(2) on a terminal line.
#include "port/linux/terminal.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "port/bsd/errors.hpp"

namespace linnet::port::linux {
namespace {

struct Speed {
  std::uint32_t baud;
  speed_t constant;
};
constexpr std::array<Speed, 20> kSpeeds{
    {{300, B300},         {600, B600},         {1200, B1200},       {2400, B2400},
     {4800, B4800},       {9600, B9600},       {19200, B19200},     {38400, B38400},
     {57600, B57600},     {115200, B115200},   {230400, B230400},   {460800, B460800},
     {500000, B500000},   {576000, B576000},   {921600, B921600},   {1000000, B1000000},
     {1500000, B1500000}, {2000000, B2000000}, {3000000, B3000000}, {4000000, B4000000}}};

}  // namespace

std::optional<speed_t> speed_constant(std::uint32_t baud) noexcept {
  for (const Speed& speed : kSpeeds) {
    if (speed.baud == baud) return speed.constant;
  }
  return {};
}

std::uint32_t baud_of(speed_t constant) noexcept {
  for (const Speed& speed : kSpeeds) {
    if (speed.constant == constant) return speed.baud;
  }
  return 0;
}

void make_raw(termios& settings) noexcept {
  ::cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
}

void Terminal::adopt(int fd) noexcept {
  fd_ = fd;
  want(net::Interest::read);
}

std::unexpected<Error> Terminal::broken(int number) noexcept {
  // A line that is hung up fails with EIO on one kernel and reads as empty on another.
  const Error why = number == EIO || number == 0 || number == ENODEV || number == ENXIO
                        ? Error{Errc::end_of_stream}
                        : error_of(number);
  close();
  failure_ = why;
  return std::unexpected{why};
}

Result<std::size_t> Terminal::read(MutableBytes into) {
  if (fd_ < 0) return std::unexpected{failure_};
  if (into.empty()) return 0u;
  ssize_t got = 0;
  do {
    got = ::read(fd_, into.data(), into.size());
  } while (got < 0 && errno == EINTR);
  if (got > 0) return static_cast<std::size_t>(got);
  if (got < 0 && errno == EAGAIN) return 0u;
  return broken(got == 0 ? 0 : errno);
}

Result<std::size_t> Terminal::write(std::span<const Bytes> parts) {
  if (fd_ < 0) return std::unexpected{failure_};
  std::size_t taken = 0;
  for (const Bytes part : parts) {
    if (part.empty()) continue;
    ssize_t sent = 0;
    do {
      sent = ::write(fd_, part.data(), part.size());
    } while (sent < 0 && errno == EINTR);
    if (sent < 0 && errno == EAGAIN) return taken;
    if (sent < 0) return broken(errno);
    taken += static_cast<std::size_t>(sent);
    if (static_cast<std::size_t>(sent) < part.size()) return taken;
  }
  return taken;
}

void Terminal::close() noexcept {
  if (fd_ < 0) return;
  if (registered_ != net::Interest::none) poller_.unwatch(fd_, token_);
  registered_ = net::Interest::none;
  ::close(fd_);
  fd_ = -1;
  failure_ = Errc::bad_state;
}

void Terminal::want(net::Interest interest) noexcept {
  if (fd_ < 0) return;
  if (!poller_.watch(fd_, token_, registered_, interest))
    return;  // it cannot fail for a terminal that is open
  registered_ = interest;
}

}  // namespace linnet::port::linux
