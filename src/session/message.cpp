// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/message.hpp"

namespace linnet::session {

using namespace std::string_view_literals;

std::string_view encode(MessageId id, std::span<char, kLongestId> into) noexcept {
  for (unsigned digit = 0; digit < 8; ++digit) {
    into[digit] = "0123456789abcdef"[(id.epoch >> (28 - 4 * digit)) & 15u];
  }
  into[8] = '-';
  std::size_t digits = 1;
  for (std::uint32_t rest = id.sequence; rest > 9; rest /= 10) ++digits;
  std::uint32_t rest = id.sequence;
  for (std::size_t at = 8 + digits; at > 8; --at, rest /= 10) into[at] = static_cast<char>('0' + rest % 10);
  return {into.data(), 9 + digits};
}

std::optional<MessageId> decode_id(std::string_view text) noexcept {
  if (text.size() < 10 || text.size() > kLongestId || text[8] != '-' || text[9] == '0') return std::nullopt;
  MessageId id;
  for (std::size_t i = 0; i < 8; ++i) {
    const char each = text[i];
    const bool is_digit = each >= '0' && each <= '9';
    if (!is_digit && (each < 'a' || each > 'f')) return std::nullopt;
    id.epoch = id.epoch << 4 | static_cast<std::uint32_t>(is_digit ? each - '0' : each - 'a' + 10);
  }
  std::uint64_t sequence = 0;
  for (std::size_t i = 9; i < text.size(); ++i) {
    const char each = text[i];
    if (each < '0' || each > '9') return std::nullopt;
    sequence = sequence * 10 + static_cast<std::uint64_t>(each - '0');
  }
  if (sequence > UINT32_MAX) return std::nullopt;
  id.sequence = static_cast<std::uint32_t>(sequence);
  return id;
}

std::string_view describe(Outcome outcome) noexcept {
  static constexpr std::string_view kWords[kOutcomes] = {
      "unknown"sv,      "posted"sv,     "queued"sv,  "stored"sv,  "in_flight"sv, "sent"sv,
      "acknowledged"sv, "superseded"sv, "expired"sv, "refused"sv, "lost"sv,      "cleared"sv};
  return kWords[static_cast<std::size_t>(outcome)];
}

}  // namespace linnet::session
