// SPDX-License-Identifier: Apache-2.0
// Records from many tasks to one, without a lock: whoever posts reserves its place by one compare-and-swap,
// fills it, and marks it as whole; the owner takes them in the order of their places. A task that is held up
// in between holds up what is behind it, never another task and never the owner. An interrupt may post.
// docs/decisions/0008 says why it is no mutex.
// Memory: the caller's; 8 bytes a record beside its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "linnet/base/bytes.hpp"

namespace linnet::session {

class PostRing {
 public:
  /// `storage`: borrowed, aligned to 8 bytes, at most 1 GiB; of it the largest power of two is used. None:
  /// nothing can be posted.
  explicit PostRing(MutableBytes storage) noexcept;
  PostRing(const PostRing&) = delete;
  PostRing& operator=(const PostRing&) = delete;

  /// The longest record that always fits an empty ring, wherever in it that begins.
  std::size_t longest() const noexcept { return capacity_ < 32 ? 0 : capacity_ / 2 - kHeader; }

  // From any task, and from an interrupt.

  /// Room for a record, aligned to 8 bytes; null: there is none now. commit() has to follow.
  std::byte* reserve(std::size_t size) noexcept;
  /// `place` of reserve() is filled.
  void commit(std::byte* place, std::size_t size) noexcept;

  // The owner's.

  /// The oldest record, if it is whole; empty: none. As long as was reserved, and good until drop().
  MutableBytes front() noexcept;
  void drop() noexcept;

 private:
  static constexpr std::uint32_t kHeader = 8;  // before each record: its state and length
  static constexpr std::uint32_t kWhole = 1u << 31;
  static constexpr std::uint32_t kFiller = 1u << 30;  // nothing up to the end of the storage

  static constexpr std::uint32_t room_for(std::size_t size) noexcept {
    return static_cast<std::uint32_t>((size + kHeader + 7) & ~std::size_t{7});
  }
  std::atomic_ref<std::uint32_t> header(std::uint32_t position) noexcept;
  void release(std::uint32_t size) noexcept;

  std::byte* storage_;
  std::uint32_t capacity_;
  std::atomic<std::uint32_t> reserved_ = 0;  // positions count up for good; modulo capacity_ they are places
  std::atomic<std::uint32_t> taken_ = 0;
};

}  // namespace linnet::session
