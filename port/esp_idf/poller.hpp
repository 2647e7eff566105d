// SPDX-License-Identifier: Apache-2.0
// net::Poller for a FreeRTOS task: it sleeps on a semaphore while no socket is watched (a device that has
// only a modem needs no lwIP), and in select(2) with an eventfd beside the sockets while one is. Nothing here
// polls by the clock, so that the chip may sleep until the next deadline.
//
// Ticks: FreeRTOS wakes a task at a tick, so wait() may return up to two ticks late (20 ms at the default of
// CONFIG_FREERTOS_HZ=100).
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"
#include "port/bsd/watch.hpp"
#include "port/esp_idf/options.hpp"

namespace linnet::port::esp_idf {

/// Something that becomes ready and is no descriptor: a UART. It wakes the poller itself, by wake().
class ReadySource {
 public:
  ReadySource() = default;
  ReadySource(const ReadySource&) = delete;
  ReadySource& operator=(const ReadySource&) = delete;

  /// What there is now, of what is wanted; asked by the loop before and after it sleeps.
  virtual net::Ready ready() noexcept = 0;

 protected:
  ~ReadySource() = default;

 private:
  friend class Poller;
  ReadySource* next_ = nullptr;
};

/// About 40 bytes for each of CONFIG_LINNET_MAX_DESCRIPTORS, and a semaphore. While sockets are watched,
/// ESP-IDF's select() takes some 100 bytes from the heap for each call and gives them back.
class Poller final : public DescriptorPoller {
 public:
  /// For the task that will wait. Stops the program when there is no memory for a semaphore.
  Poller() noexcept;
  ~Poller() override;

  /// Microseconds since the chip was started (esp_timer).
  Instant now() noexcept override;
  std::span<const net::Ready> wait(Instant until) override;
  /// From any task; not from an interrupt.
  void wake() noexcept override;

  /// too_many: CONFIG_LINNET_MAX_DESCRIPTORS are watched already, or the descriptor is over FD_SETSIZE.
  Result<void> watch(int fd, void* token, net::Interest from, net::Interest to) noexcept override;
  void unwatch(int fd, const void* token) noexcept override;

  /// `source` is asked from now on, until remove().
  void add(ReadySource& source) noexcept;
  void remove(ReadySource& source) noexcept;

 private:
  static constexpr std::size_t kMost = CONFIG_LINNET_MAX_DESCRIPTORS;
  static constexpr std::size_t kMostSources = 4;

  struct Watched {
    int fd;
    net::Interest interest;
    void* token;
  };

  void sleep(Instant until) noexcept;
  void select(Instant until) noexcept;
  bool ask_sources() noexcept;
  void report(const net::Ready& ready) noexcept;

  SemaphoreHandle_t woken_;
  StaticSemaphore_t woken_storage_;
  int event_ = -1;  // an eventfd, made when the first descriptor is watched
  std::atomic<bool> is_selecting_ = false;
  std::atomic<bool> is_woken_ = false;
  ReadySource* sources_ = nullptr;
  std::size_t watched_count_ = 0;
  std::size_t ready_count_ = 0;
  std::array<Watched, kMost> watched_;
  std::array<net::Ready, kMost + kMostSources> ready_;
};

}  // namespace linnet::port::esp_idf
