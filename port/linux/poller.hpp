// SPDX-License-Identifier: Apache-2.0
// net::Poller over epoll(7), level-triggered, with CLOCK_MONOTONIC and an eventfd(2) to wake it. One system
// call a turn, whether it sleeps, only looks, or reports 256 descriptors.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstddef>

#include "port/bsd/watch.hpp"

#undef linux  // GNU modes (-std=gnu++23) define it as 1

namespace linnet::port::linux {

/// Memory: 7 KiB inside the object, however many descriptors there are; the kernel has the rest.
class Poller final : public DescriptorPoller {
 public:
  /// Stops the program when the system has no descriptor left for it: without one nothing can run.
  Poller() noexcept;
  ~Poller() override;

  Instant now() noexcept override;

  /// Wakes at `until`, or up to 1 ms later on kernels before 5.11, which know only milliseconds. At most
  /// 256 entries; what found no place comes first in the next call.
  ///
  /// A descriptor that stopped being watched, closed ones among them, is not in later results; and in the
  /// result that is being gone through, the entries of its token lose the token (null, nobody in
  /// particular) at once. So a token may be reused as soon as its stream is closed, by whoever reads each
  /// entry only when its turn comes.
  std::span<const net::Ready> wait(Instant until) override;

  void wake() noexcept override;

  /// Nothing is asked of the kernel when both are equal. io_failure with EPERM: a regular file, which is
  /// always ready.
  Result<void> watch(int fd, void* token, net::Interest from, net::Interest to) noexcept override;
  void unwatch(int fd, const void* token) noexcept override;

 private:
  static constexpr std::size_t kBatch = 256;

  int sleep(Instant until) noexcept;

  int epoll_ = -1;
  int wake_ = -1;
  bool milliseconds_only_ = false;
  std::size_t ready_count_ = 0;
  std::array<epoll_event, kBatch> events_;
  std::array<net::Ready, kBatch> ready_;
};

}  // namespace linnet::port::linux
