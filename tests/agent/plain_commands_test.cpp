// SPDX-License-Identifier: Apache-2.0
// Plain commands: the shapes that small scripts send, the same limits, answers in plain JSON; and everything
// else goes to the agent.
#include "linnet/agent/plain_commands.hpp"

#include "agent/test_board.hpp"

namespace linnet::agent {
namespace {

using test::Device;

TEST(PlainCommands, led) {
  Device device;
  for (const char* on : {R"({"led":"on"})", R"({ "led" : true })", R"({"led":1})",
                         R"({"action":"lights_on"})", R"({"from":"web","led":"o\u006e"})"}) {
    device.board.led = false;
    EXPECT_EQ(device.ask_plain(on), R"({"ok":true,"result":{"on":true}})");
    EXPECT_TRUE(device.board.led);
  }
  for (const char* off :
       {R"({"led":"off"})", R"({"led":false})", R"({"led":0})", R"({"action":"lights_off"})"}) {
    device.board.led = true;
    EXPECT_EQ(device.ask_plain(off), R"({"ok":true,"result":{"on":false}})");
    EXPECT_FALSE(device.board.led);
  }
  EXPECT_EQ(device.ask_plain(R"({"led":"purple"})"),
            R"({"ok":false,"error":"neither true nor false","param":"on"})");
}

TEST(PlainCommands, relay) {
  Device device;
  EXPECT_EQ(device.ask_plain(R"({"device":"relay","state":1})"),
            R"({"ok":true,"result":{"pin":"relay","state":true}})");
  EXPECT_TRUE(device.board.relay);
  EXPECT_EQ(device.ask_plain(R"({"state":false,"device":5})"),
            R"({"ok":true,"result":{"pin":"relay","state":false}})");
  EXPECT_FALSE(device.board.relay);
  EXPECT_EQ(device.ask_plain(R"({"device":"relay"})"),
            R"({"ok":false,"error":"parameter missing","param":"state"})");
  EXPECT_EQ(device.ask_plain(R"({"device":"oven","state":1})"),
            R"({"ok":false,"error":"no such thing on this board","param":"pin"})");
  EXPECT_EQ(device.ask_plain(R"({"device":")" + std::string(200, 'x') + R"(","state":1})"),
            R"({"ok":false,"error":"parameters too long"})");
  EXPECT_EQ(device.board.writes, 2);
}

TEST(PlainCommands, bare_texts) {
  Device device;
  EXPECT_EQ(device.ask_plain("READ_SENSOR"), R"({"ok":true,"result":{"temperature":21.7}})");
  EXPECT_EQ(device.ask_plain(" READ_SENSOR\r\n"), R"({"ok":true,"result":{"temperature":21.7}})");
  EXPECT_EQ(device.ask_plain("PING"), R"({"ok":true,"result":"pong"})");
  EXPECT_NE(device.ask_plain("STATUS").find("\"uptime_ms\":5000"), std::string::npos);
}

TEST(PlainCommands, everything_else_is_the_agents) {
  Device device;
  EXPECT_EQ(
      device.ask_plain(R"({"jsonrpc":"2.0","method":"led.set","params":{"on":true},"id":1,"led":"off"})"),
      R"({"jsonrpc":"2.0","id":1,"result":{"on":true}})");
  EXPECT_EQ(device.ask_plain(R"([{"jsonrpc":"2.0","method":"ping","id":1}])"),
            R"([{"jsonrpc":"2.0","id":1,"result":"pong"}])");
  for (const char* text : {"", "   ", "READ_SENSORS", "{\"led\":\"on\"", "[{\"led\":\"on\"}]",
                           "{\"action\":\"dance\"}", "\"READ_SENSOR\"", "{\"led\":\"on\"}x"}) {
    EXPECT_EQ(device.ask_plain(text), device.ask(text)) << text;
  }
  EXPECT_EQ(device.board.writes, 1);
  EXPECT_EQ(device.ask_plain(R"({"ok":true,"result":"pong"})"), "(nothing)")
      << "an echo of ours goes round once";
}

TEST(PlainCommands, have_the_same_limits) {
  Device device{
      {.max_commands_per_second = 1, .allow = [](const Call& call) { return call.method() != "led.set"; }}};
  EXPECT_EQ(device.ask_plain(R"({"led":"on"})"), R"({"ok":false,"error":"not allowed"})");
  EXPECT_EQ(device.ask_plain("PING"), R"({"ok":false,"error":"too many commands"})");
  EXPECT_EQ(device.agent.counters().refused, 2u);
}

TEST(PlainCommands, an_answer_that_does_not_fit_becomes_an_error) {
  const std::string whole = Device{}.ask_plain("STATUS");
  ASSERT_LT(whole.size(), kMinReply);
  for (std::size_t room = 0; room < kMinReply; ++room) {
    Device device;
    EXPECT_EQ(device.ask_plain("STATUS", room), "(too_large)");
    EXPECT_EQ(device.agent.counters().done, 0u);
  }
  Device device{{.id = "a name that makes the status longer than the buffer"}};
  EXPECT_EQ(device.ask_plain("STATUS", kMinReply), R"({"ok":false,"error":"result too large"})");
  ASSERT_TRUE(device.agent.add("ping", [](Call& call, json::Writer&) {
    call.fail(
        1,
        "a message that is itself longer than the buffer, as nobody should write one for a small device, "
        "where each byte of the flash and of the memory has its price");
  }));
  EXPECT_EQ(device.ask_plain("PING", kMinReply), R"({"ok":false})");
}

TEST(PlainCommands, the_table_can_be_another) {
  static constexpr PlainCommand kTable[] = {
      {.key = "type", .value = "read", .method = "adc.read", .from_members = {"from"}},
      {.key = {}, .value = "?", .method = "ping"},
  };
  Device device;
  char reply[kMinReply];
  const auto ask = [&](std::string_view message) {
    return handle_plain(device.agent, message, device.now, reply, kTable).value_or("too_large");
  };
  EXPECT_EQ(ask(R"({"type":"read","from":"adc0"})"),
            R"({"ok":true,"result":{"channel":"adc0","value":1023}})");
  EXPECT_EQ(ask("?"), R"({"ok":true,"result":"pong"})");
  EXPECT_EQ(ask("READ_SENSOR"), device.ask("READ_SENSOR"));
}

}  // namespace
}  // namespace linnet::agent
