// SPDX-License-Identifier: Apache-2.0
// The fields of an answer, `+COPS: 0,0,"Example",7`, and the writer of a command line. Both are bounded by
// what they are given.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "linnet/base/bytes.hpp"

namespace linnet::modem {

/// Walks over fields between commas; a comma in quotes is text.
class Fields {
 public:
  /// `text`: what stands behind the colon, borrowed.
  explicit Fields(std::string_view text) noexcept;

  /// The next field, without its quotes; empty fields count. Nothing: there is none left.
  std::optional<std::string_view> next() noexcept;

  /// The next field as a number; nothing if it is none. Digits behind a minus sign; at most 9 digits.
  std::optional<std::int32_t> number() noexcept;

  void skip(int count) noexcept {
    for (; count > 0; --count) (void)next();
  }

  /// How many fields are left.
  int count() const noexcept;
  /// Whether the field that next() gave last stood in quotes.
  bool was_quoted() const noexcept { return was_quoted_; }

 private:
  std::string_view rest_;
  bool is_over_ = false;
  bool was_quoted_ = false;
};

/// A decimal number of at most 9 digits, all of `text`.
std::optional<std::int32_t> parse_number(std::string_view text) noexcept;

/// Writes into given storage; what does not fit makes it overflow, and text() is then not to be used.
class TextWriter {
 public:
  explicit TextWriter(MutableBytes storage) noexcept : storage_{storage} {}

  TextWriter& put(std::string_view text) noexcept;
  TextWriter& put(std::uint32_t number) noexcept;
  TextWriter& put_quoted(std::string_view text) noexcept { return put("\"").put(text).put("\""); }

  std::size_t size() const noexcept { return size_; }
  bool overflowed() const noexcept { return overflowed_; }

 private:
  MutableBytes storage_;
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

/// A short text that is kept: what does not fit is cut.
template <std::size_t capacity>
class Label {
 public:
  std::string_view text() const noexcept { return {text_, size_}; }
  bool empty() const noexcept { return size_ == 0; }
  void set(std::string_view text) noexcept {
    size_ = static_cast<std::uint8_t>(text.size() < capacity ? text.size() : capacity);
    for (std::size_t at = 0; at < size_; ++at) text_[at] = text[at];
  }

 private:
  static_assert(capacity < 256);
  std::uint8_t size_ = 0;
  char text_[capacity];
};

/// Takes `prefix` off the front of `text`; false: it is not there.
inline bool try_take(std::string_view& text, std::string_view prefix) noexcept {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace linnet::modem
