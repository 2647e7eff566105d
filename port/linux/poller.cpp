// SPDX-License-Identifier: Apache-2.0
// The turn of the loop: one epoll_pwait2(2), then its events put into the seam's words.
#include "port/linux/poller.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>

#include "port/bsd/errors.hpp"

namespace linnet::port::linux {
namespace {

int demand(int descriptor, const char* what) noexcept {
  if (descriptor >= 0) return descriptor;
  std::perror(what);
  std::abort();
}

std::uint32_t events_for(net::Interest interest) noexcept {
  return (includes(interest, net::Interest::read) ? std::uint32_t{EPOLLIN} : 0u) |
         (includes(interest, net::Interest::write) ? std::uint32_t{EPOLLOUT} : 0u);
}

}  // namespace

Poller::Poller() noexcept
    : epoll_{demand(::epoll_create1(EPOLL_CLOEXEC), "linnet: epoll_create1")},
      wake_{demand(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "linnet: eventfd")} {
  // Edge-triggered: each write to the eventfd is reported once, and nobody has to read it back.
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = this;
  demand(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event), "linnet: epoll_ctl");
}

Poller::~Poller() {
  ::close(wake_);
  ::close(epoll_);
}

Instant Poller::now() noexcept {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return Instant{Duration{std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000}};
}

/// One wait of the kernel's, and its answer.
int Poller::sleep(Instant until) noexcept {
  const bool forever = until == kNever;
  // At the epoch or before it is in the past without asking the clock.
  const Instant at = forever || until <= Instant{} ? Instant{} : now();
  const std::int64_t left = until <= at ? 0 : (until - at).count();
  const int most = static_cast<int>(kBatch);

  if (!milliseconds_only_) {
    timespec timeout{};
    timeout.tv_sec = static_cast<std::time_t>(left / 1'000'000);
    timeout.tv_nsec = static_cast<long>(left % 1'000'000 * 1'000);
    const int count = ::epoll_pwait2(epoll_, events_.data(), most, forever ? nullptr : &timeout, nullptr);
    if (count >= 0 || errno != ENOSYS) return count;
    milliseconds_only_ = true;
  }
  constexpr std::int64_t kLongest = std::numeric_limits<int>::max();
  const std::int64_t rounded_up = left / 1'000 + (left % 1'000 > 0 ? 1 : 0);
  const int timeout = forever ? -1 : static_cast<int>(rounded_up < kLongest ? rounded_up : kLongest);
  return ::epoll_wait(epoll_, events_.data(), most, timeout);
}

std::span<const net::Ready> Poller::wait(Instant until) {
  ready_count_ = 0;
  int count = sleep(until);
  // A signal handler that wants the loop's attention calls wake(); any other is no reason to return.
  while (count < 0 && errno == EINTR) count = sleep(until);
  demand(count, "linnet: epoll_wait");

  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const epoll_event& event = events_[i];
    if (event.data.ptr == this) continue;
    // An error or a hang-up is for whoever looks first: both of read and write tell.
    const bool failed = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
    ready_[ready_count_++] = {.token = event.data.ptr,
                              .readable = failed || (event.events & EPOLLIN) != 0,
                              .writable = failed || (event.events & EPOLLOUT) != 0};
  }
  return {ready_.data(), ready_count_};
}

void Poller::wake() noexcept {
  const int before = errno;  // a signal handler must not change it
  const std::uint64_t one = 1;
  // It fails only when 2^64 - 2 wake-ups are waiting already (eventfd(2)).
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
  errno = before;
}

Result<void> Poller::watch(int fd, void* token, net::Interest from, net::Interest to) noexcept {
  if (from == to) return {};
  if (to == net::Interest::none) {
    unwatch(fd, token);
    return {};
  }
  const int operation = from == net::Interest::none ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  epoll_event event{};
  event.events = events_for(to);
  event.data.ptr = token;
  if (::epoll_ctl(epoll_, operation, fd, &event) == 0) return {};
  return std::unexpected{error_of(errno)};
}

void Poller::unwatch(int fd, const void* token) noexcept {
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);  // can fail only for what was not watched
  for (std::size_t i = 0; i < ready_count_; ++i) {
    if (ready_[i].token == token) ready_[i].token = nullptr;
  }
}

}  // namespace linnet::port::linux
