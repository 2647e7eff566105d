// SPDX-License-Identifier: Apache-2.0
// What no peer may send, in either role and cut anywhere: each is answered with the right close code, which
// still leaves, and nothing behind it is read (RFC 6455, sections 5, 7.1.7, 7.4.1 and 8.1).
#include <gtest/gtest.h>

#include <string>

#include "support/ws_endpoint.hpp"

namespace linnet::ws {
namespace {

using test::Chunks;
using test::close_payload;
using test::Endpoint;
using test::for_both_roles;
using test::for_each_split;
using test::fragment_to;
using test::frame_to;
using test::Kind;

struct Expected {
  Errc error;
  unsigned code;
};
constexpr Expected kProtocol{Errc::protocol_violation, 1002};
constexpr Expected kNotUtf8{Errc::invalid_utf8, 1007};
constexpr Expected kTooBig{Errc::message_too_big, 1009};

/// The endpoint has just met the violation; `before`: messages that it had taken until then.
template <Role role>
void expect_failed(Endpoint<role>& endpoint, Expected expected, std::size_t before = 0) {
  EXPECT_EQ(endpoint.connection.state(), State::failed);
  EXPECT_EQ(endpoint.events.size(), before);
  EXPECT_FALSE(endpoint.connection.wants_shutdown());  // the close frame first
  const auto frames = endpoint.take_frames();
  ASSERT_FALSE(frames.empty());
  EXPECT_EQ(frames.back().opcode, test::kClose);
  EXPECT_EQ(frames.back().close_code(), expected.code);
  EXPECT_TRUE(endpoint.connection.wants_shutdown());
  // Nothing more is read, nor sent.
  endpoint.receive(frame_to(role, test::kText, "late") + frame_to(role, test::kPing) +
                   frame_to(role, test::kClose, close_payload(1000)));
  EXPECT_EQ(endpoint.events.size(), before);
  EXPECT_EQ(endpoint.connection.send_text("late").error().code, Errc::bad_state);
  EXPECT_EQ(endpoint.connection.close(CloseCode::normal, "", endpoint.now).error().code, Errc::bad_state);
  EXPECT_TRUE(endpoint.connection.output().empty());
  EXPECT_EQ(endpoint.connection.deadline(), Instant{5s});
}

template <Role role>
void expect_closed(Endpoint<role>& endpoint, Expected expected) {
  ASSERT_TRUE(endpoint.is_closed());
  const test::Seen& closed = endpoint.events.back();
  EXPECT_FALSE(closed.clean);
  EXPECT_EQ(closed.code, CloseCode::abnormal);
  EXPECT_EQ(closed.error.value_or(Errc::invalid_argument).code, expected.error);
  EXPECT_EQ(endpoint.connection.deadline(), kNever);
  EXPECT_FALSE(endpoint.connection.wants_shutdown());
}

/// `wire` breaks a rule with its last frame; whatever follows must not count.
template <Role role>
void expect_violation(const std::string& wire, Expected expected, std::size_t before = 0,
                      const ConnectionConfig& config = test::quiet()) {
  const std::string tail = frame_to(role, test::kText, "behind") + "\xFF\xFF" + frame_to(role, test::kPing);
  for_each_split(wire + tail, [&](const Chunks& chunks) {
    Endpoint<role> ends_at_eof{config};
    ends_at_eof.receive(chunks);
    expect_failed(ends_at_eof, expected, before);
    ends_at_eof.end();
    expect_closed(ends_at_eof, expected);

    Endpoint<role> ends_in_time{config};
    ends_in_time.receive(chunks);
    ends_in_time.run_at(Instant{5s - 1us});
    EXPECT_FALSE(ends_in_time.is_closed());
    ends_in_time.run_at(Instant{5s});
    expect_closed(ends_in_time, expected);
  });
}

// RFC 6455: 5.1-2 5.1-4
TEST(ConnectionViolation, MaskedOrNotAsItMustNotBe) {
  for_both_roles([]<Role role>() {
    for (unsigned opcode : {test::kText, test::kBinary, test::kClose, test::kPing, test::kPong}) {
      for (const char* payload : {"", "ab", "some more text than eight bytes"}) {
        expect_violation<role>(frame_to(role, opcode, payload, {.mask_wrongly = true}), kProtocol);
      }
    }
    const std::string good = frame_to(role, test::kText, "good text");
    expect_violation<role>(good + frame_to(role, test::kText, "bad text", {.mask_wrongly = true}), kProtocol,
                           1);
  });
}

// RFC 6455: 5.2-2 7.1.7-1 7.1.7-2
TEST(ConnectionViolation, ReservedBits) {
  for_both_roles([]<Role role>() {
    for (unsigned reserved = 1; reserved <= 7; ++reserved) {
      for (unsigned opcode : {test::kText, test::kBinary, test::kClose, test::kPing, test::kPong}) {
        expect_violation<role>(frame_to(role, opcode, "", {.reserved = reserved}), kProtocol);
        expect_violation<role>(frame_to(role, opcode, "some text", {.reserved = reserved}), kProtocol);
      }
      expect_violation<role>(fragment_to(role, test::kText, "a") +
                                 frame_to(role, test::kContinuation, "b", {.reserved = reserved}),
                             kProtocol);
    }
  });
}

// RFC 6455: 5.2-3
TEST(ConnectionViolation, ReservedOpcodes) {
  for_both_roles([]<Role role>() {
    for (unsigned opcode : {3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 14u, 15u}) {
      expect_violation<role>(frame_to(role, opcode), kProtocol);
      expect_violation<role>(frame_to(role, test::kText, "Hello") + frame_to(role, opcode, "some text"),
                             kProtocol, 1);
      expect_violation<role>(fragment_to(role, test::kText, "Hello") + frame_to(role, opcode), kProtocol);
    }
  });
}

// RFC 6455: 5.4-5 5.5-2
TEST(ConnectionViolation, ControlFramesThatAreCutOrLong) {
  for_both_roles([]<Role role>() {
    for (unsigned opcode : {test::kClose, test::kPing, test::kPong}) {
      expect_violation<role>(fragment_to(role, opcode, ""), kProtocol);
      expect_violation<role>(fragment_to(role, opcode, "part"), kProtocol);
      expect_violation<role>(frame_to(role, opcode, std::string(126, 'x')), kProtocol);
      expect_violation<role>(frame_to(role, opcode, std::string(70000, 'x')), kProtocol);
      expect_violation<role>(frame_to(role, opcode, "ab", {.length_bytes = 2}), kProtocol);
    }
  });
}

// RFC 6455: 5.2-5 5.2-6
TEST(ConnectionViolation, LengthsThatAreNotInTheirShortestFormOrTooLong) {
  for_both_roles([]<Role role>() {
    expect_violation<role>(frame_to(role, test::kText, "", {.length_bytes = 2}), kProtocol);
    expect_violation<role>(frame_to(role, test::kText, std::string(125, 'x'), {.length_bytes = 2}),
                           kProtocol);
    expect_violation<role>(frame_to(role, test::kText, std::string(125, 'x'), {.length_bytes = 8}),
                           kProtocol);
    expect_violation<role>(frame_to(role, test::kText, std::string(126, 'x'), {.length_bytes = 8}),
                           kProtocol);
    for (std::uint64_t length : {std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
      expect_violation<role>(frame_to(role, test::kBinary, "", {.announced = length}), kProtocol);
    }
  });
}

// RFC 6455: 5.4-1 5.4-3
TEST(ConnectionViolation, FragmentsWithoutABeginningOrAnEnd) {
  for_both_roles([]<Role role>() {
    const std::string whole = frame_to(role, test::kText, "whole text");
    const std::string begin = fragment_to(role, test::kText, "begin");
    const std::string end = frame_to(role, test::kContinuation, "end");
    expect_violation<role>(end, kProtocol);
    expect_violation<role>(fragment_to(role, test::kContinuation, "middle"), kProtocol);
    expect_violation<role>(frame_to(role, test::kContinuation), kProtocol);
    expect_violation<role>(whole + end, kProtocol, 1);
    expect_violation<role>(begin + end + end, kProtocol, 1);
    expect_violation<role>(begin + whole, kProtocol);
    expect_violation<role>(begin + begin, kProtocol);
    expect_violation<role>(begin + frame_to(role, test::kBinary), kProtocol);
    expect_violation<role>(whole + begin + fragment_to(role, test::kContinuation, "x") + whole, kProtocol, 1);
  });
}

// RFC 6455: 10.4-1 7.4.1-2
TEST(ConnectionViolation, MessagesOverTheLimitBeforeAnyOfTheirPayload) {
  for_both_roles([]<Role role>() {
    ConnectionConfig config = test::quiet();
    config.max_message = 200;
    for (std::uint64_t length : {std::uint64_t{201}, std::uint64_t{65536}, ~std::uint64_t{0} >> 1}) {
      for (unsigned opcode : {test::kText, test::kBinary}) {
        expect_violation<role>(frame_to(role, opcode, "", {.announced = length}), kTooBig, 0, config);
      }
    }
    // And so for the sum of the fragments, without overflow.
    const std::string most = fragment_to(role, test::kBinary, std::string(150, 'x'));
    const auto next = [](std::uint64_t length) {
      return frame_to(role, test::kContinuation, "", {.fin = false, .announced = length});
    };
    expect_violation<role>(most + next(51), kTooBig, 0, config);
    expect_violation<role>(most + next(~std::uint64_t{0} >> 1), kTooBig, 0, config);
    expect_violation<role>(most + fragment_to(role, test::kContinuation, std::string(50, 'x')) + next(1),
                           kTooBig, 0, config);
    config.max_message = 0;
    expect_violation<role>(frame_to(role, test::kText) + frame_to(role, test::kText, "x"), kTooBig, 1,
                           config);
  });
}

// RFC 6455: 8.1-1 5.6-1 10.7-1
TEST(ConnectionViolation, TextThatIsNotUtf8) {
  for_both_roles([]<Role role>() {
    for (const char* bad :
         {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "a\xE2\x82", "\xE2(\x82\xAC",
          "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80"
          "edited",
          "forty bytes of text before, to fill blocks \xC3("}) {
      expect_violation<role>(frame_to(role, test::kText, bad), kNotUtf8);
      expect_violation<role>(frame_to(role, test::kText, "before") + frame_to(role, test::kText, bad),
                             kNotUtf8, 1);
      expect_violation<role>(fragment_to(role, test::kText, bad) + frame_to(role, test::kContinuation),
                             kNotUtf8);
    }
    // A character may be cut by fragments, but must end with the message.
    expect_violation<role>(fragment_to(role, test::kText, "\xF0\x9F") +
                               fragment_to(role, test::kContinuation) +
                               frame_to(role, test::kContinuation, "\x98"),
                           kNotUtf8);
    expect_violation<role>(fragment_to(role, test::kText, "\xF0\x9F") + frame_to(role, test::kContinuation,
                                                                                 "\x98"
                                                                                 "a"),
                           kNotUtf8);
  });
}

// RFC 6455: 8.1-2
TEST(ConnectionViolation, TextFailsAtItsFirstImpossibleByte) {
  for_both_roles([]<Role role>() {
    // The frame announces 1000 bytes more; the last byte that comes is the one that no text can have there.
    for (const std::string& start : {std::string("\xF4\x90"), std::string("\xED\xA0"), std::string("\xE2("),
                                     std::string("\xF0\x9F\x98("), std::string("text\xFF"),
                                     std::string(100, 'x') + "\xE2\x82\xAC\xC1"}) {
      const std::string payload = start + std::string(1000, 'x');
      const std::string frame = frame_to(role, test::kText, payload);
      const std::string known = frame.substr(0, frame.size() - 1000);
      for (bool bytewise : {false, true}) {
        Endpoint<role> endpoint;
        const std::string before = known.substr(0, known.size() - 1);
        endpoint.receive(bytewise ? test::byte_by_byte(before) : Chunks{before});
        EXPECT_EQ(endpoint.connection.state(), State::open);
        endpoint.receive(known.substr(known.size() - 1));
        expect_failed(endpoint, kNotUtf8);
      }
    }
    // Across a fragment and a ping between.
    Endpoint<role> endpoint;
    endpoint.receive(fragment_to(role, test::kText, "\xF4") + frame_to(role, test::kPing, "p"));
    EXPECT_EQ(endpoint.connection.state(), State::open);
    endpoint.receive(frame_to(role, test::kContinuation, "\x90" + std::string(50, 'x')).substr(0, 2 + 4 + 1));
    EXPECT_EQ(endpoint.connection.state(), State::failed);
  });
}

// RFC 6455: 7.1.7-1
TEST(ConnectionViolation, WhatWasQueuedStillLeavesBeforeTheClose) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint;
    ASSERT_TRUE(endpoint.connection.send_text("queued").has_value());
    endpoint.receive(frame_to(role, test::kPing, "p") + frame_to(role, 3));
    const auto frames = endpoint.take_frames();
    ASSERT_EQ(frames.size(), 3u);
    EXPECT_EQ(frames[0].payload, "queued");
    EXPECT_EQ(frames[1].payload, "p");
    EXPECT_EQ(frames[2].close_code(), 1002u);
  });
}

// RFC 6455: 10.4-1
TEST(ConnectionViolation, AFloodOfControlFrames) {
  for_both_roles([]<Role role>() {
    for (unsigned opcode : {test::kPing, test::kPong}) {
      ConnectionConfig config = test::quiet();
      config.max_control_per_second = 20;
      Endpoint<role> endpoint{config};
      for (int second = 0; second < 3; ++second) {
        for (int i = 0; i < 20; ++i) endpoint.receive(frame_to(role, opcode, "x"));
        EXPECT_EQ(endpoint.connection.state(), State::open);
        endpoint.take_output();
        endpoint.run_at(endpoint.now + 1s);
      }
      endpoint.now -= 1us;
      endpoint.receive(frame_to(role, opcode, "one too many"));
      EXPECT_EQ(endpoint.connection.state(), State::failed);
      EXPECT_EQ(endpoint.events.size(), 60u);
      EXPECT_EQ(endpoint.take_frames().back().close_code(), 1008u);
      endpoint.end();
      EXPECT_EQ(endpoint.events.back().error.value_or(Errc::bad_state).code, Errc::policy_violation);
    }
  });
}

}  // namespace
}  // namespace linnet::ws
