// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/memory.hpp"

#include "port/cortex_m/semihosting.hpp"

extern "C" {
extern std::uint32_t data_begin[], data_end[], bss_begin[], bss_end[], stack_bottom[], stack_top[];
}

namespace linnet::port::cortex_m {
namespace {

std::size_t between(const std::uint32_t* begin, const std::uint32_t* end) noexcept {
  return reinterpret_cast<std::uintptr_t>(end) - reinterpret_cast<std::uintptr_t>(begin);
}

}  // namespace

std::size_t stack_size() noexcept {
  return between(stack_bottom, stack_top);
}

std::size_t stack_used() noexcept {
  const volatile std::uint32_t* word = stack_bottom;
  while (word != stack_top && *word == kStackPaint) ++word;
  return reinterpret_cast<std::uintptr_t>(stack_top) - reinterpret_cast<std::uintptr_t>(word);
}

std::size_t static_memory() noexcept {
  return between(data_begin, data_end) + between(bss_begin, bss_end);
}

void report_memory() noexcept {
  semihosting::write("memory: static ");
  semihosting::write_number(static_memory());
  semihosting::write(" stack ");
  semihosting::write_number(stack_used());
  semihosting::write(" of ");
  semihosting::write_number(stack_size());
  semihosting::write("\n");
}

}  // namespace linnet::port::cortex_m
