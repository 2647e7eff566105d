// SPDX-License-Identifier: Apache-2.0
// What we send: whole or not at all, in frames that section 5 allows, with answers that are true when there
// is no room (RFC 6455, sections 5.1 to 5.4 and 6.1).
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/ws_endpoint.hpp"

namespace linnet::ws {
namespace {

using test::Endpoint;
using test::for_both_roles;
using test::frame_to;
using test::Kind;
using test::read_frames;

Errc error_of(const Result<void>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? Errc::io_failure : result.error().code;
}

/// The largest payload that a workspace of `capacity` takes: beside the header and the reserve.
constexpr std::size_t most(std::size_t capacity, Role role) {
  return capacity - Workspace::kControlReserve - (role == Role::client ? 8 : 4);
}

// RFC 6455: 5.1-1 5.1-3 5.2-1 5.2-4 5.6-2 6.1-2 6.1-3 6.1-4
TEST(ConnectionSend, MessagesOfEverySize) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint{test::quiet(), 70000};
    for (std::size_t size : {0u, 1u, 125u, 126u, 127u, 65535u, 65536u}) {
      for (MessageType type : {MessageType::text, MessageType::binary}) {
        const std::string payload(size, type == MessageType::text ? 't' : '\xFE');
        ASSERT_TRUE(endpoint.connection.send(type, as_bytes(payload)).has_value());
        const auto frames = endpoint.take_frames();
        ASSERT_EQ(frames.size(), 1u);
        EXPECT_TRUE(frames[0].fin);
        EXPECT_EQ(frames[0].opcode, static_cast<unsigned>(type));
        EXPECT_TRUE(frames[0].payload == payload) << size;
      }
    }
  });
}

// RFC 6455: 5.3-1 5.3-2
TEST(ConnectionSend, AClientTakesAFreshKeyForEveryFrame) {
  Endpoint<Role::client> endpoint{test::quiet(), 8000};
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(endpoint.connection.send_text("text").has_value());
    ASSERT_TRUE(endpoint.connection.send_ping(as_bytes("ping")).has_value());
    ASSERT_TRUE(endpoint.connection.send_part(MessageType::binary, as_bytes("part"), false).has_value());
    ASSERT_TRUE(endpoint.connection.send_part(MessageType::binary, as_bytes("last"), true).has_value());
  }
  endpoint.receive(frame_to(Role::client, test::kPing, "p") + frame_to(Role::client, test::kClose));
  const auto frames = endpoint.take_frames();
  std::string expected(4, '\0');
  test::CountingEntropy entropy;  // as the endpoint's: each key is its next four bytes, all of them
  for (const test::SentFrame& frame : frames) {
    entropy.fill({reinterpret_cast<std::byte*>(expected.data()), 4});
    EXPECT_EQ(frame.key, expected);
  }
  EXPECT_EQ(frames.back().opcode, test::kClose);
}

// RFC 6455: 5.4-1 6.1-3
TEST(ConnectionSend, LongMessagesLeaveInFragmentsIfAsked) {
  for_both_roles([]<Role role>() {
    for (std::uint32_t piece : {126u, 127u, 250u, 1000u}) {
      ConnectionConfig config = test::quiet();
      config.fragment_size = piece;
      Endpoint<role> endpoint{config, 16384};
      for (std::size_t size : {0u, 1u, 9u, 10u, 11u, 20u, 250u, 999u, 1000u, 1001u}) {
        SCOPED_TRACE(std::to_string(size) + " in pieces of " + std::to_string(piece));
        std::string payload;
        while (payload.size() < size) payload += static_cast<char>(payload.size());
        ASSERT_TRUE(endpoint.connection.send_binary(as_bytes(payload)).has_value());
        const auto frames = endpoint.take_frames();
        ASSERT_EQ(frames.size(), std::max<std::size_t>(1, (size + piece - 1) / piece));
        std::string joined;
        for (std::size_t i = 0; i < frames.size(); ++i) {
          EXPECT_EQ(frames[i].opcode, i == 0 ? test::kBinary : test::kContinuation);
          EXPECT_EQ(frames[i].fin, i + 1 == frames.size());
          EXPECT_LE(frames[i].payload.size(), piece);
          joined += frames[i].payload;
        }
        EXPECT_EQ(joined, payload);
      }
    }
  });
}

