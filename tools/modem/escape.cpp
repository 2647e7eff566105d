// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/escape.hpp"

#include <utility>

namespace linnet::emulator {
namespace {

// M767 section 2.2.3: at least 1000 ms of silence before and after, at most 900 ms between two pluses.
constexpr Duration kGuard = 1000ms;
constexpr Duration kBetween = 900ms;

}  // namespace

void Escape::begin(Instant now) noexcept {
  pluses_ = 0;
  last_data_ = now;
}

unsigned Escape::receive(std::byte value, Instant now) noexcept {
  // Two pluses may be on their way to three; they were released before where it is too late for that.
  const bool fits = pluses_ == 0 ? now - last_data_ >= kGuard : pluses_ < 3;
  if (value == std::byte{'+'} && fits) {
    ++pluses_;
    last_plus_ = now;
    return 0;
  }
  last_data_ = now;
  return std::exchange(pluses_, 0u) + 1;
}

unsigned Escape::release() noexcept {
  return std::exchange(pluses_, 0u);
}

unsigned Escape::release_late() noexcept {
  last_data_ = last_plus_;
  return release();
}

Instant Escape::due() const noexcept {
  if (pluses_ == 0) return kNever;
  // A microsecond past the longest pause: a plus after exactly 900 ms is still one.
  return last_plus_ + (pluses_ == 3 ? kGuard : kBetween + Duration{1});
}

Escape::Verdict Escape::judge(Instant now) const noexcept {
  if (now < due()) return Verdict::open;
  return pluses_ == 3 ? Verdict::escape : Verdict::data;
}

}  // namespace linnet::emulator
