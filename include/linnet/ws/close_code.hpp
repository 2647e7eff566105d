// SPDX-License-Identifier: Apache-2.0
// Why a connection ends: RFC 6455, section 7.4, with the codes that IANA registered since.
#pragma once

#include <cstdint>

#include "linnet/base/error.hpp"

namespace linnet::ws {

/// A close code is any number that is_sendable(); these are those that this library itself uses or that
/// stand for something it saw.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  none_received = 1005,  // never on the wire: the peer's close frame had no code
  abnormal = 1006,       // never on the wire: the connection ended without a close frame
  invalid_payload = 1007,
  policy_violation = 1008,
  too_big = 1009,
  mandatory_extension = 1010,
  internal_error = 1011,
  service_restart = 1012,
  try_again_later = 1013,
  bad_gateway = 1014,
};

/// Whether a close frame may carry this code. 1004, 1005, 1006 and 1015 are "reserved and MUST NOT be set
/// as a status code in a Close control frame" (7.4.1); 1016 to 2999 are for future standards; 3000 to 3999
/// for registered applications, 4000 to 4999 private (7.4.2).
constexpr bool is_sendable(CloseCode code) noexcept {
  const auto number = static_cast<unsigned>(code);
  return (number >= 1000 && number <= 1003) || (number >= 1007 && number <= 1014) ||
         (number >= 3000 && number <= 4999);
}

/// The code that tells the peer of this failure; section 7.4.1 names the first four.
constexpr CloseCode close_code_for(Errc failure) noexcept {
  switch (failure) {
    case Errc::protocol_violation: return CloseCode::protocol_error;
    case Errc::invalid_utf8: return CloseCode::invalid_payload;
    case Errc::message_too_big: return CloseCode::too_big;
    case Errc::policy_violation: return CloseCode::policy_violation;
    default: return CloseCode::going_away;  // a time-out: we leave
  }
}

}  // namespace linnet::ws