TEST(ConnectionSend, FragmentsAllOrNothing) {
  for_both_roles([]<Role role>() {
    ConnectionConfig config = test::quiet();
    config.fragment_size = 126;
    Endpoint<role> endpoint{config, 1024};
    ASSERT_TRUE(endpoint.connection.send_text(std::string(400, 'a')).has_value());
    const std::size_t before = endpoint.queued().size();
    EXPECT_EQ(error_of(endpoint.connection.send_text(std::string(400, 'b'))), Errc::would_block);
    EXPECT_EQ(endpoint.queued().size(), before);
    EXPECT_EQ(error_of(endpoint.connection.send_text(std::string(1000, 'c'))), Errc::too_large);
    EXPECT_EQ(endpoint.queued().size(), before);
  });
}

TEST(ConnectionSend, SaysWhatNeverFits) {
  for_both_roles([]<Role role>() {
    for (std::size_t capacity : {Workspace::kMinimum, std::size_t{1000}, std::size_t{4096}}) {
      Endpoint<role> endpoint{test::quiet(), capacity};
      const std::size_t fits = most(capacity, role);
      EXPECT_EQ(error_of(endpoint.connection.send_text(std::string(fits + 1, 'x'))), Errc::too_large);
      EXPECT_EQ(error_of(endpoint.connection.send_text(std::string(100000, 'x'))), Errc::too_large);
      EXPECT_EQ(error_of(endpoint.connection.send_part(MessageType::text,
                                                       as_bytes(std::string(fits + 1, 'x')), false)),
                Errc::too_large);
      EXPECT_TRUE(endpoint.connection.output().empty());
      endpoint.run();
      EXPECT_TRUE(endpoint.events.empty());  // too_large promises no `drained`
      ASSERT_TRUE(endpoint.connection.send_text(std::string(fits, 'x')).has_value());
      EXPECT_EQ(endpoint.take_frames().size(), 1u);
    }
  });
}

TEST(ConnectionSend, WouldBlockIsFollowedByDrained) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint{test::quiet(), 4096};
    int queued = 0;
    while (endpoint.connection.send_text(std::string(300, 'x')).has_value()) ++queued;
    EXPECT_GT(queued, 10);
    EXPECT_EQ(error_of(endpoint.connection.send_text(std::string(300, 'x'))), Errc::would_block);
    endpoint.run();
    EXPECT_TRUE(endpoint.events.empty());
    for (int i = 0; i < 5000 && endpoint.events.empty(); ++i) {
      endpoint.take_output(1);
      endpoint.run();
    }
    ASSERT_EQ(endpoint.events.size(), 1u);
    EXPECT_EQ(endpoint.events[0].kind, Kind::drained);
    EXPECT_TRUE(endpoint.connection.send_text(std::string(300, 'x')).has_value());
    endpoint.take_output();
    endpoint.run();
    EXPECT_EQ(endpoint.events.size(), 1u);  // once
  });
}

TEST(ConnectionSend, DrainedMeansThatTheRefusedMessageFits) {
  for_both_roles([]<Role role>() {
    constexpr std::size_t capacity = 1024;
    for (std::size_t small : {1u, 10u, 50u, 100u, 200u, 240u}) {
      Endpoint<role> endpoint{test::quiet(), capacity};
      const std::string large(most(capacity, role), 'L');
      ASSERT_TRUE(endpoint.connection.send_text(std::string(small, 's')).has_value());
      int tries = 0;
      while (!endpoint.connection.send_text(large).has_value()) {
        ASSERT_LT(++tries, 3) << "told `drained` without room: a loop that never ends";
        while (endpoint.events.empty()) {
          ASSERT_FALSE(endpoint.connection.output().empty()) << "never told `drained`";
          endpoint.take_output(1);
          endpoint.run();
        }
        EXPECT_EQ(endpoint.events[0].kind, Kind::drained);
        endpoint.events.clear();
      }
      EXPECT_EQ(tries, 1);
    }
  });
}

