// SPDX-License-Identifier: Apache-2.0
// Messages from other threads on their way to the loop: bounded, copied, first come first served. The only
// thing in a server that a lock protects, and it is held for a copy, never over I/O or anybody's code.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"
#include "linnet/server/delivery.hpp"
#include "linnet/server/peer.hpp"

namespace linnet::server {

/// Who gets a message.
struct Target {
  enum class Kind : std::uint8_t { peer, route, all };

  Kind kind = Kind::all;
  std::uint16_t route_index = 0;
  PeerId id{};

  static Target peer(PeerId id) noexcept { return {.kind = Kind::peer, .id = id}; }
  static Target route(std::uint16_t index) noexcept { return {.kind = Kind::route, .route_index = index}; }
  static Target all() noexcept { return {}; }
};

class Inbox {
 public:
  struct Post {
    Target target;
    ws::MessageType type{};
    Completion completion{};
    std::size_t offset = 0;  // of the payload
    std::size_t size = 0;
  };

  /// Twice this memory is allocated here: one half is filled while the loop empties the other.
  Inbox(std::size_t messages, std::size_t bytes);

  /// From any thread. would_block: full; too_large: it never fits. True: the loop has to be woken.
  Result<bool> put(const Target& target, ws::MessageType type, Bytes payload, const Completion& completion);

  /// On the loop: all that is there, good until the next call.
  std::span<const Post> take();
  Bytes payload(const Post& post) const noexcept {
    return Bytes{taken_.bytes}.subspan(post.offset, post.size);
  }

  /// Cheap, without the lock.
  bool empty() const noexcept { return !filled_.load(std::memory_order_acquire); }

 private:
  struct Half {
    std::vector<Post> posts;
    std::vector<std::byte> bytes;
  };

  std::size_t most_messages_;
  std::size_t most_bytes_;
  std::mutex mutex_;  // over filling_
  Half filling_;
  Half taken_;
  std::atomic<bool> filled_ = false;
};

}  // namespace linnet::server
