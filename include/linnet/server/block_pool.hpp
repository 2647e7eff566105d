// SPDX-License-Identifier: Apache-2.0
// Memory for what a server holds for a while: output that a socket did not take, messages and request heads
// that arrive in parts. Blocks in powers of two from 1 KiB, kept for the next use up to a limit, and never
// more of them at one time than configured: reaching that is an answer (null), not growth.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "linnet/base/bytes.hpp"
#include "linnet/server/delivery.hpp"

namespace linnet::server {

/// One piece of memory; its bytes follow the object.
struct Block {
  Block* next = nullptr;     // in the pool, or in whatever list has it
  std::size_t capacity = 0;  // in bytes
  std::size_t size = 0;      // of them in use
  std::uint32_t references = 1;
  std::uint8_t size_class = 0;
  Delivery delivery{};      // of a frame that several peers share
  Completion completion{};  // who wants to know about it

  std::byte* data() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
  Bytes bytes() noexcept { return {data(), size}; }
  MutableBytes storage() noexcept { return {data(), capacity}; }
};

class BlockPool {
 public:
  static constexpr std::size_t kSmallest = 1024;  // with the Block's own bytes

  /// `limit`: bytes lent at one time; `retained`: bytes kept for the next use when they come back.
  BlockPool(std::size_t limit, std::size_t retained) noexcept : limit_{limit}, retain_{retained} {}
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;
  ~BlockPool();

  /// A block with room for at least `size` bytes; null: over the limit, or the system has none.
  Block* take(std::size_t size) noexcept;
  void give(Block* block) noexcept;

  std::size_t lent() const noexcept { return lent_; }
  std::size_t retained() const noexcept { return retained_; }
  std::uint64_t allocations() const noexcept { return allocations_; }

 private:
  static constexpr std::size_t kClasses = 24;  // 1 KiB to 8 GiB

  std::array<Block*, kClasses> free_{};
  std::size_t limit_;
  std::size_t retain_;
  std::size_t lent_ = 0;
  std::size_t retained_ = 0;
  std::uint64_t allocations_ = 0;
};

}  // namespace linnet::server
