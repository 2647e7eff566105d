// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/ppp/packet.hpp"

#include <array>

namespace linnet::emulator::ppp {
namespace {

constexpr std::size_t kHead = 4;
constexpr std::size_t kOptionHead = 2;

}  // namespace

std::optional<Packet> read_packet(Bytes bytes) noexcept {
  if (bytes.size() < kHead) return {};
  const std::size_t length = load_be16(&bytes[2]);
  if (length < kHead || length > bytes.size()) return {};
  return Packet{std::to_integer<std::uint8_t>(bytes[0]), std::to_integer<std::uint8_t>(bytes[1]),
                bytes.subspan(kHead, length - kHead)};
}

std::string write_packet(std::uint8_t code, std::uint8_t identifier, Bytes data) {
  std::array<std::byte, kHead> head{std::byte{code}, std::byte{identifier}};
  store_be16(&head[2], static_cast<std::uint16_t>(kHead + data.size()));
  std::string packet{as_text(head)};
  packet += as_text(data);
  return packet;
}

std::optional<Option> next_option(Bytes& left) noexcept {
  if (left.size() < kOptionHead) return {};
  const auto length = std::to_integer<std::size_t>(left[1]);
  if (length < kOptionHead || length > left.size()) return {};
  const Bytes whole = left.first(length);
  left = left.subspan(length);
  return Option{std::to_integer<std::uint8_t>(whole[0]), whole.subspan(kOptionHead), whole};
}

void put_option(std::string& to, std::uint8_t type, Bytes data) {
  to.push_back(static_cast<char>(type));
  to.push_back(static_cast<char>(kOptionHead + data.size()));
  to += as_text(data);
}

void put_option(std::string& to, std::uint8_t type, std::uint32_t value) {
  std::array<std::byte, 4> data;
  store_be32(data.data(), value);
  put_option(to, type, data);
}

}  // namespace linnet::emulator::ppp
