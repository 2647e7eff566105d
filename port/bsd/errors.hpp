// SPDX-License-Identifier: Apache-2.0
// The system's error numbers, told in this library's words.
#pragma once

#include "linnet/base/error.hpp"

namespace linnet::port::inline bsd {

/// What `number` (an errno) means for a connection that stands or for a listener.
Error error_of(int number) noexcept;

/// What it means for a connection that is being made: the same but for a time-out.
Error connect_error_of(int number) noexcept;

}  // namespace linnet::port::inline bsd
