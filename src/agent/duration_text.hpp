// SPDX-License-Identifier: Apache-2.0
// Durations in JSON, as milliseconds or seconds. Needs 32 bytes of stack.
#pragma once

#include "linnet/base/time.hpp"
#include "linnet/codec/json.hpp"

namespace linnet::agent::detail {

enum class Unit : unsigned { milliseconds = 3, seconds = 6 };  // microseconds in it, as a power of ten

/// The value alone; whole units, or with what fraction there is. Negative durations are written as 0.
void write_duration(json::Writer& writer, Duration time, Unit unit, bool fraction) noexcept;

}  // namespace linnet::agent::detail
