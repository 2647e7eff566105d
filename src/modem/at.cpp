// SPDX-License-Identifier: Apache-2.0
#include "linnet/modem/at.hpp"

#include <algorithm>

#include "linnet/modem/fields.hpp"

namespace linnet::modem {

using namespace std::string_view_literals;

Bytes AtReader::take(std::size_t most) noexcept {
  const Bytes taken = input_.first(std::min(most, input_.size()));
  input_ = input_.subspan(taken.size());
  return taken;
}

std::optional<AtToken> AtReader::poll() noexcept {
  if (input_.empty()) return std::nullopt;
  if (is_data_) {
    const Bytes piece = take(data_room_);
    data_room_ -= piece.size();
    if (piece.empty()) return std::nullopt;
    return AtToken{.kind = AtToken::Kind::data, .bytes = piece};
  }
  if (payload_left_ != 0) {
    const Bytes piece = take(payload_left_);
    payload_left_ -= piece.size();
    return AtToken{.kind = AtToken::Kind::payload, .bytes = piece};
  }
  while (!input_.empty()) {
    const char byte = static_cast<char>(take(1)[0]);
    if (behind_payload_ == Behind::first_byte) {
      behind_payload_ = byte == '\r' ? Behind::elsewhere : Behind::torn;
    }
    if (byte == '\n') {
      if (const auto token = end_line()) return token;
    } else if (byte == '>' && prompt_expected_ && size_ == 0) {
      prompt_expected_ = false;
      return AtToken{.kind = AtToken::Kind::prompt};
    } else if (size_ < line_.size()) {
      line_[size_++] = static_cast<std::byte>(byte);
    } else {
      is_cut_ = true;
    }
  }
  return std::nullopt;
}

/// An echo ends in its own CR and in the next line's; a space may follow a prompt. None of them is text.
std::optional<AtToken> AtReader::end_line() noexcept {
  std::size_t size = size_;
  while (size != 0 && (line_[size - 1] == std::byte{'\r'} || line_[size - 1] == std::byte{' '})) --size;
  const AtToken token{.kind = AtToken::Kind::line, .is_cut = is_cut_, .bytes = line_.first(size)};
  forget_line();
  if (size != 0) return token;
  if (blank_lines_ < 255) ++blank_lines_;
  return std::nullopt;
}

void AtReader::reset() noexcept {
  forget_line();
  input_ = {};
  payload_left_ = 0;
  behind_payload_ = Behind::elsewhere;
  prompt_expected_ = false;
  is_data_ = false;
}

Final final_result(std::string_view line) noexcept {
  using Kind = Final::Kind;
  if (line == "OK"sv) return {Kind::ok};
  if (line == "ERROR"sv || line == "NO CARRIER"sv || line == "CONNECT FAIL"sv) return {Kind::error};
  if (line.starts_with("CONNECT"sv)) return {Kind::connect};  // "CONNECT 115200", whatever the speed is
  if (try_take(line, "+CME ERROR:"sv) || try_take(line, "+CMS ERROR:"sv)) {
    const auto code = Fields{line}.number();
    return {Kind::error, code ? static_cast<std::uint16_t>(*code) : Final::kNoCode};
  }
  return {};
}

bool is_boot_banner(std::string_view line) noexcept {
  return line == "QCRDY"sv || line.starts_with("*ATREADY"sv) || line == "RDY"sv;
}

}  // namespace linnet::modem
