// SPDX-License-Identifier: Apache-2.0
// What a device has to tell once, and for sure: an alarm, a button, a reading that is billed. Each event is a
// JSON-RPC request with an id of its own, must_deliver in the outbox; the peer's answer ends it. The peer may
// see an event twice, with the same id, and drops the second.
//
//   agent::Events events{agent, session};
//   events.send("door", R"({"open":true})", now);
//
// Memory: two pointers, and kLongestEvent bytes of stack while one is sent.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>

#include "linnet/agent/agent.hpp"
#include "linnet/codec/json.hpp"
#include "linnet/session/message.hpp"

namespace linnet::agent {

/// Bytes of a whole request; about 120 of them are around its name and data.
inline constexpr std::size_t kLongestEvent = 768;

/// session::Session, or whoever else keeps messages until they are acknowledged.
template <typename T>
concept EventSender = requires(T sender, const session::Message& message, session::MessageId id) {
  { sender.next_id() } -> std::same_as<session::MessageId>;
  { sender.send(message) } -> std::same_as<Result<session::MessageId>>;
  { sender.acknowledge(id) } -> std::same_as<bool>;
  { sender.refuse(id) } -> std::same_as<bool>;
};

template <EventSender Sender>
class Events {
 public:
  /// Both are borrowed. From here on the agent's handle() tells `sender` what was acknowledged.
  Events(Agent& agent, Sender& sender) noexcept : agent_{&agent}, sender_{&sender} { agent.on_answer(*this); }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  /// `data`: a well-formed JSON value, or empty. What becomes of it is the outcome of the id. By the task
  /// that owns the agent. Errors as the sender's; too_large also beyond kLongestEvent.
  Result<session::MessageId> send(std::string_view name, std::string_view data, Instant now,
                                  session::Priority priority = session::Priority::high,
                                  Duration lifetime = {}) noexcept {
    const session::MessageId id = sender_->next_id();
    std::array<char, session::kLongestId> id_text;
    std::array<char, kLongestEvent> buffer;
    const auto text = agent_->event(session::encode(id, id_text), name, data, now, buffer);
    if (!text) return std::unexpected{text.error()};
    return sender_->send({.payload = as_bytes(*text),
                          .policy = session::Policy::must_deliver,
                          .priority = priority,
                          .lifetime = lifetime,
                          .id = id});
  }

  /// The agent's.
  void operator()(const Response& response) noexcept {
    std::array<char, session::kLongestId> buffer;
    const auto text = json::to_text(response.id, buffer);
    const auto id = text ? session::decode_id(*text) : std::nullopt;
    if (!id) return;
    if (response.error.empty()) {
      (void)sender_->acknowledge(*id);
    } else if (!is_for_now(response.error)) {
      (void)sender_->refuse(*id);
    }
  }

 private:
  /// The peer could not, which may change: then the event is sent again when its acknowledgement is late.
  /// JSON-RPC 2.0, section 5.1: -32603 is "Internal JSON-RPC error", "-32000 to -32099" are "reserved for
  /// implementation-defined server-errors". Everything else is the event's own fault, and stays so.
  static bool is_for_now(std::string_view error) noexcept {
    const auto code = json::member(error, "code");
    const auto number = code ? json::to_int(code->raw) : fail(Errc::malformed_json);
    return number && (*number == kInternalError || (*number >= -32099 && *number <= -32000));
  }

  Agent* agent_;
  Sender* sender_;
};

}  // namespace linnet::agent
