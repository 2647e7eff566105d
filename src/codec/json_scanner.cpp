// SPDX-License-Identifier: Apache-2.0
// The pull scanner over a whole JSON text (RFC 8259, sections 2 to 7), and the two questions that are asked
// of a text without a loop: is it well-formed, and what is its member so-and-so. No memory beside the
// Scanner.
#include <algorithm>

#include "json_number.hpp"
#include "json_text.hpp"
#include "linnet/codec/json.hpp"

namespace linnet::json {

using namespace std::string_view_literals;  // literals with their length: the core may not need strlen

static_assert(static_cast<int>(Token::null) == static_cast<int>(Value::null));  // skip_value converts

Scanner::Scanner(std::string_view text, unsigned max_depth) noexcept
    : begin_{text.data()},
      at_{begin_},
      end_{begin_ + text.size()},
      max_depth_{static_cast<std::uint8_t>(std::min(max_depth, kMaxDepth))} {}

Token Scanner::next() noexcept {
  if (state_ >= State::malformed) return {Token::error, {}};
  int byte = peek();
  if (state_ == State::after_value) {
    if (depth_ == 0) return byte == kNothing ? Token{Token::end, {}} : fail(State::malformed);
    if (byte == ',') {
      ++at_;
      state_ = in_object() ? State::expect_key : State::expect_value;
      byte = peek();
    }
  }
  const bool may_close = state_ >= State::expect_element_or_end;
  if (may_close && byte == (in_object() ? '}' : ']')) return close();
  if (state_ == State::expect_key || state_ == State::expect_key_or_end) return key(byte);
  return state_ == State::after_value ? fail(State::malformed) : value(byte);
}

int Scanner::peek() noexcept {
  // Section 2: space, horizontal tab, line feed, carriage return.
  for (; at_ != end_; ++at_) {
    const auto byte = static_cast<unsigned char>(*at_);
    if (byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r') return byte;
  }
  return kNothing;
}

Token Scanner::fail(State why) noexcept {
  state_ = why;
  return {Token::error, {}};
}

Token Scanner::token(Token::Kind kind, const char* from) const noexcept {
  return {kind, {from, static_cast<std::size_t>(at_ - from)}};
}

Token Scanner::open(Token::Kind kind) noexcept {
  if (depth_ == max_depth_) return fail(State::too_deep);
  const bool object = kind == Token::object_begin;
  objects_ = objects_ << 1 | (object ? 1u : 0u);
  ++depth_;
  state_ = object ? State::expect_key_or_end : State::expect_element_or_end;
  ++at_;
  return token(kind, at_ - 1);
}

Token Scanner::close() noexcept {
  const Token::Kind kind = in_object() ? Token::object_end : Token::array_end;
  objects_ >>= 1;
  --depth_;
  state_ = State::after_value;
  ++at_;
  return token(kind, at_ - 1);
}

Token Scanner::key(int byte) noexcept {
  const char* const from = at_;
  if (byte != '"' || !detail::skip_string(at_, end_)) return fail(State::malformed);
  const Token result = token(Token::key, from);
  if (peek() != ':') return fail(State::malformed);
  ++at_;
  state_ = State::expect_value;
  return result;
}

Token Scanner::value(int byte) noexcept {
  const char* const from = at_;
  switch (byte) {
    case '{': return open(Token::object_begin);
    case '[': return open(Token::array_begin);
    case 't': return literal(Token::boolean, "true"sv);
    case 'f': return literal(Token::boolean, "false"sv);
    case 'n': return literal(Token::null, "null"sv);
    default: break;
  }
  const bool text = byte == '"';
  if (!(text ? detail::skip_string(at_, end_) : detail::skip_number(at_, end_)))
    return fail(State::malformed);
  state_ = State::after_value;
  return token(text ? Token::string : Token::number, from);
}

Token Scanner::literal(Token::Kind kind, std::string_view word) noexcept {
  const char* const from = at_;
  for (const char expected : word) {
    if (at_ == end_ || *at_ != expected) return fail(State::malformed);
    ++at_;
  }
  state_ = State::after_value;
  return token(kind, from);
}

std::optional<Value> Scanner::skip_value() noexcept {
  const std::uint8_t outside = depth_;
  const Token first = next();
  if (first.kind > Token::null) return {};
  while (depth_ > outside) {
    if (next().kind == Token::error) return {};
  }
  return Value{static_cast<Value::Kind>(first.kind), token(first.kind, first.raw.data()).raw};
}

Error Scanner::error() const noexcept {
  const auto where = static_cast<std::uint16_t>(std::min<std::size_t>(position(), UINT16_MAX));
  return {state_ == State::too_deep ? Errc::too_large : Errc::malformed_json, where};
}

Result<Value> parse(std::string_view text) noexcept {
  Scanner scanner{text};
  const auto value = scanner.skip_value();
  if (!value || scanner.next().kind != Token::end) return std::unexpected{scanner.error()};
  return *value;
}

std::optional<Value> member(std::string_view object, std::string_view name) noexcept {
  Scanner scanner{object};
  if (scanner.next().kind != Token::object_begin) return {};
  std::optional<Value> found;
  Token token = scanner.next();
  for (; token.kind == Token::key; token = scanner.next()) {
    const auto value = scanner.skip_value();
    if (value && equals(token.raw, name)) found = value;
  }
  // After object_end the text must be over; after an error there is only error.
  if (scanner.next().kind != Token::end) return {};
  return found;
}

Result<bool> to_bool(std::string_view raw) noexcept {
  if (raw == "true"sv) return true;
  if (raw == "false"sv) return false;
  return fail(Errc::malformed_json);
}

}  // namespace linnet::json
