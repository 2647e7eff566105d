// SPDX-License-Identifier: Apache-2.0
// The calloc of the whole test program, and the proof that it counts and fails.
#include "support/failing_calloc.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>

// The one that would be there without ours.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
extern "C" void* __interceptor_calloc(std::size_t count, std::size_t size);
constexpr auto real_calloc = &__interceptor_calloc;
constexpr bool kOwnHeap = false;
#else
extern "C" void* __libc_calloc(std::size_t count, std::size_t size);
constexpr auto real_calloc = &__libc_calloc;
constexpr bool kOwnHeap = true;
#endif

namespace {
// Of plain types: what needs to be constructed would allocate in here.
thread_local bool watching = false;
thread_local std::uint64_t seen = 0;
thread_local std::uint64_t failing = 0;
thread_local std::size_t most = 0;
}  // namespace

extern "C" void* calloc(std::size_t count, std::size_t size) {
  if (watching) {
    if (count * size > most) most = count * size;
    if (++seen == failing) return nullptr;
  }
  return real_calloc(count, size);
}

namespace linnet::test {

FailingCalloc::FailingCalloc(std::uint64_t n) noexcept {
  seen = 0;
  failing = n;
  most = 0;
  watching = true;
}

FailingCalloc::~FailingCalloc() {
  watching = false;
}

std::uint64_t FailingCalloc::calls() const noexcept {
  return seen;
}
std::size_t FailingCalloc::largest() const noexcept {
  return most;
}
bool FailingCalloc::has_failed() const noexcept {
  return failing != 0 && seen >= failing;
}

std::size_t heap_in_use() noexcept {
  return kOwnHeap ? ::mallinfo2().uordblks : 0;
}

namespace {

TEST(FailingCalloc, CountsAndFails) {
  void* volatile first = nullptr;
  void* volatile second = nullptr;
  {
    const FailingCalloc calloc_fails{2};
    first = std::calloc(1, 16);
    second = std::calloc(1, 16);
    EXPECT_EQ(calloc_fails.calls(), 2u);
    EXPECT_TRUE(calloc_fails.has_failed());
    EXPECT_EQ(calloc_fails.largest(), 16u);
  }
  EXPECT_NE(first, nullptr);
  EXPECT_EQ(second, nullptr);
  std::free(first);
}

TEST(FailingCalloc, SeesTheHeapGrow) {
  if (!kOwnHeap) return;
  const std::size_t before = heap_in_use();
  void* volatile held = std::malloc(10'000);
  EXPECT_GE(heap_in_use(), before + 10'000);
  std::free(held);
  EXPECT_EQ(heap_in_use(), before);
}

}  // namespace
}  // namespace linnet::test
