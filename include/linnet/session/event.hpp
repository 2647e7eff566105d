// SPDX-License-Identifier: Apache-2.0
// What a session tells its owner.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "linnet/session/conversation.hpp"
#include "linnet/session/outbox.hpp"
#include "linnet/session/stats.hpp"

namespace linnet::session {

/// What has become of an attempt or a conversation that ended, and what follows.
struct Outage {
  std::optional<Failure> failure{};   // nothing: it was closed in good order, by the peer or for another link
  std::uint32_t failed_attempts = 0;  // in a row, without ever having been open
  Duration retry_in{};                // until the next attempt; Session::retry_in() may say otherwise
  Cause cause = Cause::none;
  bool was_open = false;
  bool is_hopeless = false;  // trying again is in vain: no SIM, a certificate that is not trusted, 401
  bool is_last = false;  // for that, or for max_attempts: `closed` follows, unless retry_in() is called now
};

struct Event {
  enum class Kind : std::uint8_t {
    connecting,  // an attempt begins, over `link`
    redirected,  // the server sent us elsewhere: text() is the new URL
    field,       // of the server's answer: text() is "Name: value"
    opened,      // messages go
    message,     // whole, or a piece where pieces were asked for: see `ws`
    ping,
    pong,     // ws.round_trip
    close,    // the peer's close frame; ours is on its way
    drained,  // Conversation::send() has room again
    outcome,  // of a message: `report`
    flushed,  // flush() is over: `backlog` is what was not delivered
    offline,  // an attempt has failed, or the conversation has ended: `outage`. The next comes by itself
    closed,   // the end: stop() was called, or it is hopeless. No event follows
  };
  using enum Kind;  // Event::opened

  Kind kind{};
  ws::Event ws{};  // the connection's own words; its views are borrowed until the next poll() or wait()
  const net::SecurityReport* security = nullptr;  // of `opened` over TLS; borrowed for as long
  std::string_view link{};                        // the name of the link that it is about
  Outage outage{};
  Report report{};
  Backlog backlog{};

  std::string_view text() const noexcept { return ws.text(); }
};

}  // namespace linnet::session
