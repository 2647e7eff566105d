// SPDX-License-Identifier: Apache-2.0
#include "linnet/server/block_pool.hpp"

#include <bit>
#include <new>

namespace linnet::server {
namespace {

constexpr std::size_t bytes_of(std::uint8_t size_class) noexcept {
  return BlockPool::kSmallest << size_class;
}

}  // namespace

BlockPool::~BlockPool() {
  for (Block* block : free_) {
    while (block != nullptr) {
      Block* const next = block->next;
      block->~Block();
      ::operator delete(block);
      block = next;
    }
  }
}

Block* BlockPool::take(std::size_t size) noexcept {
  const std::size_t wanted = size + sizeof(Block);
  if (wanted < size || wanted > bytes_of(kClasses - 1)) return nullptr;
  const auto size_class = static_cast<std::uint8_t>(std::bit_width((wanted - 1) / kSmallest));
  const std::size_t bytes = bytes_of(size_class);
  if (bytes > limit_ - lent_) return nullptr;

  Block* block = free_[size_class];
  if (block != nullptr) {
    free_[size_class] = block->next;
    retained_ -= bytes;
  } else {
    void* const memory = ::operator new(bytes, std::nothrow);
    if (memory == nullptr) return nullptr;
    block = ::new (memory) Block;
    ++allocations_;
  }
  *block = Block{.capacity = bytes - sizeof(Block), .size_class = size_class};
  lent_ += bytes;
  return block;
}

void BlockPool::give(Block* block) noexcept {
  const std::size_t bytes = bytes_of(block->size_class);
  lent_ -= bytes;
  if (bytes > retain_ - retained_) {
    block->~Block();
    ::operator delete(block);
    return;
  }
  block->next = free_[block->size_class];
  free_[block->size_class] = block;
  retained_ += bytes;
}

}  // namespace linnet::server
