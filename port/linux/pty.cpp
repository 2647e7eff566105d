// SPDX-License-Identifier: Apache-2.0
// posix_openpt(3) and what has to follow it.
#include "port/linux/pty.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "port/bsd/errors.hpp"

namespace linnet::port::linux {

Result<void> Pty::open() {
  close();
  const int fd = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return std::unexpected{error_of(errno)};
  std::array<char, 128> name{};
  termios settings{};
  const bool good = ::grantpt(fd) == 0 && ::unlockpt(fd) == 0 &&
                    ::ptsname_r(fd, name.data(), name.size()) == 0 &&
                    (other_ = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC)) >= 0 &&
                    ::tcgetattr(other_, &settings) == 0;
  if (!good) {
    const int why = errno;
    ::close(fd);
    close();
    return std::unexpected{error_of(why)};
  }
  make_raw(settings);
  ::cfsetspeed(&settings, B115200);
  ::tcsetattr(other_, TCSANOW, &settings);
  path_ = name.data();
  adopt(fd);
  return {};
}

void Pty::close() noexcept {
  Terminal::close();
  if (other_ >= 0) ::close(other_);
  other_ = -1;
}

std::uint32_t Pty::host_baud() noexcept {
  termios settings{};
  if (other_ < 0 || ::tcgetattr(other_, &settings) != 0) return 0;
  return baud_of(::cfgetospeed(&settings));
}

}  // namespace linnet::port::linux
