// SPDX-License-Identifier: Apache-2.0
// What a well-behaved peer sends, in either role and cut anywhere: RFC 6455, sections 5.4 to 5.6 and 6.2.
#include <gtest/gtest.h>

#include <string>

#include "support/ws_endpoint.hpp"

namespace linnet::ws {
namespace {

using test::Chunks;
using test::Endpoint;
using test::for_both_roles;
using test::for_each_split;
using test::fragment_to;
using test::frame_to;
using test::Kind;

/// Calls check(endpoint) for every way of cutting `wire`, after the endpoint has received it.
template <Role role, typename Check>
void receive_in_every_split(const std::string& wire, Check check) {
  for_each_split(wire, [&](const Chunks& chunks) {
    Endpoint<role> endpoint;
    endpoint.receive(chunks);
    check(endpoint);
  });
}

std::string sized(std::size_t size) {
  std::string text;
  while (text.size() < size) text += static_cast<char>('!' + text.size() % 90);
  return text;
}

// RFC 6455: 5.1-5 5.6-1 6.2-1 6.2-3
TEST(ConnectionReceive, MessagesOfEverySizeAndType) {
  for_both_roles([]<Role role>() {
    for (std::size_t size : {0u, 1u, 2u, 3u, 124u, 125u, 126u, 127u, 128u, 1000u, 65535u, 65536u, 65537u}) {
      SCOPED_TRACE(size);
      for (unsigned opcode : {test::kText, test::kBinary}) {
        const std::string payload = sized(size);
        receive_in_every_split<role>(frame_to(role, opcode, payload), [&](Endpoint<role>& endpoint) {
          ASSERT_EQ(endpoint.events.size(), 1u);
          EXPECT_EQ(endpoint.events[0].kind, Kind::data);
          EXPECT_EQ(static_cast<unsigned>(endpoint.events[0].type), opcode);
          EXPECT_TRUE(endpoint.events[0].payload == payload);
          EXPECT_TRUE(endpoint.connection.is_idle());
        });
      }
    }
  });
}

// RFC 6455: 5.4-6
TEST(ConnectionReceive, ManyMessagesInOneRead) {
  for_both_roles([]<Role role>() {
    std::string wire;
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < 60; ++i) {
      expected.push_back(sized(i * 7 % 131));
      wire += frame_to(role, i % 2 == 0 ? test::kText : test::kBinary, expected.back());
    }
    receive_in_every_split<role>(wire,
                                 [&](Endpoint<role>& endpoint) { EXPECT_EQ(endpoint.messages(), expected); });
  });
}

TEST(ConnectionReceive, TellsThatAWholeMessageIsWhole) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint;
    std::string wire = frame_to(role, test::kText, "Hello");
    const MutableBytes bytes{reinterpret_cast<std::byte*>(wire.data()), wire.size()};
    ASSERT_TRUE(endpoint.connection.receive(bytes).has_value());
    const std::optional<Event> event = endpoint.connection.poll({});
    ASSERT_TRUE(event.has_value());
    EXPECT_TRUE(event->is_whole());
    EXPECT_EQ(event->announced, 0u);
    EXPECT_EQ(event->text(), "Hello");
    // No copy was made: it lies where it arrived.
    EXPECT_EQ(event->payload.data() + event->payload.size(), bytes.data() + bytes.size());
  });
}

TEST(ConnectionReceive, GivesPiecesAsTheyComeAndSaysWhatIsStillToCome) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint;
    std::string wire = frame_to(role, test::kBinary, sized(1000));
    const std::size_t header = wire.size() - 1000;
    auto* const at = reinterpret_cast<std::byte*>(wire.data());
    ASSERT_TRUE(endpoint.connection.receive({at, header + 100}).has_value());
    std::optional<Event> event = endpoint.connection.poll({});
    ASSERT_TRUE(event.has_value());
    EXPECT_TRUE(event->first && !event->last);
    EXPECT_EQ(event->payload.size(), 100u);
    EXPECT_EQ(event->announced, 900u);
    EXPECT_FALSE(endpoint.connection.poll({}).has_value());
    EXPECT_TRUE(endpoint.connection.is_idle());  // nothing of it lies in the workspace
    ASSERT_TRUE(endpoint.connection.receive({at + header + 100, 900}).has_value());
    event = endpoint.connection.poll({});
    ASSERT_TRUE(event.has_value());
    EXPECT_TRUE(!event->first && event->last);
    EXPECT_EQ(event->announced, 0u);
  });
}

