// SPDX-License-Identifier: Apache-2.0
// recv(2), send(2) and their errors.
#include "port/bsd/socket.hpp"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "port/bsd/errors.hpp"

namespace linnet::port::inline bsd {
namespace {

constexpr std::size_t kParts = 16;

#ifdef LWIP_HDR_SOCKETS_H
constexpr int kNoSignal = 0;  // lwIP raises none, and its sendmsg() refuses the flag (EOPNOTSUPP)
#else
constexpr int kNoSignal = MSG_NOSIGNAL;
#endif

ssize_t send_gathered(int fd, std::span<const Bytes> parts) noexcept {
  std::array<iovec, kParts> vector;
  std::size_t count = 0;
  for (const Bytes part : parts) {
    if (count == kParts) break;
    if (part.empty()) continue;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): iovec serves reading too, and knows no const
    vector[count++] = {.iov_base = const_cast<std::byte*>(part.data()), .iov_len = part.size()};
  }
  if (count == 0) return 0;
  if (count == 1) return ::send(fd, vector[0].iov_base, vector[0].iov_len, kNoSignal);
  msghdr message{};
  message.msg_iov = vector.data();
  message.msg_iovlen = count;
  return ::sendmsg(fd, &message, kNoSignal);
}

}  // namespace

Socket::Socket(DescriptorPoller& poller, int fd, void* token, net::Interest registered) noexcept
    : poller_{&poller}, token_{token}, fd_{fd}, registered_{registered} {
  if (registered_ == net::Interest::none) want(net::Interest::read);
}

Result<std::size_t> Socket::read(MutableBytes into) {
  if (fd_ < 0) return std::unexpected{failure_ != 0 ? error_of(failure_) : Error{Errc::bad_state}};
  if (into.empty()) return 0u;
  ssize_t got = 0;
  do {
    got = ::recv(fd_, into.data(), into.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got > 0) return static_cast<std::size_t>(got);
  if (got < 0 && errno == EAGAIN) return 0u;

  if (got < 0 || failure_ != 0) {
    const Result<std::size_t> answer = broken(errno);
    drop();
    return answer;
  }
  flags_ |= ended;
  want(registered_);
  return fail(Errc::end_of_stream);
}

Result<std::size_t> Socket::write(std::span<const Bytes> parts) {
  if (failure_ != 0) return std::unexpected{error_of(failure_)};
  if (fd_ < 0 || (flags_ & write_shut) != 0) return fail(Errc::bad_state);
  ssize_t sent = 0;
  do {
    sent = parts.size() == 1 && !parts[0].empty() ? ::send(fd_, parts[0].data(), parts[0].size(), kNoSignal)
                                                  : send_gathered(fd_, parts);
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (errno == EAGAIN) return 0u;
  return broken(errno);
}

/// Keeps the first failure, which is the cause of later ones.
Result<std::size_t> Socket::broken(int number) noexcept {
  if (failure_ == 0) failure_ = static_cast<std::uint16_t>(number);
  return std::unexpected{error_of(failure_)};
}

void Socket::shutdown_write() noexcept {
  if (fd_ < 0 || (flags_ & write_shut) != 0) return;
  flags_ |= write_shut;
  ::shutdown(fd_, SHUT_WR);
}

void Socket::close() noexcept {
  drop();
  failure_ = 0;
}

void Socket::drop() noexcept {
  if (fd_ < 0) return;
  // Explicitly, for a closed descriptor stays watched while a forked child has it too (epoll(7)).
  if (registered_ != net::Interest::none) poller_->unwatch(fd_, token_);
  registered_ = net::Interest::none;
  ::close(fd_);
  fd_ = -1;
}

void Socket::want(net::Interest interest) noexcept {
  if (fd_ < 0) return;
  if ((flags_ & ended) != 0) {
    interest = includes(interest, net::Interest::write) ? net::Interest::write : net::Interest::none;
  }
  if (const auto watched = poller_->watch(fd_, token_, registered_, interest); !watched) {
    failure_ = static_cast<std::uint16_t>(errno);
    return drop();
  }
  registered_ = interest;
}

}  // namespace linnet::port::inline bsd
