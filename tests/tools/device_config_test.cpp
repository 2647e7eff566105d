// SPDX-License-Identifier: Apache-2.0
#include "tools/device/device_config.hpp"

#include <gtest/gtest.h>

namespace linnet::tools {
namespace {

std::string wrong(std::string_view text) {
  const auto config = parse_device_config(text);
  return config ? "" : config.error();
}

TEST(DeviceConfig, TakesWhatIsThere) {
  const auto config = parse_device_config(
      R"({"url":"ws:\/\/a","id":"42","status_interval_s":0.5,"timeout_s":3,"ping_interval_s":0,"authorization":"Bearer x"})");
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->url, "ws://a");
  EXPECT_EQ(config->id, "42");
  EXPECT_EQ(config->authorization, "Bearer x");
  EXPECT_EQ(config->status_interval, Duration{500ms});
  EXPECT_EQ(config->timeout, Duration{3s});
  EXPECT_EQ(config->ping_interval, Duration{0s});
  EXPECT_TRUE(parse_device_config(" {} ").has_value());
}

TEST(DeviceConfig, SaysWhereItIsWrong) {
  EXPECT_EQ(wrong(""), "line 1, column 1: this is not JSON from here on");
  EXPECT_EQ(wrong("{\n \"url\": oops}"), "line 2, column 9: this is not JSON from here on");
  EXPECT_EQ(wrong("{\"id\":\"x\"} x"), "line 1, column 12: this is not JSON from here on");
  EXPECT_TRUE(wrong("[]").starts_with("line 1, column 1: this is JSON, but no object"));
  EXPECT_TRUE(wrong("{\n\n  \"speed\":1}").starts_with("line 3, column 3: \"speed\" is not known"));
  EXPECT_TRUE(wrong("{\"url\":5}").starts_with("line 1, column 2: \"url\" wants a text"));
  EXPECT_TRUE(wrong("{\"id\":\"\"}").find("not empty") != std::string::npos);
  for (const char* value : {"\"1\"", "0", "-1", "1e9", "true", "[1]"})
    EXPECT_TRUE(wrong(std::string{"{\"timeout_s\":"} + value + "}").find("seconds") != std::string::npos)
        << value;
}

}  // namespace
}  // namespace linnet::tools
