// SPDX-License-Identifier: Apache-2.0
// The attempts of one connection, after RFC 8305. Each descriptor is registered for writing while it
// connects; poll() asks all of them at once, and the first that stands becomes the Socket.
#include "port/bsd/tcp_stream.hpp"

#include <sys/poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "port/bsd/descriptor.hpp"
#include "port/bsd/errors.hpp"

namespace linnet::port::inline bsd {
namespace {

// RFC 8305, section 5: "One recommended value for a default delay is 250 milliseconds."
constexpr Duration kConnectionAttemptDelay = 250ms;

int pending_error(int fd) noexcept {
  int number = 0;
  socklen_t size = sizeof number;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : errno;
}

}  // namespace

Result<void> TcpStream::open(std::string_view host, std::uint16_t port, Instant now) {
  if (phase_ != Phase::idle) return fail(Errc::bad_state);
  if (!is_host(host)) return fail(Errc::invalid_argument);
  wanted_ = net::Interest::read;
  error_ = Error{};
  port_ = port;
  if (const auto address = parse_address(host)) {
    Addresses one;
    one.list[one.count++] = *address;
    connect_to(one, now);
    return {};
  }
  const auto ticket = lookup_.begin(host);
  if (!ticket) return std::unexpected{ticket.error()};
  ticket_ = *ticket;
  phase_ = Phase::resolving;
  return {};
}

net::Stream::State TcpStream::state() const noexcept {
  switch (phase_) {
    case Phase::resolving:
    case Phase::connecting: return State::opening;
    case Phase::open: return socket_.get()->state();
    case Phase::idle:
    case Phase::failed: break;
  }
  return State::closed;
}

void TcpStream::poll(Instant now) {
  if (phase_ == Phase::resolving) {
    if (const auto answer = lookup_.take(ticket_)) {
      if (*answer) {
        connect_to(**answer, now);
      } else {
        fail_with(answer->error());
      }
    }
  } else if (phase_ == Phase::connecting) {
    check_attempts(now);
    if (phase_ == Phase::connecting && now >= next_attempt_) start_next(now);
  }
}

Instant TcpStream::deadline() const noexcept {
  if (phase_ == Phase::resolving) return lookup_.is_done(ticket_) ? Instant{} : kNever;
  return phase_ == Phase::connecting ? next_attempt_ : kNever;
}

void TcpStream::connect_to(const Addresses& addresses, Instant now) noexcept {
  addresses_ = addresses;
  next_address_ = 0;
  attempt_count_ = 0;
  phase_ = Phase::connecting;
  start_next(now);
}

/// Starts the next address that gets under way; fails when none is left and none is under way.
void TcpStream::start_next(Instant now) noexcept {
  bool started = false;
  while (!started && next_address_ < addresses_.count) {
    Address& address = addresses_.list[next_address_++];
    address.set_port(port_);
    started = start_attempt(address);
  }
  next_attempt_ = next_address_ < addresses_.count ? now + kConnectionAttemptDelay : kNever;
  if (attempt_count_ == 0) fail_with(error_);
}

bool TcpStream::start_attempt(const Address& address) noexcept {
  const int fd = open_socket(address.generic.sa_family);
  if (fd < 0) {
    note(connect_error_of(errno));
    return false;
  }
  // POSIX, connect(): interrupted by a signal, "the connection request shall not be aborted", and goes on.
  if (::connect(fd, &address.generic, address.size()) != 0 && errno != EINPROGRESS && errno != EINTR) {
    note(connect_error_of(errno));
    ::close(fd);
    return false;
  }
  if (const auto watched = poller_.watch(fd, token_, net::Interest::none, net::Interest::write); !watched) {
    note(watched.error());
    ::close(fd);
    return false;
  }
  attempts_[attempt_count_++] = fd;
  return true;
}

void TcpStream::check_attempts(Instant now) noexcept {
  std::array<pollfd, Addresses::kMost> asked{};
  for (std::size_t i = 0; i < attempt_count_; ++i)
    asked[i] = {.fd = attempts_[i], .events = POLLOUT, .revents = 0};
  if (::poll(asked.data(), attempt_count_, 0) <= 0) return;  // interrupted: the next turn asks again

  bool one_failed = false;
  for (std::size_t i = attempt_count_; i-- > 0;) {  // from the end: end_attempt() closes the gap
    if (asked[i].revents == 0) continue;
    const int number = pending_error(attempts_[i]);
    if (number == 0) return adopt(i);
    note(connect_error_of(number));
    end_attempt(i);
    one_failed = true;
  }
  // The delay is there to give a slow answer time; a failed attempt has had its answer.
  if (one_failed) start_next(now);
}

void TcpStream::end_attempt(std::size_t index) noexcept {
  poller_.unwatch(attempts_[index], token_);
  ::close(attempts_[index]);
  attempts_[index] = attempts_[--attempt_count_];
}

void TcpStream::end_attempts() noexcept {
  while (attempt_count_ > 0) end_attempt(attempt_count_ - 1);
}

void TcpStream::adopt(std::size_t index) noexcept {
  const int fd = attempts_[index];
  attempts_[index] = attempts_[--attempt_count_];
  end_attempts();
  phase_ = Phase::open;
  socket_.emplace<Socket>(poller_, fd, token_, net::Interest::write).want(wanted_);
}

/// Of several causes the first is kept, unless it only says that there is no way for that family.
void TcpStream::note(Error why) noexcept {
  if (error_ == Error{} || error_ == Errc::host_unreachable) error_ = why;
}

void TcpStream::fail_with(Error why) noexcept {
  error_ = why;
  phase_ = Phase::failed;
}

Result<std::size_t> TcpStream::read(MutableBytes into) {
  switch (phase_) {
    case Phase::resolving:
    case Phase::connecting: return 0u;
    case Phase::open: return socket_.get()->read(into);
    case Phase::failed: return std::unexpected{error_};
    case Phase::idle: break;
  }
  return fail(Errc::bad_state);
}

Result<std::size_t> TcpStream::write(std::span<const Bytes> parts) {
  switch (phase_) {
    case Phase::resolving:
    case Phase::connecting: return 0u;
    case Phase::open: return socket_.get()->write(parts);
    case Phase::failed: return std::unexpected{error_};
    case Phase::idle: break;
  }
  return fail(Errc::bad_state);
}

void TcpStream::shutdown_write() noexcept {
  if (phase_ == Phase::open) socket_.get()->shutdown_write();
}

void TcpStream::close() noexcept {
  if (phase_ == Phase::resolving) lookup_.cancel(ticket_);
  if (phase_ == Phase::connecting) end_attempts();
  socket_.reset();
  phase_ = Phase::idle;
}

void TcpStream::want(net::Interest interest) noexcept {
  wanted_ = interest;
  if (phase_ == Phase::open) socket_.get()->want(interest);
}

}  // namespace linnet::port::inline bsd
