// SPDX-License-Identifier: Apache-2.0
// The SIM card (M767 chapter 6).
#include <array>

#include "tools/cli/text.hpp"
#include "tools/modem/command_table.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::uint8_t kAsk = Command::execute | Command::test;

Outcome pin(Modem& modem, const Command& command) {
  if (command.form == Command::read) return modem.sim.tell(modem);
  if (!command.has(0) || command.arguments.size() > 2) return cme(50);
  if (command.has(1)) return modem.sim.unlock(command.word(0), command.word(1));
  return modem.sim.enter(std::string{command.word(0)});
}

Outcome tell_once_ready(Modem& modem, std::string_view text) {
  const Outcome outcome = modem.sim.check();
  if (outcome.kind == Outcome::ok) modem.voice.info(text);
  return outcome;
}

// Mobile country code 001 is for tests (ITU-T E.212, annex), and so is what follows.
Outcome subscriber(Modem& modem, const Command&) {
  return tell_once_ready(modem, "001010123456789");
}
Outcome card_number(Modem& modem, const Command& command) {
  return tell_once_ready(modem, concat(command.name == "+CICCID" ? "+ICCID: " : "", "89001010123456789013"));
}

Outcome tries_left(Modem& modem, const Command&) {
  modem.voice.info(concat("+SPIC: ", modem.sim.pin_tries(), ",", modem.sim.puk_tries(), ",3,10"));
  return kOk;
}

constexpr std::array kCommands{
    Entry{"+CPIN", every_model, Command::read | Command::test | Command::write, &pin},
    Entry{"+CIMI", every_model, kAsk, &subscriber},
    Entry{"+CICCID", every_model, kAsk, &card_number},
    Entry{"+SPIC", every_model, kAsk, &tries_left},
};

}  // namespace

std::span<const Entry> sim_commands() noexcept {
  return kCommands;
}

}  // namespace linnet::emulator
