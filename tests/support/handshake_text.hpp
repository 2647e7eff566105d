// SPDX-License-Identifier: Apache-2.0
// The opening handshake as it stands on the wire, with the nonce of RFC 6455, section 1.3, so that a whole
// handshake is the same text in every test.
#pragma once

#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>

#include "linnet/base/entropy.hpp"

namespace linnet::test {

/// "if the client had sent "dGhlIHNhbXBsZSBub25jZQ=="" (4.2.2, item 5.4): these are the bytes.
inline constexpr std::string_view kSampleNonce = "the sample nonce";
inline constexpr std::string_view kSampleKey = "dGhlIHNhbXBsZSBub25jZQ==";
inline constexpr std::string_view kSampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// Whose first 16 bytes are the sample nonce, for each object anew.
class SampleEntropy final : public Entropy {
 public:
  void fill(MutableBytes out) noexcept override {
    for (std::byte& byte : out) byte = static_cast<std::byte>(kSampleNonce[next_++ % kSampleNonce.size()]);
  }

 private:
  std::size_t next_ = 0;
};

/// A head of this start line and these field lines.
inline std::string head_of(std::string_view start_line, std::initializer_list<std::string_view> lines) {
  std::string text{start_line};
  text += "\r\n";
  for (const std::string_view line : lines) text.append(line).append("\r\n");
  return text + "\r\n";
}

inline constexpr std::string_view k101 = "HTTP/1.1 101 Switching Protocols";
inline constexpr std::string_view kUpgradeLine = "Upgrade: websocket";
inline constexpr std::string_view kConnectionLine = "Connection: Upgrade";
inline constexpr std::string_view kAcceptLine = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// A server's 101 with `more` behind the three fields that it must have.
inline std::string accepting(std::initializer_list<std::string_view> more = {}) {
  std::string text = head_of(k101, {kUpgradeLine, kConnectionLine, kAcceptLine});
  text.resize(text.size() - 2);
  for (const std::string_view line : more) text.append(line).append("\r\n");
  return text + "\r\n";
}

}  // namespace linnet::test
