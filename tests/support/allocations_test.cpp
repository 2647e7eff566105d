// SPDX-License-Identifier: Apache-2.0
// The counting operators new and delete of the whole test program, and the proof that they do count: a
// counter that never moves would let every promise pass.
#include "support/allocations.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace {

std::atomic<std::size_t> count{0};

void* allocate(std::size_t size, std::size_t alignment) noexcept {
  count.fetch_add(1, std::memory_order_relaxed);
  if (alignment <= alignof(std::max_align_t)) return std::malloc(size == 0 ? 1 : size);
  return ::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void* allocate_or_stop(std::size_t size, std::size_t alignment) noexcept {
  void* const memory = allocate(size, alignment);
  if (memory == nullptr) std::abort();
  return memory;
}

/// Not inlined: GCC 12 would see free() beside a new that it knows by name, and warn.
[[gnu::noinline]] void release(void* memory) noexcept {
  std::free(memory);
}

}  // namespace

// All forms: those of a sanitizer do not forward to one another as the standard's do.
void* operator new(std::size_t size) {
  return allocate_or_stop(size, 1);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_or_stop(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size, 1);
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size) {
  return allocate_or_stop(size, 1);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate_or_stop(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size, 1);
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  release(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  release(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  release(memory);
}
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  release(memory);
}
void operator delete[](void* memory) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  release(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  release(memory);
}

namespace linnet::test {

std::size_t allocations() noexcept {
  return count.load(std::memory_order_relaxed);
}

namespace {

TEST(Allocations, AreCounted) {
  const std::size_t before = allocations();
  EXPECT_EQ(allocations(), before);
  const auto one = std::make_unique<int>(1);
  EXPECT_EQ(allocations(), before + 1);
  const auto array = std::make_unique<char[]>(100);
  EXPECT_EQ(allocations(), before + 2);
  const std::string text(1000, *one == 1 ? 'x' : 'y');
  EXPECT_EQ(allocations(), before + 3);
  struct alignas(64) Wide {
    char bytes[64];
  };
  const auto wide = std::make_unique<Wide>();
  EXPECT_EQ(allocations(), before + 4);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(wide.get()) % 64, 0u);
  EXPECT_TRUE(array != nullptr);
}

}  // namespace
}  // namespace linnet::test
