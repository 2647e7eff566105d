// SPDX-License-Identifier: Apache-2.0
// The shapes of answers: "\r\ntext\r\n" for each first line and each final result (M767 section 1.5.2;
// hexadecimal logs of hardware for the lines that follow).
#include "tools/modem/voice.hpp"

#include "tools/cli/text.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {

using tools::concat;

Voice::Voice(Modem& modem) : modem_{modem}, chance_{modem.settings.seed ^ 0x766F696365u} {}

void Voice::say(std::string_view text) {
  if (modem_.traffic != nullptr) modem_.traffic->modem(modem_.now(), text);
  modem_.line.say(as_bytes(text), modem_.now());
}

void Voice::gap(Gap where) {
  auto& planned = planned_[static_cast<std::size_t>(where)];
  while (!planned.empty()) {
    say(concat("\r\n", planned.front(), "\r\n"));
    planned.pop_front();
  }
  if (!chance_.chance(modem_.settings.injection)) return;
  ++modem_.counters.urcs_injected;
  say(concat("\r\n", harmless(), "\r\n"));
}

void Voice::answer(std::string_view text) {
  if (!answered_) gap(Gap::answer);
  answered_ = true;
  say(text);
}

void Voice::info(std::string_view line) {
  answer(concat("\r\n", line, "\r\n"));
}

void Voice::info(std::span<const std::string> lines) {
  std::string text = "\r\n";
  for (const std::string& line : lines) text += concat(line, "\r\n");
  answer(text);
}

void Voice::info_with_payload(std::string_view header, std::string_view bytes) {
  answer(concat("\r\n", header, "\r\n"));
  payload(bytes);
}

void Voice::tail() {
  gap(Gap::tail);
  if (modem_.settings.blank_tail) say("\r\n");
}

void Voice::payload(std::string_view bytes) {
  if (modem_.traffic != nullptr) modem_.traffic->payload(modem_.now(), false, bytes.size());
  modem_.say_payload(bytes);
}

void Voice::final(const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::ok:
      if (modem_.faults.use(FaultKind::lost_ok)) return modem_.note("OK lost");
      return final("OK");
    case Outcome::cme:
      ++modem_.counters.errors;
      if (modem_.error_mode == 0) return final("ERROR");
      return final(concat("+CME ERROR: ", modem_.error_mode == 1 ? concat(outcome.code)
                                                                 : std::string{cme_text(outcome.code)}));
    case Outcome::error: ++modem_.counters.errors; return final("ERROR");
    case Outcome::said:
    case Outcome::later: return;
  }
}

void Voice::final(std::string_view text) {
  answer(concat("\r\n", text, "\r\n"));
}

void Voice::prompt() {
  gap(Gap::prompt);
  ++modem_.counters.prompts;
  if (modem_.faults.use(FaultKind::lost_prompt)) return modem_.note("prompt lost");
  answered_ = true;
  say(modem_.settings.space_after_prompt ? "\r\n> " : "\r\n>");
}

void Voice::result(std::string_view line) {
  if (may_interrupt()) gap(Gap::result);
  if (modem_.faults.use(FaultKind::lost_result)) return modem_.note(concat("lost: ", line));
  urc(line);
}

void Voice::urc(std::string_view line) {
  ++modem_.counters.urcs;
  if (!may_interrupt() && held_.size() < kHeldMost) {
    held_.emplace_back(line);
    return;
  }
  say(concat("\r\n", line, "\r\n"));
}

void Voice::urc_with_payload(std::string_view header, std::string_view bytes) {
  ++modem_.counters.urcs;
  say(concat("\r\n", header, "\r\n"));
  payload(bytes);
}

void Voice::echo(std::byte value) {
  modem_.line.say({&value, 1}, modem_.now());
}

void Voice::noise(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text.push_back(static_cast<char>(chance_.between(0, 255)));
  modem_.line.say(as_bytes(text), modem_.now());
}

bool Voice::may_interrupt() const {
  return modem_.interpreter.is_between_bytes() && held_.size() < kHeldMost;
}

bool Voice::may_push() const {
  constexpr std::size_t kAhead = 4096;
  return modem_.interpreter.state() == Interpreter::State::command && may_interrupt() &&
         modem_.line.backlog() < kAhead;
}

void Voice::release() {
  while (!held_.empty() && modem_.interpreter.is_between_bytes()) {
    say(concat("\r\n", held_.front(), "\r\n"));
    held_.pop_front();
  }
}

std::string Voice::harmless() {
  switch (chance_.between(0, 4)) {
    case 0: return "SMS DONE";
    case 1: return "PB DONE";
    case 2: return "+CGEV: ME PDN ACT 8,1";
    case 3: return concat("$QCSTKURC: 0,", chance_.between(1, 4));
    default:
      // Where it stands already: a host that reads it learns nothing new.
      return concat("+CEREG: ", modem_.radio.status());
  }
}

void Voice::forget() noexcept {
  held_.clear();
  answered_ = false;
}

}  // namespace linnet::emulator
