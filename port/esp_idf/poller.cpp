// SPDX-License-Identifier: Apache-2.0
// Two ways to sleep, one for each of the two things that may be waited for.
#include "port/esp_idf/poller.hpp"

#include <fcntl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "esp_log.h"
#include "freertos/task.h"
#include "port/esp_idf/clock.hpp"

#if CONFIG_IDF_TARGET_LINUX
#include <sys/eventfd.h>
#else
#include "esp_vfs_eventfd.h"
#endif

namespace linnet::port::esp_idf {
namespace {

constexpr const char* kTag = "linnet";

/// At least so long: rounded up, and one more, for a wait of one tick ends at the next, however near.
TickType_t ticks_until(Instant until, Instant now) noexcept {
  if (until == kNever) return portMAX_DELAY;
  if (until <= now) return 0;
  constexpr Duration kTick = 1'000'000us / configTICK_RATE_HZ;
  constexpr Duration kLongest = 3600s;  // and then once more: ticks are 32 bits
  return static_cast<TickType_t>((std::min(until - now, kLongest) + kTick - 1us) / kTick + 1);
}

int open_event() noexcept {
#if CONFIG_IDF_TARGET_LINUX
  return ::eventfd(0, EFD_NONBLOCK);
#else
  const esp_vfs_eventfd_config_t config = ESP_VFS_EVENTD_CONFIG_DEFAULT();
  // ESP_ERR_INVALID_STATE: the application has done it.
  if (const esp_err_t error = ::esp_vfs_eventfd_register(&config);
      error != ESP_OK && error != ESP_ERR_INVALID_STATE) {
    return -1;
  }
  return ::eventfd(0, 0);  // reading one never blocks here
#endif
}

}  // namespace

Poller::Poller() noexcept : woken_{::xSemaphoreCreateBinaryStatic(&woken_storage_)} {}

Poller::~Poller() {
  if (event_ >= 0) ::close(event_);
  ::vSemaphoreDelete(woken_);
}

Instant Poller::now() noexcept {
  return esp_idf::now();
}

std::span<const net::Ready> Poller::wait(Instant until) {
  ready_count_ = 0;
  if (ask_sources()) until = Instant{};
  ready_count_ = 0;
  watched_count_ == 0 ? sleep(until) : select(until);
  ask_sources();
  return {ready_.data(), ready_count_};
}

void Poller::sleep(Instant until) noexcept {
  ::xSemaphoreTake(woken_, ticks_until(until, now()));
  is_woken_.store(false);
}

/// A turn of select(2). What interrupts it ends it as a wake-up does.
void Poller::select(Instant until) noexcept {
  // Whoever wakes writes to the eventfd only if it sees this; and this sees that it was woken before.
  is_selecting_.store(true);
  if (is_woken_.load()) until = Instant{};

  fd_set readable;
  fd_set writable;
  FD_ZERO(&readable);
  FD_ZERO(&writable);
  FD_SET(event_, &readable);
  int highest = event_;
  for (std::size_t i = 0; i < watched_count_; ++i) {
    const Watched& one = watched_[i];
    if (includes(one.interest, net::Interest::read)) FD_SET(one.fd, &readable);
    if (includes(one.interest, net::Interest::write)) FD_SET(one.fd, &writable);
    highest = std::max(highest, one.fd);
  }
  const Duration left = until == kNever ? Duration{3600s} : std::max(Duration{}, until - now());
  timeval timeout{};
  timeout.tv_sec = static_cast<decltype(timeout.tv_sec)>(left.count() / 1'000'000);
  timeout.tv_usec = static_cast<decltype(timeout.tv_usec)>(left.count() % 1'000'000);
  const int count = ::select(highest + 1, &readable, &writable, nullptr, &timeout);
  is_selecting_.store(false);
  is_woken_.store(false);
  if (count < 0) {
    ::vTaskDelay(1);  // ENOMEM; EINTR at each tick of the `linux` target: a loop must not starve the others
    return;
  }
  if (FD_ISSET(event_, &readable)) {
    std::uint64_t taken = 0;
    (void)!::read(event_, &taken, sizeof taken);
  }
  for (std::size_t i = 0; i < watched_count_; ++i) {
    const Watched& one = watched_[i];
    const bool can_read = FD_ISSET(one.fd, &readable) != 0;
    const bool can_write = FD_ISSET(one.fd, &writable) != 0;
    if (can_read || can_write) report({.token = one.token, .readable = can_read, .writable = can_write});
  }
}

bool Poller::ask_sources() noexcept {
  bool any = false;
  for (ReadySource* source = sources_; source != nullptr; source = source->next_) {
    const net::Ready ready = source->ready();
    if (!ready.readable && !ready.writable) continue;
    any = true;
    report(ready);
  }
  return any;
}

void Poller::report(const net::Ready& ready) noexcept {
  if (ready_count_ < ready_.size()) ready_[ready_count_++] = ready;
}

void Poller::wake() noexcept {
  is_woken_.store(true);
  ::xSemaphoreGive(woken_);
  if (is_selecting_.load()) {
    const std::uint64_t one = 1;
    (void)!::write(event_, &one, sizeof one);
  }
}

Result<void> Poller::watch(int fd, void* token, net::Interest from, net::Interest to) noexcept {
  if (from == to) return {};
  if (to == net::Interest::none) {
    unwatch(fd, token);
    return {};
  }
  if (event_ < 0) {
    event_ = open_event();
    if (event_ < 0) {
      ESP_LOGE(kTag, "no eventfd: raise esp_vfs_eventfd_config_t::max_fds");
      return fail(Errc::too_many);
    }
  }
  const auto used = std::span{watched_}.first(watched_count_);
  const auto found = std::ranges::find(used, fd, &Watched::fd);
  if (found != used.end()) {
    found->interest = to;
    return {};
  }
  if (watched_count_ == watched_.size() || fd >= FD_SETSIZE) {
    errno = ENFILE;
    return fail(Errc::too_many);
  }
  watched_[watched_count_++] = {.fd = fd, .interest = to, .token = token};
  return {};
}

void Poller::unwatch(int fd, const void* token) noexcept {
  const auto used = std::span{watched_}.first(watched_count_);
  const auto found = std::ranges::find(used, fd, &Watched::fd);
  if (found != used.end()) *found = watched_[--watched_count_];
  for (std::size_t i = 0; i < ready_count_; ++i) {
    if (ready_[i].token == token) ready_[i].token = nullptr;
  }
}

void Poller::add(ReadySource& source) noexcept {
  source.next_ = sources_;
  sources_ = &source;
}

void Poller::remove(ReadySource& source) noexcept {
  for (ReadySource** at = &sources_; *at != nullptr; at = &(*at)->next_) {
    if (*at != &source) continue;
    *at = source.next_;
    return;
  }
}

}  // namespace linnet::port::esp_idf
