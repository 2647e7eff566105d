// SPDX-License-Identifier: Apache-2.0
// The other task behind "Trigger async": a thread of its own that answers by posting to the loop.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "tools/serve/exchange.hpp"

namespace linnet::tools {

class AsyncReplies {
 public:
  static constexpr std::size_t kMost = 65'536;  // that wait, 16 bytes each

  /// `exchange` is borrowed, and outlives this.
  explicit AsyncReplies(Exchange& exchange);
  ~AsyncReplies();
  AsyncReplies(const AsyncReplies&) = delete;
  AsyncReplies& operator=(const AsyncReplies&) = delete;

  /// From any thread: `to` gets "Async data" soon. False: as many as possible wait already.
  bool request(const PeerAddress& to);

 private:
  void run();

  Exchange* exchange_;
  std::mutex mutex_;  // over waiting_ and stops_
  std::condition_variable changed_;
  std::deque<PeerAddress> waiting_;
  bool stops_ = false;
  std::thread thread_;
};

}  // namespace linnet::tools
