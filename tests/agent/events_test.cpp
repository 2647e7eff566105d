// SPDX-License-Identifier: Apache-2.0
// Events as requests, and what the peer's answers do to them.
#include "linnet/agent/events.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "test_board.hpp"

namespace linnet::agent {
namespace {

using test::kStart;

struct Sender {
  session::MessageId next_id() { return {.epoch = 0x5f3c9a10, .sequence = ++last}; }
  Result<session::MessageId> send(const session::Message& message) {
    if (full) return fail(Errc::would_block);
    sent.emplace_back(as_text(message.payload));
    policy = message.policy;
    return message.id;
  }
  bool acknowledge(session::MessageId id) {
    told += " +" + std::to_string(id.sequence);
    return true;
  }
  bool refuse(session::MessageId id) {
    told += " -" + std::to_string(id.sequence);
    return true;
  }

  std::vector<std::string> sent;
  std::string told;
  session::Policy policy{};
  std::uint32_t last = 0;
  bool full = false;
};

struct EventDevice {
  EventDevice() : agent{board, {.id = "42"}, {}}, events{agent, sender} {}

  std::string hear(std::string_view text) {
    std::array<char, 512> reply;
    const auto answer = agent.handle(text, kStart, reply);
    return std::string{answer.value_or("too large")};
  }

  test::TestBoard board;
  Sender sender;
  Agent agent;
  Events<Sender> events;
};

TEST(AgentEvents, AreRequestsThatMustBeDelivered) {
  EventDevice device;
  const auto id = device.events.send("button", R"({"pressed":true})", kStart);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->sequence, 1u);
  ASSERT_TRUE(device.events.send("say \"hi\"", "", kStart));
  ASSERT_EQ(device.sender.sent.size(), 2u);
  EXPECT_EQ(device.sender.sent[0].substr(0, 87),
            R"({"jsonrpc":"2.0","id":"5f3c9a10-1","method":"event","params":{"id":"42","uptime_ms":500)");
  EXPECT_NE(device.sender.sent[0].find(R"("name":"button","data":{"pressed":true}}})"), std::string::npos);
  EXPECT_TRUE(device.sender.sent[1].ends_with(R"("name":"say \"hi\""}})")) << device.sender.sent[1];
  EXPECT_EQ(device.sender.policy, session::Policy::must_deliver);
}

TEST(AgentEvents, OnlyAResultAcknowledges) {
  EventDevice device;
  EXPECT_EQ(device.hear(R"({"jsonrpc":"2.0","id":"5f3c9a10-1","result":{"accepted":true}})"), "");
  EXPECT_EQ(device.sender.told, " +1");
  EXPECT_EQ(device.hear(R"({"jsonrpc":"2.0","id":"5f3c9a10-2","error":{"code":-32602,"message":"no"}})"), "");
  EXPECT_EQ(device.sender.told, " +1 -2");
  // What may change is no answer for good.
  for (const char* code : {"-32000", "-32099", "-32603"}) {
    device.hear(R"({"jsonrpc":"2.0","id":"5f3c9a10-3","error":{"code":)" + std::string{code} + "}}");
  }
  EXPECT_EQ(device.sender.told, " +1 -2");
  EXPECT_EQ(device.agent.counters().responses, 5u);
}

TEST(AgentEvents, AnswersToNothingOfOursAreIgnored) {
  EventDevice device;
  for (const char* text :
       {R"({"jsonrpc":"2.0","id":1,"result":true})", R"({"jsonrpc":"2.0","id":null,"error":{}})",
        R"({"jsonrpc":"2.0","result":1})", R"({"jsonrpc":"2.0","id":"5f3c9a10-01","result":1})",
        R"({"jsonrpc":"2.0","id":["5f3c9a10-1"],"result":1})", R"({"id":"5f3c9a10-0","result":1})"}) {
    EXPECT_EQ(device.hear(text), "");
  }
  EXPECT_EQ(device.sender.told, "");
}

TEST(AgentEvents, LimitsAreAnswers) {
  EventDevice device;
  EXPECT_EQ(device.events.send("big", "\"" + std::string(kLongestEvent, 'x') + "\"", kStart).error(),
            Errc::too_large);
  device.sender.full = true;
  EXPECT_EQ(device.events.send("button", "", kStart).error(), Errc::would_block);
}

}  // namespace
}  // namespace linnet::agent
