// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/log.hpp"

#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace linnet::tools {
namespace {

struct Style {
  std::string_view name;
  std::string_view padded;  // to one width, so that the texts stand below each other
  std::string_view colour;  // ECMA-48, SGR
};

constexpr std::array<Style, 5> kStyles{{{"trace", "trace ", "\x1b[2m"},
                                        {"debug", "debug ", "\x1b[36m"},
                                        {"info", "info  ", "\x1b[32m"},
                                        {"warn", "warn  ", "\x1b[33m"},
                                        {"error", "error ", "\x1b[31m"}}};
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::size_t kLongestLine = 4096;

// One log for the whole program, as there is one stderr.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<Level> least_shown{Level::info};

/// A terminal, unless its user does not want colours (no-color.org).
bool is_coloured() noexcept {
  static const bool coloured = ::isatty(STDERR_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return coloured;
}

}  // namespace

std::optional<Level> parse_level(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kStyles.size(); ++i) {
    if (kStyles[i].name == name) return static_cast<Level>(i);
  }
  return std::nullopt;
}

namespace log {

void set_level(Level least) noexcept {
  least_shown = least;
}

bool shows(Level level) noexcept {
  return level >= least_shown.load(std::memory_order_relaxed);
}

void write(Level level, std::string_view text) {
  timeval now{};
  ::gettimeofday(&now, nullptr);
  std::tm local{};
  ::localtime_r(&now.tv_sec, &local);
  char stamp[32];
  std::snprintf(stamp, sizeof stamp, "%02d:%02d:%02d.%03d ", local.tm_hour, local.tm_min, local.tm_sec,
                static_cast<int>(now.tv_usec / 1000));

  const Style& style = kStyles[static_cast<std::size_t>(level)];
  std::string line{stamp};
  if (is_coloured()) line += style.colour;
  line += style.padded;
  if (is_coloured()) line += kPlain;
  line += printable(text, kLongestLine);
  line += '\n';
  // One call a line, so that lines of several threads and programs do not mix.
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace log
}  // namespace linnet::tools
