// SPDX-License-Identifier: Apache-2.0
// Reads the head of an HTTP/1.1 message (RFC 9112, sections 2 to 5): the start line, the fields, the empty
// line. Both roles: a server reads requests, a client responses. No body: what follows the head stays with
// the caller.
//
//     reader.receive(input);
//     while (auto event = reader.poll()) { ... }
//     if (reader.done()) what_follows = input.subspan(reader.consumed());
//
// Strict where leniency lets two readers see two messages (bare CR, NUL and other controls, folded lines and
// white space before the colon in requests), lenient where RFC 9112 asks a client to be.
// Memory: a HeadReader is 44 bytes on a 32-bit machine, beside a line buffer of the caller's. A line is seen
// where it was received if all of it is there; only one that spans two inputs is collected in the buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "linnet/base/bytes.hpp"

namespace linnet::http1 {

/// What is read: a server reads requests, a client responses.
enum class Head : std::uint8_t { request, response };

/// What becomes of a field line that is longer than the line buffer. (A start line that is: always refused.)
enum class LongField : std::uint8_t {
  refuse,  // an error, status 431: for a server
  skip,  // passed over, and reported by its name alone: for a client, whose server sets cookies of any length
};

/// Exactly at a limit is accepted.
struct Limits {
  std::uint32_t max_head_bytes =
      16'384;                      // with line ends and the empty line; Node.js's --max-http-header-size
  std::uint16_t max_fields = 100;  // Apache's LimitRequestFields
};

/// What was read. Texts are views into the input or the line buffer, good until the next call of `poll`,
/// `receive` or `restart`.
struct Event {
  enum class Kind : std::uint8_t {
    request_line,  // method, target, minor_version
    status_line,   // status, reason (may be empty), minor_version
    field,         // name, value (may be empty)
    long_field,    // name (empty if it was too long itself); the value was passed over
    end,           // the head is over: nothing more comes, done() is true
    error,         // the head is malformed or over a limit: nothing more comes; status
  };

  Kind kind = Kind::error;
  std::uint8_t minor_version = 0;  // 1 for HTTP/1.1
  /// Of a status line: 100 to 999. Of an error: what a server answers, 400, 414 (request line too long),
  /// 431 (a field too long, too many, or all together too large) or 505 (an HTTP that is not 1.x).
  std::uint16_t status = 0;

  std::string_view first, second;  // named by the accessors below

  std::string_view method() const noexcept { return first; }   // a token
  std::string_view target() const noexcept { return second; }  // visible ASCII, not empty; not parsed further
  std::string_view reason() const noexcept { return second; }
  std::string_view name() const noexcept { return first; }  // a token, in the peer's case
  std::string_view value() const noexcept {
    return second;
  }  // without white space around it, no control but HTAB
};

/// The two roles are two classes, so that a client carries no code for requests.
template <Head head>
class HeadReader {
 public:
  /// `line` is borrowed for the reader's life. Its size is the longest line, line end included, that is
  /// accepted, wherever the network cuts it: 256 bytes do for a WebSocket client, a server wants 1,024 or
  /// more (RFC 9112, section 3, recommends 8,000 for the request line where memory is no matter).
  explicit HeadReader(LongField long_field, MutableBytes line, Limits limits = {}) noexcept
      : long_field_{long_field}, line_{line}, limits_{limits} {}

  /// Lends `input` until `poll` returned nothing. Call it only then: what was not read of the last input is
  /// lost.
  void receive(Bytes input) noexcept {
    input_ = input;
    consumed_ = 0;
  }

  /// The next event of the input; nothing when it needs more input, and for ever after `end` and `error`.
  std::optional<Event> poll() noexcept;

  /// How many bytes of the last input belong to the head. After `end`, what follows them is the caller's: a
  /// body, a WebSocket frame, the next request.
  std::size_t consumed() const noexcept { return consumed_; }

  bool done() const noexcept { return state_ == State::done; }
  bool failed() const noexcept { return state_ == State::failed; }

  /// Forgets the head that is done, and goes on in the same input with the next one of the connection.
  void restart() noexcept {
    head_bytes_ = 0;
    fields_ = 0;
    state_ = State::expect_start_line;
  }

 private:
  enum class State : std::uint8_t { expect_start_line, expect_field, done, failed };
  enum class Scan : std::uint8_t { more, line_end, bad };
  enum class Step : std::uint16_t {
    more = 0,
    event = 1,
    bad_request = 400,            // RFC 9110, section 15.5.1
    uri_too_long = 414,           // RFC 9110, section 15.5.15
    fields_too_large = 431,       // RFC 6585, section 5
    version_not_supported = 505,  // RFC 9110, section 15.6.6
  };

  Scan scan(std::size_t most) noexcept;
  void collect(Bytes piece) noexcept;
  bool may_fold() const noexcept;
  void unfold() noexcept;
  Step advance(Event& event) noexcept;
  Step read_line(Bytes line, Event& event) noexcept;
  Step read_long_line(Bytes front, Event& event) noexcept;
  Step read_empty_line(Event& event) noexcept;
  Step read_start_line(std::string_view line, Event& event) noexcept;
  Step read_field(std::string_view line, bool whole, Event& event) noexcept;

  // Small members first: the nearer to the front, the shorter the instructions that reach them.
  State state_ = State::expect_start_line;
  LongField long_field_;
  bool after_cr_ = false;  // the last byte read was a CR: an LF is due
  bool skipping_ = false;  // within a line that was too long
  bool held_ = false;      // a whole field line waits for the byte behind it, which may fold it
  std::uint16_t fields_ = 0;
  MutableBytes line_;
  Bytes input_;
  std::size_t consumed_ = 0;      // of input_
  std::size_t collected_ = 0;     // bytes at the front of line_: the line so far
  std::uint32_t head_bytes_ = 0;  // of all inputs
  Limits limits_;
};

}  // namespace linnet::http1
