// SPDX-License-Identifier: Apache-2.0
#include "linnet/server/peer_table.hpp"

#include <limits>

namespace linnet::server {

std::uint16_t ActivityPool::take() noexcept {
  if (free_.empty()) {
    const std::size_t have = slabs_.size() * kSlab;
    if (have + kSlab > std::numeric_limits<std::uint16_t>::max()) return kNone;
    std::unique_ptr<Activity[]> slab{new (std::nothrow) Activity[kSlab]};
    if (slab == nullptr) return kNone;
    slabs_.push_back(std::move(slab));
    free_.reserve(have + kSlab);
    for (std::size_t i = kSlab; i > 0; --i) free_.push_back(static_cast<std::uint16_t>(have + i));
  }
  const std::uint16_t index = free_.back();
  free_.pop_back();
  return index;
}

/// Its backlog is empty and its blocks are given back.
void ActivityPool::give(std::uint16_t index) noexcept {
  Activity& activity = (*this)[index];
  activity.~Activity();
  ::new (&activity) Activity;
  free_.push_back(index);
}

bool PeerTable::grow() noexcept {
  std::unique_ptr<Slab> slab{new (std::nothrow) Slab};
  if (slab == nullptr) return false;
  if (statistics_) {
    slab->statistics.reset(new (std::nothrow) PeerStatistics[Slot::kPerSlab]);
    if (slab->statistics == nullptr) return false;
  }
  slab->first = static_cast<std::uint32_t>(slabs_.size() * Slot::kPerSlab);
  for (std::size_t i = 0; i < slab->slots.size(); ++i) {
    Slot& slot = slab->slots[i];
    slot.place = static_cast<std::uint8_t>(i & 63);
    slot.next_free = nullptr;
    (free_ == nullptr ? free_ : free_last_->next_free) = &slot;
    free_last_ = &slot;
  }
  slabs_.push_back(std::move(slab));
  return true;
}

Slot* PeerTable::take() noexcept {
  if (in_use_ == most_ || (free_ == nullptr && !grow())) return nullptr;
  Slot* const slot = free_;
  free_ = slot->next_free;
  slot->generation = slot->generation + 1u;
  if (slot->generation == 0) slot->generation = 1u;
  if (PeerStatistics* const statistics = this->statistics(*slot)) *statistics = {};
  ++in_use_;
  return slot;
}

void PeerTable::give(Slot& slot) noexcept {
  slot.stream.reset();
  slot.phase = Phase::free;
  slot.user = nullptr;
  slot.subprotocol = 0;
  slot.next_free = given_;
  given_ = &slot;
  --in_use_;
}

void PeerTable::reclaim() noexcept {
  while (given_ != nullptr) {
    Slot* const slot = given_;
    given_ = slot->next_free;
    slot->next_free = nullptr;
    (free_ == nullptr ? free_ : free_last_->next_free) = slot;
    free_last_ = slot;
  }
}

Slot* PeerTable::find(PeerId id) noexcept {
  const std::size_t slab = id.index / Slot::kPerSlab;
  if (slab >= slabs_.size()) return nullptr;
  Slot& slot = slabs_[slab]->slots[id.index % Slot::kPerSlab];
  return slot.phase != Phase::free && slot.generation == id.generation ? &slot : nullptr;
}

}  // namespace linnet::server
