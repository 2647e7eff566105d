// SPDX-License-Identifier: Apache-2.0
// Sends a given number of bytes to an echo server, in messages of 2,000 whose content follows from their
// number, and compares what comes back.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "linnet/base/entropy.hpp"
#include "linnet/net/link.hpp"
#include "linnet/session/conversation.hpp"
#include "linnet/session/conversation_memory.hpp"

namespace linnet::firmware {

class EchoClient {
 public:
  static constexpr std::size_t kMessage = 2000;

  EchoClient(net::Link& link, Entropy& entropy) noexcept : link_{link}, entropy_{entropy} {}

  /// True: `bytes` (a multiple of kMessage) went out and came back unchanged, and it was closed in good
  /// order.
  bool run(std::string_view url, std::uint32_t bytes);

 private:
  void send_some(session::Conversation& conversation);
  bool is_next(Bytes message);

  net::Link& link_;
  Entropy& entropy_;
  session::ConversationMemory<session::ConversationSizes{
      .input = 2048, .output = 6400, .message = 2048, .url = 128}>
      memory_;
  std::array<std::uint32_t, kMessage / 4> message_;
  std::uint32_t messages_ = 0;
  std::uint32_t sent_ = 0;
  std::uint32_t received_ = 0;
};

}  // namespace linnet::firmware
