// SPDX-License-Identifier: Apache-2.0
// One connection of `linnet bench`: keeps so many copies of a message on their way to a server that sends
// each back, and measures how long that takes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/session/conversation.hpp"
#include "port/linux/entropy.hpp"
#include "port/linux/poller.hpp"
#include "port/linux/resolver.hpp"
#include "port/linux/tcp_link.hpp"
#include "tools/load/latency_histogram.hpp"

namespace linnet::tools {

/// The same for all connections of a run, and what they count in common.
struct LoadContext {
  session::ConversationConfig config{};
  std::string message;
  ws::MessageType type{};
  std::size_t pipeline = 1;

  bool is_sending = false;         // a message that came back is followed by the next
  std::uint64_t answered = 0;      // while sending
  std::uint64_t on_their_way = 0;  // sent, and not back
  LatencyHistogram latency{};
};

class LoadConnection {
 public:
  /// Everything is borrowed. Memory: about twice the message, and 5 KiB.
  LoadConnection(LoadContext& context, port::linux::Poller& poller, port::linux::Resolver& resolver,
                 port::linux::Entropy& entropy);

  /// Does what there is to do, and says what to be woken for. Begins to connect by itself.
  void advance();
  /// When advance() has something to do although nothing arrives.
  Instant deadline() const noexcept { return conversation_.deadline(); }

  void close();

  bool is_open() const noexcept { return conversation_.stage() == session::Stage::open; }
  bool is_over() const noexcept { return conversation_.stage() == session::Stage::over; }
  /// Why it did not do its part, in words; empty: it did.
  const std::string& failure() const noexcept { return failure_; }

 private:
  void handle(const session::ConversationEvent& event);
  void take(const ws::Event& message);
  void top_up();
  void give_up(std::string why);
  std::string explain_end(const ws::Event& end) const;

  LoadContext* context_;
  port::linux::Poller* poller_;
  std::unique_ptr<std::byte[]> memory_;
  std::vector<Instant> sent_at_;  // a ring: when each message on its way was sent
  std::size_t oldest_ = 0;
  std::size_t on_their_way_ = 0;
  bool closing_ = false;
  std::string failure_;
  port::linux::TcpLink link_;
  session::Conversation conversation_;
};

}  // namespace linnet::tools
