// SPDX-License-Identifier: Apache-2.0
// The structured log of the library's layers, a line an entry: "session.offline link=tcp cause=lost". It is
// for machines, and for who looks closely: the commands say the same in words, so it is shown from
// --log-level debug on.
#pragma once

#include "linnet/base/log.hpp"

namespace linnet::tools {

/// For a session's Config::log. Null: nobody would see it.
Log* structured_log() noexcept;

}  // namespace linnet::tools
