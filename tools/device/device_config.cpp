// SPDX-License-Identifier: Apache-2.0
#include "tools/device/device_config.hpp"

#include <cmath>

#include "linnet/codec/json.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

constexpr double kMostSeconds = 365.0 * 24 * 3600;

/// As editors count: both from 1.
std::string place(std::string_view text, std::size_t offset) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (const char character : text.substr(0, offset)) {
    ++column;
    if (character == '\n') {
      ++line;
      column = 1;
    }
  }
  return concat("line ", line, ", column ", column, ": ");
}

std::string take_text(const json::Value& value, std::optional<std::string>& to) {
  if (value.kind != json::Value::string) return "wants a text in quotes";
  std::string buffer(value.raw.size(), '\0');
  const auto text = json::to_text(value.raw, buffer);
  if (!text || text->empty()) return "wants a text that is not empty";
  to.emplace(*text);
  return {};
}

std::string take_seconds(const json::Value& value, double least, std::optional<Duration>& to) {
  const auto seconds = json::to_double(value.raw);
  if (value.kind != json::Value::number || !seconds || *seconds < least || *seconds > kMostSeconds)
    return concat("wants a number of seconds, ", least == 0 ? "0" : "more than 0");
  to.emplace(std::llround(*seconds * 1e6));
  return {};
}

/// Says what is wrong with the member; empty: nothing.
std::string take_member(std::string_view key, const json::Value& value, DeviceConfig& config) {
  constexpr double kShortest = 0.001;
  if (json::equals(key, "url")) return take_text(value, config.url);
  if (json::equals(key, "id")) return take_text(value, config.id);
  if (json::equals(key, "authorization")) return take_text(value, config.authorization);
  if (json::equals(key, "status_interval_s")) return take_seconds(value, kShortest, config.status_interval);
  if (json::equals(key, "timeout_s")) return take_seconds(value, kShortest, config.timeout);
  if (json::equals(key, "ping_interval_s")) return take_seconds(value, 0, config.ping_interval);
  return "is not known; there are url, id, authorization, status_interval_s, timeout_s, ping_interval_s";
}

}  // namespace

std::expected<DeviceConfig, std::string> parse_device_config(std::string_view text) {
  json::Scanner scanner{text};
  DeviceConfig config;
  json::Token token = scanner.next();
  if (token.kind != json::Token::error && token.kind != json::Token::object_begin)
    return std::unexpected{place(text, 0) + "this is JSON, but no object: {\"url\":\"ws://…\"}"};
  while (token.kind != json::Token::error && token.kind != json::Token::end) {
    token = scanner.next();
    if (token.kind != json::Token::key) continue;
    const auto at = static_cast<std::size_t>(token.raw.data() - text.data());
    const auto value = scanner.skip_value();
    if (!value) {
      token.kind = json::Token::error;
      break;
    }
    if (const std::string wrong = take_member(token.raw, *value, config); !wrong.empty())
      return std::unexpected{concat(place(text, at), printable(token.raw, 80), " ", wrong)};
  }
  if (token.kind == json::Token::error)
    return std::unexpected{place(text, scanner.position()) + "this is not JSON from here on"};
  return config;
}

}  // namespace linnet::tools
