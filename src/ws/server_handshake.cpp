// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/server_handshake.hpp"

#include <array>
#include <cstring>

#include "linnet/codec/digest.hpp"
#include "linnet/codec/http1_field.hpp"
#include "linnet/codec/http1_writer.hpp"

namespace linnet::ws {

using namespace std::string_view_literals;  // a length known at compile time: the core has no strlen

void ServerHandshake::field(std::string_view name, std::string_view value) noexcept {
  using http1::equal_ignoring_case;
  if (equal_ignoring_case(name, "Host"sv)) {
    if (hosts_ < 2) ++hosts_;
  } else if (equal_ignoring_case(name, "Upgrade"sv)) {
    upgrade_seen_ = upgrade_seen_ || list_has(value, "websocket"sv);
  } else if (equal_ignoring_case(name, "Connection"sv)) {
    connection_seen_ = connection_seen_ || list_has(value, "Upgrade"sv);
  } else if (equal_ignoring_case(name, "Sec-WebSocket-Key"sv)) {
    take_key(value);
  } else if (equal_ignoring_case(name, "Sec-WebSocket-Version"sv)) {
    version_is_13_ = !version_seen_ && value == "13";
    version_seen_ = true;
  } else if (equal_ignoring_case(name, "Sec-WebSocket-Protocol"sv)) {
    take_offers(value);
  } else if (equal_ignoring_case(name, "Sec-WebSocket-Extensions")) {
    // "If a value is received [...] that does not conform to the ABNF below, the recipient of such malformed
    // data MUST immediately _Fail the WebSocket Connection_" (9.1)
    http1::ListReader extensions{value};
    while (extensions.next_element()) continue;
    if (extensions.malformed()) is_malformed_ = true;
  }
}

/// "a base64-encoded value that, when decoded, is 16 bytes in length" (4.2.1, item 5). The example in 4.1 has
/// bits set in its last character that encode nothing: 22 characters and "==" are enough.
void ServerHandshake::take_key(std::string_view value) noexcept {
  if (keys_ < 2) ++keys_;
  key_is_valid_ = false;
  if (value.size() != kKeySize || !value.ends_with("==")) return;
  std::array<char, kKeySize> unpadded;
  std::memcpy(unpadded.data(), value.data(), kKeySize);
  unpadded[kKeySize - 2] = unpadded[kKeySize - 1] = 'A';
  std::array<std::byte, kKeySize / 4 * 3> decoded;
  key_is_valid_ = codec::base64_decode({unpadded.data(), kKeySize}, decoded).has_value();
  if (key_is_valid_) accept_ = accept_for(value);
}

/// The field may stand several times, which is one list (11.3.4); the client's order is its preference.
void ServerHandshake::take_offers(std::string_view value) noexcept {
  http1::ListReader offers{value};
  while (const auto offer = offers.next_element()) {
    for (const std::string_view supported : supported_) {
      if (subprotocol_.empty() && *offer == supported) subprotocol_ = supported;
    }
  }
}

std::uint16_t ServerHandshake::verdict(std::string_view method, std::uint8_t minor_version) const noexcept {
  if (method != "GET") return 405;  // 4.2.1, item 1
  if (!is_upgrade()) return 426;
  // "If this version does not match a version understood by the server, the server MUST abort the handshake"
  // with "an appropriate HTTP error code (such as 426 Upgrade Required)" (4.2.2, item 4).
  if (version_seen_ && !version_is_13_) return 426;
  if (is_malformed_ || minor_version == 0 || hosts_ != 1 || keys_ != 1 || !key_is_valid_ || !version_seen_)
    return 400;
  return 101;
}

Result<std::size_t> ServerHandshake::accept(MutableBytes out) const noexcept {
  http1::HeadWriter writer{out};
  writer.status_line(101, "Switching Protocols"sv);
  writer.field("Upgrade"sv, "websocket"sv);
  writer.field("Connection"sv, "Upgrade"sv);
  writer.field("Sec-WebSocket-Accept"sv, {accept_.data(), accept_.size()});
  if (!subprotocol_.empty()) writer.field("Sec-WebSocket-Protocol"sv, subprotocol_);
  const Result<Bytes> head = writer.finish();
  if (!head) return std::unexpected{head.error()};
  return head->size();
}

}  // namespace linnet::ws
