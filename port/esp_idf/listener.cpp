// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/listener.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "port/bsd/address.hpp"
#include "port/bsd/descriptor.hpp"
#include "port/bsd/errors.hpp"
#include "port/bsd/socket.hpp"

namespace linnet::port::esp_idf {

Result<void> Listener::listen(std::uint16_t port, void* token, int backlog) noexcept {
  if (fd_ >= 0) return fail(Errc::bad_state);
  const int fd = open_socket(AF_INET);
  if (fd < 0) return std::unexpected{error_of(errno)};
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_ANY);
  Address address{any};
  address.set_port(port);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);  // not every lwIP is built to know it

  socklen_t size = sizeof address;
  const bool bound = ::bind(fd, &address.generic, address.size()) == 0 && ::listen(fd, backlog) == 0 &&
                     ::getsockname(fd, &address.generic, &size) == 0;
  const auto watched = bound ? poller_.watch(fd, token, net::Interest::none, net::Interest::read)
                             : Result<void>{std::unexpected{error_of(errno)}};
  if (!watched) {
    ::close(fd);
    return watched;
  }
  fd_ = fd;
  port_ = address.port();
  token_ = token;
  return {};
}

Result<void> Listener::accept(net::StreamSlot& slot, void* token) {
  if (fd_ < 0) return fail(Errc::bad_state);
  const int fd = accept_socket(fd_);
  // Whatever is wrong with that one connection, or with the table of descriptors: the next turn asks again.
  if (fd < 0) return fail(Errc::would_block);
  if (slot.emplace<Socket>(poller_, fd, token).state() == net::Stream::State::closed) {
    slot.reset();
    return fail(Errc::too_many);
  }
  return {};
}

void Listener::close() noexcept {
  if (fd_ < 0) return;
  poller_.unwatch(fd_, token_);
  ::close(fd_);
  fd_ = -1;
  port_ = 0;
}

}  // namespace linnet::port::esp_idf
