// SPDX-License-Identifier: Apache-2.0
// The closing handshake from either side, its codes and reasons, and every other way in which a connection
// ends (RFC 6455, sections 5.5.1 and 7).
#include <gtest/gtest.h>

#include <algorithm>
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
using test::read_frames;
using test::Seen;

constexpr CloseCode code_of(unsigned number) {
  return static_cast<CloseCode>(number);
}

template <Role role>
void expect_clean_end(Endpoint<role>& endpoint, CloseCode code) {
  ASSERT_TRUE(endpoint.is_closed());
  const Seen& closed = endpoint.events.back();
  EXPECT_TRUE(closed.clean);
  EXPECT_EQ(closed.code, code);
  EXPECT_FALSE(closed.error.has_value());
  EXPECT_EQ(endpoint.connection.deadline(), kNever);
}

// RFC 6455: 5.5.1-1 5.5.1-2 5.5.1-5 5.5.1-6 5.5.1-8 7.1.5-1 7.1.6-1
TEST(ConnectionClose, AskedByThePeer) {
  for_both_roles([]<Role role>() {
    for (unsigned code : {1000u, 1001u, 1002u, 1003u, 1007u, 1008u, 1009u, 1010u, 1011u, 1012u, 1013u, 1014u,
                          3000u, 3999u, 4000u, 4999u}) {
      for (const std::string& reason :
           {std::string(), std::string("gr\xC3\xBC\xC3\x9F"), std::string(123, 'r')}) {
        const std::string wire = frame_to(role, test::kText, "last") +
                                 frame_to(role, test::kClose, close_payload(code, reason)) +
                                 frame_to(role, test::kText, "behind it") + "\xFF";
        for_each_split(wire, [&](const Chunks& chunks) {
          Endpoint<role> endpoint;
          endpoint.receive(chunks);
          ASSERT_EQ(endpoint.events.size(), 2u);  // the server waits for its close frame to leave
          EXPECT_EQ(endpoint.events[1].kind, Kind::close);
          EXPECT_EQ(endpoint.events[1].code, code_of(code));
          EXPECT_EQ(endpoint.events[1].payload, reason);
          const auto frames = read_frames(role, endpoint.take_output());
          ASSERT_EQ(frames.size(), 1u);
          EXPECT_EQ(frames[0].opcode, test::kClose);
          EXPECT_EQ(frames[0].close_code(), code);  // "typically echos the status code it received"
          endpoint.run();
          // The server closes first, the client waits for it.
          EXPECT_EQ(endpoint.is_closed(), role == Role::server);
          EXPECT_FALSE(endpoint.connection.wants_shutdown());
          endpoint.end();
          expect_clean_end(endpoint, code_of(code));
        });
      }
    }
  });
}

// RFC 6455: 5.5.1-5 7.1.5-1
TEST(ConnectionClose, AskedByThePeerWithoutACode) {
  for_both_roles([]<Role role>() {
    for_each_split(frame_to(role, test::kClose), [](const Chunks& chunks) {
      Endpoint<role> endpoint;
      endpoint.receive(chunks);
      ASSERT_EQ(endpoint.events.size(), 1u);
      EXPECT_EQ(endpoint.events[0].code, CloseCode::none_received);
      const auto frames = endpoint.take_frames();
      ASSERT_EQ(frames.size(), 1u);
      EXPECT_EQ(frames[0].payload, "");
      endpoint.end();
      expect_clean_end(endpoint, CloseCode::none_received);
    });
  });
}