TEST(ConnectionReceive, LeavesWhatItDoesNotOwnAlone) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint;
    std::string wire =
        "<<" + frame_to(role, test::kText, sized(77)) + frame_to(role, test::kPing, "p") + ">>";
    ASSERT_TRUE(endpoint.connection.receive({reinterpret_cast<std::byte*>(wire.data()) + 2, wire.size() - 4})
                    .has_value());
    endpoint.run();
    EXPECT_EQ(endpoint.events.size(), 2u);
    EXPECT_EQ(wire.substr(0, 2) + wire.substr(wire.size() - 2), "<<>>");
  });
}

TEST(ConnectionReceive, RefusesMoreBytesBeforeTheFirstAreUsedUp) {
  for_both_roles([]<Role role>() {
    Endpoint<role> endpoint;
    std::string wire = frame_to(role, test::kText, "a");
    const MutableBytes bytes{reinterpret_cast<std::byte*>(wire.data()), wire.size()};
    ASSERT_TRUE(endpoint.connection.receive(bytes).has_value());
    EXPECT_FALSE(endpoint.connection.wants_input());
    EXPECT_EQ(endpoint.connection.receive(bytes).error().code, Errc::bad_state);
    endpoint.run();
    EXPECT_TRUE(endpoint.connection.wants_input());
    EXPECT_EQ(endpoint.messages(), std::vector<std::string>{"a"});
  });
}

// RFC 6455: 5.4-1 5.4-2 5.4-6 6.2-2
TEST(ConnectionReceive, FragmentsOfEverySize) {
  for_both_roles([]<Role role>() {
    const std::string text = "fragments: \xE2\x82\xAC \xF0\x9F\x98\x80 in any split";
    for (std::size_t size = 1; size <= text.size(); ++size) {
      SCOPED_TRACE(size);
      std::string wire;
      for (std::size_t at = 0; at < text.size(); at += size) {
        wire += frame_to(role, at == 0 ? test::kText : test::kContinuation, text.substr(at, size),
                         {.fin = at + size >= text.size()});
      }
      receive_in_every_split<role>(wire, [&](Endpoint<role>& endpoint) {
        EXPECT_EQ(endpoint.messages(), std::vector<std::string>{text});
        EXPECT_EQ(endpoint.events[0].type, MessageType::text);
      });
    }
  });
}

// RFC 6455: 5.4-1
TEST(ConnectionReceive, EmptyFragmentsAnywhere) {
  for_both_roles([]<Role role>() {
    const auto fragment = [](unsigned opcode, std::string_view payload) {
      return fragment_to(role, opcode, payload);
    };
    const std::string last = frame_to(role, test::kContinuation);
    const std::string none = fragment(test::kContinuation, "");
    const std::string wire = fragment(test::kBinary, "") + none + fragment(test::kContinuation, "x") + none +
                             last + fragment(test::kText, "") + last + fragment(test::kText, "y") + none +
                             last;
    receive_in_every_split<role>(wire, [&](Endpoint<role>& endpoint) {
      EXPECT_EQ(endpoint.messages(), (std::vector<std::string>{"x", "", "y"}));
      EXPECT_EQ(endpoint.events[0].type, MessageType::binary);
    });
  });
}

// RFC 6455: 5.4-4 5.4-5 5.5.2-1 5.5.3-1 5.5.3-2
TEST(ConnectionReceive, ControlFramesInsideAMessage) {
  for_both_roles([]<Role role>() {
    const std::string wire = fragment_to(role, test::kText, "o\xC3") + frame_to(role, test::kPing, "one") +
                             fragment_to(role, test::kContinuation, "\xA9") +
                             frame_to(role, test::kPong, "?") + frame_to(role, test::kPing) +
                             frame_to(role, test::kContinuation, "!");
    receive_in_every_split<role>(wire, [&](Endpoint<role>& endpoint) {
      ASSERT_EQ(endpoint.events.size(), 4u);
      EXPECT_EQ(endpoint.payloads(Kind::ping), (std::vector<std::string>{"one", ""}));
      EXPECT_EQ(endpoint.payloads(Kind::pong), std::vector<std::string>{"?"});
      EXPECT_EQ(endpoint.events[3].payload, "o\xC3\xA9!");
      const auto frames = endpoint.take_frames();
      ASSERT_EQ(frames.size(), 2u);  // no answer to the pong
      EXPECT_EQ(frames[0].opcode, test::kPong);
      EXPECT_EQ(frames[0].payload, "one");
      EXPECT_EQ(frames[1].opcode, test::kPong);
      EXPECT_EQ(frames[1].payload, "");
    });
  });
}

