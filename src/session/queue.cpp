// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/queue.hpp"

#include <cassert>
#include <cstring>
#include <new>

namespace linnet::session {

static_assert(alignof(Queue::Item) <= 8 && sizeof(Queue::Item) % 8 == 0);

Queue::Item& Queue::add(std::size_t size) noexcept {
  const std::uint32_t room = cost(size);
  assert(room <= capacity_ - used_);
  if (room > capacity_ - end_) close_gaps();
  Item* item = new (storage_ + end_) Item{};
  item->size = static_cast<std::uint32_t>(size);
  end_ += room;
  used_ += room;
  return *item;
}

void Queue::trim(Item& last, std::size_t size) noexcept {
  assert(past(&last) == storage_ + end_);
  const std::uint32_t less = cost(last.size) - cost(size);
  end_ -= less;
  used_ -= less;
  last.size = static_cast<std::uint32_t>(size);
}

void Queue::remove(Item& item) noexcept {
  used_ -= cost(item.size);
  item.is_gone = true;
  if (used_ == 0) end_ = 0;
}

Queue::Item* Queue::find(MessageId id) noexcept {
  Item* item = first();
  while (item != nullptr && item->id != id) item = after(item);
  return item;
}

Queue::Item* Queue::skip(std::byte* at) const noexcept {
  while (at < storage_ + end_) {
    auto* item = std::launder(reinterpret_cast<Item*>(at));
    if (!item->is_gone) return item;
    at = past(item);
  }
  return nullptr;
}

void Queue::close_gaps() noexcept {
  std::byte* to = storage_;
  for (Item* item = first(); item != nullptr;) {
    Item* next = after(item);  // found before its bytes are overwritten: items move down only
    const std::uint32_t size = cost(item->size);
    std::memmove(to, item, size);
    to += size;
    item = next;
  }
  end_ = static_cast<std::uint32_t>(to - storage_);
}

}  // namespace linnet::session
