// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/settings.hpp"

#include <algorithm>
#include <array>

#include "nvs_flash.h"
#include "port/esp_idf/check.hpp"

namespace linnet::port::esp_idf {
namespace {

Result<void> check_write(esp_err_t code) noexcept {
  if (code == ESP_ERR_NVS_NOT_ENOUGH_SPACE || code == ESP_ERR_NVS_VALUE_TOO_LONG)
    return fail(Errc::too_large);
  return check(code, "NVS");
}

}  // namespace

Result<void> Settings::start() noexcept {
  esp_err_t done = ::nvs_flash_init();
  if (done == ESP_ERR_NVS_NO_FREE_PAGES || done == ESP_ERR_NVS_NEW_VERSION_FOUND) {
    done = ::nvs_flash_erase();
    if (done == ESP_OK) done = ::nvs_flash_init();
  }
  return check(done, "nvs_flash_init");
}

Settings::~Settings() {
  if (is_open_) ::nvs_close(handle_);
}

Result<void> Settings::open() noexcept {
  if (is_open_) return {};
  const auto done = check(::nvs_open(space_, NVS_READWRITE, &handle_), "nvs_open");
  is_open_ = done.has_value();
  return done;
}

std::string_view Settings::text(const char* key, std::string_view otherwise,
                                std::span<char> buffer) noexcept {
  if (!open()) return otherwise;
  std::size_t size = buffer.size();
  if (::nvs_get_str(handle_, key, buffer.data(), &size) != ESP_OK || size == 0) return otherwise;
  return {buffer.data(), size - 1};  // the zero is counted
}

std::uint32_t Settings::number(const char* key, std::uint32_t otherwise) noexcept {
  std::uint32_t value = otherwise;
  if (!open() || ::nvs_get_u32(handle_, key, &value) != ESP_OK) return otherwise;
  return value;
}

Result<void> Settings::set_text(const char* key, std::string_view value) noexcept {
  if (value.size() > kLongestText) return fail(Errc::too_large);
  if (const auto done = open(); !done) return done;
  std::array<char, kLongestText + 1> copy;
  std::size_t size = copy.size();
  const bool is_there = ::nvs_get_str(handle_, key, copy.data(), &size) == ESP_OK;
  if (is_there && std::string_view{copy.data(), size - 1} == value) return {};
  *std::ranges::copy(value, copy.begin()).out = '\0';
  if (const auto done = check_write(::nvs_set_str(handle_, key, copy.data())); !done) return done;
  return check_write(::nvs_commit(handle_));
}

Result<void> Settings::set_number(const char* key, std::uint32_t value) noexcept {
  if (const auto done = open(); !done) return done;
  std::uint32_t before = 0;
  if (::nvs_get_u32(handle_, key, &before) == ESP_OK && before == value) return {};
  if (const auto done = check_write(::nvs_set_u32(handle_, key, value)); !done) return done;
  return check_write(::nvs_commit(handle_));
}

Result<void> Settings::remove(const char* key) noexcept {
  if (const auto done = open(); !done) return done;
  const esp_err_t erased = ::nvs_erase_key(handle_, key);
  if (erased == ESP_ERR_NVS_NOT_FOUND) return {};
  if (const auto done = check_write(erased); !done) return done;
  return check_write(::nvs_commit(handle_));
}

}  // namespace linnet::port::esp_idf
