// SPDX-License-Identifier: Apache-2.0
// The host's end of a PPP line, as a script: frames from hexadecimal digits, and what the modem says as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/modem/ppp/hdlc.hpp"
#include "tools/modem/ppp/packet.hpp"

namespace linnet::emulator::test {

/// "01 00ff" as bytes.
inline std::string from_hex(std::string_view digits) {
  std::string bytes;
  unsigned value = 0;
  unsigned count = 0;
  for (const char c : digits) {
    if (c == ' ') continue;
    value = value << 4 | static_cast<unsigned>(c >= 'a' ? c - 'a' + 10 : c - '0');
    if (++count % 2 == 0) bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

inline std::string to_hex(Bytes bytes) {
  std::string digits;
  for (const std::byte value : bytes) {
    const auto code = std::to_integer<unsigned>(value);
    digits += "0123456789abcdef"[code >> 4];
    digits += "0123456789abcdef"[code & 15];
  }
  return digits;
}

inline constexpr ppp::Framing kShort{.async_map = 0, .short_protocol = true, .short_address = true};

inline std::string frame(std::uint16_t protocol, std::string_view information, const ppp::Framing& how = {}) {
  std::string bytes;
  ppp::write_frame(bytes, protocol, as_bytes(information), how);
  return bytes;
}
inline std::string packet(std::uint16_t protocol, std::uint8_t code, std::uint8_t identifier,
                          std::string_view data_in_hex, const ppp::Framing& how = {}) {
  return frame(protocol, ppp::write_packet(code, identifier, as_bytes(from_hex(data_in_hex))), how);
}

/// "c021 1.7 0304c023" for each frame: protocol, code.identifier, data; what is no packet is all data.
inline std::vector<std::string> read_frames(std::string_view bytes) {
  std::vector<std::string> frames;
  ppp::FrameReader reader;
  reader.set_async_map(0);
  for (const char c : bytes) {
    const auto got = reader.receive(static_cast<std::byte>(c));
    if (!got) continue;
    std::array<std::byte, 2> protocol;
    store_be16(protocol.data(), got->protocol);
    std::string text = to_hex(protocol);
    const auto packet = ppp::read_packet(got->information);
    if (packet && got->protocol != ppp::kIp)
      text += " " + std::to_string(packet->code) + "." + std::to_string(packet->identifier) + " " +
              to_hex(packet->data);
    else
      text += " " + to_hex(got->information);
    frames.push_back(text);
  }
  return frames;
}

}  // namespace linnet::emulator::test
