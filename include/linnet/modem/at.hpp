// SPDX-License-Identifier: Apache-2.0
// What a modem says, byte by byte: lines, the bare `>` that asks for payload, payload of a counted length,
// and the transparent data of a connection. It knows no command; whoever does says what comes next:
//
//   reader.receive(bytes);
//   while (auto token = reader.poll())
//     if (is_header(*token)) reader.take_payload(length_of(*token));     // before the next poll()
//
// Any split of the input gives the same lines and prompts; payload and data come in whatever pieces the
// input has. Memory: the line buffer that the caller gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "linnet/base/bytes.hpp"

namespace linnet::modem {

struct AtToken {
  enum class Kind : std::uint8_t {
    line,     // text() without its end; never blank. Borrowed until the next poll() that finds input
    prompt,   // `>` as the first byte of a line, where one was expected
    payload,  // a piece of what take_payload() announced; borrowed from the input
    data,     // a piece of transparent data; borrowed from the input
  };

  Kind kind{};
  bool is_cut = false;  // a line that was longer than the buffer: its end is missing
  Bytes bytes{};

  std::string_view text() const noexcept { return as_text(bytes); }
};

class AtReader {
 public:
  /// `line`: borrowed for the reader's life. The longest line that matters in this family is a +CPSI of some
  /// 110 characters; 128 bytes and more serve. What is longer is cut, and said to be.
  explicit AtReader(MutableBytes line) noexcept : line_{line} {}

  /// Borrows bytes until poll() has returned nothing. What was not used up before is forgotten.
  void receive(Bytes input) noexcept { input_ = input; }
  bool wants_input() const noexcept { return input_.empty(); }

  std::optional<AtToken> poll() noexcept;

  /// A `>` that begins a line is a prompt from now on, and until one came. Otherwise it is text: payload
  /// never reaches this far, but garbage may.
  void expect_prompt(bool expected) noexcept { prompt_expected_ = expected; }

  /// The next `size` bytes are payload, whatever they look like.
  void take_payload(std::size_t size) noexcept {
    payload_left_ = size;
    behind_payload_ = size == 0 ? Behind::elsewhere : Behind::first_byte;
    blank_lines_ = 0;
  }
  std::size_t payload_left() const noexcept { return payload_left_; }

  /// All that comes is data, or lines again.
  void take_data(bool taken) noexcept {
    is_data_ = taken;
    forget_line();
  }
  bool takes_data() const noexcept { return is_data_; }
  /// Data is given out as far as there is room for it; the rest stays in the input.
  void limit_data(std::size_t room) noexcept { data_room_ = room; }

  /// What stands behind a payload begins with CR. If it did not, bytes of the payload were lost on the wire
  /// and what followed was counted in their place.
  bool is_torn() const noexcept { return behind_payload_ == Behind::torn; }
  /// Blank lines since the payload's end. A firmware always prints the same number before its OK, unless
  /// bytes were lost as above.
  std::uint8_t blank_lines() const noexcept { return blank_lines_; }

  /// Forgets a line in part, expected payload and prompt: for a line whose speed was changed.
  void reset() noexcept;

 private:
  enum class Behind : std::uint8_t { elsewhere, first_byte, torn };

  void forget_line() noexcept {
    size_ = 0;
    is_cut_ = false;
  }
  Bytes take(std::size_t most) noexcept;
  std::optional<AtToken> end_line() noexcept;

  MutableBytes line_;
  Bytes input_{};
  std::size_t size_ = 0;  // of the line so far
  std::size_t payload_left_ = 0;
  std::size_t data_room_ = 0;
  Behind behind_payload_ = Behind::elsewhere;
  std::uint8_t blank_lines_ = 0;
  bool is_cut_ = false;
  bool prompt_expected_ = false;
  bool is_data_ = false;
};

/// How a command ended.
struct Final {
  enum class Kind : std::uint8_t {
    none,  // the line is no final result
    ok,
    error,
    connect,  // transparent data from the next byte on
  };
  static constexpr std::uint16_t kNoCode = 0xFFFF;

  Kind kind = Kind::none;
  std::uint16_t code = kNoCode;  // of +CME ERROR and +CMS ERROR, where it is a number
};

/// Reads a line as a final result.
Final final_result(std::string_view line) noexcept;

/// The text that a modem of any family of dialect.hpp prints when it has booted.
bool is_boot_banner(std::string_view line) noexcept;

}  // namespace linnet::modem
