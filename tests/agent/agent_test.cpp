// SPDX-License-Identifier: Apache-2.0
// JSON-RPC 2.0 as the agent speaks it: requests, notifications, batches, ids, each error, limits, and buffers
// that are too small. The messages of the specification's section 7 are among them.
#include "linnet/agent/agent.hpp"

#include "agent/test_board.hpp"

namespace linnet::agent {
namespace {

using test::Block;
using test::Device;

std::string error(std::string_view id, int code, std::string_view message) {
  return R"({"jsonrpc":"2.0","id":)" + std::string{id} + R"(,"error":{"code":)" + std::to_string(code) +
         R"(,"message":")" + std::string{message} + R"("}})";
}

constexpr std::string_view kPing = R"({"jsonrpc":"2.0","method":"ping","id":1})";
constexpr std::string_view kPong = R"({"jsonrpc":"2.0","id":1,"result":"pong"})";

TEST(Agent, answers_a_request) {
  Device device;
  EXPECT_EQ(device.ask(kPing), kPong);
  EXPECT_EQ(device.ask(" \r\n" + std::string{kPing} + "\t"), kPong);
  EXPECT_EQ(device.agent.counters().done, 2u);
}

TEST(Agent, gives_the_id_back_as_it_came) {
  Device device;
  for (const char* id : {"0", "-1", "1.50", "1e3", "12345678901234567890123", "\"\"", "\"a\"", "null",
                         R"("\u00e9\"\\\/\ud83d\ude00")", "\"\xc3\xa9\""}) {
    const std::string request = R"({"jsonrpc":"2.0","id":)" + std::string{id} + R"(,"method":"ping"})";
    EXPECT_EQ(device.ask(request), R"({"jsonrpc":"2.0","id":)" + std::string{id} + R"(,"result":"pong"})");
  }
}

TEST(Agent, an_id_has_a_longest_form) {
  Device device;
  const std::string longest(kMaxId, '7');
  EXPECT_EQ(device.ask(R"({"jsonrpc":"2.0","method":"ping","id":)" + longest + "}"),
            R"({"jsonrpc":"2.0","id":)" + longest + R"(,"result":"pong"})");
  EXPECT_EQ(device.ask(R"({"jsonrpc":"2.0","method":"ping","id":)" + longest + "7}"),
            error("null", -32600, "not a request"));
}

TEST(Agent, members_come_in_any_order_and_spelling) {
  Device device;
  EXPECT_EQ(
      device.ask(R"({"id":1,"x":[{"id":2,"method":"no"}],"met\u0068od":"p\u0069ng","jsonrpc":"\u0032.0"})"),
      kPong);
  EXPECT_EQ(device.ask(R"({"jsonrpc":"2.0","method":"no","method":"ping","id":2,"id":1})"), kPong);
}

TEST(Agent, a_notification_is_done_and_not_answered) {
  Device device;
  EXPECT_EQ(device.ask(R"({"jsonrpc":"2.0","method":"led.set","params":{"on":true}})"), "(nothing)");
  EXPECT_TRUE(device.board.led);
  EXPECT_EQ(device.ask(R"({"jsonrpc":"2.0","method":"foobar"})"), "(nothing)");
  EXPECT_EQ(device.ask(R"({"jsonrpc":"2.0","method":"led.set","params":{"on":7}})"), "(nothing)");
  EXPECT_EQ(device.ask(R"({"jsonrpc":"2.0","method":"led.set","params":[false]})", 0), "(nothing)");
  EXPECT_FALSE(device.board.led);
  EXPECT_EQ(device.agent.counters().failed, 3u);  // of the last one the result found no room
}

TEST(Agent, a_response_is_not_answered) {
  Device device;
  EXPECT_EQ(device.ask(R"({"jsonrpc":"2.0","result":19,"id":1})"), "(nothing)");
  EXPECT_EQ(device.ask(R"({"jsonrpc":"2.0","error":{"code":-32600,"message":"x"},"id":null})"), "(nothing)");
  EXPECT_EQ(device.ask(R"({"result":null,"id":[]})", 0), "(nothing)");
  EXPECT_EQ(device.agent.counters().responses, 3u);
  EXPECT_EQ(device.agent.counters().failed, 0u);
}

TEST(Agent, what_is_no_json_is_a_parse_error) {
  Device device;
  for (const char* message :
       {"", " ", "hello", "READ_SENSOR", "{", "[", "[1,]", "\"\xff\"", "{\"a\":1}{}",
        R"({"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz])",
        R"([{"jsonrpc": "2.0", "method": "ping", "id": "1"},{"jsonrpc": "2.0", "method")"}) {
    EXPECT_EQ(device.ask(message), error("null", -32700, "not JSON")) << message;
  }
}

