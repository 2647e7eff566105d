// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/ppp/link_options.hpp"

#include <algorithm>
#include <array>

namespace linnet::emulator::ppp {
namespace {

enum Type : std::uint8_t {
  mru = 1,
  async_map = 2,
  authentication = 3,
  magic_number = 5,
  short_protocol = 7,
  short_address = 8
};

// RFC 1661 demands no least; IPv4 does (RFC 791: 68), and a peer that asks for less has miscounted.
constexpr std::uint16_t kLeastMru = 128;

Verdict nak(std::uint8_t type, std::uint32_t value) {
  Verdict verdict{Verdict::nak, {}};
  put_option(verdict.better, type, value);
  return verdict;
}

}  // namespace

std::string LinkOptions::wanted() const {
  std::string options;
  if (asks_map_) put_option(options, async_map, async_map_);
  if (asks_password_) {
    std::array<std::byte, 2> protocol;
    store_be16(protocol.data(), kPap);
    put_option(options, authentication, protocol);
  }
  if (asks_magic_) put_option(options, magic_number, magic_);
  if (asks_short_protocol_) put_option(options, short_protocol, Bytes{});
  if (asks_short_address_) put_option(options, short_address, Bytes{});
  return options;
}

bool LinkOptions::refused(const Option& option, bool is_reject) noexcept {
  switch (option.type) {
    case async_map:
      if (is_reject)
        asks_map_ = false;
      else if (option.data.size() == 4)
        async_map_ |= load_be32(option.data.data());  // RFC 1662, section 7.1: both sides' characters
      break;
    case authentication:  // a nak offers CHAP or less, which this modem does not have
      asks_password_ = false;
      return !needs_password_;
    case magic_number:
      if (is_reject)
        asks_magic_ = false;
      else
        magic_ = magic_ * 1664525u + 1013904223u;  // it was the peer's own
      break;
    case short_protocol: asks_short_protocol_ = false; break;
    case short_address: asks_short_address_ = false; break;
    default: break;  // what we never asked for
  }
  return true;
}

Verdict LinkOptions::judge(const Option& option) const {
  const std::size_t size = option.data.size();
  switch (option.type) {
    case mru:
      if (size == 2 && load_be16(option.data.data()) >= kLeastMru) return {};
      {
        Verdict verdict{Verdict::nak, {}};
        std::array<std::byte, 2> least;
        store_be16(least.data(), size == 2 ? kLeastMru : std::uint16_t{kMru});
        put_option(verdict.better, mru, least);
        return verdict;
      }
    case async_map: return size == 4 ? Verdict{} : nak(async_map, 0);
    case magic_number: {
      // RFC 1661, section 6.4: zero is none, and our own number may be ourselves, looped back.
      const bool is_good =
          size == 4 && load_be32(option.data.data()) != 0 && load_be32(option.data.data()) != magic_;
      return is_good ? Verdict{} : nak(magic_number, magic_ ^ 0x5bd1e995u);
    }
    case short_protocol:
    case short_address: return {size == 0 ? Verdict::granted : Verdict::reject, {}};
    default: return {Verdict::reject, {}};  // among them authentication: a modem does not say who it is
  }
}

void LinkOptions::granted(Bytes options) noexcept {
  framing_ = {};
  peer_mru_ = kMru;
  while (const auto option = next_option(options)) {
    switch (option->type) {
      case mru: peer_mru_ = std::min<std::size_t>(kMru, load_be16(option->data.data())); break;
      case async_map: framing_.async_map = load_be32(option->data.data()); break;
      case short_protocol: framing_.short_protocol = true; break;
      case short_address: framing_.short_address = true; break;
      default: break;
    }
  }
}

}  // namespace linnet::emulator::ppp
