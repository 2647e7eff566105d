// SPDX-License-Identifier: Apache-2.0
// What is said to each socket's descriptor when it is made; Linux says it in one call, lwIP in two.
#pragma once

namespace linnet::port::inline bsd {

/// A TCP socket of that family: non-blocking, not inherited by other programs, and without Nagle's algorithm,
/// from which a protocol of small messages that gathers its own output gains nothing. -1 with errno.
int open_socket(int family) noexcept;

/// The next connection of a listening socket, the same way, but that it inherits TCP_NODELAY. -1 with errno.
int accept_socket(int listening) noexcept;

}  // namespace linnet::port::inline bsd
