// SPDX-License-Identifier: Apache-2.0
// bind(2), listen(2), accept4(2), and a descriptor table that is full.
#include "port/linux/listener.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "port/bsd/descriptor.hpp"
#include "port/bsd/errors.hpp"
#include "port/bsd/socket.hpp"
#include "port/linux/resolver.hpp"

namespace linnet::port::linux {
namespace {

bool set_option(int fd, int level, int option, int value) noexcept {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/// accept(2): "the application should detect the network errors defined for the protocol after accept() and
/// treat them like EAGAIN by retrying."
bool is_the_connections_own(int number) noexcept {
  switch (number) {
    case EINTR:
    case ECONNABORTED:
    case ENETDOWN:
    case EPROTO:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH: return true;
    default: return false;
  }
}

int open_reserve() noexcept {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

Result<Addresses> addresses_to_listen_on(std::string_view host) {
  Addresses addresses;
  if (const auto address = parse_address(host)) {
    addresses.list[addresses.count++] = *address;
    return addresses;
  }
  const auto found = look_up(host);
  if (!found) return found;
  for (const bool want_v4 : {true, false}) {
    for (std::size_t i = 0; i < found->count; ++i) {
      const Address& address = found->list[i];
      if ((address.generic.sa_family == AF_INET) == want_v4) addresses.list[addresses.count++] = address;
    }
  }
  return addresses;
}

}  // namespace

Result<void> Listener::listen(std::string_view endpoint, void* token, const Options& options) {
  if (fd_ >= 0) return fail(Errc::bad_state);
  const auto where = parse_endpoint(endpoint);
  if (!where) return std::unexpected{where.error()};
  auto addresses = addresses_to_listen_on(where->host);
  if (!addresses) return std::unexpected{addresses.error()};

  Result<void> listening = fail(Errc::host_not_found);
  for (std::size_t i = 0; i < addresses->count && !listening; ++i) {
    addresses->list[i].set_port(where->port);
    listening = listen_on(addresses->list[i], options);
  }
  if (!listening) return listening;
  token_ = token;
  reserve_ = open_reserve();
  const auto watched = poller_.watch(fd_, token_, net::Interest::none, net::Interest::read);
  if (!watched) close();
  return watched;
}

Result<void> Listener::listen_on(const Address& address, const Options& options) {
  const int fd = open_socket(address.generic.sa_family);
  if (fd < 0) return std::unexpected{error_of(errno)};
  // A server that starts again must not wait for its old connections' TIME_WAIT. TCP_NODELAY, which
  // open_socket() sets, passes on to the accepted sockets and saves a system call for each.
  bool done = set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (options.reuse_port) done = done && set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  if (address.generic.sa_family == AF_INET6) done = done && set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);

  Address bound;
  socklen_t size = sizeof bound;
  done = done && ::bind(fd, &address.generic, address.size()) == 0 && ::listen(fd, options.backlog) == 0 &&
         ::getsockname(fd, &bound.generic, &size) == 0;
  if (!done) {
    const Error why = error_of(errno);
    ::close(fd);
    return std::unexpected{why};
  }
  fd_ = fd;
  port_ = bound.port();
  return {};
}

/// A connection's descriptor, or -1 with errno.
int Listener::accept_one() const noexcept {
  constexpr int kTries = 16;  // failed connections to pass over in one call: a flood of them is not ours
  for (int i = 0; i < kTries; ++i) {
    const int fd = accept_socket(fd_);
    if (fd >= 0 || !is_the_connections_own(errno)) return fd;
  }
  errno = EAGAIN;
  return -1;
}

Result<void> Listener::accept(net::StreamSlot& slot, void* token) {
  if (fd_ < 0) return fail(Errc::bad_state);
  const int fd = accept_one();
  if (fd < 0) {
    if (errno == EMFILE || errno == ENFILE) return refuse_one(errno);
    if (errno == EAGAIN) return fail(Errc::would_block);
    return std::unexpected{error_of(errno)};
  }
  if (slot.emplace<Socket>(poller_, fd, token).state() == net::Stream::State::closed) {
    slot.reset();
    return fail(Errc::too_many);  // the kernel's limit of watched descriptors (epoll_ctl(2), ENOSPC)
  }
  return {};
}

/// Gives the reserve away for the connection that found no descriptor, and takes it back.
Result<void> Listener::refuse_one(int why) noexcept {
  if (reserve_ >= 0) ::close(reserve_);
  const int fd = accept_one();
  if (fd >= 0) ::close(fd);
  reserve_ = open_reserve();
  // Without the reserve (another thread was faster) nothing can be refused now; would_block keeps a caller
  // that accepts until then from trying for ever.
  if (fd < 0) return fail(Errc::would_block);
  return std::unexpected{error_of(why)};
}

void Listener::close() noexcept {
  if (fd_ < 0) return;
  poller_.unwatch(fd_, token_);
  ::close(fd_);
  if (reserve_ >= 0) ::close(reserve_);
  fd_ = -1;
  reserve_ = -1;
  port_ = 0;
}

}  // namespace linnet::port::linux
