// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/async_replies.hpp"

namespace linnet::tools {

AsyncReplies::AsyncReplies(Exchange& exchange) : exchange_{&exchange}, thread_{[this] { run(); }} {}

AsyncReplies::~AsyncReplies() {
  {
    const std::scoped_lock lock{mutex_};
    stops_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool AsyncReplies::request(const PeerAddress& to) {
  {
    const std::scoped_lock lock{mutex_};
    if (waiting_.size() >= kMost) return false;
    waiting_.push_back(to);
  }
  changed_.notify_one();
  return true;
}

void AsyncReplies::run() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [this] { return stops_ || !waiting_.empty(); });
    if (stops_) return;
    const PeerAddress to = waiting_.front();
    lock.unlock();
    const bool posted = exchange_->post(to, "Async data");
    lock.lock();
    if (posted) {
      waiting_.pop_front();
    } else {
      // The loop's inbox is full: it empties it with each turn.
      changed_.wait_for(lock, std::chrono::milliseconds{1}, [this] { return stops_; });
    }
  }
}

}  // namespace linnet::tools
