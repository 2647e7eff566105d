// SPDX-License-Identifier: Apache-2.0
// Internet addresses as the socket calls take them, and their text: "192.0.2.1", "2001:db8::1",
// "fe80::1%eth0", "HOST:PORT", "[::1]:80".
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "linnet/base/error.hpp"

namespace linnet::port::inline bsd {

/// The longest name that the DNS can carry, written with dots (RFC 1035, section 2.3.4: 255 octets on the
/// wire, of which two are not text).
inline constexpr std::size_t kLongestHost = 253;

/// One IPv4 or IPv6 address with a port: 28 bytes.
struct Address {
  union {
    sockaddr generic;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };

  Address() noexcept : v6{} {}
  explicit Address(const sockaddr_in& from) noexcept : v4{from} {}
  explicit Address(const sockaddr_in6& from) noexcept : v6{from} {}

  socklen_t size() const noexcept {
    return generic.sa_family == AF_INET6 ? socklen_t{sizeof v6} : socklen_t{sizeof v4};
  }
  std::uint16_t port() const noexcept;
  void set_port(std::uint16_t port) noexcept;
};

/// The addresses of one host, in the order in which to try them.
struct Addresses {
  static constexpr std::size_t kMost = 8;
  std::array<Address, kMost> list;
  std::size_t count = 0;
};

/// The address that `text` is, port 0; nothing when it is none (a name, for instance).
std::optional<Address> parse_address(std::string_view text) noexcept;

/// Whether `host` can be asked for: an address, or a name of 1 to 253 characters whose labels have 1 to 63
/// letters, digits, hyphens and underscores. A dot at the end is allowed. A name in another script must
/// come as its A-label ("xn--...", RFC 5890).
bool is_host(std::string_view host) noexcept;

/// What HOST:PORT says; an IPv6 address stands in brackets. `host` is a view into `text`.
struct Endpoint {
  std::string_view host;
  std::uint16_t port = 0;
};
Result<Endpoint> parse_endpoint(std::string_view text) noexcept;  // invalid_argument

}  // namespace linnet::port::inline bsd
