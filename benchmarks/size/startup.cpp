// SPDX-License-Identifier: Apache-2.0
// From reset to the application: initial data, zeroed memory, constructors (ARMv7-M: the first vector is the
// stack).
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
}

namespace {
struct Vectors {
  std::uint32_t* stack;
  void (*handlers[15])();
};
[[gnu::section(".vectors"), gnu::used]] const Vectors vectors{stack_top, {reset, fault, fault, fault}};
}  // namespace