TEST(ConnectionSend, DrainedMeansThatAnotherMessageMayBeLent) {
  Endpoint<Role::server> endpoint{test::quiet(), 1024};
  const std::string lent(5000, 'l');
  ASSERT_TRUE(endpoint.connection.send_borrowed(MessageType::text, as_bytes(lent)).has_value());
  EXPECT_EQ(error_of(endpoint.connection.send_borrowed(MessageType::text, as_bytes(lent))),
            Errc::would_block);
  std::string output;
  while (endpoint.events.empty()) {
    ASSERT_FALSE(endpoint.connection.output().empty());
    output += endpoint.take_output(7);
    endpoint.run();
  }
  EXPECT_EQ(endpoint.events[0].kind, Kind::drained);
  ASSERT_TRUE(endpoint.connection.send_borrowed(MessageType::text, as_bytes(lent)).has_value());
  output += endpoint.take_output();
  EXPECT_EQ(read_frames(Role::server, output).size(), 2u);
}

// RFC 6455: 5.4-1 5.4-3 5.4-4
TEST(ConnectionSend, FragmentsByHandWithControlFramesBetween) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint;
    Connection<role>& connection = endpoint.connection;
    ASSERT_TRUE(connection.send_part(MessageType::text, as_bytes("one "), false).has_value());
    EXPECT_EQ(error_of(connection.send_text("another")), Errc::message_in_progress);
    EXPECT_EQ(error_of(connection.send_part(MessageType::binary, {}, true)), Errc::message_in_progress);
    ASSERT_TRUE(connection.send_ping(as_bytes("between")).has_value());
    ASSERT_TRUE(connection.send_part(MessageType::text, {}, false).has_value());
    endpoint.receive(frame_to(role, test::kPing, "theirs"));
    ASSERT_TRUE(connection.send_part(MessageType::text, as_bytes("two"), true).has_value());
    ASSERT_TRUE(connection.send_part(MessageType::binary, as_bytes("alone"), true).has_value());
    ASSERT_TRUE(connection.send_binary(as_bytes("whole")).has_value());
    const auto frames = endpoint.take_frames();
    const unsigned opcodes[] = {test::kText,         test::kPing,   test::kContinuation, test::kPong,
                                test::kContinuation, test::kBinary, test::kBinary};
    const char* const payloads[] = {"one ", "between", "", "theirs", "two", "alone", "whole"};
    ASSERT_EQ(frames.size(), 7u);
    for (std::size_t i = 0; i < 7; ++i) {
      EXPECT_EQ(frames[i].opcode, opcodes[i]) << i;
      EXPECT_EQ(frames[i].payload, payloads[i]) << i;
      EXPECT_EQ(frames[i].fin, i != 0 && i != 2) << i;
    }
  });
}

TEST(ConnectionSend, ARefusedFragmentMayBeSentAgain) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint{test::quiet(), Workspace::kMinimum};
    const std::string part(100, 'p');
    int sent = 0;
    while (endpoint.connection.send_part(MessageType::text, as_bytes(part), false).has_value()) ++sent;
    std::string output = endpoint.take_output();
    ASSERT_TRUE(endpoint.connection.send_part(MessageType::text, as_bytes(part), true).has_value());
    output += endpoint.take_output();
    const auto frames = read_frames(role, output);
    ASSERT_EQ(frames.size(), static_cast<std::size_t>(sent + 1));
    EXPECT_EQ(frames[0].opcode, test::kText);
    EXPECT_EQ(frames.back().opcode, test::kContinuation);
    EXPECT_TRUE(frames.back().fin);
  });
}

