// SPDX-License-Identifier: Apache-2.0
// A byte at a time. Lines that begin with no "AT" do not exist: what lies on a line after a restart of the
// host must not be answered, and a real modem does not.
#include "tools/modem/interpreter.hpp"

#include <utility>

#include "tools/cli/text.hpp"
#include "tools/modem/command_table.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

constexpr char kBackspace = 0x08;  // S5
constexpr char kDelete = 0x7f;
constexpr char kEtx = 0x03;
constexpr char kCtrlZ = 0x1a;
constexpr char kEsc = 0x1b;

}  // namespace

Interpreter::Interpreter(Modem& modem) : modem_{modem}, chance_{modem.settings.seed ^ 0x6C6174656Eu} {}

bool Interpreter::takes_bytes() const noexcept {
  if (state_ == State::data) return modem_.data_mode.takes_bytes();
  return state_ != State::executing;
}

bool Interpreter::is_between_bytes() const noexcept {
  if (state_ == State::command) return line_.empty() || !echo_;
  return state_ == State::executing;
}

void Interpreter::byte(std::byte value) {
  switch (state_) {
    case State::off: ++modem_.counters.not_heard; return;
    case State::command: return typed(value);
    case State::payload: return payload_byte(value);
    case State::data: return modem_.data_mode.from_host(value);
    case State::executing: return;
  }
}

void Interpreter::typed(std::byte value) {
  const char c = static_cast<char>(value);
  if (c == '\n') return;  // optional behind CR (M767 section 1.5.2)
  if (echo_) modem_.voice.echo(value);
  if (c == '\r') return end_line();
  if (c == kBackspace || c == kDelete) {
    if (!line_.empty()) line_.pop_back();
    return;
  }
  collect(c);
  if (line_ == "A/" || line_ == "a/") {
    line_.clear();
    if (!last_line_.empty()) run(last_line_);
  }
}

/// Keeps `line_` such that it begins with "AT", or could.
void Interpreter::collect(char c) {
  // V.250, section 5.2.2: other control characters are ignored. Among them a Ctrl-Z behind a counted payload.
  if (static_cast<unsigned char>(c) < 0x20) {
    ++modem_.counters.not_heard;
    return;
  }
  const bool is_a = c == 'A' || c == 'a';
  if (line_.empty() && !is_a) {
    ++modem_.counters.not_heard;
    return;
  }
  if (line_.size() == 1 && c != 'T' && c != 't' && c != '/') {
    ++modem_.counters.not_heard;
    if (!is_a) line_.clear();
    return;
  }
  if (line_.size() >= modem_.profile.line_limit + 2) {
    too_long_ = true;
    return;
  }
  line_.push_back(c);
}

void Interpreter::end_line() {
  std::string line = std::exchange(line_, {});
  modem_.voice.release();
  if (line.size() < 2) return;
  last_line_ = line;
  run(line);
}

void Interpreter::run(const std::string& line) {
  ++modem_.counters.lines;
  if (modem_.traffic != nullptr)
    modem_.traffic->host(modem_.now(), tools::concat(without_secrets(line), "\r"));
  state_ = State::executing;
  modem_.voice.begin_answer();
  const bool first = std::exchange(first_, false);
  if (first && modem_.settings.first_at == FirstAt::lost) return to_command_state();

  auto commands = parse_line(std::string_view{line}.substr(2));
  // M767 section 1.5.2.4: too long is ERROR, and nothing of it is executed.
  const bool refused =
      !commands || std::exchange(too_long_, false) || (first && modem_.settings.first_at == FirstAt::error);
  commands_.clear();
  if (!refused) commands_.assign(commands->begin(), commands->end());
  modem_.schedule.at(modem_.now() + turnaround(), [this, refused] {
    if (refused) return end(kError);
    next_command();
  });
}

Duration Interpreter::turnaround() {
  const auto latency = modem_.settings.latency.count();
  return latency == 0 ? Duration{}
                      : Duration{latency * static_cast<std::int64_t>(chance_.between(80, 120)) / 100};
}

