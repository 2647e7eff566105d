// SPDX-License-Identifier: Apache-2.0
// The seam of what is scarce on a device: how much of its memory was left when least was.
#pragma once

#include <cstdint>
#include <optional>

namespace linnet {

class Resources {
 public:
  Resources(const Resources&) = delete;
  Resources& operator=(const Resources&) = delete;

  /// The least that was ever free since the start, in bytes; nothing: there is none, or nobody counts it.
  virtual std::optional<std::uint32_t> least_free_heap() const noexcept { return {}; }
  /// The same of the calling task's stack.
  virtual std::optional<std::uint32_t> least_free_stack() const noexcept { return {}; }

 protected:
  Resources() = default;
  ~Resources() = default;
};

}  // namespace linnet
