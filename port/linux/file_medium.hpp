// SPDX-License-Identifier: Apache-2.0
// A journal's two areas as files: NAME is the one in use, NAME.next its successor while it is written. What
// counts is in the first one of them that is whole, at any moment: the successor is synced, then renamed over
// its predecessor, then the directory is synced. Only its owner may read the files (they may hold TLS
// sessions). Memory: two file descriptors.
#pragma once

#include <array>
#include <string>

#include "linnet/session/medium.hpp"

namespace linnet::port::linux {

class FileMedium final : public session::Medium {
 public:
  /// `area_size` in bytes: what a file may grow to. A longer one that is there already keeps its length.
  FileMedium(const std::string& name, std::uint32_t area_size);
  ~FileMedium();

  /// Opens what is there, or makes it, and locks it: would_block says that another program has it.
  /// invalid_argument: it is no file. io_failure: errno is in `detail`.
  Result<void> open() noexcept;

  Shape shape() const noexcept override { return {.area_size = area_size_, .unit = 1}; }
  Result<void> read(unsigned area, std::uint32_t offset, MutableBytes into) noexcept override;
  Result<void> write(unsigned area, std::uint32_t offset, Bytes bytes) noexcept override;
  Result<void> sync(unsigned area) noexcept override;
  Result<void> clear(unsigned area) noexcept override;
  std::uint32_t extent(unsigned area) noexcept override;
  void retire(unsigned area) noexcept override;

 private:
  const char* name_of(unsigned area) const noexcept { return names_[area ^ is_swapped_].c_str(); }
  Result<int> open_locked(const char* name, int flags) noexcept;
  Result<void> sync_directory() noexcept;
  void close(unsigned area) noexcept;

  std::array<std::string, 2> names_;
  std::string directory_;
  std::uint32_t area_size_;
  std::array<int, 2> files_{-1, -1};
  unsigned is_swapped_ = 0;  // 1: area 1 is NAME, and area 0 is NAME.next
  bool is_new_ = false;      // a file was made whose name is not safe yet
};

}  // namespace linnet::port::linux
