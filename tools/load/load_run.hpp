// SPDX-License-Identifier: Apache-2.0
// A whole run of `linnet bench`: opens all connections, keeps them busy for a while, waits for what is still
// on its way, and closes them in good order.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "linnet/base/time.hpp"
#include "port/linux/entropy.hpp"
#include "port/linux/poller.hpp"
#include "port/linux/resolver.hpp"
#include "port/linux/signals.hpp"
#include "tools/load/load_connection.hpp"

namespace linnet::tools {

struct LoadTask {
  std::size_t connections = 1;
  Duration time = 10s;
};

struct LoadResult {
  Duration time{};         // for which messages were sent
  std::size_t failed = 0;  // connections
  std::string failure;     // of the first of them, in words
};

class LoadRun {
 public:
  /// `context` has the configuration and the message, and is where latencies and messages are counted; both
  /// are borrowed.
  LoadRun(const LoadTask& task, LoadContext& context, port::linux::Poller& poller);

  /// To the end of the time, or to the first SIGINT or SIGTERM, which is as good. When a connection does not
  /// open there is no measurement: the result has a failure, and no time.
  LoadResult run();

 private:
  bool open_all();
  void measure();
  void close_all();
  void turn(Instant until);
  void advance_due();
  std::size_t count_failed() const noexcept;

  LoadTask task_;
  LoadContext* context_;
  port::linux::Poller* poller_;
  port::linux::Signals signals_;
  port::linux::Resolver resolver_;
  port::linux::Entropy entropy_;
  std::deque<LoadConnection> connections_;  // a deque, for they do not move
  Instant look_at_all_{};
  LoadResult result_;
};

}  // namespace linnet::tools
