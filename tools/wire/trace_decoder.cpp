// SPDX-License-Identifier: Apache-2.0
#include "tools/wire/trace_decoder.hpp"

#include <algorithm>

#include "linnet/codec/http1_field.hpp"
#include "linnet/codec/utf8.hpp"
#include "tools/cli/text.hpp"
#include "tools/client/explain.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kLongestHead = 65'536;
constexpr std::size_t kMostRows = 16;  // of a hexadecimal dump
constexpr std::size_t kRow = 16;

std::string dump(Bytes bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text = concat(bytes.size(), " bytes");
  for (std::size_t row = 0; row < bytes.size(); row += kRow) {
    if (row == kMostRows * kRow) {
      text += concat("\n    … ", bytes.size() - row, " more");
      break;
    }
    std::string hex;
    std::string shown;
    for (const std::byte byte : bytes.subspan(row, std::min(kRow, bytes.size() - row))) {
      const auto code = std::to_integer<unsigned>(byte);
      hex += kHex[code >> 4];
      hex += kHex[code & 15];
      hex += ' ';
      shown += code >= 0x20 && code < 0x7F ? static_cast<char>(code) : '.';
    }
    hex.resize(3 * kRow, ' ');
    text += concat("\n    ", hex, " ", shown);
  }
  return text;
}

std::string_view name_of(ws::Opcode opcode) {
  switch (opcode) {
    case ws::Opcode::continuation: return "continuation";
    case ws::Opcode::text: return "text";
    case ws::Opcode::binary: return "binary";
    case ws::Opcode::close: return "close";
    case ws::Opcode::ping: return "ping";
    case ws::Opcode::pong: return "pong";
  }
  return "?";
}

bool has_upgrade(std::string_view head) {
  while (!head.empty()) {
    std::string_view line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(line.size() + 1, head.size()));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && http1::equal_ignoring_case(line.substr(0, colon), "Upgrade"))
      return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> TraceDecoder::decode(Bytes bytes) {
  std::vector<std::string> told;
  while (!bytes.empty()) {
    if (state_ == State::begin) {
      const auto first = std::to_integer<char>(bytes.front());
      state_ = first >= 'A' && first <= 'Z' ? State::head : State::opaque;
    }
    std::size_t taken = bytes.size();
    switch (state_) {
      case State::head: taken = take_head(bytes, told); break;
      case State::header: taken = take_header(bytes, told); break;
      case State::payload: taken = take_payload(bytes, told); break;
      case State::begin:
      case State::body:
      case State::opaque: told.push_back(dump(bytes)); break;
    }
    bytes = bytes.subspan(taken);
  }
  return told;
}

std::vector<std::string> TraceDecoder::finish() {
  std::vector<std::string> told;
  if (state_ == State::head && !head_.empty())
    told.push_back(concat(tell_head(), "\n    (the head is not complete)"));
  if (state_ == State::header && header_have_ > 0)
    told.push_back(
        concat("a frame's header that is not complete: ", dump(Bytes{header_}.first(header_have_))));
  if (state_ == State::payload)
    told.push_back(concat(tell_frame(), "\n    (only ", payload_have_, " bytes of it came)"));
  *this = TraceDecoder{};
  return told;
}

std::size_t TraceDecoder::take_head(Bytes bytes, std::vector<std::string>& told) {
  const std::size_t before = head_.size();
  head_ += as_text(bytes);
  // The empty line may have begun in the piece before.
  const std::size_t end = head_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
  if (end == std::string_view::npos) {
    if (head_.size() > kLongestHead) {
      told.push_back(dump(as_bytes(head_)));
      head_.clear();
      state_ = State::opaque;
    }
    return bytes.size();
  }
  const std::size_t taken = end + 4 - before;
  head_.resize(end + 4);
  told.push_back(tell_head());
  const bool is_response = head_.starts_with("HTTP/");
  if (is_response ? head_.starts_with("HTTP/1.1 101") : has_upgrade(head_)) {
    state_ = State::header;
  } else if (is_response && head_.starts_with("HTTP/1.1 1")) {
    state_ = State::begin;  // an interim answer: another head follows
  } else {
    state_ = State::body;
  }
  head_.clear();
  return taken;
}

std::string TraceDecoder::tell_head() const {
  std::string text;
  std::string_view rest = head_;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty()) text += concat(text.empty() ? "" : "\n    ", printable(line, line.size()));
  }
  return text;
}

std::size_t TraceDecoder::take_header(Bytes bytes, std::vector<std::string>& told) {
  std::size_t taken = 0;
  const auto needed = [this] { return header_have_ < 2 ? 2 : ws::header_size(header_[1]); };
  while (header_have_ < needed() && taken < bytes.size()) header_[header_have_++] = bytes[taken++];
  if (header_have_ < needed()) return taken;
  const auto frame = ws::decode_header(header_.data());
  if (!frame) {
    told.push_back(concat("no frame that RFC 6455 knows: ", dump(Bytes{header_}.first(header_have_))));
    state_ = State::opaque;
    return taken;
  }
  frame_ = *frame;
  payload_have_ = 0;
  excerpt_.clear();
  state_ = State::payload;
  if (frame_.payload_length == 0) (void)take_payload({}, told);
  return taken;
}

std::size_t TraceDecoder::take_payload(Bytes bytes, std::vector<std::string>& told) {
  const auto taken =
      static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), frame_.payload_length - payload_have_));
  if (payload_have_ < kExcerpt) {
    const auto offset = static_cast<std::size_t>(payload_have_);
    const std::size_t kept = std::min(taken, kExcerpt - offset);
    excerpt_.resize(offset + kept);
    auto* const to = reinterpret_cast<std::byte*>(excerpt_.data()) + offset;
    ws::apply_mask(to, bytes.data(), kept, frame_.masked ? ws::rotate(frame_.masking_key, offset) : 0);
  }
  payload_have_ += taken;
  if (payload_have_ == frame_.payload_length) {
    told.push_back(tell_frame());
    header_have_ = 0;
    state_ = State::header;
  }
  return taken;
}

std::string TraceDecoder::tell_frame() {
  std::string text = concat(name_of(frame_.opcode), frame_.fin ? "" : ", more follows",
                            frame_.masked ? ", masked" : "", ", ", frame_.payload_length, " bytes");
  if (!ws::is_control(frame_.opcode) && frame_.opcode != ws::Opcode::continuation) message_ = frame_.opcode;
  Bytes shown = as_bytes(excerpt_);
  if (frame_.opcode == ws::Opcode::close && shown.size() >= 2) {
    text += concat(": ", in_words(static_cast<ws::CloseCode>(load_be16(shown.data()))));
    shown = shown.subspan(2);
    if (!shown.empty()) text += concat(" \"", printable(as_text(shown), kExcerpt), "\"");
    return text;
  }
  if (shown.empty()) return text;
  const bool is_text = frame_.opcode == ws::Opcode::text ||
                       (frame_.opcode == ws::Opcode::continuation && message_ == ws::Opcode::text);
  const bool cut = frame_.payload_length > shown.size();
  codec::Utf8Validator validator;
  if (is_text || (ws::is_control(frame_.opcode) && validator.accept(shown) && validator.complete())) {
    return text + concat(" \"", printable(as_text(shown), kExcerpt), cut ? "…\"" : "\"");
  }
  constexpr std::size_t kShort = 2 * kRow;
  return text + concat(": the first ", dump(shown.first(std::min(shown.size(), kShort))));
}

}  // namespace linnet::tools
