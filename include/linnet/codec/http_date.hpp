// SPDX-License-Identifier: Apache-2.0
// Dates as HTTP writes them, of Date and Retry-After: in the one form that is written today, and in the two
// that "a recipient ... MUST" take besides (RFC 9110, section 5.6.7).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace linnet::http1 {

/// Seconds since 1970-01-01 00:00 UTC; nothing: this is no date. "Sun, 06 Nov 1994 08:49:37 GMT",
/// "Sunday, 06-Nov-94 08:49:37 GMT" (years up to 69 are of this century) or "Sun Nov  6 08:49:37 1994".
std::optional<std::int64_t> parse_date(std::string_view text) noexcept;

}  // namespace linnet::http1
