// SPDX-License-Identifier: Apache-2.0
// What both ends of the opening handshake share: RFC 6455, sections 1.3 and 4.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace linnet::ws {

inline constexpr std::size_t kNonceSize = 16;   // random bytes (4.1)
inline constexpr std::size_t kKeySize = 24;     // the nonce in Base64
inline constexpr std::size_t kAcceptSize = 28;  // a SHA-1 digest in Base64

using KeyValue = std::array<char, kKeySize>;
using AcceptValue = std::array<char, kAcceptSize>;

/// The Sec-WebSocket-Key that `nonce` is (4.1, item 7).
KeyValue key_for(std::span<const std::byte, kNonceSize> nonce) noexcept;

/// The Sec-WebSocket-Accept that proves to have read `key`, as it stands in Sec-WebSocket-Key (4.2.2).
AcceptValue accept_for(std::string_view key) noexcept;

/// Whether `list`, a comma separated list of tokens, has `token` in any case: `Connection: keep-alive,
/// Upgrade`.
bool list_has(std::string_view list, std::string_view token) noexcept;

}  // namespace linnet::ws
