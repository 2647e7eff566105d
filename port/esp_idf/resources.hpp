// SPDX-License-Identifier: Apache-2.0
// How much of the heap and of the task's stack was left when least was: for a session's stats().
#pragma once

#include "linnet/base/resources.hpp"

namespace linnet::port::esp_idf {

class Resources final : public linnet::Resources {
 public:
  /// Of all heaps together.
  std::optional<std::uint32_t> least_free_heap() const noexcept override;
  std::optional<std::uint32_t> least_free_stack() const noexcept override;
};

}  // namespace linnet::port::esp_idf
