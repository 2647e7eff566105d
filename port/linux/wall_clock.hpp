// SPDX-License-Identifier: Apache-2.0
// The system's calendar time, for the dates of certificates.
#pragma once

#include "linnet/tls/clock.hpp"

#undef linux  // GNU modes (-std=gnu++23) define it as 1

namespace linnet::port::linux {

class WallClock final : public tls::Clock {
 public:
  std::optional<std::int64_t> unix_time(Instant now) noexcept override;
};

}  // namespace linnet::port::linux
