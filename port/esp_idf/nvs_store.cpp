// SPDX-License-Identifier: Apache-2.0
// A message is the blob "m" and its number in hex; a named thing is the blob "t" and its name.
#include "port/esp_idf/nvs_store.hpp"

#include <algorithm>
#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "port/esp_idf/check.hpp"

namespace linnet::port::esp_idf {
namespace {

using Key = std::array<char, NVS_KEY_NAME_MAX_SIZE>;

Key key_of(session::Store::Number number) noexcept {
  Key key;
  std::snprintf(key.data(), key.size(), "m%08" PRIx32, number);
  return key;
}

Result<Key> key_of(std::string_view name) noexcept {
  Key key{'t'};
  if (name.empty() || name.size() > key.size() - 2) return fail(Errc::invalid_argument);
  std::ranges::copy(name, key.begin() + 1);
  return key;
}

/// Zero: it is not a message's.
session::Store::Number number_of(const char* key) noexcept {
  session::Store::Number number = 0;
  if (*key != 'm') return 0;
  const char* end = key + std::strlen(key);
  const auto [stop, error] = std::from_chars(key + 1, end, number, 16);
  return error == std::errc{} && stop == end ? number : 0;
}

Result<void> check_write(esp_err_t code) noexcept {
  if (code == ESP_ERR_NVS_NOT_ENOUGH_SPACE) return fail(Errc::would_block);
  if (code == ESP_ERR_NVS_VALUE_TOO_LONG) return fail(Errc::too_large);
  return check(code, "NVS");
}

}  // namespace

NvsStore::~NvsStore() {
  if (is_open_) ::nvs_close(handle_);
}

Result<void> NvsStore::open() noexcept {
  if (is_open_) return fail(Errc::bad_state);
  if (const auto done = check(::nvs_open(space_, NVS_READWRITE, &handle_), "nvs_open"); !done) return done;
  is_open_ = true;
  nvs_iterator_t at = nullptr;
  esp_err_t found = ::nvs_entry_find(NVS_DEFAULT_PART_NAME, space_, NVS_TYPE_BLOB, &at);
  for (; found == ESP_OK; found = ::nvs_entry_next(&at)) {
    nvs_entry_info_t info{};
    ::nvs_entry_info(at, &info);
    const Number number = number_of(info.key);
    if (number == 0 || count_ == numbers_.size()) continue;
    numbers_[count_++] = number;
    last_ = std::max(last_, number);
  }
  ::nvs_release_iterator(at);
  std::sort(numbers_.begin(), numbers_.begin() + count_);
  return found == ESP_ERR_NVS_NOT_FOUND ? Result<void>{} : check(found, "nvs_entry_find");
}

Result<session::Store::Number> NvsStore::append(Bytes head, Bytes body) noexcept {
  if (!is_open_) return fail(Errc::io_failure);
  const std::size_t size = head.size() + body.size();
  if (size > entry_.size()) return fail(Errc::too_large);
  if (count_ == numbers_.size()) return fail(Errc::would_block);
  std::ranges::copy(body, std::ranges::copy(head, entry_.begin()).out);
  const Number number = last_ + 1;
  const auto done = check_write(::nvs_set_blob(handle_, key_of(number).data(), entry_.data(), size));
  if (!done) return std::unexpected{done.error()};
  last_ = number;
  numbers_[count_++] = number;
  return number;
}

Result<void> NvsStore::erase(Number number) noexcept {
  const auto end = numbers_.begin() + count_;
  const auto found = std::find(numbers_.begin(), end, number);
  if (found == end) return fail(Errc::invalid_argument);
  if (const auto done = check_write(::nvs_erase_key(handle_, key_of(number).data())); !done) return done;
  std::copy(found + 1, end, found);
  --count_;
  return {};
}

Result<void> NvsStore::commit() noexcept {
  return is_open_ ? check_write(::nvs_commit(handle_)) : fail(Errc::io_failure);
}

session::Store::Number NvsStore::next(Number after) const noexcept {
  const auto end = numbers_.begin() + count_;
  const auto found = std::upper_bound(numbers_.begin(), end, after);
  return found == end ? 0 : *found;
}

Result<std::size_t> NvsStore::read_entry(const char* key, MutableBytes into) noexcept {
  std::size_t size = 0;
  esp_err_t done = ::nvs_get_blob(handle_, key, nullptr, &size);
  if (done == ESP_ERR_NVS_NOT_FOUND) return 0u;
  if (done == ESP_OK && size > 0 && size <= into.size())
    done = ::nvs_get_blob(handle_, key, into.data(), &size);
  if (const auto checked = check(done, "nvs_get_blob"); !checked) return std::unexpected{checked.error()};
  return size;
}

Result<std::size_t> NvsStore::read(Number number, MutableBytes into) noexcept {
  const auto end = numbers_.begin() + count_;
  if (std::find(numbers_.begin(), end, number) == end) return fail(Errc::invalid_argument);
  return read_entry(key_of(number).data(), into);
}

Result<void> NvsStore::put(std::string_view name, Bytes bytes) noexcept {
  const auto key = key_of(name);
  if (!key) return std::unexpected{key.error()};
  if (const auto done = check_write(::nvs_set_blob(handle_, key->data(), bytes.data(), bytes.size()));
      !done) {
    return done;
  }
  return commit();
}

Result<std::size_t> NvsStore::get(std::string_view name, MutableBytes into) noexcept {
  const auto key = key_of(name);
  if (!key) return std::unexpected{key.error()};
  return read_entry(key->data(), into);
}

Result<void> NvsStore::remove(std::string_view name) noexcept {
  const auto key = key_of(name);
  if (!key) return std::unexpected{key.error()};
  const esp_err_t done = ::nvs_erase_key(handle_, key->data());
  if (done == ESP_ERR_NVS_NOT_FOUND) return {};
  if (const auto checked = check_write(done); !checked) return checked;
  return commit();
}

}  // namespace linnet::port::esp_idf
