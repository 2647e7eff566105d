// SPDX-License-Identifier: Apache-2.0
// JSON (RFC 8259) without a tree: `Scanner` pulls tokens out of a text that is whole in memory, `member`
// finds one member of an object, `to_*` take values out, `Writer` writes a text into the caller's buffer.
//
//   auto request = json::parse(message);                       // well-formed? (JSON-RPC: else error -32700)
//   auto method = json::member(message, "method");
//   auto state = json::member(params->raw, "state");           // {"device":"relay","state":1}
//   if (state) level = json::to_int(state->raw);
//
// Nothing is copied or allocated: every view points into the text that was given. Memory: a Scanner is 20
// bytes on a 32-bit target and a Writer 24; the stack does not grow with the nesting.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"

namespace linnet::json {

/// Objects and arrays inside each other, in what is read and in what is written. RFC 8259, section 9: "An
/// implementation may set limits on the maximum depth of nesting." One bit a level, kept in one word.
inline constexpr unsigned kMaxDepth = 32;

/// A number written by `Writer` is never longer than this, so a buffer can be sized beforehand.
inline constexpr std::size_t kMaxNumber = 25;  // "-0.0000012345678901234567": sign, "0.", 5 zeros, 17 digits

// ---------------------------------------------------------------------------------------------- reading

/// A whole value: a scalar, or an object or array with everything in it.
struct Value {
  enum Kind : std::uint8_t { object, array, string, number, boolean, null };
  Kind kind;
  std::string_view raw;  // its exact text (a string with its quotes); borrowed from the text that was scanned
};

struct Token {
  enum Kind : std::uint8_t {
    object_begin,  // the first six begin a value, in the order of Value::Kind
    array_begin,
    string,
    number,
    boolean,
    null,
    key,  // the value that belongs to it comes next
    object_end,
    array_end,
    end,    // the text was one whole value, and is over; stays
    error,  // see Scanner::error(); stays
  };
  Kind kind;
  std::string_view raw;  // its exact text (string and key with their quotes); empty for `end` and `error`
};

/// Walks one complete text, borrowed until the last use of the scanner and of what it gave. Strict: the
/// grammar of RFC 8259 and no more (no comments, no trailing comma, no leading zero, no byte order mark), one
/// value in the text. Strings are checked completely, here: escapes, no lone surrogate (it has no UTF-8
/// form), no control character, valid UTF-8. So the raw text of any token may be sent on as it is.
class Scanner {
 public:
  /// `max_depth`: how many objects and arrays may be open at once; more than kMaxDepth means kMaxDepth.
  explicit Scanner(std::string_view text, unsigned max_depth = kMaxDepth) noexcept;

  /// The next token. What was given before an `error` was right as far as it went.
  Token next() noexcept;

  /// Goes past the value that comes next, whatever is in it, and answers with it. Nothing where the next
  /// token begins no value; that token is then consumed. So this visits an array, after its array_begin:
  ///   while (auto element = scanner.skip_value()) ...
  std::optional<Value> skip_value() noexcept;

  /// Bytes read so far; after an `error`, the offset of the first byte that cannot be right (the size of the
  /// text, where the text stopped too early).
  std::size_t position() const noexcept { return static_cast<std::size_t>(at_ - begin_); }

  /// After an `error`: malformed_json, or too_large (deeper than max_depth). Its detail is position(), or
  /// 65535 if that is more.
  Error error() const noexcept;

 private:
  enum class State : std::uint8_t {  // from the third to the fifth, what is open may end
    expect_value,
    expect_key,
    expect_element_or_end,  // just after [
    expect_key_or_end,      // just after {
    after_value,            // a comma; outside of everything, the end of the text
    malformed,
    too_deep,
  };

  static constexpr int kNothing = -1;

  int peek() noexcept;  // the byte that comes next after blanks, or kNothing
  Token fail(State why) noexcept;
  Token token(Token::Kind kind, const char* from) const noexcept;
  Token open(Token::Kind kind) noexcept;
  Token close() noexcept;
  Token key(int byte) noexcept;
  Token value(int byte) noexcept;
  Token literal(Token::Kind kind, std::string_view word) noexcept;
  bool in_object() const noexcept { return (objects_ & 1u) != 0; }

