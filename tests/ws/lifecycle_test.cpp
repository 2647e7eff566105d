// SPDX-License-Identifier: Apache-2.0
// The table of a connection's life, row by row: RFC 6455, section 7.
#include "linnet/ws/lifecycle.hpp"

#include <gtest/gtest.h>

#include "linnet/ws/close_code.hpp"

namespace linnet::ws {
namespace {

constexpr State kStates[] = {State::open, State::close_sent, State::close_received, State::failed,
                             State::closed};
constexpr Trigger kTriggers[] = {Trigger::send_close, Trigger::receive_close, Trigger::violation,
                                 Trigger::end};

TEST(Lifecycle, HasTheseTransitionsAndNoOther) {
  // Rows: the states above; columns: the triggers above.
  constexpr State expected[5][4] = {
      {State::close_sent, State::close_received, State::failed, State::closed},
      {State::close_sent, State::close_received, State::failed, State::closed},
      {State::close_received, State::close_received, State::close_received, State::closed},
      {State::failed, State::failed, State::failed, State::closed},
      {State::closed, State::closed, State::closed, State::closed}};
  for (int from = 0; from < 5; ++from) {
    for (int on = 0; on < 4; ++on) {
      EXPECT_EQ(step(kStates[from], kTriggers[on]), expected[from][on]) << from << ", " << on;
    }
  }
}

TEST(Lifecycle, SendsOnlyBeforeOurCloseAndReadsOnlyBeforeThePeers) {
  for (State state : kStates) {
    EXPECT_EQ(can_send(state), state == State::open);
    EXPECT_EQ(can_receive(state), state == State::open || state == State::close_sent);
  }
}

// RFC 6455: 7.4.1-1 7.4.2-1
TEST(CloseCode, MayBeSentOrNot) {
  for (unsigned code = 0; code <= 65535; ++code) {
    const bool standard = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
    const bool expected = standard || (code >= 3000 && code <= 4999);
    EXPECT_EQ(is_sendable(static_cast<CloseCode>(code)), expected) << code;
  }
}

// RFC 6455: 7.4.1-2
TEST(CloseCode, TellsThePeerWhatItDid) {
  EXPECT_EQ(close_code_for(Errc::protocol_violation), CloseCode::protocol_error);
  EXPECT_EQ(close_code_for(Errc::invalid_utf8), CloseCode::invalid_payload);
  EXPECT_EQ(close_code_for(Errc::message_too_big), CloseCode::too_big);
  EXPECT_EQ(close_code_for(Errc::policy_violation), CloseCode::policy_violation);
}

}  // namespace
}  // namespace linnet::ws
