// SPDX-License-Identifier: Apache-2.0
// How much RAM a program used, as it ends: the stack is painted at reset, and what lost its paint was used.
#pragma once

#include <cstddef>

#include <cstdint>
#include "linnet/base/resources.hpp"

namespace linnet::port::cortex_m {

inline constexpr std::uint32_t kStackPaint = 0xC5C5C5C5;
inline constexpr int kFaultExit = 102;  // the exit status of a fault, an assertion and a sanitizer's trap

std::size_t stack_size() noexcept;
/// The most that was ever in use, in bytes.
std::size_t stack_used() noexcept;
/// `.data` and `.bss`.
std::size_t static_memory() noexcept;

/// For a session's stats(): of the one stack. Of no heap: there is none.
class Resources final : public linnet::Resources {
 public:
  std::optional<std::uint32_t> least_free_stack() const noexcept override {
    return static_cast<std::uint32_t>(stack_size() - stack_used());
  }
};

/// "memory: static N stack N of N" to the console. An image with a pool adds its own line.
void report_memory() noexcept;

}  // namespace linnet::port::cortex_m
