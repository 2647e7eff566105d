// SPDX-License-Identifier: Apache-2.0
// What the two ends of a PPP link agree on: LCP's options (RFC 1661, section 6; RFC 1662, section 7.1).
#pragma once

#include <cstdint>
#include <string>

#include "tools/modem/ppp/hdlc.hpp"
#include "tools/modem/ppp/negotiation.hpp"

namespace linnet::emulator::ppp {

class LinkOptions {
 public:
  /// `magic`: any number but 0. `needs_password`: without PAP there is no call.
  LinkOptions(std::uint32_t magic, bool needs_password) noexcept
      : magic_{magic}, needs_password_{needs_password} {}

  /// Ours, in the order of a SIMCom modem's log: async map, PAP, magic number, both compressions.
  std::string wanted() const;
  /// False: it refuses what we cannot do without.
  bool refused(const Option& option, bool is_reject) noexcept;
  Verdict judge(const Option& option) const;
  void granted(Bytes options) noexcept;

  std::uint32_t magic() const noexcept { return magic_; }
  bool asks_password() const noexcept { return asks_password_; }
  /// How frames go to the peer once both sides have agreed; and the map for what comes from it.
  const Framing& framing() const noexcept { return framing_; }
  std::uint32_t own_async_map() const noexcept { return asks_map_ ? async_map_ : 0xffffffff; }
  /// The information that the peer takes in a frame, in bytes; never more than kMru.
  std::size_t peer_mru() const noexcept { return peer_mru_; }

 private:
  std::uint32_t magic_;
  bool needs_password_;
  std::uint32_t async_map_ = 0;
  bool asks_map_ = true;
  bool asks_password_ = true;
  bool asks_magic_ = true;
  bool asks_short_protocol_ = true;
  bool asks_short_address_ = true;
  Framing framing_;
  std::size_t peer_mru_ = kMru;
};

}  // namespace linnet::emulator::ppp
