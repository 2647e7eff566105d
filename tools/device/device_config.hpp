// SPDX-License-Identifier: Apache-2.0
// The file that `linnet device --config` reads: one JSON object,
//   {"url":"ws://192.0.2.1/device/42","id":"42","status_interval_s":10,"timeout_s":30,"ping_interval_s":20,
//    "authorization":"Bearer …"}
// every member optional. What the command line says counts more than the file, and the file more than a
// default.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "linnet/base/time.hpp"

namespace linnet::tools {

struct DeviceConfig {
  std::optional<std::string> url;
  std::optional<std::string> id;
  std::optional<std::string> authorization;
  std::optional<Duration> status_interval;
  std::optional<Duration> timeout;
  std::optional<Duration> ping_interval;
};

/// `text` is the file's content. Else what is wrong with it, beginning with where: "line 3, column 7: …".
std::expected<DeviceConfig, std::string> parse_device_config(std::string_view text);

}  // namespace linnet::tools
