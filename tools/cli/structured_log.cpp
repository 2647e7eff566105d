// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/structured_log.hpp"

#include "tools/cli/log.hpp"

namespace linnet::tools {
namespace {

class StructuredLog final : public Log {
 public:
  void entry(Instant /*now*/, LogLevel level, std::string_view layer, std::string_view event,
             std::span<const LogField> fields) override {
    const auto shown = static_cast<Level>(level);
    if (!log::shows(shown)) return;
    std::string line = concat(layer, ".", event);
    for (const LogField& field : fields) {
      line += concat(" ", field.name, "=");
      line += field.is_number ? std::to_string(field.number) : std::string{field.text};
    }
    log::write(shown, line);
  }
};
static_assert(static_cast<int>(Level::trace) == static_cast<int>(LogLevel::trace) &&
              static_cast<int>(Level::error) == static_cast<int>(LogLevel::error));

}  // namespace

Log* structured_log() noexcept {
  static StructuredLog one;
  return log::shows(Level::debug) ? &one : nullptr;
}

}  // namespace linnet::tools
