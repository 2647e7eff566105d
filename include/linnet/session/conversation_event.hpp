// SPDX-License-Identifier: Apache-2.0
// What a conversation tells its owner.
#pragma once

#include <cstdint>
#include <string_view>

#include "linnet/net/security.hpp"
#include "linnet/ws/event.hpp"

namespace linnet::session {

/// How far a conversation has come; where it failed, if it did.
enum class Stage : std::uint8_t {
  idle,        // not started
  connecting,  // address look-up and connection
  securing,    // connected; the TLS handshake is under way
  handshake,   // connected, and secured where it was to be; the server's answer is awaited
  open,        // messages go; also while closing
  over,        // ended for good
};

struct ConversationEvent {
  enum class Kind : std::uint8_t {
    redirected,  // the server sent us elsewhere: text() is the new URL
    field,       // of the server's answer: text() is "Name: value"
    opened,      // messages may go
    message,     // whole, or a piece where pieces were asked for: see `ws`
    ping,
    pong,     // ws.round_trip
    close,    // the peer's close frame; ours is on its way
    drained,  // after a would_block: there is room again
    closed,   // the end; Conversation::failure() says why, if it was not in good order. No event follows
  };

  Kind kind{};
  ws::Event ws{};  // the connection's own words; its views are borrowed until the next poll() or wait()
  const net::SecurityReport* security = nullptr;  // of `opened` over TLS; borrowed for as long

  std::string_view text() const noexcept { return ws.text(); }
};

}  // namespace linnet::session
