// SPDX-License-Identifier: Apache-2.0
// What the layers tell, in ESP-IDF's log, under tags "linnet." and the layer ("linnet.session", "linnet.ws",
// "linnet.at"). How much is compiled in is menuconfig's; at run time levels are set as for any tag:
// esp_log_level_set("linnet.at", ESP_LOG_VERBOSE).
#pragma once

#include "linnet/base/log.hpp"
#include "linnet/base/trace.hpp"

namespace linnet::port::esp_idf {

/// A session's structured log, a line an entry: "opened link=wifi after=412".
class EspLog final : public Log {
 public:
  void entry(Instant now, LogLevel level, std::string_view layer, std::string_view event,
             std::span<const LogField> fields) override;
};

/// The bytes of each layer: how many at level "debug", in hex at "verbose"; steps at "info".
class EspTrace final : public Trace {
 public:
  void bytes(Instant now, std::string_view layer, Direction direction, Bytes data) override;
  void note(Instant now, std::string_view layer, std::string_view text) override;
};

}  // namespace linnet::port::esp_idf
