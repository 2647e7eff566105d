// SPDX-License-Identifier: Apache-2.0
// A queue of bytes over storage that the caller gives: put at the back, taken from the front, or from the
// back what should not have been put. N bytes of storage hold N bytes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "linnet/base/bytes.hpp"

namespace linnet {

class ByteRing {
 public:
  /// `storage`: borrowed for the ring's life, less than 4 GiB.
  explicit constexpr ByteRing(MutableBytes storage) noexcept
      : storage_{storage.data()}, capacity_{static_cast<std::uint32_t>(storage.size())} {}

  std::size_t capacity() const noexcept { return capacity_; }
  std::size_t size() const noexcept { return size_; }
  std::size_t free() const noexcept { return capacity_ - size_; }
  bool empty() const noexcept { return size_ == 0; }

  /// Copies as much of `bytes` as there is room for; returns how much that was.
  std::size_t put(Bytes bytes) noexcept {
    const std::size_t taken = std::min(bytes.size(), free());
    const std::size_t end = wrap(first_ + size_);
    const std::size_t straight = std::min<std::size_t>(taken, capacity_ - end);
    copy(storage_ + end, bytes.data(), straight);
    copy(storage_, bytes.data() + straight, taken - straight);
    size_ += static_cast<std::uint32_t>(taken);
    return taken;
  }

  /// Takes the oldest bytes, as many as there are and `into` holds; returns how many that was.
  std::size_t take(MutableBytes into) noexcept {
    const std::array<Bytes, 2> parts = front(into.size());
    copy(into.data(), parts[0].data(), parts[0].size());
    copy(into.data() + parts[0].size(), parts[1].data(), parts[1].size());
    const std::size_t taken = parts[0].size() + parts[1].size();
    drop_front(taken);
    return taken;
  }

  /// The oldest `size` bytes, or all, where they lie: one piece, or two around the storage's end.
  std::array<Bytes, 2> front(std::size_t size) const noexcept {
    size = std::min<std::size_t>(size, size_);
    const std::size_t straight = std::min<std::size_t>(size, capacity_ - first_);
    return {Bytes{storage_ + first_, straight}, Bytes{storage_, size - straight}};
  }

  /// The byte at `index`, counted from the oldest; index < size().
  std::byte operator[](std::size_t index) const noexcept { return storage_[wrap(first_ + index)]; }

  /// Forgets the oldest, or the newest, `size` bytes; size <= size().
  void drop_front(std::size_t size) noexcept {
    first_ = static_cast<std::uint32_t>(wrap(first_ + size));
    size_ -= static_cast<std::uint32_t>(size);
  }
  void drop_back(std::size_t size) noexcept { size_ -= static_cast<std::uint32_t>(size); }
  void clear() noexcept { first_ = size_ = 0; }

 private:
  std::size_t wrap(std::size_t index) const noexcept {
    return index >= capacity_ ? index - capacity_ : index;
  }
  static void copy(std::byte* to, const std::byte* from, std::size_t size) noexcept {
    if (size != 0) std::memcpy(to, from, size);
  }

  std::byte* storage_;
  std::uint32_t capacity_;
  std::uint32_t first_ = 0;  // index of the oldest byte
  std::uint32_t size_ = 0;
};

}  // namespace linnet
