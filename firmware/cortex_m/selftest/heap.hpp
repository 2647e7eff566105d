// SPDX-License-Identifier: Apache-2.0
// How much heap the unit tests took.
#pragma once

#include <cstddef>

namespace linnet::firmware {

/// The most that malloc ever had from the system, in bytes; it gives nothing back.
std::size_t heap_used() noexcept;
std::size_t heap_size() noexcept;

}  // namespace linnet::firmware
