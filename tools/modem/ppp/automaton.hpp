// SPDX-License-Identifier: Apache-2.0
// The option negotiation automaton of RFC 1661, section 4, as a table. Left out: Initial and Starting, for a
// call has its line from the beginning, and Stopping, whose pause serves lines that lose what was sent last.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace linnet::emulator::ppp {

enum class State : std::uint8_t {
  closed,        // not wanted
  stopped,       // it was, and has ended, or was never answered
  closing,       // our Terminate-Request waits for its answer
  request_sent,  // our Configure-Request waits for its answer
  ack_received,  // it was granted, the peer's not yet
  ack_sent,      // the peer's was granted, ours not yet
  opened,
};
inline constexpr std::size_t kStates = 7;

enum class Happening : std::uint8_t {
  open,
  close,
  timeout,          // TO+: and we may try again
  last_timeout,     // TO-
  good_request,     // RCR+
  bad_request,      // RCR-
  ack,              // RCA
  refusal,          // RCN: a nak or a reject
  terminate,        // RTR
  terminate_reply,  // RTA
  fatal_reject,     // RXJ-: the peer does not know what we cannot do without
};
inline constexpr std::size_t kHappenings = 11;

enum Action : std::uint16_t {
  none = 0,
  up = 1,            // This-Layer-Up
  down = 2,          // This-Layer-Down
  finished = 4,      // This-Layer-Finished
  restart = 8,       // Initialize-Restart-Count, for requests; `ask_end` sets its own
  ask = 16,          // Send-Configure-Request
  grant = 32,        // Send-Configure-Ack
  refuse = 64,       // Send-Configure-Nak, or -Reject
  ask_end = 128,     // Send-Terminate-Request
  confirm_end = 256  // Send-Terminate-Ack
};

struct Transition {
  std::uint16_t actions;
  State to;
};

Transition transition(State from, Happening on) noexcept;

}  // namespace linnet::emulator::ppp
