// SPDX-License-Identifier: Apache-2.0
// What the program says to whoever runs it: on stderr, one line each, with the time of day and a level.
// Colours only on a terminal. Who writes a line keeps secrets out of it (tools/wire/secrets.hpp); control
// characters are taken out here, so that no peer can write to the terminal through the log.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tools/cli/text.hpp"

namespace linnet::tools {

enum class Level : std::uint8_t { trace, debug, info, warn, error };

/// "info" and so on; nothing for any other text.
std::optional<Level> parse_level(std::string_view name) noexcept;

namespace log {

/// For the whole program; info at first. Any thread may write.
void set_level(Level least) noexcept;
bool shows(Level level) noexcept;
void write(Level level, std::string_view text);

template <typename... Parts>
void trace(const Parts&... parts) {
  if (shows(Level::trace)) write(Level::trace, concat(parts...));
}
template <typename... Parts>
void debug(const Parts&... parts) {
  if (shows(Level::debug)) write(Level::debug, concat(parts...));
}
template <typename... Parts>
void info(const Parts&... parts) {
  if (shows(Level::info)) write(Level::info, concat(parts...));
}
template <typename... Parts>
void warn(const Parts&... parts) {
  if (shows(Level::warn)) write(Level::warn, concat(parts...));
}
template <typename... Parts>
void error(const Parts&... parts) {
  write(Level::error, concat(parts...));
}

}  // namespace log
}  // namespace linnet::tools
