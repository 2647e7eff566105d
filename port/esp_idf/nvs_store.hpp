// SPDX-License-Identifier: Apache-2.0
// session::Store in NVS: messages that must be delivered survive a restart without a partition of their own.
// NVS writes each entry whole or not at all, and spreads the wear. It suits tens of messages a day; who
// stores thousands gives session::Journal a partition.
//
// Memory: 4 bytes for each of CONFIG_LINNET_STORED_MESSAGES. In flash a message takes its length and 64
// bytes.
#pragma once

#include <array>
#include <cstdint>

#include "linnet/session/store.hpp"
#include "nvs.h"
#include "port/esp_idf/options.hpp"

namespace linnet::port::esp_idf {

class NvsStore final : public session::Store {
 public:
  static constexpr std::size_t kLongestMessage = CONFIG_LINNET_MESSAGE_BUFFER;  // head and body

  /// `space`: a namespace of NVS that is this store's own, up to 15 characters, static storage.
  explicit NvsStore(const char* space = "linnet.outbox") noexcept : space_{space} {}
  ~NvsStore();

  /// Once, after Settings::start(): finds what an earlier life has left. io_failure: the log says what.
  Result<void> open() noexcept;

  Result<Number> append(Bytes head, Bytes body) noexcept override;
  Result<void> erase(Number number) noexcept override;
  Result<void> commit() noexcept override;
  Number next(Number after) const noexcept override;
  Result<std::size_t> read(Number number, MutableBytes into) noexcept override;
  /// NVS's keys have up to 15 characters: a name is one of up to 14.
  Result<void> put(std::string_view name, Bytes bytes) noexcept override;
  Result<std::size_t> get(std::string_view name, MutableBytes into) noexcept override;
  Result<void> remove(std::string_view name) noexcept override;

 private:
  Result<std::size_t> read_entry(const char* key, MutableBytes into) noexcept;

  const char* space_;
  nvs_handle_t handle_ = 0;
  bool is_open_ = false;
  std::array<Number, CONFIG_LINNET_STORED_MESSAGES> numbers_{};  // in order
  std::size_t count_ = 0;
  Number last_ = 0;
  std::array<std::byte, kLongestMessage> entry_;  // NVS wants a message in one piece
};

}  // namespace linnet::port::esp_idf
