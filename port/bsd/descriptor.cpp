// SPDX-License-Identifier: Apache-2.0
#include "port/bsd/descriptor.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace linnet::port::inline bsd {

#ifdef SOCK_NONBLOCK

int open_socket(int family) noexcept {
  const int fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  const int on = 1;
  if (fd >= 0) ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

int accept_socket(int listening) noexcept {
  return ::accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

#else

namespace {

int prepare(int fd) noexcept {
  if (fd < 0) return fd;
  if (::fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
    ::close(fd);
    return -1;
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

}  // namespace

int open_socket(int family) noexcept {
  return prepare(::socket(family, SOCK_STREAM, IPPROTO_TCP));
}

int accept_socket(int listening) noexcept {
  return prepare(::accept(listening, nullptr, nullptr));
}

#endif

}  // namespace linnet::port::inline bsd