  const char* begin_;
  const char* at_;
  const char* end_;
  std::uint32_t objects_ = 0;  // a bit for each open level, the innermost lowest: 1 object, 0 array
  std::uint8_t depth_ = 0;     // open levels
  std::uint8_t max_depth_;
  State state_ = State::expect_value;
};

/// Checks all of `text` and answers with the value in it (blanks around it cut off). Errors as
/// Scanner::error().
Result<Value> parse(std::string_view text) noexcept;

/// The member `name` (as it reads without escapes) of the object that `object` is the text of. Nothing if
/// there is none, or if `object` is no object, or not well-formed up to its end: `parse` tells these apart.
/// Of several members with one name the last counts: RFC 8259, section 4, leaves it open, and JSON.parse and
/// Python's json do so; whoever checked the message before us saw the same value.
std::optional<Value> member(std::string_view object, std::string_view name) noexcept;

// What a raw text says. Anything may be passed: a text of another kind is malformed_json.

Result<bool> to_bool(std::string_view raw) noexcept;

/// Exact. Whole numbers without fraction and exponent only (1.0 and 1e3 are malformed_json); too_large if it
/// is outside int64.
Result<std::int64_t> to_int(std::string_view raw) noexcept;

/// Any number. Correctly rounded if it is at most 19 significant digits times a power of ten between 10^-27
/// and 10^27, as all that is measured is; else less than 1 unit in the last place off. too_large beyond the
/// largest double; what is too small becomes 0. No locale, and no floating-point instruction or routine is
/// used.
Result<double> to_double(std::string_view raw) noexcept;

/// A string or key without its quotes and escapes. Where there is no escape the answer is a view into `raw`
/// and `buffer` stays untouched; else it is in `buffer`, which needs at most raw.size() - 2 bytes. too_large
/// if that is not enough. May contain any character, U+0000 too.
Result<std::string_view> to_text(std::string_view raw, std::span<char> buffer) noexcept;

/// Does the string or key `raw` read `text`, escapes resolved? Needs no buffer.
bool equals(std::string_view raw, std::string_view text) noexcept;

// ---------------------------------------------------------------------------------------------- writing

template <typename T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

/// Writes one JSON text, compact, into `buffer` (borrowed until the last use of the text).
///
///   json::Writer writer{buffer};
///   writer.begin_object().member("uptime_ms", 5).member("led", true);
///   writer.key("adc").begin_array().value(1023).value(1.25).end_array();
///   auto text = writer.end_object().finish();       // {"uptime_ms":5,"led":true,"adc":[1023,1.25]}
///
/// Commas, quotes and escapes are its work. The first failure sticks and finish() tells it, so nothing needs
/// a check in between: too_large (the buffer is full, or deeper than kMaxDepth), bad_state (a call that JSON
/// does not allow there), invalid_argument (empty raw text). Nothing is ever written outside the buffer.
class Writer {
 public:
  explicit Writer(std::span<char> buffer) noexcept;
  explicit Writer(MutableBytes buffer) noexcept;

  Writer& begin_object() noexcept { return open('{'); }
  Writer& end_object() noexcept { return close('}'); }
  Writer& begin_array() noexcept { return open('['); }
  Writer& end_array() noexcept { return close(']'); }

  /// The name of the next member; one value, object or array must follow.
  Writer& key(std::string_view name) noexcept;

  /// Text: quote, backslash and control characters are escaped, UTF-8 passes as it is, and each byte that is
  /// not valid UTF-8 becomes U+FFFD: the output is always valid.
  Writer& value(std::string_view text) noexcept;
  Writer& value(std::same_as<bool> auto flag) noexcept {
    return raw({flag ? "true" : "false", flag ? 4u : 5u});
  }
  Writer& value(std::nullptr_t) noexcept { return raw({"null", 4}); }
  template <Integer T>
  Writer& value(T number) noexcept {
    return integer(static_cast<std::uint64_t>(number), number < T{});
  }

  /// The fewest digits, from 15 (float: 6) to 17 (9), that read back as the same value, without trailing
  /// zeros: 0.1 is 0.1, 21.7f is 21.7, 5.0 is 5; an exponent from 1e21 up and below 1e-6. Outside 1e-10 to
  /// 1e40 the last bit may not come back. NaN and infinity, which JSON has not, become null.
  Writer& value(double number) noexcept;
  Writer& value(float number) noexcept;

  Writer& null() noexcept { return raw({"null", 4}); }

  /// A value that is JSON already ("id" given back as it came). Not checked, but must not be empty.
  Writer& raw(std::string_view json) noexcept;

  /// key(name).value(what)
  template <typename T>
  Writer& member(std::string_view name, const T& what) noexcept {
    return key(name).value(what);
  }

  /// The text, in the buffer, if it is one whole value; else the first error. Changes nothing.
  Result<std::string_view> finish() const noexcept;

 private:
  enum class State : std::uint8_t {
    expect_value,  // at the beginning, and after a key
    first,         // just after { or [
    after_value,   // a comma goes before the next; outside of everything, the text is whole
  };

  Writer& open(char bracket) noexcept;
  Writer& close(char bracket) noexcept;
  Writer& integer(std::uint64_t number, bool negative) noexcept;
  Writer& floating(double number, unsigned precision) noexcept;
  Writer& fail(Errc why) noexcept;
  bool begin_value() noexcept;
  void put(char character) noexcept;
  void put(std::string_view text) noexcept;
  void put_number(std::uint64_t number) noexcept;
  void put_zeros(int count) noexcept;
  void put_string(std::string_view text) noexcept;
  void put_replacement(unsigned char byte) noexcept;
  bool in_object() const noexcept { return (objects_ & 1u) != 0; }

  std::span<char> buffer_;
  std::size_t size_ = 0;
  std::uint32_t objects_ = 0;  // a bit for each open level, the innermost lowest: 1 object, 0 array (or none)
  Errc error_{};               // what failed first, if failed_; then nothing is written any more
  std::uint8_t depth_ = 0;
  State state_ = State::expect_value;
  bool failed_ = false;
};

}  // namespace linnet::json
