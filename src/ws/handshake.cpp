// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/handshake.hpp"

#include <cstring>

#include "linnet/base/bytes.hpp"
#include "linnet/codec/digest.hpp"
#include "linnet/codec/http1_field.hpp"

namespace linnet::ws {

KeyValue key_for(std::span<const std::byte, kNonceSize> nonce) noexcept {
  KeyValue key;
  (void)codec::base64_encode(nonce, std::as_writable_bytes(std::span{key}));  // fits: kKeySize
  return key;
}

AcceptValue accept_for(std::string_view key) noexcept {
  constexpr std::string_view magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // 1.3
  codec::Sha1 sha1;
  sha1.update(as_bytes(key));
  sha1.update(as_bytes(magic));
  const codec::Sha1Digest digest = sha1.finish();
  AcceptValue accept;
  (void)codec::base64_encode(digest, std::as_writable_bytes(std::span{accept}));  // fits: kAcceptSize
  return accept;
}

bool list_has(std::string_view list, std::string_view token) noexcept {
  http1::ListReader reader{list};
  while (const auto element = reader.next_element()) {
    if (http1::equal_ignoring_case(*element, token)) return true;
  }
  return false;
}

}  // namespace linnet::ws
