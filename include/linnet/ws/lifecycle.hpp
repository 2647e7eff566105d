// SPDX-License-Identifier: Apache-2.0
// The life of an open WebSocket connection as one table: RFC 6455, section 7. Everything that changes the
// state stands here; docs/architecture.md has the diagram printed from it.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace linnet::ws {

enum class State : std::uint8_t {
  connecting,      // a client's opening handshake; a server's connection begins open
  open,            // messages go both ways
  close_sent,      // our close frame is queued; the peer may still send
  close_received,  // both close frames are there: nothing more is sent or read
  failed,          // the peer broke the protocol: our close frame goes out, its bytes are discarded
  closed,          // the transport may be dropped
};

enum class Trigger : std::uint8_t {
  accepted,       // the server's answer proves that it speaks WebSocket
  send_close,     // the application closes
  receive_close,  // the peer's close frame
  violation,      // the peer did what section 5, 7 or 8 forbids
  end,            // end of stream, transport failure, time-out, or nothing left to wait for
};

struct Transition {
  State from;
  Trigger on;
  State to;
};

inline constexpr Transition kTransitions[] = {
    {State::connecting, Trigger::accepted, State::open},  // 4.1: "_The WebSocket Connection is Established_"
    {State::connecting, Trigger::end, State::closed},     // no frame was ever sent: no closing handshake
    {State::open, Trigger::send_close, State::close_sent},  // 7.1.2
    {State::open, Trigger::receive_close,
     State::close_received},                           // 5.5.1: "MUST send a Close frame in response"
    {State::open, Trigger::violation, State::failed},  // 7.1.7
    {State::open, Trigger::end, State::closed},        // 7.1.5: code 1006
    {State::close_sent, Trigger::receive_close, State::close_received},  // 7.1.4: cleanly
    {State::close_sent, Trigger::violation, State::failed},              // no second close frame
    {State::close_sent, Trigger::end, State::closed},
    {State::close_received, Trigger::end, State::closed},  // 7.1.1: the server drops first
    {State::failed, Trigger::end, State::closed},
};

/// The state after `on`; the same state where the table has no row: what is over is not undone.
constexpr State step(State from, Trigger on) noexcept {
  for (const Transition& row : kTransitions) {
    if (row.from == from && row.on == on) return row.to;
  }
  return from;
}

/// Data and control frames may be sent only before our close frame: "The application MUST NOT send any more
/// data frames after sending a Close frame" (5.5.1).
constexpr bool can_send(State state) noexcept {
  return state == State::open;
}

/// While connecting, the server's answer. After a close frame "a peer discards any further data received"
/// (1.4); and an endpoint "MUST NOT continue to attempt to process data" after a failure (7.1.7).
constexpr bool can_receive(State state) noexcept {
  return state <= State::close_sent;
}

namespace detail {
constexpr bool is_deterministic() {
  for (const Transition& a : kTransitions) {
    for (const Transition& b : kTransitions) {
      if (&a != &b && a.from == b.from && a.on == b.on) return false;
    }
  }
  return true;
}
constexpr bool is_sound() {
  for (State state :
       {State::connecting, State::open, State::close_sent, State::close_received, State::failed}) {
    if (step(state, Trigger::end) != State::closed) return false;  // every live state reaches closed
  }
  for (const Transition& row : kTransitions) {
    if (row.from == State::closed) return false;  // and nothing leaves it
    if (row.to == row.from || row.to == State::connecting) return false;
  }
  return true;
}
}  // namespace detail
static_assert(detail::is_deterministic());
static_assert(detail::is_sound());

}  // namespace linnet::ws
