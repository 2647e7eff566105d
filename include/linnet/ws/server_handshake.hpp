// SPDX-License-Identifier: Apache-2.0
// The server's half of the opening handshake: RFC 6455, section 4.2. Looks at the fields of a request as they
// are read, says what the request is worth, and writes the answer that accepts it. Reading the head, finding
// the route and refusing with a body are the HTTP server's part.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"
#include "linnet/ws/handshake.hpp"

namespace linnet::ws {

class ServerHandshake {
 public:
  /// `subprotocols`: what this route speaks; borrowed for the handshake's life. The first of the client's
  /// offers that is among them is chosen.
  explicit ServerHandshake(std::span<const std::string_view> subprotocols = {}) noexcept
      : supported_{subprotocols} {}

  /// Each field of the request's head, in order. Nothing is kept of it but what it means.
  void field(std::string_view name, std::string_view value) noexcept;

  /// Whether the request asks for a WebSocket at all.
  bool is_upgrade() const noexcept { return upgrade_seen_ && connection_seen_; }

  /// At the end of the head: 101, or the status that refuses: 400 for a malformed handshake, 405 for a method
  /// other than GET, 426 for no upgrade or another version than 13 (the answer then carries
  /// `Sec-WebSocket-Version: 13` and `Upgrade: websocket`).
  std::uint16_t verdict(std::string_view method, std::uint8_t minor_version) const noexcept;

  /// What was chosen of the client's offers; empty: none.
  std::string_view subprotocol() const noexcept { return subprotocol_; }

  /// Writes the 101 answer into the front of `out` (160 bytes and the subprotocol's length are enough) and
  /// returns its size. too_large if it does not fit.
  Result<std::size_t> accept(MutableBytes out) const noexcept;

 private:
  void take_key(std::string_view value) noexcept;
  void take_offers(std::string_view value) noexcept;

  std::span<const std::string_view> supported_;
  std::string_view subprotocol_{};
  AcceptValue accept_{};
  std::uint8_t keys_ = 0;
  std::uint8_t hosts_ = 0;
  bool key_is_valid_ = false;
  bool version_seen_ = false;
  bool version_is_13_ = false;
  bool upgrade_seen_ = false;
  bool connection_seen_ = false;
  bool is_malformed_ = false;
};

}  // namespace linnet::ws
