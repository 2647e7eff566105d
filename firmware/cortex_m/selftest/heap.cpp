// SPDX-License-Identifier: Apache-2.0
// The heap of the unit tests, which use std::string and std::vector as freely as on a PC: what RAM is left
// above the globals, as newlib's malloc asks for it. No other image has one.
#include <sys/types.h>
#include <cerrno>
#include <cstddef>

extern "C" {
extern char heap_begin[], heap_end[];

void* _sbrk(ptrdiff_t more) {  // NOLINT: the name is newlib's
  static char* end = heap_begin;
  if (more > heap_end - end) {
    errno = ENOMEM;
    return reinterpret_cast<void*>(-1);
  }
  char* const before = end;
  end += more;
  return before;
}
}
