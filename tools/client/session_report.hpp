// SPDX-License-Identifier: Apache-2.0
// What a session counts, for people: at the end of `linnet connect --reconnect` and of `linnet device`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/session/stats.hpp"

namespace linnet::tools {

/// Of a modem's recovery, for net::Link::recoveries(): "radio", "reset".
std::string_view rung_name(std::size_t rung) noexcept;

/// Some lines; what never happened is not in them.
std::vector<std::string> describe(const session::Stats& stats);
/// The same, in the log.
void report(const session::Stats& stats);

}  // namespace linnet::tools
