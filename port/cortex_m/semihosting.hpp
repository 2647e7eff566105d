// SPDX-License-Identifier: Apache-2.0
// What a debugger or an emulator lends to firmware: a console, the command line, files, an exit status
// ("Semihosting for AArch32 and AArch64", Arm). Without one listening, the first call stops the processor: a
// product does not link this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "linnet/base/bytes.hpp"

namespace linnet::port::cortex_m::semihosting {

/// To the debugger's console; unbuffered, slow, works at any time.
void write(std::string_view text) noexcept;
void write_number(std::uint64_t value) noexcept;
void write_hex(std::uint32_t value) noexcept;  // eight digits

/// Ends the emulation with this exit status.
[[noreturn]] void exit(int status) noexcept;

/// The arguments of the emulator (-semihosting-config arg=…), joined by spaces, cut to what `into` holds.
std::string_view command_line(MutableBytes into) noexcept;

/// Reads from a file of the host: at most `into.size()` bytes; 0 where there is none.
std::size_t read_file(const char* path, MutableBytes into) noexcept;

}  // namespace linnet::port::cortex_m::semihosting
