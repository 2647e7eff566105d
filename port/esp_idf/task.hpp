// SPDX-License-Identifier: Apache-2.0
// A session's own FreeRTOS task, with the stack, priority and core of menuconfig (Linnet).
#pragma once

#include "linnet/base/error.hpp"

namespace linnet::port::esp_idf {

/// Runs `body(argument)` in a task called `name`, with CONFIG_LINNET_TASK_STACK, _PRIORITY and _CORE; the
/// task ends when `body` returns. too_many: no memory for its stack.
Result<void> start_task(const char* name, void (*body)(void* argument), void* argument = nullptr) noexcept;

/// Bytes of the calling task's stack that were never used so far.
std::size_t unused_stack() noexcept;

}  // namespace linnet::port::esp_idf
