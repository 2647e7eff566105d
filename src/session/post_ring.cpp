// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/post_ring.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace linnet::session {

// A header of zero is a place that nobody has filled yet, so all that the owner has passed is cleared.
PostRing::PostRing(MutableBytes storage) noexcept
    : storage_{storage.data()},
      capacity_{static_cast<std::uint32_t>(std::bit_floor(std::min<std::size_t>(storage.size(), 1u << 30)))} {
  assert((reinterpret_cast<std::uintptr_t>(storage_) & 7) == 0);
  if (capacity_ != 0) std::memset(storage_, 0, capacity_);
}

std::atomic_ref<std::uint32_t> PostRing::header(std::uint32_t position) noexcept {
  return std::atomic_ref{*reinterpret_cast<std::uint32_t*>(storage_ + (position & (capacity_ - 1)))};
}

std::byte* PostRing::reserve(std::size_t size) noexcept {
  if (size > longest()) return nullptr;
  const std::uint32_t room = room_for(size);
  std::uint32_t position = reserved_.load(std::memory_order_relaxed);
  std::uint32_t filler = 0;
  for (;;) {
    const std::uint32_t used = position - taken_.load(std::memory_order_acquire);
    if (used > capacity_) {  // `position` is older than what was taken meanwhile
      position = reserved_.load(std::memory_order_relaxed);
      continue;
    }
    const std::uint32_t straight = capacity_ - (position & (capacity_ - 1));
    filler = straight < room ? straight : 0;
    if (capacity_ - used < filler + room) return nullptr;
    const std::uint32_t after = position + filler + room;
    if (reserved_.compare_exchange_weak(position, after, std::memory_order_relaxed)) break;
  }
  if (filler != 0) header(position).store(kFiller | filler, std::memory_order_release);
  return storage_ + ((position + filler) & (capacity_ - 1)) + kHeader;
}

void PostRing::commit(std::byte* place, std::size_t size) noexcept {
  auto& head = *reinterpret_cast<std::uint32_t*>(place - kHeader);
  std::atomic_ref{head}.store(kWhole | static_cast<std::uint32_t>(size), std::memory_order_release);
}

MutableBytes PostRing::front() noexcept {
  while (capacity_ != 0) {
    const std::uint32_t position = taken_.load(std::memory_order_relaxed);
    const std::uint32_t head = header(position).load(std::memory_order_acquire);
    if ((head & kWhole) != 0) {
      return {storage_ + (position & (capacity_ - 1)) + kHeader, head & ~kWhole};
    }
    if ((head & kFiller) == 0) break;
    release(head & ~kFiller);
  }
  return {};
}

void PostRing::drop() noexcept {
  const MutableBytes record = front();
  if (record.data() != nullptr) release(room_for(record.size()));
}

void PostRing::release(std::uint32_t size) noexcept {
  const std::uint32_t position = taken_.load(std::memory_order_relaxed);
  std::memset(storage_ + (position & (capacity_ - 1)), 0, size);
  taken_.store(position + size, std::memory_order_release);
}

}  // namespace linnet::session
