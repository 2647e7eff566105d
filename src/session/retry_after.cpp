// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/retry_after.hpp"

#include <algorithm>

#include "linnet/codec/http1_field.hpp"
#include "linnet/codec/http_date.hpp"

namespace linnet::session {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostDigits = 9;  // 31 years

}  // namespace

void RetryAfter::take_field(std::string_view name, std::string_view value) noexcept {
  if (http1::equal_ignoring_case(name, "Date"sv)) {
    date_ = http1::parse_date(value);
  } else if (http1::equal_ignoring_case(name, "Retry-After"sv)) {
    const auto seconds = value.size() <= kMostDigits ? http1::parse_decimal(value) : std::nullopt;
    seconds_ = seconds ? std::optional{static_cast<std::int64_t>(*seconds)} : std::nullopt;
    until_ = http1::parse_date(value);
  }
}

std::optional<Duration> RetryAfter::wait() const noexcept {
  if (seconds_) return std::chrono::seconds{*seconds_};
  if (!until_ || !date_) return std::nullopt;
  return std::chrono::seconds{std::max<std::int64_t>(*until_ - *date_, 0)};
}

}  // namespace linnet::session
