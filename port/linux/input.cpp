// SPDX-License-Identifier: Apache-2.0
#include "port/linux/input.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "port/bsd/errors.hpp"

namespace linnet::port::linux {

Result<std::size_t> Input::read(MutableBytes into) noexcept {
  pollfd asked{.fd = fd_, .events = POLLIN, .revents = 0};
  if (::poll(&asked, 1, 0) <= 0) return 0u;  // interrupted: the next turn asks again
  const ssize_t size = ::read(fd_, into.data(), into.size());
  if (size > 0) return static_cast<std::size_t>(size);
  if (size == 0) return fail(Errc::end_of_stream);
  // EIO: the terminal is gone, or belongs to another job (POSIX, read()). There will be no more.
  if (errno == EIO) return fail(Errc::end_of_stream);
  if (errno == EINTR || errno == EAGAIN) return 0u;
  return std::unexpected{error_of(errno)};
}

void Input::want(bool wanted) noexcept {
  if (wanted == wanted_) return;
  wanted_ = wanted;
  if (always_ready_) return;
  const net::Interest from = wanted ? net::Interest::none : net::Interest::read;
  const net::Interest to = wanted ? net::Interest::read : net::Interest::none;
  // "EPERM: The target file fd does not support epoll" (epoll_ctl(2)): a file, /dev/null. Of anything else
  // that is wrong with it, reading tells.
  if (!poller_.watch(fd_, token_, from, to)) always_ready_ = true;
}

}  // namespace linnet::port::linux
