// SPDX-License-Identifier: Apache-2.0
// What one peer's socket did not take: bytes of its own, and references to frames that many peers share, in
// order. It knows where frames begin, so that a close can pass those that have not begun to leave.
// Memory: 48 bytes; blocks of 16 KiB and segments of 32 bytes from pools.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "linnet/base/bytes.hpp"
#include "linnet/server/block_pool.hpp"

namespace linnet::server {

/// How many of the bytes behind `sent` end the frame that was begun before them. `parts` are a server's
/// frames one after the other (RFC 6455, section 5.2), the first of which begins at `begin`.
std::size_t unfinished(std::span<const Bytes> parts, std::size_t begin, std::size_t sent) noexcept;

/// A part of a block, in a peer's order of sending.
struct Segment {
  Segment* next = nullptr;
  Block* block = nullptr;
  const std::byte* data = nullptr;
  std::size_t size = 0;
};

/// Segments, 128 in an allocation, kept for good: as many as there were at one time.
class SegmentPool {
 public:
  Segment* take() noexcept;  // null: the system has no memory
  void give(Segment* segment) noexcept {
    segment->next = free_;
    free_ = segment;
  }
  std::uint64_t allocations() const noexcept { return allocations_; }

 private:
  static constexpr std::size_t kSlab = 128;

  Segment* free_ = nullptr;
  std::vector<std::unique_ptr<Segment[]>> slabs_;
  std::uint64_t allocations_ = 0;
};

/// What all backlogs of a server share.
struct OutputPools {
  OutputPools(std::size_t limit, std::size_t retained) noexcept : blocks{limit, retained} {}

  BlockPool blocks;
  SegmentPool segments;
  Block* finished = nullptr;  // shared frames that are through, whose completions are still to be told

  /// One peer is through with `block`.
  void release(Block* block, Outcome outcome) noexcept {
    block->delivery.count(outcome);
    release(block);
  }
  void release(Block* block) noexcept;
};

class Backlog {
 public:
  static constexpr std::size_t kGather = 16;  // segments in one write: what port/linux passes on at once

  Backlog() = default;
  Backlog(const Backlog&) = delete;
  Backlog& operator=(const Backlog&) = delete;

  bool empty() const noexcept { return first_ == nullptr; }
  std::size_t size() const noexcept { return size_; }
  /// What counts against a limit: the bytes, and what it costs to keep each piece of them.
  std::size_t cost() const noexcept { return size_ + segments_ * sizeof(Segment); }

  /// Copies `bytes` behind the rest; they are frames, all but the first `begun` bytes of them, which end one
  /// that has begun to leave (or are no frames at all). False: no memory, and the backlog is cut short.
  bool append(Bytes bytes, std::size_t begun, OutputPools& pools) noexcept;

  /// Puts a whole shared frame behind the rest, and counts a reference. False: no memory; not counted.
  bool append(Block& frame, OutputPools& pools) noexcept;

  /// The front of it, for one gathered write and one part more; returns how many of `parts` are filled.
  std::size_t front(std::span<Bytes, kGather + 1> parts) const noexcept;
  /// The first `size` bytes of what front() said have left.
  void sent(std::size_t size, OutputPools& pools) noexcept;

  /// Drops all frames but the one that has begun to leave; returns how many bytes that were.
  std::size_t drop_behind_begun(OutputPools& pools) noexcept;
  void clear(OutputPools& pools) noexcept;

 private:
  bool push(Block* block, OutputPools& pools) noexcept;
  void pop(Outcome outcome, OutputPools& pools) noexcept;

  Segment* first_ = nullptr;
  Segment* last_ = nullptr;
  std::size_t size_ = 0;
  std::size_t segments_ = 0;
  std::size_t begun_ = 0;  // bytes at the front that end a frame of which some have left
};

}  // namespace linnet::server
