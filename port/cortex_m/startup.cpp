// SPDX-License-Identifier: Apache-2.0
// From reset to firmware_main(): the vector table, initial data, zeroed memory, the stack painted,
// constructors; and the one handler of all external interrupts. Names in small letters with linkage of C come
// from memory.ld.
#include <array>
#include <cstdint>

#include "port/cortex_m/board.hpp"
#include "port/cortex_m/interrupts.hpp"
#include "port/cortex_m/memory.hpp"
#include "port/cortex_m/registers.hpp"
#include "port/cortex_m/semihosting.hpp"

namespace linnet::port::cortex_m {
namespace {

struct Attached {
  InterruptHandler handler;
  void* context;
};
constinit std::array<Attached, kInterrupts> attached{};

void handle_interrupt() {
  const unsigned active =
      (reg(kInterruptControl) & 0x1FF) - 16;  // the number of the exception; interrupt 0 is 16
  if (active < attached.size() && attached[active].handler != nullptr)
    attached[active].handler(attached[active].context);
}

void wake_up() {}  // SysTick: that the processor runs again is all that it is for

}  // namespace

void attach_interrupt(unsigned line, InterruptHandler handler, void* context) noexcept {
  if (line >= attached.size()) __builtin_trap();
  const InterruptLock lock;
  attached[line] = {handler, context};
  reg(kInterruptEnable) = 1u << line;
}

}  // namespace linnet::port::cortex_m

using namespace linnet::port::cortex_m;

extern "C" {
extern std::uint32_t data_begin[], data_end[], data_load[], bss_begin[], bss_end[], stack_bottom[],
    stack_top[];
extern void (*constructors_begin[])();
extern void (*constructors_end[])();

void linnet_fault();  // fault.cpp
int firmware_main();  // the image's: C++ lets nobody call main()

// Runs on the stack that it paints: from its end to a little below where it stands.
[[noreturn, gnu::noinline, gnu::optimize("no-tree-loop-distribute-patterns")]] void linnet_reset() {
  const std::uint32_t* from = data_load;
  for (volatile std::uint32_t* to = data_begin; to != data_end; ++to) *to = *from++;
  for (volatile std::uint32_t* to = bss_begin; to != bss_end; ++to) *to = 0;
  const auto* here = static_cast<const std::uint32_t*>(__builtin_frame_address(0)) - 16;
  for (volatile std::uint32_t* word = stack_bottom; word < here; ++word) *word = kStackPaint;
  board::start();
  for (auto* constructor = constructors_begin; constructor != constructors_end; ++constructor)
    (*constructor)();
  semihosting::exit(firmware_main());
}
}

namespace {
struct Vectors {
  std::uint32_t* stack;
  std::array<void (*)(), 15> system;
  std::array<void (*)(), kInterrupts> external;
};
constexpr Vectors vectors() {
  Vectors made{.stack = stack_top, .system = {}, .external = {}};
  made.system.fill(linnet_fault);
  made.system[0] = linnet_reset;
  made.system[14] = wake_up;
  made.external.fill(handle_interrupt);
  return made;
}
[[gnu::section(".vectors"), gnu::used]] constinit const Vectors kVectors = vectors();
}  // namespace
