// SPDX-License-Identifier: Apache-2.0
// Ctrl-C and `kill` as something that a loop sees: a flag, and a wake-up of its poller.
#pragma once

#include <signal.h>

#include "linnet/net/poller.hpp"

#undef linux  // GNU modes (-std=gnu++23) define it as 1

namespace linnet::port::linux {

/// While it lives: SIGINT and SIGTERM set stop_requested() and wake `poller`; a second SIGINT kills the
/// program the default way, for a loop that hangs; SIGPIPE is ignored. One at a time in a program (signals
/// belong to the process); the earlier dispositions come back with its end.
class Signals {
 public:
  /// `poller` is borrowed for as long as this lives.
  /// `watch_hangup`: SIGHUP, too, is seen, by take_hangup(), and does not end the program.
  explicit Signals(net::Poller& poller, bool watch_hangup = false) noexcept;
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  bool stop_requested() const noexcept { return received() != 0; }

  /// SIGINT or SIGTERM, whichever came last; 0: neither.
  int received() const noexcept;

  /// Whether there was a SIGHUP since the last call: "read your files again".
  bool take_hangup() const noexcept;

 private:
  struct sigaction interrupt_before_{};
  struct sigaction terminate_before_{};
  struct sigaction pipe_before_{};
  struct sigaction hangup_before_{};
  bool watches_hangup_;
};

}  // namespace linnet::port::linux
