// SPDX-License-Identifier: Apache-2.0
// What can go wrong, and whose fault it is: the two call for different actions. Commands return
// std::expected<T, Error> for misuse and capacity only; what the peer or the network does is an event.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

namespace linnet {

/// Whose fault it is.
enum class Fault : std::uint8_t {
  misuse,     // the caller broke this library's contract: mend the program
  capacity,   // a configured limit was reached: wait, or configure more
  peer,       // the other end broke the protocol, or refused
  transport,  // the way to the other end failed
  timeout,    // nothing came in time
};

namespace detail {
constexpr std::uint16_t errc(Fault fault, unsigned number) {
  return static_cast<std::uint16_t>((static_cast<unsigned>(fault) << 8) | number);
}
}  // namespace detail

/// The high byte is the Fault, so that fault() is a shift.
enum class Errc : std::uint16_t {
  // misuse
  invalid_argument = detail::errc(Fault::misuse, 0),     // a value outside its documented range
  bad_state = detail::errc(Fault::misuse, 1),            // legal, but not now (not open, closing, paused)
  message_in_progress = detail::errc(Fault::misuse, 2),  // another message's fragments are not finished
  bad_url = detail::errc(Fault::misuse, 3),
  unsupported = detail::errc(Fault::misuse, 4),  // known, but not in this build

  // capacity
  would_block = detail::errc(Fault::capacity, 0),  // no room now; a drain event follows
  too_large = detail::errc(Fault::capacity, 1),    // never fits: larger than the whole buffer or limit
  too_many = detail::errc(Fault::capacity, 2),     // as many as configured are there already
  out_of_memory = detail::errc(Fault::capacity, 3),

  // peer
  protocol_violation = detail::errc(Fault::peer, 0),  // RFC 6455 broken: close code 1002
  invalid_utf8 = detail::errc(Fault::peer, 1),        // close code 1007
  message_too_big = detail::errc(Fault::peer, 2),     // over our limit: close code 1009
  policy_violation = detail::errc(Fault::peer, 3),    // a flood: close code 1008
  malformed_http = detail::errc(Fault::peer, 4),
  handshake_refused = detail::errc(Fault::peer, 5),  // a status other than 101; the status is in `detail`
  bad_accept = detail::errc(Fault::peer, 6),         // Sec-WebSocket-Accept missing, twice or wrong
  bad_upgrade = detail::errc(Fault::peer, 7),        // Upgrade or Connection header missing or wrong
  bad_subprotocol = detail::errc(Fault::peer, 8),    // one that was not offered, or two
  bad_extension = detail::errc(Fault::peer, 9),      // one that was not offered
  too_many_redirects = detail::errc(Fault::peer, 10),
  bad_redirect = detail::errc(Fault::peer, 11),  // no Location, or one that we cannot or must not follow
  malformed_json = detail::errc(Fault::peer, 12),
  bad_certificate = detail::errc(Fault::peer, 13),  // not trusted; net::Security::failure() says why
  tls_failure = detail::errc(Fault::peer, 14),      // no TLS, or none that both ends accept

  // transport
  end_of_stream = detail::errc(Fault::transport, 0),  // the peer sent all that it had and closed
  connection_reset = detail::errc(Fault::transport, 1),
  connection_refused = detail::errc(Fault::transport, 2),
  host_unreachable = detail::errc(Fault::transport, 3),
  host_not_found = detail::errc(Fault::transport, 4),
  address_in_use = detail::errc(Fault::transport, 5),
  permission_denied = detail::errc(Fault::transport, 6),
  io_failure = detail::errc(Fault::transport, 7),  // any other; the system's number is in `detail`
  truncated = detail::errc(Fault::transport, 8),  // ended without TLS's close_notify: more may have been sent

  // timeout
  connect_timeout = detail::errc(Fault::timeout, 0),    // address look-up or connection
  handshake_timeout = detail::errc(Fault::timeout, 1),  // connected, but no complete answer
  liveness_timeout = detail::errc(Fault::timeout, 2),   // nothing received for too long, pings included
  close_timeout = detail::errc(Fault::timeout, 3),      // our close was not answered
  stall_timeout = detail::errc(Fault::timeout, 4),      // the peer does not read
};

constexpr Fault fault(Errc code) noexcept {
  return static_cast<Fault>(static_cast<std::uint16_t>(code) >> 8);
}

/// A failure: 4 bytes, a value.
struct Error {
  Errc code{};
  std::uint16_t detail = 0;  // an HTTP status, a close code or a system error number, as `code` says

  constexpr Error() noexcept = default;
  // Implicit, so that `error == Errc::would_block` compiles.
  constexpr Error(Errc what, std::uint16_t more = 0) noexcept  // NOLINT(google-explicit-constructor)
      : code{what}, detail{more} {}
  friend constexpr bool operator==(const Error&, const Error&) noexcept = default;
};

constexpr Fault fault(const Error& error) noexcept {
  return fault(error.code);
}

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Errc code, std::uint16_t detail = 0) noexcept {
  return std::unexpected{Error{code, detail}};
}

/// A few lower-case English words ("connection refused"), static storage. In a file of its own, so that
/// firmware which never asks does not carry the texts.
std::string_view describe(Errc code) noexcept;
std::string_view describe(Fault fault) noexcept;

}  // namespace linnet
