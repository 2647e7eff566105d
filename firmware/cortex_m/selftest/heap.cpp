// SPDX-License-Identifier: Apache-2.0
// The heap of the unit tests, which use std::string and std::vector as freely as on a PC: what RAM is left
// above the globals, as newlib's malloc asks for it. No other image has one.
#include "heap.hpp"

#include <malloc.h>
#include <sys/types.h>
#include <cerrno>
#include <cstddef>

extern "C" {
extern char heap_begin[], heap_end[];
}

namespace {
char* taken_to = heap_begin;
}

namespace linnet::firmware {

std::size_t heap_used() noexcept {
  return static_cast<std::size_t>(taken_to - heap_begin);
}

std::size_t heap_size() noexcept {
  return static_cast<std::size_t>(heap_end - heap_begin);
}

}  // namespace linnet::firmware

extern "C" {
void* _sbrk(ptrdiff_t more) {  // NOLINT: the name is newlib's
  if (more > heap_end - taken_to) {
    errno = ENOMEM;
    return reinterpret_cast<void*>(-1);
  }
  char* const before = taken_to;
  taken_to += more;
  return before;
}

// NOLINTBEGIN(readability-identifier-naming): newlib's names
int _write(int, const void*, size_t) {
  return -1;
}
int _read(int, void*, size_t) {
  return -1;
}
int _close(int) {
  return -1;
}
int _fstat(int, void*) {
  return -1;
}
int _isatty(int) {
  return 0;
}
off_t _lseek(int, off_t, int) {
  return -1;
}
// NOLINTEND(readability-identifier-naming)

/// newlib-nano's own wants posix_memalign, which it does not have.
void* aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}
}
