// SPDX-License-Identifier: Apache-2.0
// Transparent mode's settings, and the way back into it (M767 sections 2.2 and 13.2.10, .13).
#include <array>

#include "tools/cli/text.hpp"
#include "tools/modem/command_table.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::uint8_t kSet = Command::read | Command::test | Command::write;

Outcome choose_mode(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+CIPMODE: ", modem.sockets.transparent_mode ? 1 : 0));
    return kOk;
  }
  const auto mode = command.number(0, 0, 1);
  if (!mode || modem.packet.is_open()) return kError;  // before NETOPEN (N-TCP section 1.5.4)
  modem.sockets.transparent_mode = *mode == 1;
  return kOk;
}

Outcome configure(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+CIPCFG: \"transwaittm\",", modem.transparent.pack_wait.count() / 1000));
    return kOk;
  }
  if (modem.profile.netopen_takes_cid && (command.word(0) == "CID" || command.word(0) == "SCID")) {
    return command.number(1, 1, 15) ? kOk : kError;
  }
  const auto wait = command.number(1, 5, 1000);
  if (command.word(0) != "transwaittm" || !wait) return kError;
  modem.transparent.pack_wait = std::chrono::milliseconds{*wait};
  return kOk;
}

Outcome go_on(Modem& modem, const Command&) {
  if (modem.data_mode.resume()) return kSaid;
  modem.voice.final("NO CARRIER");
  return kSaid;
}

Outcome hang_up(Modem& modem, const Command&) {
  modem.data_mode.hang_up();
  return kOk;
}

/// A PPP call; there is nobody else to be called.
Outcome dial(Modem& modem, const Command& command) {
  if (!modem.call.dial(command.text)) modem.voice.final("NO CARRIER");
  return kSaid;
}

constexpr std::array kCommands{
    Entry{"+CIPMODE", every_model, kSet, &choose_mode, "(0,1)"},
    Entry{"+CIPCFG", every_model, kSet, &configure, "\"transwaittm\",(5-1000)"},
    Entry{"O", every_model, Command::execute, &go_on},
    Entry{"H", every_model, Command::execute, &hang_up},
    Entry{"D", every_model, Command::execute, &dial},
};

}  // namespace

std::span<const Entry> transparent_commands() noexcept {
  return kCommands;
}

}  // namespace linnet::emulator
