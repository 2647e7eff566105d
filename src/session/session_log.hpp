// SPDX-License-Identifier: Apache-2.0
// How a session logs: what is below LINNET_LOG_LEVEL is not there.
#pragma once

#include <array>

#include "linnet/session/session.hpp"

namespace linnet::session {

template <LogLevel level, typename... Fields>
void Session::log(std::string_view event, const Fields&... fields) const {
  if constexpr (Log::shows(level)) {
    if (log_ == nullptr) return;
    const std::array<LogField, sizeof...(fields)> all{fields...};
    log_->entry(now_, level, "session", event, all);
  }
}

}  // namespace linnet::session
