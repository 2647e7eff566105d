// SPDX-License-Identifier: Apache-2.0
// The built-in commands, each with what it does and each way in which it fails.
#include "agent/test_board.hpp"

namespace linnet::agent {
namespace {

using test::Device;

std::string invalid(std::string_view message, std::string_view param) {
  return R"("error":{"code":-32602,"message":")" + std::string{message} + R"(","data":{"param":")" +
         std::string{param} + "\"}}}";
}

std::string device_failure(std::string_view message) {
  return R"("error":{"code":-32002,"message":")" + std::string{message} + "\"}}";
}

TEST(BuiltIn, ping) {
  Device device;
  EXPECT_EQ(device.call("ping"), R"("result":"pong"})");
}

TEST(BuiltIn, status_says_what_the_report_says) {
  Device device{{.id = "42"}};
  device.board.heap = 181'000;
  EXPECT_EQ(
      device.call("status"),
      R"("result":{"id":"42","uptime_ms":5000,"seq":0,"led":false,"relay":false,"button":true,"adc0":1023,)"
      R"("temperature":21.7,"free_heap":181000}})");
}

TEST(BuiltIn, led) {
  Device device;
  EXPECT_EQ(device.call("led.set", R"({"on":true})"), R"("result":{"on":true}})");
  EXPECT_TRUE(device.board.led);
  EXPECT_EQ(device.call("led.get"), R"("result":{"on":true}})");
  EXPECT_EQ(device.call("led.set", "[0]"), R"("result":{"on":false}})");
  EXPECT_EQ(device.call("led.get", "{}"), R"("result":{"on":false}})");
  EXPECT_EQ(device.call("led.set"), invalid("parameter missing", "on"));
  EXPECT_EQ(device.call("led.set", R"({"on":"yes"})"), invalid("neither true nor false", "on"));
  EXPECT_EQ(device.board.writes, 2);
  device.board.broken = true;
  EXPECT_EQ(device.call("led.set", "[1]"), device_failure("the board could not switch it"));
  EXPECT_EQ(device.call("led.get"), device_failure("the board could not read it"));
  device.board.has_led = false;
  EXPECT_EQ(device.call("led.set", "[1]"), device_failure("this board has no LED"));
  EXPECT_EQ(device.call("led.get"), device_failure("this board has no LED"));
}

TEST(BuiltIn, gpio_read) {
  Device device;
  EXPECT_EQ(device.call("gpio.read", R"({"pin":"button"})"), R"("result":{"pin":"button","state":true}})");
  EXPECT_EQ(device.call("gpio.read", R"({"pin":0})"), R"("result":{"pin":"button","state":true}})");
  EXPECT_EQ(device.call("gpio.read", R"(["r\u0065lay"])"), R"("result":{"pin":"relay","state":false}})");
  for (const char* pin : {R"(["x"])", "[3]", "[-1]", "[2.0]", "[null]", "[[]]", R"(["adc0"])", "[36]",
                          R"([""])", R"(["button\u0000"])", "[4294967296]"}) {
    EXPECT_EQ(device.call("gpio.read", pin), invalid("no such thing on this board", "pin")) << pin;
  }
  EXPECT_EQ(device.call("gpio.read"), invalid("parameter missing", "pin"));
  device.board.broken = true;
  EXPECT_EQ(device.call("gpio.read", "[0]"), device_failure("the board could not read it"));
}

TEST(BuiltIn, gpio_write) {
  Device device;
  EXPECT_EQ(device.call("gpio.write", R"({"pin":"relay","state":1})"),
            R"("result":{"pin":"relay","state":true}})");
  EXPECT_TRUE(device.board.relay);
  EXPECT_EQ(device.call("gpio.write", R"({"state":false,"pin":5})"),
            R"("result":{"pin":"relay","state":false}})");
  EXPECT_FALSE(device.board.relay);
  EXPECT_EQ(device.call("gpio.write", R"(["spare",true])"), R"("result":{"pin":"spare","state":true}})");
  EXPECT_TRUE(device.board.spare);
  EXPECT_EQ(device.board.writes, 3);
  EXPECT_EQ(device.call("gpio.write", R"(["button",1])"), invalid("no such thing on this board", "pin"));
  EXPECT_EQ(device.call("gpio.write", R"([99,1])"), invalid("no such thing on this board", "pin"));
  EXPECT_EQ(device.call("gpio.write", R"({"state":1})"), invalid("parameter missing", "pin"));
  EXPECT_EQ(device.call("gpio.write", R"({"pin":"relay"})"), invalid("parameter missing", "state"));
  EXPECT_EQ(device.call("gpio.write", R"(["relay",2])"), invalid("neither true nor false", "state"));
  EXPECT_EQ(device.board.writes, 3);
  device.board.broken = true;
  EXPECT_EQ(device.call("gpio.write", "[5,1]"), device_failure("the board could not switch it"));
}

