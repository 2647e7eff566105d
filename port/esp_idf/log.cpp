// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/log.hpp"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>

#include "esp_log.h"

namespace linnet::port::esp_idf {
namespace {

using Tag = std::array<char, 24>;

Tag tag_of(std::string_view layer) noexcept {
  Tag tag;
  std::snprintf(tag.data(), tag.size(), "linnet.%.*s", static_cast<int>(layer.size()), layer.data());
  return tag;
}

esp_log_level_t level_of(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::trace: return ESP_LOG_VERBOSE;
    case LogLevel::debug: return ESP_LOG_DEBUG;
    case LogLevel::info: return ESP_LOG_INFO;
    case LogLevel::warn: return ESP_LOG_WARN;
    case LogLevel::error: break;
  }
  return ESP_LOG_ERROR;
}

/// A line that is cut where it is full.
struct Line {
  std::array<char, 160> text{};
  std::size_t size = 0;

  template <typename... Arguments>
  void add(const char* format, Arguments... arguments) noexcept {
    const int more = std::snprintf(text.data() + size, text.size() - size, format, arguments...);
    size = std::min(text.size() - 1, size + static_cast<std::size_t>(std::max(more, 0)));
  }
};

}  // namespace

void EspLog::entry(Instant /*now*/, LogLevel level, std::string_view layer, std::string_view event,
                   std::span<const LogField> fields) {
  Line line;
  line.add("%.*s", static_cast<int>(event.size()), event.data());
  for (const LogField& field : fields) {
    line.add(" %.*s=", static_cast<int>(field.name.size()), field.name.data());
    if (field.is_number) {
      line.add("%" PRId64, field.number);
    } else {
      line.add("%.*s", static_cast<int>(field.text.size()), field.text.data());
    }
  }
  const Tag tag = tag_of(layer);
  ESP_LOG_LEVEL(level_of(level), tag.data(), "%s", line.text.data());
}

void EspTrace::bytes(Instant /*now*/, std::string_view layer, Direction direction, Bytes data) {
  const Tag tag = tag_of(layer);
  [[maybe_unused]] const char* arrow = direction == Direction::in ? "<" : ">";
  ESP_LOGD(tag.data(), "%s %u bytes", arrow, static_cast<unsigned>(data.size()));
  ESP_LOG_BUFFER_HEX_LEVEL(tag.data(), data.data(), static_cast<std::uint16_t>(data.size()), ESP_LOG_VERBOSE);
}

void EspTrace::note(Instant /*now*/, std::string_view layer, std::string_view text) {
  const Tag tag = tag_of(layer);
  ESP_LOGI(tag.data(), "%.*s", static_cast<int>(text.size()), text.data());
}

}  // namespace linnet::port::esp_idf
