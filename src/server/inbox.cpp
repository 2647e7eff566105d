// SPDX-License-Identifier: Apache-2.0
#include "linnet/server/inbox.hpp"

#include <utility>

namespace linnet::server {

Inbox::Inbox(std::size_t messages, std::size_t bytes) : most_messages_{messages}, most_bytes_{bytes} {
  for (Half* half : {&filling_, &taken_}) {
    half->posts.reserve(messages);
    half->bytes.reserve(bytes);
  }
}

Result<bool> Inbox::put(const Target& target, ws::MessageType type, Bytes payload,
                        const Completion& completion) {
  if (payload.size() > most_bytes_) return fail(Errc::too_large);
  const std::lock_guard lock{mutex_};
  if (filling_.posts.size() == most_messages_ || payload.size() > most_bytes_ - filling_.bytes.size()) {
    return fail(Errc::would_block);
  }
  filling_.posts.push_back({.target = target,
                            .type = type,
                            .completion = completion,
                            .offset = filling_.bytes.size(),
                            .size = payload.size()});
  filling_.bytes.insert(filling_.bytes.end(), payload.begin(), payload.end());
  return !filled_.exchange(true, std::memory_order_acq_rel);
}

std::span<const Inbox::Post> Inbox::take() {
  taken_.posts.clear();
  taken_.bytes.clear();
  const std::lock_guard lock{mutex_};
  std::swap(filling_, taken_);
  filled_.store(false, std::memory_order_release);
  return taken_.posts;
}

}  // namespace linnet::server
