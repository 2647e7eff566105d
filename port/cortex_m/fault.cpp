// SPDX-License-Identifier: Apache-2.0
// Every fault ends here: what the processor says of it, then exit status 102. The stack may be what broke, so
// it is set back to its top first; what the fault interrupted is never returned to.
#include <cstdint>
#include <string_view>

#include "port/cortex_m/memory.hpp"
#include "port/cortex_m/registers.hpp"
#include "port/cortex_m/semihosting.hpp"

using namespace linnet::port::cortex_m;

extern "C" {
extern std::uint32_t stack_bottom[], stack_top[];

[[noreturn, gnu::used]] void linnet_report_fault(const std::uint32_t* frame) {
  using semihosting::write;
  const auto line = [](std::string_view name, std::uint32_t value) {
    write(name);
    semihosting::write_hex(value);
  };
  line("\nfault: exception ", reg(kInterruptControl) & 0x1FF);
  const bool readable = frame >= stack_bottom && frame + 8 <= stack_top;
  if (readable) {  // r0-r3, r12, lr, pc, xpsr, as the processor stacked them (B1.5.6)
    line(" pc ", frame[6]);
    line(" lr ", frame[5]);
    line("\n  r0 ", frame[0]);
    line(" r1 ", frame[1]);
    line(" r2 ", frame[2]);
    line(" r3 ", frame[3]);
    line(" r12 ", frame[4]);
    line(" xpsr ", frame[7]);
  } else {
    write(" the stack overflowed");
  }
  line("\n  sp ", reinterpret_cast<std::uint32_t>(frame));
  line(" cfsr ", reg(kFaultStatus));
  line(" mmfar ", reg(kMemoryFaultAddress));
  line(" bfar ", reg(kBusFaultAddress));
  write("\n");
  semihosting::exit(kFaultExit);
}

[[gnu::naked]] void linnet_fault() {
  asm volatile(
      "mov r0, sp\n\t"
      "ldr r1, =stack_top\n\t"
      // Not over the frame: it is read below. Where it stands close to the top it is further down than this.
      "cmp r0, r1\n\t"
      "bhs 1f\n\t"
      "ldr r2, =stack_bottom + 512\n\t"
      "cmp r0, r2\n\t"
      "bhs 2f\n\t"
      "1: mov sp, r1\n\t"
      "2: ldr r1, =linnet_report_fault\n\t"
      "bx r1\n\t"
      ".ltorg");
}
}