TEST(ConnectionSend, LentBytesLeaveInTheirPlaceThroughAnyShortWrite) {
  const std::string lent(1000, 'l');
  for (std::size_t limit : {1u, 2u, 3u, 7u, 64u, 999u, 5000u}) {
    Endpoint<Role::server> endpoint{test::quiet(), 1024};
    ASSERT_TRUE(endpoint.connection.send_text("before").has_value());
    ASSERT_TRUE(endpoint.connection.send_borrowed(MessageType::binary, as_bytes(lent)).has_value());
    EXPECT_EQ(endpoint.connection.output().parts[1].data(), as_bytes(lent).data());  // not copied
    endpoint.receive(frame_to(Role::server, test::kPing, "p"));
    ASSERT_TRUE(endpoint.connection.send_text("behind").has_value());
    ASSERT_TRUE(endpoint.connection.close(CloseCode::normal, "", {}).has_value());
    std::string output;
    while (!endpoint.connection.output().empty()) {
      const std::string some = endpoint.take_output(limit);
      ASSERT_FALSE(some.empty());
      output += some;
    }
    const auto frames = read_frames(Role::server, output);
    ASSERT_EQ(frames.size(), 5u);
    EXPECT_EQ(frames[0].payload, "before");
    EXPECT_EQ(frames[1].payload, lent);
    EXPECT_EQ(frames[2].payload, "p");
    EXPECT_EQ(frames[3].payload, "behind");
    EXPECT_EQ(frames[4].opcode, test::kClose);
  }
}

TEST(ConnectionSend, LentAndEmptyIsAMessageToo) {
  Endpoint<Role::server> endpoint;
  ASSERT_TRUE(endpoint.connection.send_borrowed(MessageType::text, {}).has_value());
  ASSERT_TRUE(endpoint.connection.send_borrowed(MessageType::text, {}).has_value());
  ASSERT_TRUE(endpoint.connection.send_part(MessageType::text, as_bytes("x"), false).has_value());
  EXPECT_EQ(error_of(endpoint.connection.send_borrowed(MessageType::text, {})), Errc::message_in_progress);
  EXPECT_EQ(endpoint.take_frames().size(), 3u);
}

// RFC 6455: 6.1-1
TEST(ConnectionSend, OnlyWhileOpen) {
  for_both_roles([]<Role role>() {
    const auto expect_refused = [](Endpoint<role>& endpoint) {
      Connection<role>& connection = endpoint.connection;
      const std::string before = endpoint.queued();
      EXPECT_EQ(error_of(connection.send_text("x")), Errc::bad_state);
      EXPECT_EQ(error_of(connection.send_binary({})), Errc::bad_state);
      EXPECT_EQ(error_of(connection.send_part(MessageType::text, {}, true)), Errc::bad_state);
      EXPECT_EQ(error_of(connection.send_ping()), Errc::bad_state);
      EXPECT_EQ(error_of(connection.send_pong()), Errc::bad_state);
      EXPECT_EQ(error_of(connection.close(CloseCode::normal, "", {})), Errc::bad_state);
      if constexpr (role == Role::server) {
        EXPECT_EQ(error_of(connection.send_borrowed(MessageType::text, {})), Errc::bad_state);
      }
      EXPECT_EQ(endpoint.queued(), before);
    };
    Endpoint<role> closing;
    ASSERT_TRUE(closing.connection.close(CloseCode::normal, "", {}).has_value());
    expect_refused(closing);
    Endpoint<role> asked;
    asked.receive(frame_to(role, test::kClose));
    expect_refused(asked);
    Endpoint<role> failed;
    failed.receive(frame_to(role, 3));
    expect_refused(failed);
    Endpoint<role> aborted;
    aborted.connection.abort();
    expect_refused(aborted);
    aborted.run();
    expect_refused(aborted);
  });
}

}  // namespace
}  // namespace linnet::ws
