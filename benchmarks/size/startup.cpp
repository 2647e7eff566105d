// SPDX-License-Identifier: Apache-2.0
// From reset to the application: initial data, zeroed memory, constructors (ARMv7-M: the first vector is the
// stack).
#include <cstddef>
#include <cstdint>

extern "C" {
extern std::uint32_t data_begin[], data_end[], data_load[], bss_begin[], bss_end[], stack_top[];
void application();

[[noreturn]] void reset() {
  const std::uint32_t* from = data_load;
  for (volatile std::uint32_t* to = data_begin; to != data_end; ++to) *to = *from++;
  for (volatile std::uint32_t* to = bss_begin; to != bss_end; ++to) *to = 0;
  application();
  for (;;) {
  }
}

[[noreturn]] void fault() {
  for (;;) {
  }
}

// What virtual functions and globals with destructors name, and nothing calls.
void __cxa_pure_virtual() {  // NOLINT: the name is the ABI's
  fault();
}
void abort() {
  fault();
}
void __assert_func(const char* /*file*/, int /*line*/, const char* /*function*/,
                   const char* /*what*/) {  // NOLINT
  fault();
}
int __aeabi_atexit(void* /*object*/, void (* /*destructor*/)(void*), void* /*library*/) {  // NOLINT: as above
  return 0;
}
void* __dso_handle = nullptr;  // NOLINT: as above
}

void operator delete(void* /*memory*/) noexcept {
  fault();
}
void operator delete(void* /*memory*/, std::size_t /*size*/) noexcept {
  fault();
}

namespace {
struct Vectors {
  std::uint32_t* stack;
  void (*handlers[15])();
};
[[gnu::section(".vectors"), gnu::used]] const Vectors vectors{stack_top, {reset, fault, fault, fault}};
}  // namespace
