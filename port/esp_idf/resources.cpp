// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/resources.hpp"

#include "esp_system.h"
#include "port/esp_idf/task.hpp"

namespace linnet::port::esp_idf {

std::optional<std::uint32_t> Resources::least_free_heap() const noexcept {
  return ::esp_get_minimum_free_heap_size();
}

std::optional<std::uint32_t> Resources::least_free_stack() const noexcept {
  return static_cast<std::uint32_t>(unused_stack());
}

}  // namespace linnet::port::esp_idf
