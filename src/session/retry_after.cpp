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
    date_ = http1::parse_date(value).value_or(kUnknown);
  } else if (http1::equal_ignoring_case(name, "Retry-After"sv)) {
    const auto seconds = value.size() <= kMostDigits ? http1::parse_decimal(value) : std::nullopt;
    seconds_ = seconds ? static_cast<std::int32_t>(*seconds) : kUnknown;
    until_ = http1::parse_date(value).value_or(kUnknown);
  }
}

std::optional<Duration> RetryAfter::wait() const noexcept {
  if (seconds_ != kUnknown) return std::chrono::seconds{seconds_};
  if (until_ == kUnknown || date_ == kUnknown) return std::nullopt;
  return std::chrono::seconds{std::max<std::int64_t>(until_ - date_, 0)};
}

}  // namespace linnet::session
