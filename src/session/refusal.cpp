// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/refusal.hpp"

#include <algorithm>
#include <cstring>

#include "linnet/codec/http1_field.hpp"

namespace linnet::session {
namespace {

/// -1: none.
constexpr int hex_digit(char byte) noexcept {
  if (byte >= '0' && byte <= '9') return byte - '0';
  const char lower = static_cast<char>(byte | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

void Refusal::take_field(std::string_view name, std::string_view value) noexcept {
  if (http1::equal_ignoring_case(name, "Transfer-Encoding") && http1::equal_ignoring_case(value, "chunked")) {
    chunked_ = true;
    part_ = Part::chunk_size;
    left_ = 0;
  } else if (http1::equal_ignoring_case(name, "Content-Length") && !chunked_) {
    // "the Transfer-Encoding overrides the Content-Length" (RFC 9112, section 6.3).
    left_ = http1::parse_decimal(value).value_or(UINT64_MAX);
  }
}

void Refusal::take(Bytes piece, MutableBytes buffer) noexcept {
  const std::size_t most = std::min(buffer.size(), kMost);
  while (!piece.empty() && !is_whole()) {
    if (part_ != Part::data) {
      take_framing(static_cast<char>(piece.front()));
      piece = piece.subspan(1);
      continue;
    }
    const std::size_t here = static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece.size()));
    const std::size_t kept = std::min(here, most - size_);
    if (kept != 0) std::memcpy(buffer.data() + size_, piece.data(), kept);
    size_ += kept;
    full_ = size_ == most;
    left_ -= here;
    piece = piece.subspan(here);
    if (chunked_ && left_ == 0) part_ = Part::chunk_end;
  }
}

/// "chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF", the size in hexadecimal digits (RFC 9112, section
/// 7.1).
void Refusal::take_framing(char byte) noexcept {
  if (part_ == Part::chunk_end) {
    if (byte == '\n') {
      part_ = Part::chunk_size;
    } else if (byte != '\r') {
      part_ = Part::end;
    }
  } else if (byte == '\n') {
    begin_chunk();
  } else if (part_ == Part::chunk_size && byte != '\r') {
    const int digit = hex_digit(byte);
    if (digit < 0) {
      part_ = Part::chunk_extension;
    } else if (left_ > UINT64_MAX >> 8) {
      part_ = Part::end;
    } else {
      left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    }
  }
}

}  // namespace linnet::session
