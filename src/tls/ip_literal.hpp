// SPDX-License-Identifier: Apache-2.0
// An IP address as text: such a host is looked for among a certificate's addresses, not among its names (RFC
// 9110, section 4.3.5), and is not told to the server (RFC 6066, section 3).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "linnet/base/bytes.hpp"

namespace linnet::tls {

struct IpLiteral {
  std::array<std::byte, 16> bytes{};
  std::size_t size = 0;  // 4, 16; 0: the text is no address

  Bytes view() const noexcept { return Bytes{bytes}.first(size); }
};

/// "192.0.2.1", or "2001:db8::1" without brackets (RFC 4291, section 2.2); a zone behind % is passed over.
IpLiteral parse_ip_literal(std::string_view text) noexcept;

}  // namespace linnet::tls
