// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/ppp/password.hpp"

namespace linnet::emulator::ppp {
namespace {

enum Code : std::uint8_t { authenticate_request = 1, authenticate_ack = 2, authenticate_nak = 3 };

/// A text behind the byte that counts it; nothing: it is longer than what there is.
std::optional<std::string_view> take_text(Bytes& left) noexcept {
  if (left.empty()) return {};
  const auto size = std::to_integer<std::size_t>(left[0]);
  if (size > left.size() - 1) return {};
  const std::string_view text = as_text(left.subspan(1, size));
  left = left.subspan(1 + size);
  return text;
}

}  // namespace

std::optional<PasswordAnswer> check_password(const Packet& packet, const Credentials* expected) {
  if (packet.code != authenticate_request) return {};
  Bytes left = packet.data;
  const auto user = take_text(left);
  const auto password = take_text(left);
  if (!user || !password) return {};
  const bool is_good = expected == nullptr || (*user == expected->user && *password == expected->password);
  constexpr std::byte kNoMessage{0};
  return PasswordAnswer{is_good, write_packet(is_good ? authenticate_ack : authenticate_nak,
                                              packet.identifier, {&kNoMessage, 1})};
}

}  // namespace linnet::emulator::ppp