TEST(Agent, what_is_no_request_is_invalid) {
  Device device;
  for (const char* message :
       {"1", "\"ping\"", "null", "true", "{}", R"({"jsonrpc":"2.0"})",
        R"({"jsonrpc":"2.0","method":1,"params":"bar"})", R"({"jsonrpc":"2.0","method":"ping","id":[1]})",
        R"({"jsonrpc":"2.0","method":"ping","id":{}})", R"({"jsonrpc":"2.0","method":"ping","id":true})",
        R"({"method":"ping"})"}) {
    EXPECT_EQ(device.ask(message), error("null", -32600, "not a request")) << message;
  }
  for (const char* members :
       {"", R"("jsonrpc":"1.0","method":"ping",)", R"("jsonrpc":2.0,"method":"ping",)", R"("method":"ping",)",
        R"("jsonrpc":"2.0","method":null,)", R"("jsonrpc":"2.0","method":"ping","params":"bar",)",
        R"("jsonrpc":"2.0","method":"ping","params":null,)",
        R"("jsonrpc":"2.0","method":"ping","result":1,"params":1,)"}) {
    EXPECT_EQ(device.ask("{" + std::string{members} + "\"id\":9}"), error("9", -32600, "not a request"))
        << members;
  }
}

TEST(Agent, an_unknown_method_is_not_found) {
  Device device;
  EXPECT_EQ(device.ask(R"({"jsonrpc": "2.0", "method": "foobar", "id": "1"})"),
            error("\"1\"", -32601, "no such method"));
  for (const std::string method : {"", "pin", "pingg", "PING", "gpio.read(pin)", "ping\\u0000", "rpc.ping"}) {
    EXPECT_EQ(device.call(method), R"("error":{"code":-32601,"message":"no such method"}})") << method;
  }
  EXPECT_EQ(device.call(std::string(100'000, 'x')), R"("error":{"code":-32601,"message":"no such method"}})");
  EXPECT_EQ(device.call("\\u0070" + std::string(1000, 'x')),
            R"("error":{"code":-32601,"message":"no such method"}})");
}

TEST(Agent, a_batch_is_answered_in_order) {
  Device device;
  EXPECT_EQ(device.ask("[" + std::string{kPing} + "]"), "[" + std::string{kPong} + "]");
  EXPECT_EQ(
      device.ask(R"([
        {"jsonrpc": "2.0", "method": "led.set", "params": [true], "id": "1"},
        {"jsonrpc": "2.0", "method": "led.set", "params": [false]},
        {"jsonrpc": "2.0", "method": "led.get", "id": "2"},
        {"foo": "boo"},
        {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
        {"jsonrpc": "2.0", "result": 7, "id": "8"},
        {"jsonrpc": "2.0", "method": "ping", "id": "9"}
    ])"),
      R"([{"jsonrpc":"2.0","id":"1","result":{"on":true}},{"jsonrpc":"2.0","id":"2","result":{"on":false}},)" +
          error("null", -32600, "not a request") + "," + error("\"5\"", -32601, "no such method") +
          R"(,{"jsonrpc":"2.0","id":"9","result":"pong"}])");
}

TEST(Agent, a_batch_without_answers_is_not_answered) {
  Device device;
  EXPECT_EQ(
      device.ask(R"([{"jsonrpc":"2.0","method":"led.set","params":[true]},{"jsonrpc":"2.0","method":"no"}])"),
      "(nothing)");
  EXPECT_TRUE(device.board.led);
  EXPECT_EQ(device.ask(R"([{"jsonrpc":"2.0","result":1,"id":1}])"), "(nothing)");
}

TEST(Agent, a_batch_that_is_none_gets_one_error) {
  Device device;
  EXPECT_EQ(device.ask("[]"), error("null", -32600, "an empty batch"));
  const std::string invalid = error("null", -32600, "not a request");
  EXPECT_EQ(device.ask("[1]"), "[" + invalid + "]");
  EXPECT_EQ(device.ask("[1,[],[[]]]"), "[" + invalid + "," + invalid + "," + invalid + "]");
}

TEST(Agent, a_batch_has_a_limit) {
  Device device;
  const std::string on = R"({"jsonrpc":"2.0","method":"led.set","params":[true]})";
  std::string batch = "[" + on;
  for (int i = 1; i < 8; ++i) batch += "," + on;
  EXPECT_EQ(device.ask(batch + "," + on + "]"), error("null", -32000, "too many requests in a batch"));
  EXPECT_EQ(device.board.writes, 0);
  EXPECT_EQ(device.ask(batch + "]"), "(nothing)");
  EXPECT_EQ(device.board.writes, 8);
}

TEST(Agent, nothing_of_a_batch_is_done_if_its_answers_may_not_fit) {
  const std::string batch = R"([{"jsonrpc":"2.0","method":"led.set","params":[true],"id":1},)" +
                            std::string{kPing} + R"(,{"jsonrpc":"2.0","method":"ping"}])";
  std::size_t smallest = 0;
  for (std::size_t room = 0; room < 400; ++room) {
    Device device;
    const std::string reply = device.ask(batch, room);
    if (room < kMinReply) {
      EXPECT_EQ(reply, "(too_large)");
      EXPECT_EQ(device.board.writes, 0);
    } else if (device.board.writes == 0) {
      EXPECT_EQ(reply, error("null", -32003, "batch too large"));
      smallest = room + 1;
    } else {
      EXPECT_EQ(reply, R"([{"jsonrpc":"2.0","id":1,"result":{"on":true}},)" + std::string{kPong} + "]")
          << room;
    }
  }
  EXPECT_TRUE(smallest > kMinReply && smallest < 200) << smallest;
}

TEST(Agent, a_batch_fills_its_buffer_to_the_last_byte) {
  const std::string request = R"({"jsonrpc":"2.0","method":"status","id":1})";
  for (const std::string& batch : {"[" + request + "]", "[" + request + "," + request + "]"}) {
    const std::string whole = Device{}.ask(batch);
    EXPECT_EQ(Device{}.ask(batch, whole.size()), whole);
    for (std::size_t room = kMinReply + 40; room < whole.size(); ++room) {
      const std::string reply = Device{}.ask(batch, room);  // a block of this size: a sanitizer looks on
      EXPECT_LE(reply.size(), room);
      EXPECT_NE(reply.find(error("1", -32003, "result too large")), reply.npos) << room;
    }
  }
}

TEST(Agent, in_a_batch_a_large_result_leaves_room_for_the_other_answers) {
  Device device;
  const std::string batch = R"([{"jsonrpc":"2.0","method":"methods","id":1},)" + std::string{kPing} + "]";
  for (std::size_t room = 240; room < 600; ++room) {
    EXPECT_EQ(device.ask(batch, room),
              "[" + error("1", -32003, "result too large") + "," + std::string{kPong} + "]");
    device.now += 1s;
  }
}

TEST(Agent, an_answer_that_does_not_fit_becomes_an_error) {
  Device device;
  const std::string request = R"({"jsonrpc":"2.0","method":"status","id":"abc"})";
  const std::string whole = device.ask(request);
  for (std::size_t room = 0; room <= whole.size(); ++room) {
    SCOPED_TRACE(room);
    device.now = test::kStart;
    Device fresh;
    const std::string reply = fresh.ask(request, room);
    if (room == whole.size()) {
      EXPECT_EQ(reply, whole);
    } else if (room < 86) {  // an error's 81, and the id's 5
      EXPECT_EQ(reply, "(too_large)");
    } else {
      EXPECT_EQ(reply, error("\"abc\"", -32003, "result too large"));
    }
  }
}

TEST(Agent, an_error_whose_details_do_not_fit_goes_without) {
  Device device;
  ASSERT_TRUE(device.agent.add("fail", [](Call& call, json::Writer&) {
    call.fail(-2147483647 - 1, "a very long story that nobody will ever read to its end, will they", "param");
  }));
  const std::string request = R"({"jsonrpc":"2.0","method":"fail","id":1})";
  const std::string whole = device.ask(request);
  const std::string part = error("1", -2147483647 - 1, "details left out");
  EXPECT_EQ(part.size(), 82u);
  EXPECT_EQ(device.ask(request, whole.size()), whole);
  for (std::size_t room = 82; room < whole.size(); ++room) {
    EXPECT_EQ(device.ask(request, room), part);
    device.now += 1s;
  }
  EXPECT_EQ(device.ask(request, 81), "(too_large)");
}

TEST(Agent, deep_and_long_messages_are_answered) {
  Device device;
  const std::string deep(100'000, '[');
  EXPECT_EQ(device.ask(deep), error("null", -32600, "nested too deeply"));
  std::string nested = R"({"jsonrpc":"2.0","id":1,"method":"ping","params":)" + std::string(31, '[') +
                       std::string(31, ']') + "}";
  EXPECT_EQ(device.ask(nested), kPong);
  nested = R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":")" + std::string(100'000, 'x') + "\"}}";
  EXPECT_EQ(device.ask(nested), kPong);
  std::string many = "[1";
  for (int i = 0; i < 10'000; ++i) many += ",1";
  EXPECT_EQ(device.ask(many + "]"), error("null", -32000, "too many requests in a batch"));
}

TEST(Agent, a_message_that_is_cut_gets_one_error) {
  const std::string whole =
      R"({"jsonrpc":"2.0","id":"\u00e9\ud83d\ude00","method":"led.set","params":{"on":true,"x":[1.5e3,null]}})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Device device;
    EXPECT_EQ(device.ask(whole.substr(0, size)), error("null", -32700, "not JSON")) << size;
    EXPECT_EQ(device.board.writes, 0);
  }
}

TEST(Agent, twenty_commands_a_second_and_no_more) {
  Device device;
  const std::string busy = error("1", -32000, "too many commands");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(device.ask(kPing), kPong);
  EXPECT_EQ(device.ask(kPing), busy);
  EXPECT_EQ(device.ask(R"({"jsonrpc":"2.0","method":"relay","id":1})"), busy);
  EXPECT_EQ(device.ask(R"({"jsonrpc":"2.0","method":"led.set","params":[true]})"), "(nothing)");
  EXPECT_EQ(device.board.writes, 0);
  EXPECT_EQ(device.agent.counters().refused, 3u);
  device.now += 49ms;
  EXPECT_EQ(device.ask(kPing), busy);
  device.now += 1ms;
  EXPECT_EQ(device.ask(kPing), kPong);
  EXPECT_EQ(device.ask(kPing), busy);
  device.now += 1h;
  int done = 0;
  for (int i = 0; i < 100; ++i) done += device.ask(kPing) == kPong ? 1 : 0;
  EXPECT_EQ(done, 20);
  EXPECT_EQ(device.ask("1"), error("null", -32600, "not a request")) << "what is no command does not count";
}

TEST(Agent, the_limit_counts_in_batches_and_can_be_other) {
  Device device{{.max_commands_per_second = 3}};
  EXPECT_EQ(device.ask("[" + std::string{kPing} + "," + std::string{kPing} + "," + std::string{kPing} + "," +
                       std::string{kPing} + "]"),
            "[" + std::string{kPong} + "," + std::string{kPong} + "," + std::string{kPong} + "," +
                error("1", -32000, "too many commands") + "]");
  Device unlimited{{.max_commands_per_second = 0}};
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(unlimited.ask(kPing), kPong);
}

TEST(Agent, commands_need_permission) {
  Device device{{.allow = [](const Call& call) { return call.method() != "led.set"; }}};
  EXPECT_EQ(device.call("led.set", "[true]"), R"("error":{"code":-32001,"message":"not allowed"}})");
  EXPECT_EQ(device.call("no"), R"("error":{"code":-32601,"message":"no such method"}})");
  EXPECT_EQ(device.call("led.get"), R"("result":{"on":false}})");
  EXPECT_EQ(device.ask(R"({"jsonrpc":"2.0","method":"led.set","params":[true]})"), "(nothing)");
  EXPECT_EQ(device.board.writes, 0);
  EXPECT_EQ(device.agent.counters().refused, 2u);

  bool locked = true;
  const auto allow = [&](const Call&) { return !locked; };
  auto lock = allow;  // borrowed, so not const and with a name
  Device other{{.allow = lock}};
  EXPECT_EQ(other.call("ping"), R"("error":{"code":-32001,"message":"not allowed"}})");
  locked = false;
  EXPECT_EQ(other.call("ping"), R"("result":"pong"})");
}

TEST(Agent, takes_commands_of_the_program) {
  Device device;
  int turns = 0;
  auto turn = [&](Call& call, json::Writer& result) {
    if (const auto by = call.integer("by", -90, 90)) result.value(turns += static_cast<int>(*by));
  };
  ASSERT_TRUE(device.agent.add("valve.turn(by)", "turns the valve by degrees", turn));
  EXPECT_EQ(device.call("valve.turn", R"({"by":30})"), "\"result\":30}");
  EXPECT_EQ(device.call("valve.turn", "[-40]"), "\"result\":-10}");
  EXPECT_EQ(device.call("valve.turn", "[91]"),
            R"("error":{"code":-32602,"message":"out of range","data":{"param":"by","min":-90,"max":90}}})");
  EXPECT_EQ(turns, -10);
  ASSERT_TRUE(device.agent.add("ping", [](Call&, json::Writer& result) { result.value("mine"); }));
  EXPECT_EQ(device.call("ping"), R"("result":"mine"})");
}

TEST(Agent, the_table_of_commands_is_bounded) {
  Device device;
  const auto nothing = [](Call&, json::Writer&) {};
  EXPECT_EQ(device.agent.add("", nothing).error(), Error{Errc::invalid_argument});
  EXPECT_EQ(device.agent.add("(x)", nothing).error(), Error{Errc::invalid_argument});
  EXPECT_EQ(device.agent.add("rpc.x", nothing).error(), Error{Errc::invalid_argument});
  EXPECT_EQ(device.agent.add("x", nullptr).error(), Error{Errc::invalid_argument});
  for (const char* name : {"a", "b(x)", "c", "d"}) EXPECT_TRUE(device.agent.add(name, nothing));
  EXPECT_EQ(device.agent.add("b", nothing).error(), Error{Errc::invalid_argument});
  EXPECT_EQ(device.agent.add("e", nothing).error(), Error{Errc::too_many});
  EXPECT_EQ(device.call("b"), "\"result\":null}");
}

TEST(Agent, a_command_cannot_break_the_answer) {
  Device device;
  const std::string wrong = R"("error":{"code":-32603,"message":"no whole result"}})";
  ASSERT_TRUE(device.agent.add("open", [](Call&, json::Writer& result) { result.begin_object(); }));
  ASSERT_TRUE(device.agent.add("close", [](Call&, json::Writer& result) { result.value(1).end_object(); }));
  ASSERT_TRUE(device.agent.add("two", [](Call&, json::Writer& result) { result.value(1).value(2); }));
  ASSERT_TRUE(device.agent.add("bytes", [](Call&, json::Writer& result) { result.value("\xff\"\x01"); }));
  EXPECT_EQ(device.call("open"), wrong);
  EXPECT_EQ(device.call("close"), wrong);
  EXPECT_EQ(device.call("two"), wrong);
  EXPECT_EQ(device.call("bytes"), "\"result\":\"\xef\xbf\xbd\\\"\\u0001\"}");
}

TEST(Agent, can_be_called_by_the_program_itself) {
  Device device;
  char buffer[64];
  EXPECT_EQ(device.agent.call("led.set", "[1]", device.now, buffer).value_or(""), "{\"on\":true}");
  const auto failed = device.agent.call("led.set", "{}", device.now, buffer);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, kInvalidParams);
  EXPECT_EQ(failed.error().param, "on");
}

}  // namespace
}  // namespace linnet::agent
