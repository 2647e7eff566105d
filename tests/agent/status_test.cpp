// SPDX-License-Identifier: Apache-2.0
// What the agent says by itself: reports at their interval, never a burst, and alerts.
#include "agent/test_board.hpp"

namespace linnet::agent {
namespace {

using test::Block;
using test::Device;

TEST(Status, the_first_report_comes_with_the_connection) {
  Device device{{.id = "42"}};
  EXPECT_TRUE(device.agent.deadline() == kNever);
  EXPECT_EQ(device.poll(), "(nothing)");
  device.agent.opened(device.now);
  EXPECT_TRUE(device.agent.deadline() == device.now);
  EXPECT_EQ(device.poll(),
            R"({"jsonrpc":"2.0","method":"status","params":{"id":"42","uptime_ms":5000,"seq":0,"led":false,)"
            R"("relay":false,"button":true,"adc0":1023,"temperature":21.7}})");
  EXPECT_EQ(device.poll(), "(nothing)");
  EXPECT_TRUE(device.agent.deadline() == device.now + 10s);
}

TEST(Status, has_what_is_known) {
  Device device{{.report = [](json::Writer& params, Instant) { params.member("version", "1.2"); }}};
  device.board.heap = 181'000;
  device.board.signal = -67;
  device.agent.set_round_trip(41'250us);
  device.agent.opened(device.now);
  device.now += 1'999us;
  EXPECT_EQ(
      device.poll(),
      R"({"jsonrpc":"2.0","method":"status","params":{"uptime_ms":5001,"seq":0,"led":false,"relay":false,)"
      R"("button":true,"adc0":1023,"temperature":21.7,"free_heap":181000,"rssi":-67,"rtt_ms":41.25,)"
      R"("version":"1.2"}})");
  device.board.broken = true;
  device.now += 10s;
  EXPECT_EQ(device.poll(),
            R"({"jsonrpc":"2.0","method":"status","params":{"uptime_ms":15001,"seq":1,"free_heap":181000,)"
            R"("rssi":-67,"rtt_ms":41.25,"version":"1.2"}})");
}

TEST(Status, durations_have_their_fraction) {
  const auto round_trip = [](Duration time) {
    Device device;
    device.agent.set_round_trip(time);
    const std::string text = device.call("status");
    const std::size_t at = text.find("rtt_ms\":") + 8;
    return text.substr(at, text.find('}', at) - at);
  };
  EXPECT_EQ(round_trip(0us), "0");
  EXPECT_EQ(round_trip(-5us), "0");
  EXPECT_EQ(round_trip(1us), "0.001");
  EXPECT_EQ(round_trip(120us), "0.12");
  EXPECT_EQ(round_trip(999us), "0.999");
  EXPECT_EQ(round_trip(1000us), "1");
  EXPECT_EQ(round_trip(10'500us), "10.5");
  EXPECT_EQ(round_trip(Duration::max()), "9223372036854775.807");
  Device device{{.status_interval = 50us}};
  EXPECT_EQ(device.call("config.get"), R"("result":{"id":"","status_interval_s":0.00005}})");
}

TEST(Status, keeps_its_interval) {
  Device device;
  device.agent.opened(device.now);
  for (int i = 0; i < 5; ++i) {
    EXPECT_NE(device.poll(), "(nothing)");
    device.now += 10s - 1us;
    EXPECT_EQ(device.poll(), "(nothing)");
    device.now += 1us;
  }
  device.now += 3s;  // late: the next one is not later for that
  EXPECT_NE(device.poll(), "(nothing)");
  EXPECT_TRUE(device.agent.deadline() == device.now + 7s);
}

TEST(Status, does_not_make_up_for_what_was_missed) {
  Device device;
  device.agent.opened(device.now);
  device.poll();
  device.now += 1h;
  EXPECT_NE(device.poll(), "(nothing)");
  EXPECT_EQ(device.poll(), "(nothing)");
  EXPECT_TRUE(device.agent.deadline() == device.now + 10s);
}

TEST(Status, comes_at_each_opening_and_not_without_connection) {
  Device device;
  device.agent.opened(device.now);
  device.poll();
  device.agent.closed();
  device.now += 1h;
  EXPECT_EQ(device.poll(), "(nothing)");
  EXPECT_TRUE(device.agent.deadline() == kNever);
  device.agent.opened(device.now);
  EXPECT_NE(device.poll().find("\"seq\":1"), std::string::npos);
}

TEST(Status, can_be_off) {
  Device device{{.status_interval = 0s}};
  device.agent.opened(device.now);
  EXPECT_TRUE(device.agent.deadline() == kNever);
  EXPECT_EQ(device.poll(), "(nothing)");
}

TEST(Status, a_buffer_that_is_too_small_costs_one_report) {
  Device device;
  device.agent.opened(device.now);
  EXPECT_EQ(device.poll(40), "(too_large)");
  EXPECT_EQ(device.poll(), "(nothing)") << "or the loop would not come to rest";
  device.now += 10s;
  EXPECT_NE(device.poll(), "(nothing)");
}

TEST(Alert, has_a_text_or_a_number) {
  Device device{{.id = "a\"b"}};
  const auto said = [&](auto value, std::size_t room = 256) {
    Block out{room};
    return Device::said(device.agent.alert("door", value, device.now, out.span()), out);
  };
  const std::string begin =
      R"({"jsonrpc":"2.0","method":"alert","params":{"id":"a\"b","uptime_ms":5000,"name":"door",)";
  EXPECT_EQ(said("open \xe2\x9c\x93\n"), begin + "\"text\":\"open \xe2\x9c\x93\\u000a\"}}");
  EXPECT_EQ(said(-5), begin + "\"value\":-5}}");
  EXPECT_EQ(said(7u), begin + "\"value\":7}}");
  EXPECT_EQ(said(21.7f), begin + "\"value\":21.7}}");
  EXPECT_EQ(said(0.1), begin + "\"value\":0.1}}");
  const std::string whole = said("x");
  for (std::size_t room = 0; room < whole.size(); ++room) EXPECT_EQ(said("x", room), "(too_large)");
  EXPECT_EQ(said("x", whole.size()), whole);
}

}  // namespace
}  // namespace linnet::agent