// RFC 6455: 7.4.1-1 7.4.2-1 7.4.2-2 5.5.1-1
TEST(ConnectionClose, CodesThatMayNotBeSent) {
  for_both_roles([]<Role role>() {
    for (unsigned code :
         {0u, 1u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 1100u, 2000u, 2999u, 5000u, 65535u}) {
      SCOPED_TRACE(code);
      for_each_split(frame_to(role, test::kClose, close_payload(code, "why")), [&](const Chunks& chunks) {
        Endpoint<role> endpoint;
        endpoint.receive(chunks);
        EXPECT_TRUE(endpoint.events.empty());
        EXPECT_EQ(endpoint.take_frames().back().close_code(), 1002u);
        endpoint.end();
        EXPECT_EQ(endpoint.events.back().error.value_or(Errc::bad_state).code, Errc::protocol_violation);
      });
      Endpoint<role> endpoint;  // nor by us
      if (code != 1005) {
        EXPECT_EQ(endpoint.connection.close(code_of(code), "why", {}).error().code, Errc::invalid_argument);
        EXPECT_TRUE(endpoint.connection.output().empty());
        EXPECT_EQ(endpoint.connection.state(), State::open);
      }
    }
  });
}

// RFC 6455: 5.5.1-1
TEST(ConnectionClose, HalfACode) {
  for_both_roles([]<Role role>() {
    for_each_split(frame_to(role, test::kClose, "\x03"), [](const Chunks& chunks) {
      Endpoint<role> endpoint;
      endpoint.receive(chunks);
      EXPECT_EQ(endpoint.take_frames().back().close_code(), 1002u);
    });
  });
}

// RFC 6455: 5.5.1-2 8.1-1
TEST(ConnectionClose, AReasonThatIsNotUtf8) {
  for_both_roles([]<Role role>() {
    for (const char* reason :
         {"\xFF", "cut \xE2\x82", "\xED\xA0\x80", "a reason of more than 32 bytes, and then \xC0\x80"}) {
      for_each_split(frame_to(role, test::kClose, close_payload(1000, reason)), [](const Chunks& chunks) {
        Endpoint<role> endpoint;
        endpoint.receive(chunks);
        EXPECT_TRUE(endpoint.events.empty());
        EXPECT_EQ(endpoint.take_frames().back().close_code(), 1007u);
      });
    }
  });
}

// RFC 6455: 5.5.1-3 5.5.1-4 7.1.2-1 7.1.4-1 5.5.1-7
TEST(ConnectionClose, AskedByUs) {
  for_both_roles([]<Role role>() {
    const std::string wire = frame_to(role, test::kText, "on the way") + frame_to(role, test::kPing, "p") +
                             frame_to(role, test::kClose, close_payload(4001, "answer"));
    for_each_split(wire, [](const Chunks& chunks) {
      Endpoint<role> endpoint;
      ASSERT_TRUE(endpoint.connection.send_text("queued before").has_value());
      ASSERT_TRUE(endpoint.connection.close(code_of(3456), "enough", endpoint.now).has_value());
      EXPECT_EQ(endpoint.connection.deadline(), Instant{5s});
      const auto frames = endpoint.take_frames();
      ASSERT_EQ(frames.size(), 2u);
      EXPECT_EQ(frames[0].payload, "queued before");
      EXPECT_EQ(frames[1].opcode, test::kClose);
      EXPECT_EQ(frames[1].payload, close_payload(3456, "enough"));
      endpoint.receive(chunks);
      EXPECT_EQ(endpoint.messages(), std::vector<std::string>{"on the way"});
      EXPECT_EQ(endpoint.payloads(Kind::close), std::vector<std::string>{"answer"});
      EXPECT_TRUE(endpoint.connection.output().empty());  // nothing follows our close frame
      EXPECT_EQ(endpoint.is_closed(), role == Role::server);
      endpoint.end();
      expect_clean_end(endpoint, code_of(4001));
    });
  });
}

