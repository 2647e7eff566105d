// SPDX-License-Identifier: Apache-2.0
// Writes JSON (RFC 8259) into the caller's buffer: commas, escapes, and what may come where. No memory beside
// the Writer and 20 bytes of stack for a number.
#include <algorithm>
#include <array>
#include <bit>

#include "json_number.hpp"
#include "json_text.hpp"
#include "linnet/codec/json.hpp"

namespace linnet::json {

using namespace std::string_view_literals;  // literals with their length: the core may not need strlen

Writer::Writer(std::span<char> buffer) noexcept : buffer_{buffer} {}

Writer::Writer(MutableBytes buffer) noexcept
    : buffer_{reinterpret_cast<char*>(buffer.data()), buffer.size()} {}

Writer& Writer::key(std::string_view name) noexcept {
  if (!in_object() || state_ == State::expect_value) return fail(Errc::bad_state);
  if (state_ == State::after_value) put(',');
  put_string(name);
  put(':');
  state_ = State::expect_value;
  return *this;
}

Writer& Writer::value(std::string_view text) noexcept {
  if (begin_value()) put_string(text);
  return *this;
}

Writer& Writer::value(double number) noexcept {
  return floating(number, 53);  // significant bits of IEEE 754 binary64
}

Writer& Writer::value(float number) noexcept {
  return floating(static_cast<double>(number), 24);  // and of binary32
}

Writer& Writer::raw(std::string_view json) noexcept {
  if (json.empty()) return fail(Errc::invalid_argument);
  if (begin_value()) put(json);
  return *this;
}

Result<std::string_view> Writer::finish() const noexcept {
  if (failed_) return linnet::fail(error_);
  if (depth_ > 0 || state_ != State::after_value) return linnet::fail(Errc::bad_state);
  return std::string_view{buffer_.data(), size_};
}

Writer& Writer::open(char bracket) noexcept {
  if (depth_ == kMaxDepth) return fail(Errc::too_large);
  if (!begin_value()) return *this;
  put(bracket);
  objects_ = objects_ << 1 | (bracket == '{' ? 1u : 0u);
  ++depth_;
  state_ = State::first;
  return *this;
}

Writer& Writer::close(char bracket) noexcept {
  const bool open = depth_ > 0 && in_object() == (bracket == '}');
  if (!open || state_ == State::expect_value) return fail(Errc::bad_state);
  put(bracket);
  objects_ >>= 1;
  --depth_;
  state_ = State::after_value;
  return *this;
}

Writer& Writer::integer(std::uint64_t number, bool negative) noexcept {
  if (!begin_value()) return *this;
  if (negative) put('-');
  put_number(negative ? 0 - number : number);
  return *this;
}

/// As Number::toString of ECMAScript lays digits out: 100, 1.5, 0.000001, 1e-7, 1.5e+21.
Writer& Writer::floating(double number, unsigned precision) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  const bool negative = bits >> 63 != 0;
  const std::uint64_t magnitude = bits << 1 >> 1;
  if (magnitude == 0) return raw(negative ? "-0"sv : "0"sv);
  if (magnitude >> 52 == 2047) return null();  // infinity or NaN

  if (!begin_value()) return *this;
  const detail::Decimal decimal = detail::shortest(std::bit_cast<double>(magnitude), precision);
  std::array<char, detail::kMaxDigits> storage;
  char* const end = storage.data() + storage.size();
  const char* const first = detail::put_digits(decimal.digits, end);
  const int count = static_cast<int>(end - first);

  int point = count + decimal.exponent;  // the number is 0.DIGITS * 10^point
  const int exponent = point - 1;
  const bool scientific = point < -5 || point > 21;
  if (scientific) point = 1;
  if (negative) put('-');
  if (point <= 0) put("0."sv);
  put_zeros(-point);
  const int whole = std::clamp(point, 0, count);
  put({first, static_cast<std::size_t>(whole)});
  put_zeros(point - count);
  if (whole > 0 && whole < count) put('.');
  put({first + whole, static_cast<std::size_t>(count - whole)});
  if (scientific) {
    put(exponent < 0 ? "e-"sv : "e+"sv);
    put_number(static_cast<std::uint64_t>(exponent < 0 ? -exponent : exponent));
  }
  return *this;
}

Writer& Writer::fail(Errc why) noexcept {
  if (!failed_) error_ = why;
  failed_ = true;
  return *this;
}

/// Is a value allowed here? If so, writes the comma before it, and what follows is the value, whole.
bool Writer::begin_value() noexcept {
  if (state_ != State::expect_value && (depth_ == 0 || in_object())) {
    fail(Errc::bad_state);
    return false;
  }
  if (state_ == State::after_value) put(',');
  state_ = State::after_value;
  return true;
}

void Writer::put(char character) noexcept {
  if (failed_ || size_ == buffer_.size()) {
    fail(Errc::too_large);
    return;
  }
  buffer_[size_++] = character;
}

void Writer::put(std::string_view text) noexcept {
  if (!failed_ && buffer_.size() - size_ < text.size()) fail(Errc::too_large);
  if (failed_) return;
  std::copy_n(text.data(), text.size(), buffer_.data() + size_);
  size_ += text.size();
}

void Writer::put_number(std::uint64_t number) noexcept {
  std::array<char, detail::kMaxDigits> digits;
  char* const end = digits.data() + digits.size();
  const char* const first = detail::put_digits(number, end);
  put({first, static_cast<std::size_t>(end - first)});
}

void Writer::put_zeros(int count) noexcept {
  for (; count > 0; --count) put('0');
}

void Writer::put_string(std::string_view text) noexcept {
  put('"');
  const char* at = text.data();
  const char* const end = at + text.size();
  const char* from = at;  // from here to `at` everything passes as it is
  while (at != end) {
    const auto byte = static_cast<unsigned char>(*at);
    if (detail::is_plain(*at)) {
      ++at;
      continue;
    }
    if (byte >= 0x80 && detail::next_utf8(at, end) != detail::kInvalid) continue;
    put({from, static_cast<std::size_t>(at - from)});
    put_replacement(byte);
    from = ++at;
  }
  put({from, static_cast<std::size_t>(at - from)});
  put('"');
}

/// What stands for a byte that must not appear as it is.
void Writer::put_replacement(unsigned char byte) noexcept {
  if (byte >= 0x80) return put("\xef\xbf\xbd"sv);  // not UTF-8: U+FFFD, replacement character
  put('\\');
  if (byte >= 0x20) return put(static_cast<char>(byte));  // quote, backslash
  // Section 7: "the control characters (U+0000 through U+001F)" MUST be escaped.
  put("u00"sv);
  put(byte < 0x10 ? '0' : '1');
  const unsigned low = byte & 15u;
  put(static_cast<char>(low + (low < 10 ? '0' : 'a' - 10)));
}

}  // namespace linnet::json
