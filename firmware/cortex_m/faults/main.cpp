// SPDX-License-Identifier: Apache-2.0
// Makes one mistake that its argument names, and must not live to tell: each traps, and ends with exit status
// 102. That it is told apart from nothing at all, "none" ends with 0.
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include "port/cortex_m/memory.hpp"
#include "port/cortex_m/semihosting.hpp"

namespace {

namespace semihosting = linnet::port::cortex_m::semihosting;

volatile std::uint32_t sink;
volatile int one = 1;

[[gnu::noipa]] std::uint32_t load(std::uint32_t address) {
  return *reinterpret_cast<volatile std::uint32_t*>(address);
}
[[gnu::noipa]] void store(std::uint32_t address) {
  *reinterpret_cast<volatile std::uint32_t*>(address) = 1;
}

int overflow_stack(int depth) {
  std::array<volatile char, 256> frame;
  frame[0] = static_cast<char>(depth);
  return one == 0 ? depth : overflow_stack(depth + 1) + frame[0];  // not a tail call, and without end
}

struct Mistake {
  std::string_view name;
  void (*make)();
};
constexpr Mistake kMistakes[] = {
    {"none", [] {}},
    {"null-read", [] { sink = load(0); }},
    {"null-write", [] { store(4); }},
    {"flash-write", [] { store(0x1000); }},
    {"wild-read", [] { sink = load(0x12345678); }},
    {"wild-write", [] { store(0x1FFFFFFC); }},
    {"beyond-ram", [] { store(0x20000000 + 64 * 1024); }},
    {"code-in-ram", [] { reinterpret_cast<void (*)()>(0x20004001)(); }},
    {"stack", [] { sink = static_cast<std::uint32_t>(overflow_stack(one)); }},
    {"assertion", [] { __builtin_trap(); }},
    {"overflow",
     [] { one = std::numeric_limits<int>::max() - 1 + one + one; }},  // traps in the checked build only
};

}  // namespace

extern "C" int firmware_main() {
  std::array<std::byte, 64> storage;
  std::string_view name = semihosting::command_line(storage);
  name.remove_prefix(name.find(' ') + 1);
  for (const Mistake& mistake : kMistakes) {
    if (mistake.name != name) continue;
    mistake.make();
    semihosting::write("nothing happened\n");
    linnet::port::cortex_m::report_memory();
    return 0;
  }
  semihosting::write("no such mistake\n");
  return 2;
}