TEST(ConnectionClose, WithoutACodeOrWithALongReason) {
  for_both_roles([]<Role role>() {
    Endpoint<role> none;
    ASSERT_TRUE(none.connection.close(CloseCode::none_received, "not sent", {}).has_value());
    EXPECT_EQ(none.take_frames().back().payload, "");
    // Cut at 123 bytes, and not inside a character.
    for (const char* character : {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
      const std::string one = character;
      for (std::size_t before = 0; before < 5; ++before) {
        std::string reason(before, 'b');
        while (reason.size() < 300) reason += one;
        Endpoint<role> endpoint;
        ASSERT_TRUE(endpoint.connection.close(CloseCode::normal, reason, {}).has_value());
        const std::string sent = endpoint.take_frames().back().payload.substr(2);
        EXPECT_EQ(sent, reason.substr(0, before + (123 - before) / one.size() * one.size()));
      }
    }
    Endpoint<role> exact;
    ASSERT_TRUE(
        exact.connection.close(CloseCode::normal, std::string(121, 'x') + "\xC3\xA9", {}).has_value());
    EXPECT_EQ(exact.take_frames().back().payload.size(), 125u);
  });
}

TEST(ConnectionClose, AlwaysHasRoom) {
  for_both_roles([]<Role role>() {
    for (const bool by_peer : {false, true}) {
      Endpoint<role> endpoint{test::quiet(), Workspace::kMinimum};
      while (endpoint.connection.send_binary(as_bytes("x")).has_value()) continue;
      const std::string long_ping(125, 'p');
      for (int i = 0; i < 5 && endpoint.connection.wants_input(); ++i) {
        endpoint.receive(frame_to(role, test::kPing, i == 0 ? long_ping : ""));
        if (by_peer && i == 0) endpoint.receive(frame_to(role, 15));
      }
      if (!by_peer) {
        ASSERT_TRUE(endpoint.connection.close(CloseCode::normal, std::string(123, 'r'), {}).has_value());
      }
      EXPECT_EQ(endpoint.take_frames().back().opcode, test::kClose);
    }
  });
}

// RFC 6455: 5.5.1-7
TEST(ConnectionClose, BothAtOnce) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint;
    ASSERT_TRUE(endpoint.connection.close(CloseCode::going_away, "", {}).has_value());
    endpoint.receive(frame_to(role, test::kClose, close_payload(1000)));
    EXPECT_EQ(endpoint.connection.state(), State::close_received);
    EXPECT_EQ(endpoint.take_frames().size(), 1u);
    endpoint.end();
    expect_clean_end(endpoint, CloseCode::normal);
  });
}

TEST(ConnectionClose, AViolationAfterOurCloseAddsNoSecondOne) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint;
    ASSERT_TRUE(endpoint.connection.close(CloseCode::normal, "", {}).has_value());
    endpoint.receive(frame_to(role, 3) + frame_to(role, test::kClose, close_payload(1000)));
    EXPECT_EQ(endpoint.connection.state(), State::failed);
    EXPECT_EQ(endpoint.take_frames().size(), 1u);
    EXPECT_TRUE(endpoint.connection.wants_shutdown());
    endpoint.end();
    EXPECT_FALSE(endpoint.events.back().clean);
    EXPECT_EQ(endpoint.events.back().error.value_or(Errc::bad_state).code, Errc::protocol_violation);
  });
}

// RFC 6455: 7.1.5-2
TEST(ConnectionClose, UnansweredEndsInTime) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint;
    endpoint.now = Instant{7s};
    ASSERT_TRUE(endpoint.connection.close(CloseCode::normal, "", endpoint.now).has_value());
    endpoint.take_output();
    endpoint.run_at(Instant{12s - 1us});
    EXPECT_TRUE(endpoint.events.empty());
    endpoint.run_at(Instant{12s});
    ASSERT_TRUE(endpoint.is_closed());
    EXPECT_FALSE(endpoint.events[0].clean);
    EXPECT_EQ(endpoint.events[0].code, CloseCode::abnormal);
    EXPECT_EQ(endpoint.events[0].error.value_or(Errc::bad_state).code, Errc::close_timeout);
  });
}

TEST(ConnectionClose, AClientDoesNotWaitForEverForTheServerToDropTheTransport) {
  Endpoint<Role::client> endpoint;
  endpoint.receive(frame_to(Role::client, test::kClose, close_payload(1000)));
  endpoint.take_output();
  EXPECT_EQ(endpoint.connection.deadline(), Instant{5s});
  endpoint.run_at(Instant{5s});
  expect_clean_end(endpoint, CloseCode::normal);
}

