// SPDX-License-Identifier: Apache-2.0
// Configuration in NVS: what was stored on the device counts more than what was compiled in. NVS is encrypted
// where the user turned that on (CONFIG_NVS_ENCRYPTION); nothing changes here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/base/error.hpp"
#include "nvs.h"

namespace linnet::port::esp_idf {

class Settings {
 public:
  static constexpr std::size_t kLongestText = 512;  // bytes

  /// Prepares the default NVS partition, and empties it where it cannot be used (no free page, an older
  /// format), as ESP-IDF recommends. Any number of times. io_failure: the log says what.
  static Result<void> start() noexcept;

  /// A namespace of NVS, up to 15 characters, static storage.
  explicit Settings(const char* space) noexcept : space_{space} {}
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;
  ~Settings();

  /// What is stored under `key` (up to 15 characters), copied into `buffer`, which has room for a zero
  /// behind it; `otherwise` where there is nothing, or more than fits.
  std::string_view text(const char* key, std::string_view otherwise, std::span<char> buffer) noexcept;
  std::uint32_t number(const char* key, std::uint32_t otherwise) noexcept;

  /// Stores it; does not touch the flash when it is there already. too_large: over kLongestText, or no room.
  Result<void> set_text(const char* key, std::string_view value) noexcept;
  Result<void> set_number(const char* key, std::uint32_t value) noexcept;
  /// From now on what was compiled in counts again.
  Result<void> remove(const char* key) noexcept;

 private:
  Result<void> open() noexcept;

  const char* space_;
  nvs_handle_t handle_ = 0;
  bool is_open_ = false;
};

}  // namespace linnet::port::esp_idf
