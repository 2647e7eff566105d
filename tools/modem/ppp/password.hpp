// SPDX-License-Identifier: Apache-2.0
// PAP (RFC 1334, section 2): the host says who it is, once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tools/modem/ppp/packet.hpp"

namespace linnet::emulator::ppp {

struct Credentials {
  std::string user;
  std::string password;
};

struct PasswordAnswer {
  bool is_good;
  std::string packet;
};

/// `expected`: null, and any user is welcome. Nothing: `packet` is no request.
std::optional<PasswordAnswer> check_password(const Packet& packet, const Credentials* expected);

}  // namespace linnet::emulator::ppp
