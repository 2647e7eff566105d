// SPDX-License-Identifier: Apache-2.0
// What the Store keeps of a message before its payload. 24 bytes, numbers in network byte order:
//   0 version, type, policy, priority, one byte each · 4 epoch · 8 sequence · 12 key · 16 lifetime in ms · 20
//   zero
#pragma once

#include <cstddef>

#include "linnet/base/bytes.hpp"
#include "linnet/session/queue.hpp"

namespace linnet::session {

struct StoredHead {
  static constexpr std::size_t kSize = 24;
  static constexpr std::byte kVersion{1};

  static void encode(const Queue::Item& item, std::span<std::byte, kSize> into) noexcept {
    into[0] = kVersion;
    into[1] = static_cast<std::byte>(item.type);
    into[2] = static_cast<std::byte>(item.policy);
    into[3] = static_cast<std::byte>(item.priority);
    store_be32(&into[4], item.id.epoch);
    store_be32(&into[8], item.id.sequence);
    store_be32(&into[12], item.key);
    store_be32(&into[16], item.lifetime_ms);
    store_be32(&into[20], 0);
  }

  /// False: it is none that this version has written.
  static bool decode(Bytes stored, Queue::Item& item) noexcept {
    if (stored.size() < kSize || stored[0] != kVersion) return false;
    item.type = static_cast<ws::MessageType>(stored[1]);
    item.policy = static_cast<Policy>(stored[2]);
    item.priority = static_cast<Priority>(stored[3]);
    item.id = {load_be32(&stored[4]), load_be32(&stored[8])};
    item.key = load_be32(&stored[12]);
    item.lifetime_ms = load_be32(&stored[16]);
    const bool is_type = item.type == ws::MessageType::text || item.type == ws::MessageType::binary;
    return is_type && item.policy == Policy::must_deliver && item.priority <= Priority::urgent && item.id;
  }
};

}  // namespace linnet::session
