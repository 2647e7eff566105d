// SPDX-License-Identifier: Apache-2.0
// The writer of heads. What is not ours passes `require` before it reaches the buffer.
#include "linnet/codec/http1_writer.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "linnet/codec/http1_field.hpp"

namespace linnet::http1 {

using namespace std::string_view_literals;  // with their sizes: a plain literal costs a strlen at -Os
namespace {

/// The last decimal digit of `value`.
constexpr char last_digit(std::uint64_t value) noexcept {
  return static_cast<char>('0' + value % 10);
}

}  // namespace

void HeadWriter::fail_with(Errc code) noexcept {
  if (!failed_) error_ = code;
  failed_ = true;
}

void HeadWriter::require(bool valid) noexcept {
  if (!valid) fail_with(Errc::invalid_argument);
}

/// Text whose characters are all `allowed`; null: text of our own.
void HeadWriter::put(std::string_view text, bool (*allowed)(char) noexcept) noexcept {
  if (allowed != nullptr) require(std::ranges::all_of(text, allowed));
  if (!failed_ && text.size() > out_.size() - size_) fail_with(Errc::too_large);
  if (failed_ || text.empty()) return;
  std::memcpy(out_.data() + size_, text.data(), text.size());
  size_ += text.size();
}

void HeadWriter::request_line(std::string_view method, std::string_view path,
                              std::string_view query) noexcept {
  require(!method.empty() && !path.empty());
  put(method, is_tchar);
  put(" "sv);
  put(path, is_vchar);
  put(query, is_vchar);
  put(" HTTP/1.1\r\n"sv);
}

void HeadWriter::status_line(std::uint16_t status, std::string_view reason) noexcept {
  require(status >= 100 && status <= 999);
  put("HTTP/1.1 "sv);
  const std::array<char, 3> digits{last_digit(status / 100), last_digit(status / 10), last_digit(status)};
  put({digits.data(), digits.size()});
  put(" "sv);  // "A server MUST send the space [...] even when the reason-phrase is absent" (RFC 9112,
               // section 4)
  put(reason, is_field_character);
  put("\r\n"sv);
}

void HeadWriter::field(std::string_view name, std::string_view value) noexcept {
  require(!name.empty());
  put(name, is_tchar);
  put(": "sv);
  put(value, is_field_character);
  put("\r\n"sv);
}

void HeadWriter::field(std::string_view name, std::uint64_t value) noexcept {
  std::array<char, 20> digits;  // 2^64 - 1 has 20
  std::size_t begin = digits.size();
  do {
    digits[--begin] = last_digit(value);
    value /= 10;
  } while (value != 0);
  field(name, {digits.data() + begin, digits.size() - begin});
}

Result<Bytes> HeadWriter::finish() noexcept {
  put("\r\n"sv);
  if (failed_) return std::unexpected{error_};
  return out_.first(size_);
}

}  // namespace linnet::http1
