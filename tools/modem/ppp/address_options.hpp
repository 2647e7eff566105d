// SPDX-License-Identifier: Apache-2.0
// The addresses of a call: IPCP's options (RFC 1332, section 3.3) and its name servers (RFC 1877, section 1).
#pragma once

#include <cstdint>
#include <string>

#include "tools/modem/ppp/negotiation.hpp"

namespace linnet::emulator::ppp {

/// IPv4 addresses as numbers: 10.0.2.2 is 0x0a000202.
struct Addresses {
  std::uint32_t host = 0;
  std::uint32_t gateway = 0;  // the modem's end
  std::uint32_t name_server = 0;
};

class AddressOptions {
 public:
  explicit AddressOptions(const Addresses& addresses) noexcept : addresses_{addresses} {}

  std::string wanted() const;  // our own address
  void refused(const Option& option, bool is_reject) noexcept;
  /// The host may have its address and the name servers, and learns them by a nak.
  Verdict judge(const Option& option) const;
  const Addresses& addresses() const noexcept { return addresses_; }

 private:
  Addresses addresses_;
  bool tells_own_ = true;
};

}  // namespace linnet::emulator::ppp
