// SPDX-License-Identifier: Apache-2.0
// The simulated board behind an agent: what `linnet device` shows.
#include "tools/device/simulated_board.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "linnet/agent/agent.hpp"

namespace linnet::tools {
namespace {

constexpr Instant kStart{5s};

TEST(SimulatedBoard, reports_all_that_it_has) {
  SimulatedBoard board{kStart};
  agent::CommandTable<> commands;
  agent::Agent agent{board, {.id = "sim"}, commands};
  char buffer[512];
  agent.opened(kStart);
  EXPECT_EQ(agent.poll(kStart + 5s, buffer).value_or(""),
            R"({"jsonrpc":"2.0","method":"status","params":{"id":"sim","uptime_ms":5000,"seq":0,"led":false,)"
            R"("relay":false,"button":false,"temperature":20.1,"adc0":1650,"free_heap":180000,"rssi":-61}})");
  EXPECT_TRUE(agent.call("gpio.write", R"(["relay",1])", kStart, buffer).has_value());
  EXPECT_TRUE(agent.call("led.set", "[true]", kStart, buffer).has_value());
  EXPECT_TRUE(board.relay() && board.led());
  board.press_button(true);
  EXPECT_EQ(agent.call("gpio.read", R"(["button"])", kStart, buffer).value_or(""),
            R"({"pin":"button","state":true})");
  EXPECT_TRUE(agent.call("restart", {}, kStart, buffer).has_value());
  EXPECT_TRUE(board.restart_requested());
  board.restart(kStart + 60s);
  EXPECT_FALSE(board.relay() || board.led() || board.restart_requested());
  EXPECT_EQ(board.uptime(kStart + 61s), Duration{1s});
}

TEST(SimulatedBoard, its_curves_stay_within_bounds_and_repeat) {
  SimulatedBoard board{kStart, 7};
  SimulatedBoard same{kStart, 7};
  const agent::Point& sensor = board.points()[3];
  const agent::Point& channel = board.points()[4];
  float low = 100;
  float high = 0;
  std::int32_t most = 0;
  for (Instant now = kStart; now < kStart + 1200s; now += 500ms) {
    const float degrees = *board.read_sensor(sensor, now);
    EXPECT_EQ(degrees, *same.read_sensor(sensor, now));
    low = std::min(low, degrees);
    high = std::max(high, degrees);
    most = std::max(most, *board.read_analog(channel, now));
    EXPECT_GE(*board.read_analog(channel, now), 0);
  }
  EXPECT_TRUE(low >= 20.0f && low < 20.5f) << low;
  EXPECT_TRUE(high <= 24.3f && high > 23.9f) << high;
  EXPECT_EQ(most, 3300);
}

}  // namespace
}  // namespace linnet::tools
