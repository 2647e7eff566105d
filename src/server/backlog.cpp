// SPDX-License-Identifier: Apache-2.0
#include "linnet/server/backlog.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "linnet/ws/frame.hpp"

namespace linnet::server {
namespace {

constexpr std::size_t kBlock = 16 * 1024 - sizeof(Block);

/// Copies up to `out.size()` bytes at `offset` of the parts; returns how many there were.
std::size_t peek(std::span<const Bytes> parts, std::size_t offset, MutableBytes out) noexcept {
  std::size_t have = 0;
  for (const Bytes part : parts) {
    if (offset >= part.size()) {
      offset -= part.size();
      continue;
    }
    const std::size_t size = std::min(part.size() - offset, out.size() - have);
    std::memcpy(out.data() + have, part.data() + offset, size);
    have += size;
    offset = 0;
    if (have == out.size()) break;
  }
  return have;
}

}  // namespace

std::size_t unfinished(std::span<const Bytes> parts, std::size_t begin, std::size_t sent) noexcept {
  while (begin < sent) {
    std::array<std::byte, ws::kMaxHeaderSize> header{};
    peek(parts, begin, header);
    const auto decoded = ws::decode_header(header.data());
    if (!decoded) return 0;  // ours are well-formed
    begin += ws::header_size(header[1]) + static_cast<std::size_t>(decoded->payload_length);
  }
  return begin - sent;
}

Segment* SegmentPool::take() noexcept {
  if (free_ == nullptr) {
    std::unique_ptr<Segment[]> slab{new (std::nothrow) Segment[kSlab]};
    if (slab == nullptr) return nullptr;
    for (Segment& segment : std::span{slab.get(), kSlab}) give(&segment);
    slabs_.push_back(std::move(slab));
    ++allocations_;
  }
  Segment* const segment = free_;
  free_ = segment->next;
  *segment = Segment{};
  return segment;
}

void OutputPools::release(Block* block) noexcept {
  if (--block->references != 0) return;
  if (block->completion.tell == nullptr) return blocks.give(block);
  block->next = finished;
  finished = block;
}

bool Backlog::append(Bytes bytes, std::size_t begun, OutputPools& pools) noexcept {
  if (empty()) begun_ = begun;
  while (!bytes.empty()) {
    // The last block may have room: if it is this backlog's own and what stands in it is the end.
    Block* block = last_ != nullptr ? last_->block : nullptr;
    const bool own = block != nullptr && block->references == 1 && block->completion.tell == nullptr &&
                     last_->data + last_->size == block->data() + block->size;
    if (!own || block->size == block->capacity) {
      block = pools.blocks.take(kBlock);
      if (block == nullptr) return false;
      if (!push(block, pools)) {
        pools.blocks.give(block);
        return false;
      }
    }
    const std::size_t size = std::min(bytes.size(), block->capacity - block->size);
    std::memcpy(block->data() + block->size, bytes.data(), size);
    block->size += size;
    last_->size += size;
    size_ += size;
    bytes = bytes.subspan(size);
  }
  return true;
}

bool Backlog::append(Block& frame, OutputPools& pools) noexcept {
  if (!push(&frame, pools)) return false;
  if (first_ == last_) begun_ = 0;
  ++frame.references;
  last_->size = frame.size;
  size_ += frame.size;
  return true;
}

/// An empty segment at the end of the list.
bool Backlog::push(Block* block, OutputPools& pools) noexcept {
  Segment* const segment = pools.segments.take();
  if (segment == nullptr) return false;
  segment->block = block;
  segment->data = block->data();
  (last_ == nullptr ? first_ : last_->next) = segment;
  last_ = segment;
  ++segments_;
  return true;
}

void Backlog::pop(Outcome outcome, OutputPools& pools) noexcept {
  Segment* const segment = first_;
  first_ = segment->next;
  if (first_ == nullptr) last_ = nullptr;
  --segments_;
  size_ -= segment->size;
  pools.release(segment->block, outcome);
  pools.segments.give(segment);
}

std::size_t Backlog::front(std::span<Bytes, kGather + 1> parts) const noexcept {
  std::size_t count = 0;
  for (const Segment* segment = first_; segment != nullptr && count < parts.size(); segment = segment->next) {
    parts[count++] = {segment->data, segment->size};
  }
  return count;
}

void Backlog::sent(std::size_t size, OutputPools& pools) noexcept {
  if (size <= begun_) {
    begun_ -= size;
  } else {
    // One part more than were written: a header may go on behind them.
    std::array<Bytes, kGather + 1> parts;
    begun_ = unfinished(std::span{parts}.first(front(parts)), begun_, size);
  }
  while (size != 0) {
    if (size < first_->size) {
      first_->data += size;
      first_->size -= size;
      size_ -= size;
      return;
    }
    size -= first_->size;
    pop(Outcome::flushed, pools);
  }
}

std::size_t Backlog::drop_behind_begun(OutputPools& pools) noexcept {
  Segment* keep = nullptr;  // the last one that has bytes of the frame that is leaving
  std::size_t left = begun_;
  for (Segment* segment = first_; segment != nullptr && left != 0; segment = segment->next) {
    keep = segment;
    if (segment->size >= left) break;
    left -= segment->size;
  }
  const std::size_t dropped = size_ - begun_;
  if (keep == nullptr) {
    while (first_ != nullptr) pop(Outcome::closed, pools);
    return dropped;
  }
  while (keep->next != nullptr) {
    Segment* const segment = keep->next;
    keep->next = segment->next;
    --segments_;
    pools.release(segment->block, Outcome::closed);
    pools.segments.give(segment);
  }
  keep->size = left;
  last_ = keep;
  size_ = begun_;
  return dropped;
}

void Backlog::clear(OutputPools& pools) noexcept {
  while (first_ != nullptr) pop(Outcome::closed, pools);
  begun_ = 0;
}

}  // namespace linnet::server
