// SPDX-License-Identifier: Apache-2.0
// What sockets ask of the poller that they live on, beside what every stream does: to watch descriptors.
#pragma once

#include "linnet/base/error.hpp"
#include "linnet/net/poller.hpp"
#include "linnet/net/stream.hpp"

namespace linnet::port::inline bsd {

class DescriptorPoller : public net::Poller {
 public:
  /// From now on watch `fd` for `to` and report it as `token`; `from` is what it was watched for before.
  /// Interest::none means not at all: not even an error is reported. Nothing is done when both are equal.
  /// Failures: too_many, io_failure; errno has more.
  virtual Result<void> watch(int fd, void* token, net::Interest from, net::Interest to) noexcept = 0;

  /// From now on `fd`, which is watched as `token`, is not: what watch(..., Interest::none) does, and like
  /// that before the descriptor is closed. In the result that is being gone through, entries of `token` lose
  /// it (null, nobody in particular) at once, so that it may be used again.
  virtual void unwatch(int fd, const void* token) noexcept = 0;
};

}  // namespace linnet::port::inline bsd
