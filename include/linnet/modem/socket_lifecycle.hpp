// SPDX-License-Identifier: Apache-2.0
// The life of one of the modem's TCP connections as one table. Section numbers are those of the SIM767XX AT
// Command Manual V1.06. Everything that changes the state of a Socket stands here.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace linnet::modem {

enum class SocketState : std::uint8_t {
  free,
  queued,   // to be opened as soon as the network is up and the command line is free
  opening,  // AT+CIPOPEN was given; its result is awaited
  open,
  draining,  // the peer has closed; what the modem still holds is read
  ended,     // over; its user has not let go of it
  closing,   // let go of by its user; the modem's link is being closed
};

enum class SocketTrigger : std::uint8_t {
  ask,          // the user opens it
  command,      // AT+CIPOPEN is given
  connected,    // +CIPOPEN: L,0
  peer_closed,  // +IPCLOSE
  drained,      // nothing is left to read
  failure,      // any other end
  release,      // the user lets go
  closed,       // the modem's link is free
};

struct SocketTransition {
  SocketState from;
  SocketTrigger on;
  SocketState to;
};

inline constexpr SocketTransition kSocketTransitions[] = {
    {SocketState::free, SocketTrigger::ask, SocketState::queued},
    {SocketState::queued, SocketTrigger::command, SocketState::opening},  // 13.2.3
    {SocketState::queued, SocketTrigger::failure, SocketState::ended},    // no network, and none to come
    {SocketState::queued, SocketTrigger::release, SocketState::closing},
    {SocketState::opening, SocketTrigger::connected, SocketState::open},  // 13.2.3: result after OK
    {SocketState::opening, SocketTrigger::failure, SocketState::ended},
    {SocketState::opening, SocketTrigger::release, SocketState::closing},
    {SocketState::open, SocketTrigger::peer_closed, SocketState::draining},  // 13.4
    {SocketState::open, SocketTrigger::failure, SocketState::ended},         // 13.2.4: a short confirmation
    {SocketState::open, SocketTrigger::release, SocketState::closing},
    {SocketState::draining, SocketTrigger::drained, SocketState::ended},
    {SocketState::draining, SocketTrigger::failure, SocketState::ended},
    {SocketState::draining, SocketTrigger::release, SocketState::closing},
    {SocketState::ended, SocketTrigger::release, SocketState::closing},
    {SocketState::closing, SocketTrigger::closed, SocketState::free},  // 13.2.6
};

/// The state after `on`; the same state where the table has no row.
constexpr SocketState step(SocketState from, SocketTrigger on) noexcept {
  for (const SocketTransition& row : kSocketTransitions) {
    if (row.from == from && row.on == on) return row.to;
  }
  return from;
}

namespace detail {
constexpr bool socket_table_is_deterministic() {
  for (const SocketTransition& a : kSocketTransitions) {
    for (const SocketTransition& b : kSocketTransitions) {
      if (&a != &b && a.from == b.from && a.on == b.on) return false;
    }
  }
  return true;
}
constexpr bool socket_table_is_sound() {
  using enum SocketState;
  for (const SocketState state : {queued, opening, open, draining, ended}) {
    if (step(state, SocketTrigger::release) != closing) return false;  // its user may always let go
  }
  for (const SocketState state : {queued, opening, open, draining}) {
    if (step(state, SocketTrigger::failure) != ended) return false;  // and all may fail
  }
  return step(closing, SocketTrigger::closed) == free;
}
}  // namespace detail
static_assert(detail::socket_table_is_deterministic());
static_assert(detail::socket_table_is_sound());

}  // namespace linnet::modem
