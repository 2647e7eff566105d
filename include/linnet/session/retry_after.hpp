// SPDX-License-Identifier: Apache-2.0
// When a server asks to be asked again (RFC 9110, section 10.2.3): in so many seconds, or at a date. The date
// is set against that of the same answer's Date field, so that no clock is needed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "linnet/base/time.hpp"

namespace linnet::session {

class RetryAfter {
 public:
  /// A field of the answer's head; those that are about something else are passed over.
  void take_field(std::string_view name, std::string_view value) noexcept;
  /// Nothing: it did not ask, or in words that cannot be understood, or at a date without saying what it
  /// takes for now. Zero: the date is over.
  std::optional<Duration> wait() const noexcept;

 private:
  static constexpr std::int32_t kUnknown = -1;

  std::int32_t seconds_ = kUnknown;
  std::int64_t until_ = kUnknown;  // seconds since 1970, as the next
  std::int64_t date_ = kUnknown;
};

}  // namespace linnet::session
