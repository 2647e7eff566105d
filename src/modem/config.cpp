// SPDX-License-Identifier: Apache-2.0
#include "linnet/modem/config.hpp"

namespace linnet::modem {
namespace {

constexpr std::size_t kLongestName = 100;   // an APN has at most 100 octets: 3GPP TS 23.003, section 9.1
constexpr std::size_t kLongestSecret = 64;  // AT+CGAUTH
constexpr std::size_t kLongestHost = 253;

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr bool is_alphanumeric(char c) noexcept {
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_quotable(std::string_view text, std::size_t most) noexcept {
  for (const char c : text) {
    if (c < ' ' || c > '~' || c == '"' || c == '\\') return false;
  }
  return text.size() <= most;
}

/// 4 to 8 digits: 3GPP TS 31.101, section 9.5.1.
bool is_pin(std::string_view text) noexcept {
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return text.empty() || (text.size() >= 4 && text.size() <= 8);
}

bool is_command_timeout(Duration time) noexcept {
  return time >= 3s && time <= 120s;
}

}  // namespace

Result<void> validate(const Config& config) noexcept {
  const bool valid = is_quotable(config.apn, kLongestName) && is_quotable(config.user, kLongestSecret) &&
                     is_quotable(config.password, kLongestSecret) && is_pin(config.pin) &&
                     is_command_timeout(config.open_timeout) && is_command_timeout(config.send_timeout);
  if (!valid) return fail(Errc::invalid_argument);
  return {};
}

bool is_host(std::string_view text) noexcept {
  for (const char c : text) {
    if (!is_alphanumeric(c) && c != '-' && c != '.' && c != '_' && c != ':') return false;
  }
  return !text.empty() && text.size() <= kLongestHost;
}

}  // namespace linnet::modem