// RFC 6455: 5.6-1 8.1-1
TEST(ConnectionReceive, BinaryIsNoText) {
  for_both_roles([]<Role role>() {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    const std::string wire =
        frame_to(role, test::kBinary, all) + fragment_to(role, test::kBinary, "\xFF\xC3") +
        frame_to(role, test::kContinuation, "\xC3") + frame_to(role, test::kText, "\xC3\xA9");
    receive_in_every_split<role>(wire, [&](Endpoint<role>& endpoint) {
      EXPECT_EQ(endpoint.messages(), (std::vector<std::string>{all, "\xFF\xC3\xC3", "\xC3\xA9"}));
    });
  });
}

// RFC 6455: 5.3-3
TEST(ConnectionReceive, EveryMaskingKeyIsTakenAway) {
  for (const std::string& key : {std::string(4, '\0'), std::string("\xFF\xFF\xFF\xFF"),
                                 std::string("\x80\x01\x00\x7F", 4), std::string("abcd")}) {
    const std::string text = sized(40);
    const std::string wire = frame_to(Role::server, test::kText, text, {.key = key}) +
                             frame_to(Role::server, test::kPing, text, {.key = key}) +
                             fragment_to(Role::server, test::kText, text) +
                             frame_to(Role::server, test::kContinuation, text, {.key = key});
    receive_in_every_split<Role::server>(wire, [&](Endpoint<Role::server>& endpoint) {
      EXPECT_EQ(endpoint.messages(), (std::vector<std::string>{text, text + text}));
      EXPECT_EQ(endpoint.payloads(Kind::ping), std::vector<std::string>{text});
    });
  }
}

// RFC 6455: 10.4-1
TEST(ConnectionReceive, AMessageOfExactlyTheLimit) {
  for_both_roles([]<Role role>() {
    ConnectionConfig config = test::quiet();
    config.max_message = 300;
    const std::string wire =
        frame_to(role, test::kText, sized(300)) + fragment_to(role, test::kText, sized(100)) +
        fragment_to(role, test::kContinuation, sized(199)) + frame_to(role, test::kContinuation, "x") +
        frame_to(role, test::kText, sized(300));
    for_each_split(wire, [&](const Chunks& chunks) {
      Endpoint<role> endpoint{config};
      endpoint.receive(chunks);
      EXPECT_EQ(endpoint.messages().size(), 3u);
    });
  });
}

TEST(ConnectionReceive, AMessageWithoutEndPassesThroughASmallBuffer) {
  for_both_roles([]<Role role>() {
    ConnectionConfig config = test::quiet();
    config.max_message = ~std::uint64_t{0};
    Endpoint<role> endpoint{config, Workspace::kMinimum};
    // 2^62 bytes are announced; a megabyte comes, in pieces of 1000 bytes.
    endpoint.receive(frame_to(role, test::kBinary, "", {.announced = std::uint64_t{1} << 62, .key = "abcd"}));
    for (std::size_t i = 0; i < 1000; ++i) {
      std::string piece = test::with_mask(sized(1000), "abcd");
      if (role == Role::client) piece = sized(1000);
      endpoint.receive(piece);
      ASSERT_EQ(endpoint.unfinished.size(), 1000u);
      ASSERT_TRUE(endpoint.unfinished == sized(1000));
      endpoint.unfinished.clear();
    }
    EXPECT_TRUE(endpoint.in_message);
    EXPECT_TRUE(endpoint.connection.output().empty());
  });
}

}  // namespace
}  // namespace linnet::ws
