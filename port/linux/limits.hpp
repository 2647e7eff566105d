// SPDX-License-Identifier: Apache-2.0
// What the system lets this process have.
#pragma once

#include <cstddef>

#undef linux  // GNU modes (-std=gnu++23) define it as 1

namespace linnet::port::linux {

/// Raises the limit of open descriptors to the hard limit (getrlimit(2), RLIMIT_NOFILE), and returns how many
/// there may be now. A shell's soft limit is 1,024 where the hard one is often a million: enough for programs
/// that use select(2), few for a server.
std::size_t raise_descriptor_limit() noexcept;

}  // namespace linnet::port::linux
