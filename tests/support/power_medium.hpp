// SPDX-License-Identifier: Apache-2.0
// A medium whose power can be cut after any step: each byte that is written is one, each other call is one.
// What was not synced when the power went is there as far as it came, or, sector by sector, at random.
// It insists on what flash insists on: whole units, and nothing written twice.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "linnet/session/medium.hpp"

namespace linnet::test {

class PowerMedium final : public session::Medium {
 public:
  static constexpr std::uint64_t kForEver = UINT64_MAX;

  explicit PowerMedium(const Shape& shape) : shape_{shape} {
    for (Area& area : areas_) area.now = area.safe = std::vector<std::byte>(shape.area_size, std::byte{0xff});
  }

  /// The power goes off after so many steps from now.
  void cut_after(std::uint64_t steps) noexcept { left_ = steps; }
  bool is_off() const noexcept { return left_ == 0; }
  std::uint64_t steps() const noexcept { return steps_; }

  /// The power is back. `seed` of zero: all that was written in time is there.
  void restore(std::uint32_t seed) {
    for (Area& area : areas_) {
      if (seed != 0) scatter(area, seed);
      area.safe = area.now;
    }
    left_ = kForEver;
  }

  /// The n-th write from now fails, and leaves half of what it should write; until mend().
  void fail_write(int which) noexcept { until_failure_ = which; }
  void mend() noexcept { until_failure_ = -1; }

  std::vector<std::byte>& bytes(unsigned area) { return areas_[area].now; }

  Shape shape() const noexcept override { return shape_; }

  Result<void> read(unsigned area, std::uint32_t offset, MutableBytes into) noexcept override {
    EXPECT_LE(offset + into.size(), shape_.area_size);
    std::copy_n(areas_[area].now.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    return {};
  }

  Result<void> write(unsigned area, std::uint32_t offset, Bytes bytes) noexcept override {
    EXPECT_EQ(offset % shape_.unit, 0u);
    EXPECT_EQ(bytes.size() % shape_.unit, 0u);
    EXPECT_LE(offset + bytes.size(), shape_.area_size);
    std::size_t size = bytes.size();
    bool is_failed = false;
    if (until_failure_ >= 0 && until_failure_-- == 0) {
      until_failure_ = 0;  // and so does every later one
      size /= 2;
      is_failed = true;
    }
    if (size >= left_) {
      size = static_cast<std::size_t>(left_);
      is_failed = true;
    }
    auto at = areas_[area].now.begin() + static_cast<std::ptrdiff_t>(offset);
    EXPECT_TRUE(std::all_of(at, at + static_cast<std::ptrdiff_t>(bytes.size()),
                            [](std::byte each) { return each == std::byte{0xff}; }))
        << "written twice at " << offset;
    std::copy_n(bytes.begin(), size, at);
    take(bytes.size());
    if (is_failed) return fail(Errc::io_failure, 28);
    return {};
  }

  Result<void> sync(unsigned area) noexcept override {
    if (!take(1)) return fail(Errc::io_failure, 5);
    areas_[area].safe = areas_[area].now;
    return {};
  }

  Result<void> clear(unsigned area) noexcept override {
    auto& now = areas_[area].now;
    for (std::size_t at = 0; at < now.size(); at += kSector) {
      if (!take(1)) return fail(Errc::io_failure, 5);
      const auto end = std::min(now.size(), at + kSector);
      std::fill(now.begin() + static_cast<std::ptrdiff_t>(at), now.begin() + static_cast<std::ptrdiff_t>(end),
                std::byte{0xff});
    }
    return {};
  }

 private:
  static constexpr std::size_t kSector = 32;

  struct Area {
    std::vector<std::byte> now;
    std::vector<std::byte> safe;
  };

  bool take(std::uint64_t steps) noexcept {
    steps_ += steps;
    if (left_ == kForEver) return true;
    const bool is_done = left_ > steps;
    left_ = is_done ? left_ - steps : 0;
    return is_done;
  }
  void scatter(Area& area, std::uint32_t seed) {
    for (std::size_t at = 0; at < area.now.size(); at += kSector) {
      seed = seed * 1664525u + 1013904223u;
      if ((seed >> 16 & 1u) != 0) continue;
      const auto size = std::min(kSector, area.now.size() - at);
      std::copy_n(area.safe.begin() + static_cast<std::ptrdiff_t>(at), size,
                  area.now.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }

  Shape shape_;
  std::array<Area, 2> areas_;
  std::uint64_t left_ = kForEver;
  std::uint64_t steps_ = 0;
  int until_failure_ = -1;
};

}  // namespace linnet::test