TEST(BuiltIn, adc_read) {
  Device device;
  EXPECT_EQ(device.call("adc.read", R"({"channel":"adc0"})"), R"("result":{"channel":"adc0","value":1023}})");
  EXPECT_EQ(device.call("adc.read", "[36]"), R"("result":{"channel":"adc0","value":1023}})");
  EXPECT_EQ(device.call("adc.read", R"(["led"])"), invalid("no such thing on this board", "channel"));
  EXPECT_EQ(device.call("adc.read"), invalid("parameter missing", "channel"));
  device.board.broken = true;
  EXPECT_EQ(device.call("adc.read", "[36]"), device_failure("the board could not read it"));
}

TEST(BuiltIn, sensor_read) {
  Device device;
  EXPECT_EQ(device.call("sensor.read", R"({"name":"temperature"})"),
            R"("result":{"name":"temperature","value":21.7}})");
  EXPECT_EQ(device.call("sensor.read"), R"("result":{"temperature":21.7}})");
  EXPECT_EQ(device.call("sensor.read", R"(["adc0"])"), invalid("no such thing on this board", "name"));
  EXPECT_EQ(device.call("sensor.read", "[-1]"), invalid("no such thing on this board", "name"))
      << "-1 says that it has no number";
  device.board.broken = true;
  EXPECT_EQ(device.call("sensor.read", R"(["temperature"])"), device_failure("the board could not read it"));
  EXPECT_EQ(device.call("sensor.read"), R"("result":{}})");
}

TEST(BuiltIn, configuration) {
  Device device{{.id = "42", .status_interval = 2500ms}};
  device.agent.opened(device.now);
  device.poll();
  EXPECT_EQ(device.call("config.get"), R"("result":{"id":"42","status_interval_s":2.5}})");
  EXPECT_EQ(device.call("config.set", R"({"status_interval_s":60})"),
            R"("result":{"id":"42","status_interval_s":60}})");
  EXPECT_TRUE(device.agent.status_interval() == 60s);
  EXPECT_TRUE(device.agent.deadline() == device.now + 60s);
  const std::string range =
      R"("error":{"code":-32602,"message":"out of range","data":{"param":"status_interval_s","min":1,"max":86400}}})";
  EXPECT_EQ(device.call("config.set", "[0]"), range);
  EXPECT_EQ(device.call("config.set", "[86401]"), range);
  EXPECT_EQ(device.call("config.set", R"({"id":"43"})"), invalid("parameter missing", "status_interval_s"));
  EXPECT_TRUE(device.agent.status_interval() == 60s);
  device.agent.closed();
  EXPECT_EQ(device.call("config.set", "[5]"), R"("result":{"id":"42","status_interval_s":5}})");
  EXPECT_TRUE(device.agent.deadline() == kNever);
}

TEST(BuiltIn, an_interval_of_zero_can_be_allowed) {
  Device device{{.min_status_interval_s = 0}};
  device.agent.opened(device.now);
  EXPECT_EQ(device.call("config.set", "[0]"), R"("result":{"id":"","status_interval_s":0}})");
  EXPECT_TRUE(device.agent.deadline() == kNever);
  EXPECT_EQ(device.poll(), "(nothing)");
  device.call("config.set", "[1]");
  EXPECT_TRUE(device.agent.deadline() == device.now + 1s);
}

TEST(BuiltIn, restart_may_be_refused) {
  Device device;
  device.board.broken = true;
  EXPECT_EQ(device.call("restart"), R"("error":{"code":-32001,"message":"restart refused"}})");
  device.board.broken = false;
  EXPECT_EQ(device.call("restart"), R"("result":{"restarting":true}})");
  EXPECT_TRUE(device.board.restarting);
}

TEST(BuiltIn, methods_describes_what_there_is) {
  Device device;
  ASSERT_TRUE(
      device.agent.add("gpio.pulse(pin, ms)", "closes a relay for a time", [](Call&, json::Writer&) {}));
  ASSERT_TRUE(device.agent.add("gpio.read", [](Call&, json::Writer&) {}));
  EXPECT_EQ(
      device.call("methods", R"({"prefix":"gpio."})"),
      R"("result":{"methods":[{"name":"gpio.pulse","params":["pin","ms"],"description":"closes a relay for a )"
      R"(time"},{"name":"gpio.read","params":[]},{"name":"gpio.write","params":["pin","state"],)"
      R"("description":"switches an output pin"}]}})");
  EXPECT_EQ(device.call("methods", R"(["no"])"), R"("result":{"methods":[]}})");
  EXPECT_EQ(device.call("methods", "[7]"), invalid("not a string", "prefix"));
  EXPECT_EQ(device.call("methods", "[\"" + std::string(33, 'x') + "\"]"),
            invalid("string too long", "prefix"));
  const std::string all = device.call("methods");
  for (const char* name : {"status", "ping", "methods", "led.set", "led.get", "gpio.pulse", "gpio.read",
                           "gpio.write", "adc.read", "sensor.read", "config.get", "config.set", "restart"}) {
    const std::string quoted = R"({"name":")" + std::string{name} + '"';
    EXPECT_NE(all.find(quoted), all.npos) << name;
    EXPECT_EQ(all.find(quoted), all.rfind(quoted)) << name;
  }
  EXPECT_LT(Device{}.call("methods").size(), 1500u) << "kMinReply's comment says so";
}

}  // namespace
}  // namespace linnet::agent
