// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/ppp/automaton.hpp"

#include <algorithm>
#include <utility>

namespace linnet::emulator::ppp {
namespace {

using enum State;
using Row = std::array<Transition, kStates>;

// RFC 1661, section 4.1. Columns: the states in their order. Beside it, ours alone: a Terminate-Request ends
// what it finds in any state, for the host that sends one wants its line back.
constexpr std::array<Row, kHappenings> kTable{{
    // closed, stopped, closing, request_sent, ack_received, ack_sent, opened
    {{{restart | ask, request_sent},
      {none, stopped},
      {none, closing},
      {none, request_sent},
      {none, ack_received},
      {none, ack_sent},
      {none, opened}}},  // open
    {{{none, closed},
      {none, closed},
      {none, closing},
      {restart | ask_end, closing},
      {restart | ask_end, closing},
      {restart | ask_end, closing},
      {down | restart | ask_end, closing}}},  // close
    {{{none, closed},
      {none, stopped},
      {ask_end, closing},
      {ask, request_sent},
      {ask, request_sent},
      {ask, ack_sent},
      {none, opened}}},  // timeout
    {{{none, closed},
      {none, stopped},
      {finished, closed},
      {finished, stopped},
      {finished, stopped},
      {finished, stopped},
      {none, opened}}},  // last_timeout
    {{{confirm_end, closed},
      {restart | ask | grant, ack_sent},
      {none, closing},
      {grant, ack_sent},
      {grant | up, opened},
      {grant, ack_sent},
      {down | ask | grant, ack_sent}}},  // good_request
    {{{confirm_end, closed},
      {restart | ask | refuse, request_sent},
      {none, closing},
      {refuse, request_sent},
      {refuse, ack_received},
      {refuse, request_sent},
      {down | ask | refuse, request_sent}}},  // bad_request
    {{{confirm_end, closed},
      {confirm_end, stopped},
      {none, closing},
      {restart, ack_received},
      {ask, request_sent},
      {restart | up, opened},
      {down | ask, request_sent}}},  // ack
    {{{confirm_end, closed},
      {confirm_end, stopped},
      {none, closing},
      {restart | ask, request_sent},
      {ask, request_sent},
      {restart | ask, ack_sent},
      {down | ask, request_sent}}},  // refusal
    {{{confirm_end, closed},
      {confirm_end, stopped},
      {confirm_end | finished, closed},
      {confirm_end | finished, stopped},
      {confirm_end | finished, stopped},
      {confirm_end | finished, stopped},
      {down | confirm_end | finished, stopped}}},  // terminate
    {{{none, closed},
      {none, stopped},
      {finished, closed},
      {none, request_sent},
      {none, request_sent},
      {none, ack_sent},
      {down | ask, request_sent}}},  // terminate_reply
    {{{finished, closed},
      {finished, stopped},
      {finished, closed},
      {finished, stopped},
      {finished, stopped},
      {finished, stopped},
      {down | restart | ask_end, closing}}},  // fatal_reject
}};

constexpr const Transition& at(State from, Happening on) noexcept {
  return kTable[std::to_underlying(on)][std::to_underlying(from)];
}

/// Every state but the two that are an end comes to one when nobody answers any more.
constexpr bool ends_in_silence() noexcept {
  return std::ranges::all_of(std::array{closing, request_sent, ack_received, ack_sent}, [](State from) {
    const State to = at(from, Happening::last_timeout).to;
    return to == closed || to == stopped;
  });
}
/// What is opened was said to be, and what no longer is, too.
constexpr bool tells_of_opened() noexcept {
  for (std::size_t on = 0; on < kHappenings; ++on) {
    for (std::size_t from = 0; from < kStates; ++from) {
      const Transition& each = kTable[on][from];
      const bool was = static_cast<State>(from) == opened;
      const bool is = each.to == opened;
      if (((each.actions & up) != 0) != (is && !was) || ((each.actions & down) != 0) != (was && !is))
        return false;
    }
  }
  return true;
}
static_assert(ends_in_silence());
static_assert(tells_of_opened());

}  // namespace

Transition transition(State from, Happening on) noexcept {
  return at(from, on);
}

}  // namespace linnet::emulator::ppp
