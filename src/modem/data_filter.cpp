// SPDX-License-Identifier: Apache-2.0
#include "linnet/modem/data_filter.hpp"

#include <array>
#include <string_view>

namespace linnet::modem {
namespace {

using namespace std::string_view_literals;

// `?` is one digit. What the modem prints at a peer's close is in no manual: "CLOSED" is documented for a
// local close, +IPCLOSE for command mode; a banner says that it has booted.
constexpr std::array<std::string_view, 7> kNotices{
    "\r\nOK\r\n"sv,         "\r\nCLOSED\r\n"sv, "\r\n+IPCLOSE: 0,?\r\n"sv,
    "\r\nNO CARRIER\r\n"sv, "\r\nQCRDY\r\n"sv,  "\r\n*ATREADY: 1\r\n"sv,
    "\r\nRDY\r\n"sv};

bool is_like(char pattern, char byte) noexcept {
  return pattern == '?' ? byte >= '0' && byte <= '9' : pattern == byte;
}

/// Whether `text` begins `notice`.
bool begins(std::string_view text, std::string_view notice) noexcept {
  if (text.size() > notice.size()) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_like(notice[at], text[at])) return false;
  }
  return true;
}

}  // namespace

bool DataFilter::try_extend(char byte) noexcept {
  if (held_size_ == held_.size()) return false;
  held_[held_size_] = static_cast<std::byte>(byte);
  const std::string_view text =
      as_text(Bytes{held_}.subspan(notice_size_, std::size_t{1} + held_size_ - notice_size_));
  for (const std::string_view& notice : kNotices) {
    if (!begins(text, notice)) continue;
    ++held_size_;
    if (text.size() == notice.size()) {
      notice_size_ = held_size_;
      is_ok_ = &notice == kNotices.data();
    }
    return true;
  }
  return false;
}

void DataFilter::feed(Bytes piece, ByteRing& data, Instant now) noexcept {
  last_input_ = now;
  std::size_t plain = 0;  // bytes of `piece` before `at` that wait to be passed on in one go
  for (std::size_t at = 0; at < piece.size(); ++at) {
    const char byte = static_cast<char>(piece[at]);
    if (held_size_ == 0 && byte != '\r') {
      ++plain;
      continue;
    }
    if (held_size_ == 0) {
      data.put(piece.subspan(at - plain, plain));
      plain = 0;
    }
    if (try_extend(byte)) continue;
    release(data);
    if (byte != '\r' || !try_extend(byte)) plain = 1;
  }
  data.put(piece.last(plain));
}

void DataFilter::forget_ok() noexcept {
  if (!has_ok()) return;
  held_size_ = static_cast<std::uint8_t>(held_size_ - kNotices[0].size());
  notice_size_ = held_size_;
  is_ok_ = false;
}

void DataFilter::release(ByteRing& data) noexcept {
  data.put(Bytes{held_}.first(held_size_));
  forget();
}

}  // namespace linnet::modem
