// SPDX-License-Identifier: Apache-2.0
// See duration_text.hpp. The decimal point is moved in the text: the C library's 64-bit division, which a
// division of microseconds would need, is 700 bytes of flash on a Cortex-M3.
#include "duration_text.hpp"

#include <algorithm>
#include <array>

namespace linnet::agent::detail {

void write_duration(json::Writer& writer, Duration time, Unit unit, bool fraction) noexcept {
  constexpr std::size_t kBefore = 8;  // a point, and as many zeros as a unit has, and one more
  constexpr std::size_t kDigits = 20;
  std::array<char, kBefore + kDigits> text;
  text.fill('0');
  const auto number = std::max<Duration::rep>(time.count(), 0);
  const auto digits = json::Writer{std::span{text}.subspan(kBefore)}.value(number).finish();
  const std::size_t places = static_cast<unsigned>(unit);
  const std::size_t count = digits ? digits->size() : 0;
  char* end = text.data() + kBefore + count;
  char* const point = end - places;
  char* begin = point - (count > places ? count - places : 1);
  if (!fraction) end = point;
  while (end > point && end[-1] == '0') --end;
  if (end > point) {
    std::copy(begin, point, begin - 1);
    --begin;
    point[-1] = '.';
  }
  writer.raw({begin, static_cast<std::size_t>(end - begin)});
}

}  // namespace linnet::agent::detail
