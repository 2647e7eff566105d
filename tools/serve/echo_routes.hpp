// SPDX-License-Identifier: Apache-2.0
// /echo and /ticker of the development server. One of each a loop.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "linnet/base/time.hpp"
#include "linnet/server/server.hpp"
#include "tools/serve/async_replies.hpp"

namespace linnet::tools {

/// Pages that may connect; empty: any.
using Origins = std::vector<std::string>;

/// Sends every message back; "Trigger async" is answered by another task.
class EchoRoute final : public server::Handler {
 public:
  /// All are borrowed.
  EchoRoute(const Origins& origins, AsyncReplies& replies, std::uint32_t loop) noexcept
      : origins_{&origins}, replies_{&replies}, loop_{loop} {}

  bool before_upgrade(const server::Request& request, server::Response& refusal) override;
  void message(server::Peer& peer, const ws::Event& message) override;

 private:
  const Origins* origins_;
  AsyncReplies* replies_;
  std::uint32_t loop_;
};

/// Sends all of its peers a message at each interval, one buffer for all; and echoes.
class TickerRoute final : public server::Handler {
 public:
  /// `origins` is borrowed. Intervals are counted from `begin`, by all loops alike.
  TickerRoute(const Origins& origins, Instant begin, Duration interval) noexcept
      : origins_{&origins}, begin_{begin}, interval_{interval} {}

  bool before_upgrade(const server::Request& request, server::Response& refusal) override;
  void opened(server::Peer& peer, const server::Request& request) override;
  void message(server::Peer& peer, const ws::Event& message) override;
  void closed(server::Peer& peer, const ws::Event& end) override;

  /// When poll() has something to send; never while nobody listens.
  Instant deadline() const noexcept { return peers_ > 0 ? due_ : kNever; }
  void poll(server::Server& server, std::uint16_t route, Instant now);

 private:
  std::uint64_t ticks(Instant now) const noexcept {
    return static_cast<std::uint64_t>((now - begin_) / interval_);
  }

  const Origins* origins_;
  Instant begin_;
  Duration interval_;
  Instant due_ = kNever;
  std::size_t peers_ = 0;
};

}  // namespace linnet::tools
