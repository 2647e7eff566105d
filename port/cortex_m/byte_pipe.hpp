// SPDX-License-Identifier: Apache-2.0
// Bytes between an interrupt handler and the loop: one side puts, the other takes, neither holds the other
// off. Only plain loads and stores, so that it works on ARMv6-M, which has no atomic read-modify-write.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "linnet/base/bytes.hpp"

namespace linnet::port::cortex_m {

class BytePipe {
 public:
  /// `storage`: borrowed for the pipe's life, at least 2 bytes; N hold N - 1.
  explicit BytePipe(MutableBytes storage) noexcept : storage_{storage} {}

  bool is_empty() const noexcept { return first_.load(kRelaxed) == end_.load(kAcquire); }
  bool is_full() const noexcept { return after(end_.load(kRelaxed)) == first_.load(kAcquire); }

  /// The putting side.
  bool put(std::byte byte) noexcept {
    if (is_full()) return false;
    const std::uint32_t at = end_.load(kRelaxed);
    storage_[at] = byte;
    end_.store(after(at), kRelease);
    return true;
  }

  /// The taking side: the oldest byte, which must be there; and done with it.
  std::byte front() const noexcept { return storage_[first_.load(kRelaxed)]; }
  void drop() noexcept { first_.store(after(first_.load(kRelaxed)), kRelease); }

 private:
  static constexpr auto kRelaxed = std::memory_order_relaxed;
  static constexpr auto kAcquire = std::memory_order_acquire;
  static constexpr auto kRelease = std::memory_order_release;

  std::uint32_t after(std::uint32_t at) const noexcept { return at + 1 == storage_.size() ? 0 : at + 1; }

  MutableBytes storage_;
  std::atomic<std::uint32_t> first_{0};
  std::atomic<std::uint32_t> end_{0};
};

}  // namespace linnet::port::cortex_m
