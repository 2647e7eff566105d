// SPDX-License-Identifier: Apache-2.0
// The seam for where a Journal lies: two areas of equal size, of which one is in use while the other is
// filled anew. Two halves of a flash partition (an area is then a whole number of erase blocks), a file and
// its successor, two halves of a piece of RAM that is kept during sleep.
#pragma once

#include <cstdint>
#include <cstring>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"

namespace linnet::session {

class Medium {
 public:
  struct Shape {
    std::uint32_t area_size = 0;  // bytes of each area, a multiple of `unit`
    std::uint32_t unit = 1;  // what is written begins and ends at multiples of it: 1 to 32, a power of two
  };

  Medium(const Medium&) = delete;
  Medium& operator=(const Medium&) = delete;

  virtual Shape shape() const noexcept = 0;

  // `area` is 0 or 1; offsets are within it. Errors are io_failure with the system's number.

  /// What was never written since clear() reads as 0xff.
  virtual Result<void> read(unsigned area, std::uint32_t offset, MutableBytes into) noexcept = 0;
  /// Only where nothing was written since clear(); on an error any part of it may have been.
  virtual Result<void> write(unsigned area, std::uint32_t offset, Bytes bytes) noexcept = 0;
  /// All that was written is safe from a power cut when this returns. Before, any part of it may be lost,
  /// also a former one and not a later one.
  virtual Result<void> sync(unsigned area) noexcept = 0;
  virtual Result<void> clear(unsigned area) noexcept = 0;

  /// From here on the area reads as 0xff; at most its size.
  virtual std::uint32_t extent(unsigned /*area*/) noexcept { return shape().area_size; }
  /// The area holds nothing of worth any more: the other one is safe and in use.
  virtual void retire(unsigned /*area*/) noexcept {}

 protected:
  Medium() = default;
  ~Medium() = default;
};

/// A piece of RAM: what a microcontroller keeps during deep sleep. After power-on it holds anything:
/// Journal::open() says `foreign`, and format() makes it a journal.
class MemoryMedium final : public Medium {
 public:
  /// Half of `storage` is an area; borrowed for the medium's life.
  explicit MemoryMedium(MutableBytes storage) noexcept : storage_{storage} {}

  Shape shape() const noexcept override {
    return {.area_size = static_cast<std::uint32_t>(storage_.size() / 2), .unit = 1};
  }
  Result<void> read(unsigned area, std::uint32_t offset, MutableBytes into) noexcept override {
    if (!into.empty()) std::memcpy(into.data(), at(area, offset), into.size());
    return {};
  }
  Result<void> write(unsigned area, std::uint32_t offset, Bytes bytes) noexcept override {
    if (!bytes.empty()) std::memcpy(at(area, offset), bytes.data(), bytes.size());
    return {};
  }
  Result<void> sync(unsigned /*area*/) noexcept override { return {}; }
  Result<void> clear(unsigned area) noexcept override {
    std::memset(at(area, 0), 0xff, shape().area_size);
    return {};
  }

 private:
  std::byte* at(unsigned area, std::uint32_t offset) const noexcept {
    return storage_.data() + area * (storage_.size() / 2) + offset;
  }

  MutableBytes storage_;
};

}  // namespace linnet::session
