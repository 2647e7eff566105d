// SPDX-License-Identifier: Apache-2.0
// calloc(3), which is all that mbedTLS allocates by: counted, and failing when a test says so. The program's
// own (failing_calloc_test.cpp) stands before the C library's.
#pragma once

#include <cstddef>
#include <cstdint>

namespace linnet::test {

/// While it lives, on this thread: calls are counted, and the n-th from here, counted from 1, finds no
/// memory; 0: none does.
class FailingCalloc {
 public:
  explicit FailingCalloc(std::uint64_t n = 0) noexcept;
  ~FailingCalloc();
  FailingCalloc(const FailingCalloc&) = delete;
  FailingCalloc& operator=(const FailingCalloc&) = delete;

  std::uint64_t calls() const noexcept;
  bool has_failed() const noexcept;
  std::size_t largest() const noexcept;  // of all pieces that were asked for, in bytes
};

/// Bytes that the program holds on its heap now; 0 under a sanitizer, which has a heap of its own.
std::size_t heap_in_use() noexcept;

}  // namespace linnet::test
