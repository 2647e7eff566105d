// SPDX-License-Identifier: Apache-2.0
// The packets of PPP's control protocols: a code, an identifier, a length, and options of type and length
// (RFC 1661, sections 5 and 6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "linnet/base/bytes.hpp"

namespace linnet::emulator::ppp {

// RFC 1661, section 3.2, and the assigned numbers of the protocols that the modem speaks.
inline constexpr std::uint16_t kIp = 0x0021;
inline constexpr std::uint16_t kIpcp = 0x8021;
inline constexpr std::uint16_t kLcp = 0xc021;
inline constexpr std::uint16_t kPap = 0xc023;

// RFC 1661, section 5. The first seven are those of every control protocol, the others LCP's own.
enum Code : std::uint8_t {
  configure_request = 1,
  configure_ack = 2,
  configure_nak = 3,
  configure_reject = 4,
  terminate_request = 5,
  terminate_ack = 6,
  code_reject = 7,
  protocol_reject = 8,
  echo_request = 9,
  echo_reply = 10,
  discard_request = 11,
};

struct Packet {
  std::uint8_t code;
  std::uint8_t identifier;
  Bytes data;  // without what stands behind the packet's length: padding
};

/// Nothing: shorter than it says, or than its own head.
std::optional<Packet> read_packet(Bytes bytes) noexcept;
std::string write_packet(std::uint8_t code, std::uint8_t identifier, Bytes data);

struct Option {
  std::uint8_t type;
  Bytes data;
  Bytes whole;  // with its type and length
};

/// Takes the first option off `left`. Nothing: none is left, or its length is none (`left` is not empty
/// then).
std::optional<Option> next_option(Bytes& left) noexcept;
void put_option(std::string& to, std::uint8_t type, Bytes data);
void put_option(std::string& to, std::uint8_t type, std::uint32_t value);

}  // namespace linnet::emulator::ppp