void Interpreter::next_command() {
  while (!commands_.empty()) {
    const Command command = std::move(commands_.front());
    commands_.pop_front();
    const Outcome outcome = execute(command);
    if (outcome.kind == Outcome::later || state_ == State::off) return;
    if (outcome.kind != Outcome::ok) return end(outcome);
  }
  end(kOk);
}

Outcome Interpreter::execute(const Command& command) {
  const std::string name{command.name.starts_with('+') ? std::string_view{command.name}.substr(1)
                                                       : command.name};
  const Entry* entry = find_command(command.name, modem_.profile.model);
  if (entry != nullptr) ++modem_.counters.commands[name];
  modem_.strike(Trigger::cmd, name);
  if (entry == nullptr) return kError;
  if (command.form == Command::test) {
    if ((entry->forms & Command::test) == 0) return kError;
    const std::string answer = test_answer(*entry, modem_);
    if (!answer.empty()) modem_.voice.info(tools::concat(command.name, ": ", answer));
    return kOk;
  }
  if ((entry->forms & command.form) == 0) return kError;
  return entry->run(modem_, command);
}

void Interpreter::finish(const Outcome& outcome) {
  if (state_ != State::executing) return;
  if (outcome.kind != Outcome::ok) return end(outcome);
  next_command();
}

void Interpreter::finish(std::string_view text) {
  modem_.voice.final(text);
  end(kSaid);
}

void Interpreter::end(const Outcome& outcome) {
  commands_.clear();
  modem_.voice.final(outcome);
  if (state_ == State::executing) to_command_state();
}

void Interpreter::to_command_state() {
  state_ = State::command;
  modem_.voice.release();
}

void Interpreter::ask_payload(std::size_t size, Taker taker) {
  modem_.voice.prompt();
  state_ = State::payload;
  payload_.clear();
  payload_size_ = size;
  taker_ = std::move(taker);
}

void Interpreter::ask_text(Taker taker) {
  ask_payload(0, std::move(taker));
  escaped_ = false;
}

void Interpreter::payload_byte(std::byte value) {
  if (echo_ && modem_.settings.echoes_payload) modem_.voice.echo(value);
  modem_.count_up(1);
  if (payload_size_ == 0) return text_byte(static_cast<char>(value));
  payload_.push_back(static_cast<char>(value));
  if (payload_.size() == payload_size_) payload_whole();
}

/// M767 section 13.2.4: Ctrl-Z ends the text, ESC gives it up, ETX takes the next byte literally.
void Interpreter::text_byte(char c) {
  constexpr std::size_t kLongest = 1500;
  const bool literal = std::exchange(escaped_, false);
  if (!literal && c == kCtrlZ) return payload_whole();
  if (!literal && c == kEsc) {
    state_ = State::executing;
    return end(kError);
  }
  escaped_ = !literal && c == kEtx;
  if (!escaped_) payload_.push_back(c);
  if (payload_.size() == kLongest) payload_whole();
}

void Interpreter::payload_whole() {
  state_ = State::executing;
  if (modem_.traffic != nullptr) modem_.traffic->payload(modem_.now(), true, payload_.size());
  const Taker taker = std::exchange(taker_, {});
  const Outcome outcome = taker(std::exchange(payload_, {}));
  if (state_ == State::executing) finish(outcome);
}

void Interpreter::connect() {
  commands_.clear();
  modem_.voice.final(tools::concat("CONNECT ", modem_.line.rate()));
  state_ = State::data;
}

void Interpreter::leave_data(std::string_view text) {
  state_ = State::executing;
  modem_.voice.begin_answer();
  if (!text.empty()) modem_.voice.final(text);
  to_command_state();
}

void Interpreter::power_on(bool echo) {
  state_ = State::command;
  echo_ = echo;
  first_ = true;
  line_.clear();
  modem_.voice.release();
}

void Interpreter::power_off() noexcept {
  state_ = State::off;
  line_.clear();
  last_line_.clear();
  too_long_ = false;
  commands_.clear();
  payload_.clear();
  taker_ = {};
}

}  // namespace linnet::emulator
