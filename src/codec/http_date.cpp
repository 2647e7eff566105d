// SPDX-License-Identifier: Apache-2.0
#include "linnet/codec/http_date.hpp"

#include <chrono>

namespace linnet::http1 {
namespace {

using namespace std::string_view_literals;

// Text and no tables of views, which would be initialised RAM.
constexpr std::string_view kDays = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday "sv;
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec"sv;
constexpr std::size_t kShort = 3;        // letters
constexpr int kFirstOfThisCentury = 70;  // what is written with two digits and less is of 2000 and later

/// Takes one thing after the other off the front; what does not fit is remembered.
class Reader {
 public:
  explicit Reader(std::string_view text) noexcept : left_{text} {}

  bool takes(std::string_view what) noexcept {
    if (!left_.starts_with(what)) return false;
    left_.remove_prefix(what.size());
    return true;
  }
  void expect(std::string_view what) noexcept { is_good_ = takes(what) && is_good_; }
  /// Exactly so many digits; the first may be a space where asctime() pads with one.
  int number(std::size_t digits, bool is_padded = false) noexcept {
    if (left_.size() < digits) {
      is_good_ = false;
      return 0;
    }
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char digit = left_[i];
      if (is_padded && i == 0 && digit == ' ') continue;
      if (digit < '0' || digit > '9') is_good_ = false;
      value = value * 10 + (digit - '0');
    }
    left_.remove_prefix(digits);
    return value;
  }
  /// Which of them stands here, counted from 1.
  unsigned month() noexcept {
    for (std::size_t at = 0; at < kMonths.size(); at += kShort) {
      if (takes({kMonths.data() + at, kShort})) return static_cast<unsigned>(at / kShort + 1);
    }
    is_good_ = false;
    return 0;
  }
  /// A day of the week, whole or its first three letters. True: it was whole.
  bool takes_day() noexcept {
    for (std::size_t at = 0; at < kDays.size();) {
      const std::size_t size = kDays.find(' ', at) - at;
      if (takes({kDays.data() + at, size})) return true;
      if (takes({kDays.data() + at, kShort})) return false;
      at += size + 1;
    }
    is_good_ = false;
    return false;
  }
  /// All was good, and nothing is left.
  bool is_done() const noexcept { return is_good_ && left_.empty(); }

 private:
  std::string_view left_;
  bool is_good_ = true;
};

struct Parts {
  int year = 0;
  unsigned month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;  // 60: a leap second
};

void take_time(Reader& reader, Parts& parts) noexcept {
  parts.hour = reader.number(2);
  reader.expect(":"sv);
  parts.minute = reader.number(2);
  reader.expect(":"sv);
  parts.second = reader.number(2);
}

/// "06 Nov 1994 08:49:37 GMT" or, with hyphens, "06-Nov-94 08:49:37 GMT".
void take_date(Reader& reader, bool has_hyphens, Parts& parts) noexcept {
  const std::string_view between = has_hyphens ? "-"sv : " "sv;
  parts.day = reader.number(2);
  reader.expect(between);
  parts.month = reader.month();
  reader.expect(between);
  parts.year = reader.number(has_hyphens ? 2 : 4);
  if (has_hyphens) parts.year += parts.year < kFirstOfThisCentury ? 2000 : 1900;
  reader.expect(" "sv);
  take_time(reader, parts);
  reader.expect(" GMT"sv);
}

/// "Nov  6 08:49:37 1994".
void take_asctime(Reader& reader, Parts& parts) noexcept {
  parts.month = reader.month();
  reader.expect(" "sv);
  parts.day = reader.number(2, true);
  reader.expect(" "sv);
  take_time(reader, parts);
  reader.expect(" "sv);
  parts.year = reader.number(4);
}

}  // namespace

std::optional<std::int64_t> parse_date(std::string_view text) noexcept {
  Reader reader{text};
  Parts parts;
  const bool is_whole = reader.takes_day();
  if (reader.takes(", "sv)) {
    take_date(reader, is_whole, parts);
  } else {
    reader.expect(" "sv);
    if (is_whole) return std::nullopt;
    take_asctime(reader, parts);
  }
  if (!reader.is_done() || parts.hour > 23 || parts.minute > 59 || parts.second > 60) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year{parts.year}, std::chrono::month{parts.month},
                                        std::chrono::day{static_cast<unsigned>(parts.day)}};
  if (!day.ok()) return std::nullopt;
  constexpr std::int64_t kDay = 86'400;
  constexpr std::int64_t kHour = 3600;
  constexpr std::int64_t kMinute = 60;
  const std::int64_t days = std::chrono::sys_days{day}.time_since_epoch().count();
  return days * kDay + parts.hour * kHour + parts.minute * kMinute + parts.second;
}

}  // namespace linnet::http1
