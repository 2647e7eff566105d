// SPDX-License-Identifier: Apache-2.0
#include "words.hpp"

#include <array>
#include <chrono>

namespace linnet::tls {

Words& Words::pad(unsigned number, unsigned least) noexcept {
  std::array<char, 10> digits;  // what 32 bits have at most
  std::size_t first = digits.size();
  do {
    digits[--first] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  while (digits.size() - first < least) digits[--first] = '0';
  return *this << std::string_view{digits.data() + first, digits.size() - first};
}

Words& Words::date(std::int64_t unix_time) noexcept {
  const std::chrono::sys_seconds time{std::chrono::seconds{unix_time}};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
  pad(static_cast<unsigned>(std::max(static_cast<int>(day.year()), 0)), 4) << "-";
  pad(static_cast<unsigned>(day.month()), 2) << "-";
  return pad(static_cast<unsigned>(day.day()), 2);
}

}  // namespace linnet::tls
