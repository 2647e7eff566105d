// SPDX-License-Identifier: Apache-2.0
// What the modem says, and when it may: answers, results that come later, and unsolicited result codes, which
// wait while the host is in the middle of something (typing with echo, sending payload, transparent data).
#pragma once

#include <array>
#include <deque>
#include <span>
#include <string>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/time.hpp"
#include "tools/modem/random.hpp"

namespace linnet::emulator {

class Modem;

/// How a command ended.
struct Outcome {
  enum Kind : std::uint8_t {
    ok,
    error,
    cme,    // "+CME ERROR: `code`", or "ERROR" when AT+CMEE is 0
    said,   // the final result was said already; nothing follows
    later,  // Interpreter::finish() tells
  };
  Kind kind = ok;
  int code = 0;
};
inline constexpr Outcome kOk{Outcome::ok};
inline constexpr Outcome kError{Outcome::error};
inline constexpr Outcome kSaid{Outcome::said};
inline constexpr Outcome kLater{Outcome::later};
constexpr Outcome cme(int code) noexcept {
  return {Outcome::cme, code};
}

/// Where in an exchange a URC may come.
enum class Gap : std::uint8_t {
  answer,  // between the command and its answer
  tail,    // between a read's payload and its OK
  result,  // between OK and the result of a two-phase command
  prompt,  // before the prompt
};

class Voice {
 public:
  explicit Voice(Modem& modem);

  /// An information line, or several of one command: "\r\nfirst\r\nsecond\r\n".
  void info(std::string_view line);
  void info(std::span<const std::string> lines);
  /// A header line and payload behind it; nothing comes between the two.
  void info_with_payload(std::string_view header, std::string_view bytes);
  void tail();  // behind the payload: an empty line, where this modem has one
  void final(const Outcome& outcome);
  /// A final result of another text: "CONNECT 115200", "NO CARRIER".
  void final(std::string_view text);
  void prompt();
  void result(std::string_view line);
  void urc(std::string_view line);
  /// A URC with payload, as push mode has it; only while may_push().
  void urc_with_payload(std::string_view header, std::string_view bytes);
  /// Payload and nothing else: transparent mode.
  void payload(std::string_view bytes);
  void echo(std::byte value);
  void noise(std::size_t bytes);

  /// A new command: nothing has been answered yet.
  void begin_answer() noexcept { answered_ = false; }
  bool may_interrupt() const;
  /// The same for payload, which also waits for the end of a command, and for room on the line.
  bool may_push() const;
  void release();  // what was held back, if it may come now

  /// A URC that changes nothing for the host.
  std::string harmless();
  /// The next time that `gap` is passed, `line` comes there.
  void plan(Gap gap, std::string line) { planned_[static_cast<std::size_t>(gap)].push_back(std::move(line)); }

  void forget() noexcept;  // at a reboot

 private:
  void gap(Gap where);
  void say(std::string_view text);
  void answer(std::string_view text);

  static constexpr std::size_t kHeldMost = 64;

  Modem& modem_;
  Random chance_;
  bool answered_ = false;
  std::deque<std::string> held_;
  std::array<std::deque<std::string>, 4> planned_;
};

}  // namespace linnet::emulator
