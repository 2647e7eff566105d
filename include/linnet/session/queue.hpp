// SPDX-License-Identifier: Apache-2.0
// The outbox's messages, one behind the other in storage of the caller's, in the order in which they came.
// What is taken from the middle leaves a gap; when the end is reached, the rest moves together. So every free
// byte can be used, whatever the order in which messages go.
// Memory: cost() bytes a message.
#pragma once

#include <cstddef>
#include <cstdint>

#include "linnet/base/bytes.hpp"
#include "linnet/base/time.hpp"
#include "linnet/session/message.hpp"
#include "linnet/session/store.hpp"

namespace linnet::session {

class Queue {
 public:
  struct Item {
    std::uint32_t size = 0;   // of the payload, which follows
    std::uint32_t order = 0;  // within its priority
    MessageId id{};
    Instant expires = kNever;
    Instant handed_at{};
    Receipt* receipt = nullptr;
    std::uint32_t key = 0;
    std::uint32_t lifetime_ms = 0;
    Store::Number stored = 0;  // zero: not in the Store
    ws::MessageType type{};
    Policy policy{};
    Priority priority{};
    Outcome state = Outcome::queued;  // queued, stored or in_flight
    bool is_safe = false;             // the Store has committed it
    bool is_doubtful = false;         // the peer may have it already
    bool was_handed = false;          // to a connection, in this life
    bool is_gone = false;             // a gap
  };

  /// `storage`: borrowed, aligned to 8 bytes, less than 4 GiB.
  explicit Queue(MutableBytes storage) noexcept
      : storage_{storage.data()}, capacity_{static_cast<std::uint32_t>(storage.size()) & ~7u} {}

  /// What a message of `size` bytes takes.
  static constexpr std::uint32_t cost(std::size_t size) noexcept {
    return static_cast<std::uint32_t>(sizeof(Item) + ((size + 7) & ~std::size_t{7}));
  }
  std::uint32_t capacity() const noexcept { return capacity_; }
  std::uint32_t used() const noexcept { return used_; }

  /// A new one behind the rest, with room for a payload of `size` bytes. There has to be room: cost(size) of
  /// capacity() - used(). All items may move.
  Item& add(std::size_t size) noexcept;
  /// Of the item that was added last, less is needed.
  void trim(Item& last, std::size_t size) noexcept;
  void remove(Item& item) noexcept;

  /// In the order of their coming, null at the end. Good until add().
  Item* first() noexcept { return skip(storage_); }
  Item* after(Item* item) noexcept { return skip(past(item)); }
  const Item* first() const noexcept { return skip(storage_); }
  const Item* after(const Item* item) const noexcept { return skip(past(item)); }
  Item* find(MessageId id) noexcept;

  static MutableBytes payload(Item& item) noexcept {
    return {reinterpret_cast<std::byte*>(&item + 1), item.size};
  }

 private:
  std::byte* past(const Item* item) const noexcept {
    return storage_ + (reinterpret_cast<const std::byte*>(item) - storage_) + cost(item->size);
  }
  Item* skip(std::byte* at) const noexcept;
  void close_gaps() noexcept;

  std::byte* storage_;
  std::uint32_t capacity_;
  std::uint32_t end_ = 0;   // behind the last item
  std::uint32_t used_ = 0;  // without the gaps
};

}  // namespace linnet::session
