// SPDX-License-Identifier: Apache-2.0
// errno to Errc. What has no word of its own is io_failure with the number.
#include "port/bsd/errors.hpp"

#include <cerrno>

namespace linnet::port::inline bsd {

Error error_of(int number) noexcept {
  switch (number) {
    case ECONNREFUSED: return Errc::connection_refused;
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE: return Errc::connection_reset;
    // ETIMEDOUT on a connection that stood: the peer's host acknowledges nothing any more (tcp(7)).
    case ETIMEDOUT:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN: return Errc::host_unreachable;
    case EADDRINUSE: return Errc::address_in_use;
    case EACCES:
    case EPERM: return Errc::permission_denied;
    case EMFILE:
    case ENFILE: return Errc::too_many;
    default: return Error{Errc::io_failure, static_cast<std::uint16_t>(number)};
  }
}

Error connect_error_of(int number) noexcept {
  switch (number) {
    case ETIMEDOUT: return Errc::connect_timeout;
    // No source address: the host has no route of this family, IPv6 most often.
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT: return Errc::host_unreachable;
    default: return error_of(number);
  }
}

}  // namespace linnet::port::inline bsd