// RFC 6455: 7.1.4-1
TEST(ConnectionClose, IsNotCleanWhereOurAnswerNeverLeft) {
  for_both_roles([]<Role role>() {
    for (const bool in_time : {false, true}) {
      Endpoint<role> endpoint;
      endpoint.receive(frame_to(role, test::kClose, close_payload(1000)));
      endpoint.take_output(1);
      if (in_time) {
        endpoint.run_at(endpoint.connection.deadline());
      } else {
        endpoint.end(Errc::connection_reset);
      }
      ASSERT_TRUE(endpoint.is_closed());
      EXPECT_FALSE(endpoint.events.back().clean);
      EXPECT_EQ(endpoint.events.back().code, CloseCode::normal);
      EXPECT_EQ(endpoint.events.back().error.value_or(Errc::bad_state).code,
                in_time ? Errc::close_timeout : Errc::connection_reset);
    }
  });
}

// RFC 6455: 7.1.5-2 7.2.1-1
TEST(ConnectionClose, TheTransportEndsFirst) {
  for_both_roles([]<Role role>() {
    for (const Errc why : {Errc::end_of_stream, Errc::connection_reset, Errc::io_failure}) {
      Endpoint<role> endpoint;
      endpoint.receive(fragment_to(role, test::kText, "half a mess"));
      endpoint.end(why);
      ASSERT_EQ(endpoint.events.size(), 1u);
      EXPECT_EQ(endpoint.events[0].code, CloseCode::abnormal);
      EXPECT_EQ(endpoint.events[0].error.value_or(Errc::bad_state).code, why);
      Endpoint<role> closing;
      ASSERT_TRUE(closing.connection.close(CloseCode::normal, "", {}).has_value());
      closing.take_output();
      closing.end(why);
      EXPECT_EQ(closing.events[0].error.value_or(Errc::bad_state).code, why);
      EXPECT_FALSE(closing.events[0].clean);
    }
  });
}

TEST(ConnectionClose, AbortDropsEverythingAtAnyMoment) {
  for_both_roles([]<Role role>() {
    const std::string wire =
        fragment_to(role, test::kText, "some text") + frame_to(role, test::kPing, "ping") +
        frame_to(role, test::kContinuation, "end") + frame_to(role, test::kClose, close_payload(1000));
    for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
      for (int when = 0; when < 3; ++when) {
        Endpoint<role> endpoint;
        ASSERT_TRUE(endpoint.connection.send_text("queued").has_value());
        if (when == 1) {
          ASSERT_TRUE(endpoint.connection.close(CloseCode::normal, "", {}).has_value());
        }
        endpoint.receive(wire.substr(0, cut));
        if (when == 2) endpoint.take_output(3);
        std::string rest = wire.substr(cut);
        const MutableBytes unread{reinterpret_cast<std::byte*>(rest.data()), rest.size()};
        ASSERT_TRUE(endpoint.connection.receive(unread).has_value());
        const std::size_t before = endpoint.events.size();
        endpoint.connection.abort();
        endpoint.connection.abort();
        EXPECT_TRUE(endpoint.connection.output().empty());
        EXPECT_TRUE(endpoint.connection.is_idle());
        EXPECT_EQ(endpoint.connection.deadline(), Instant{});  // at once
        endpoint.end();
        ASSERT_EQ(endpoint.events.size(), before + 1);
        EXPECT_TRUE(endpoint.is_closed());
        EXPECT_EQ(endpoint.connection.deadline(), kNever);
        endpoint.receive(frame_to(role, test::kText, "late"));
        endpoint.run_at(Instant{999h});
        EXPECT_EQ(endpoint.events.size(), before + 1);
      }
    }
  });
}

TEST(ConnectionClose, AnIdleServersConnectionEndsWithoutAWorkspace) {
  Endpoint<Role::server> aborted;
  aborted.connection.attach(nullptr);
  aborted.connection.abort();
  aborted.run();
  EXPECT_TRUE(aborted.is_closed());
  Endpoint<Role::server> ended;
  ended.connection.attach(nullptr);
  ended.end();
  EXPECT_TRUE(ended.is_closed());
}

}  // namespace
}  // namespace linnet::ws
