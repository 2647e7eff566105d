// SPDX-License-Identifier: Apache-2.0
#include "echo_client.hpp"

#include <algorithm>
#include <span>

#include "port/cortex_m/semihosting.hpp"

namespace linnet::firmware {
namespace {

void fill(std::span<std::uint32_t> words, std::uint32_t number) {
  std::uint32_t value = number * 2654435761u + 1;
  for (std::uint32_t& word : words) word = value = value * 1664525u + 1013904223u;
}

}  // namespace

bool EchoClient::run(std::string_view url, std::uint32_t bytes) {
  using Kind = session::ConversationEvent::Kind;
  messages_ = bytes / kMessage;
  const session::ConversationConfig config{.url = url};
  session::Conversation conversation{config, link_, entropy_, memory_};
  bool same = true;
  bool open = false;
  while (conversation.stage() != session::Stage::over) {
    const auto event = conversation.wait();
    if (event && event->kind == Kind::opened) open = true;
    if (event && event->kind == Kind::message) same = is_next(event->ws.payload) && same;
    if (open && received_ == messages_) {
      open = false;
      static_cast<void>(conversation.close());
    }
    if (open) send_some(conversation);
  }
  if (const auto& failure = conversation.failure()) {
    port::cortex_m::semihosting::write(describe(failure->error.code));
    port::cortex_m::semihosting::write("\n");
    return false;
  }
  return same && received_ == messages_;
}

void EchoClient::send_some(session::Conversation& conversation) {
  while (sent_ < messages_) {
    fill(message_, sent_);
    if (!conversation.send_binary(std::as_bytes(std::span{message_}))) return;  // no room now
    ++sent_;
  }
}

bool EchoClient::is_next(Bytes message) {
  std::array<std::uint32_t, kMessage / 4> expected;
  fill(expected, received_++);
  return std::ranges::equal(message, std::as_bytes(std::span{expected}));
}

}  // namespace linnet::firmware
