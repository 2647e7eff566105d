// SPDX-License-Identifier: Apache-2.0
// From bytes to commands: collects a line, echoes it, runs its commands one after the other after the modem's
// latency, and takes the payload that a command asked for. The line lies in a string of at most the profile's
// limit.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "linnet/base/time.hpp"
#include "tools/modem/command.hpp"
#include "tools/modem/random.hpp"
#include "tools/modem/voice.hpp"

namespace linnet::emulator {

class Interpreter {
 public:
  enum class State : std::uint8_t {
    off,        // nobody hears
    command,    // a line, or nothing, is being typed
    executing,  // bytes wait on the line
    payload,    // so many bytes, or up to Ctrl-Z
    data,       // a connection or a call has the line
  };
  /// What to do with a payload, once it is whole.
  using Taker = std::function<Outcome(std::string payload)>;

  explicit Interpreter(Modem& modem);

  State state() const noexcept { return state_; }
  bool takes_bytes() const noexcept;
  void byte(std::byte value);

  /// A URC can be printed: no line is half typed under echo, no payload is expected.
  bool is_between_bytes() const noexcept;

  // For commands that answer `later`.

  void finish(const Outcome& outcome);
  /// A final result of another text.
  void finish(std::string_view text);
  void ask_payload(std::size_t size, Taker taker);
  void ask_text(Taker taker);  // up to Ctrl-Z
  /// Instead of a final result: CONNECT, and from now on bytes are data.
  void connect();
  void be_in_data() noexcept { state_ = State::data; }
  /// Back from data; `text` is "OK" or what else tells it, or nothing.
  void leave_data(std::string_view text);

  void power_on(bool echo);
  void power_off() noexcept;
  /// What nobody finishes any more: a payload whose link is gone.
  bool echoes() const noexcept { return echo_; }
  void set_echo(bool on) noexcept { echo_ = on; }

 private:
  void typed(std::byte value);
  void collect(char c);
  void end_line();
  void run(const std::string& line);
  void next_command();
  Outcome execute(const Command& command);
  void end(const Outcome& outcome);
  void to_command_state();
  void payload_byte(std::byte value);
  void text_byte(char c);
  void payload_whole();
  Duration turnaround();

  Modem& modem_;
  Random chance_;
  State state_ = State::off;
  bool echo_ = true;
  std::string line_;
  std::string last_line_;  // for A/
  bool too_long_ = false;
  bool first_ = true;  // no command since power-on
  std::deque<Command> commands_;
  std::string payload_;
  std::size_t payload_size_ = 0;  // 0: up to Ctrl-Z
  bool escaped_ = false;          // an ETX came: the next byte is payload whatever it is
  Taker taker_;
};

}  // namespace linnet::emulator
