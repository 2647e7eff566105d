// SPDX-License-Identifier: Apache-2.0
// Sentences in a buffer of fixed size: what does not fit is cut.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace linnet::tls {

class Words {
 public:
  explicit Words(std::span<char> buffer) noexcept : buffer_{buffer} {}

  Words& operator<<(std::string_view text) noexcept {
    const std::size_t taken = std::min(text.size(), buffer_.size() - size_);
    std::copy_n(text.data(), taken, buffer_.data() + size_);
    size_ += taken;
    return *this;
  }
  Words& operator<<(unsigned number) noexcept { return pad(number, 1); }

  /// "2024-03-01".
  Words& date(std::int64_t unix_time) noexcept;

  std::string_view view() const noexcept { return {buffer_.data(), size_}; }

 private:
  Words& pad(unsigned number, unsigned least) noexcept;

  std::span<char> buffer_;
  std::size_t size_ = 0;
};

}  // namespace linnet::tls
