// SPDX-License-Identifier: Apache-2.0
// The writer of heads. Every part passes `require` before it reaches the buffer.
#include "linnet/codec/http1_writer.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "linnet/codec/http1_field.hpp"

namespace linnet::http1 {

using namespace std::string_view_literals;  // with their sizes: a plain literal costs a strlen at -Os
namespace {

/// The last decimal digit of `value`.
constexpr char digit(std::uint64_t value) noexcept {
  return static_cast<char>('0' + value % 10);
}

bool is_field_text(std::string_view text) noexcept {
  return std::ranges::all_of(text, is_field_character);
}

}  // namespace

void HeadWriter::fail_with(Errc code) noexcept {
  if (!failed_) error_ = code;
  failed_ = true;
}

void HeadWriter::require(bool valid) noexcept {
  if (!valid) fail_with(Errc::invalid_argument);
}

void HeadWriter::put(std::string_view text) noexcept {
  if (failed_) return;
  if (text.size() > out_.size() - size_) {
    fail_with(Errc::too_large);
    return;
  }
  if (!text.empty()) std::memcpy(out_.data() + size_, text.data(), text.size());
  size_ += text.size();
}

void HeadWriter::request_line(std::string_view method, std::string_view path,
                              std::string_view query) noexcept {
  require(is_token(method) && !path.empty() && std::ranges::all_of(path, is_vchar) &&
          std::ranges::all_of(query, is_vchar));
  put(method);
  put(" "sv);
  put(path);
  put(query);
  put(" HTTP/1.1\r\n"sv);
}

void HeadWriter::status_line(std::uint16_t status, std::string_view reason) noexcept {
  require(status >= 100 && status <= 999 && is_field_text(reason));
  put("HTTP/1.1 "sv);
  const std::array<char, 3> digits{digit(status / 100), digit(status / 10), digit(status)};
  put({digits.data(), digits.size()});
  put(" "sv);  // "A server MUST send the space [...] even when the reason-phrase is absent" (RFC 9112,
               // section 4)
  put(reason);
  put("\r\n"sv);
}

void HeadWriter::field(std::string_view name, std::string_view value) noexcept {
  require(is_token(name) && is_field_text(value));
  put(name);
  put(": "sv);
  put(value);
  put("\r\n"sv);
}

void HeadWriter::field(std::string_view name, std::uint64_t value) noexcept {
  std::array<char, 20> digits;  // 2^64 - 1 has 20
  std::size_t begin = digits.size();
  do {
    digits[--begin] = digit(value);
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
