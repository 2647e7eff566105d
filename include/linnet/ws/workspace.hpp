// SPDX-License-Identifier: Apache-2.0
// The memory that a connection needs while something is under way: what is to be sent, and a control frame
// that has arrived in part. A client keeps one for good; a server lends one to a connection that has
// something to do and takes it back when it is idle, so that idle connections hold no buffer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "linnet/base/bytes.hpp"
#include "linnet/ws/frame.hpp"

namespace linnet::ws {

/// What is to be sent, in order, for one gathered write.
struct Output {
  std::array<Bytes, 3> parts{};  // those behind the first empty one are empty
  std::size_t size() const noexcept { return parts[0].size() + parts[1].size() + parts[2].size(); }
  bool empty() const noexcept { return size() == 0; }
};

class Workspace {
 public:
  /// One control frame of a client: 2 bytes of header, a masking key, the payload.
  static constexpr std::size_t kControlFrame = 2 + sizeof(MaskingKey) + kMaxControlPayload;
  /// Data leaves this much free, so that a pong and a close can always be queued.
  static constexpr std::size_t kControlReserve = 2 * kControlFrame;
  /// The least storage: the reserve, and frames of some 240 bytes.
  static constexpr std::size_t kMinimum = 512;

  /// `storage`: borrowed for the workspace's life, at least kMinimum bytes. A message that is copied into it
  /// must fit beside the reserve: size it as the longest message + kMaxHeaderSize + kControlReserve.
  explicit Workspace(MutableBytes storage) noexcept
      : storage_{storage.data()}, limit_{storage.data() + storage.size()} {}
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  std::size_t capacity() const noexcept { return static_cast<std::size_t>(limit_ - storage_); }
  bool empty() const noexcept { return begin_ == end_ && borrowed_.empty(); }
  std::size_t queued() const noexcept { return distance(begin_, end_) + borrowed_.size(); }
  /// Whether most of the output has left, nothing of it is borrowed, and `size` bytes more fit.
  bool has_drained(std::size_t size) const noexcept {
    return borrowed_.empty() && queued() <= capacity() / 4 && size <= capacity() - queued();
  }

  /// Where the next `size` bytes of output go, in one piece, if `reserve` bytes stay free behind them; or
  /// null. They count as queued after commit().
  std::byte* room(std::size_t size, std::size_t reserve) noexcept {
    return fits_behind(size, reserve) ? end_ : room_after_compaction(size, reserve);
  }
  /// Whether there is that room at the front of free(), without moving what is queued.
  bool fits_behind(std::size_t size, std::size_t reserve) const noexcept {
    return distance(end_, limit_) >= size + reserve;
  }
  /// All that is free in one piece.
  MutableBytes free() noexcept { return {end_, limit_}; }
  void commit(std::size_t size) noexcept { end_ += size; }

  /// Queues bytes that stay where they are; one at a time.
  void borrow(Bytes bytes) noexcept {
    borrowed_ = bytes;
    borrowed_at_ = end_;
  }
  bool has_borrowed() const noexcept { return !borrowed_.empty(); }

  Output output() const noexcept {
    if (borrowed_.empty()) return {{Bytes{begin_, end_}}};
    const Bytes before{begin_, borrowed_at_};
    const Bytes behind{borrowed_at_, end_};
    if (before.empty()) [[unlikely]]
      return {{borrowed_, behind}};  // a writer may stop at the first empty part
    return {{before, borrowed_, behind}};
  }
  /// The first `size` bytes of output() have left.
  void sent(std::size_t size) noexcept {
    if (size != queued()) return sent_in_part(size);
    begin_ = end_ = storage_;
    borrowed_ = {};
  }
  /// Forgets all output.
  void clear() noexcept { sent(queued()); }

  /// Room for the payload of a control frame that arrives in pieces.
  std::array<std::byte, kMaxControlPayload>& control() noexcept { return control_; }

 private:
  static std::size_t distance(const std::byte* from, const std::byte* to) noexcept {
    return static_cast<std::size_t>(to - from);
  }
  void sent_in_part(std::size_t size) noexcept;
  std::byte* room_after_compaction(std::size_t size, std::size_t reserve) noexcept;

  // Invariant: storage_ <= begin_ <= end_ <= limit_; and begin_ <= borrowed_at_ <= end_ while something is
  // borrowed, which stands in the output between the bytes before and behind borrowed_at_.
  std::byte* storage_;
  std::byte* limit_;
  std::byte* begin_ = storage_;
  std::byte* end_ = storage_;
  std::byte* borrowed_at_ = storage_;
  Bytes borrowed_{};
  std::array<std::byte, kMaxControlPayload> control_;
};

}  // namespace linnet::ws
