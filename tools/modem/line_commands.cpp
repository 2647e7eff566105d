// SPDX-License-Identifier: Apache-2.0
// The serial line: speed, flow control, DTR and DCD, multiplexer (M767 chapter 8).
#include <algorithm>
#include <array>

#include "tools/cli/text.hpp"
#include "tools/modem/command_table.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::uint8_t kSet = Command::read | Command::test | Command::write;

/// OK leaves at the old speed, then the port switches: no manual says it, every driver relies on it.
void switch_rate(Modem& modem, std::uint32_t rate) {
  modem.schedule.at(modem.now(), [&modem, rate] {
    modem.schedule.at(modem.line.said_until(), [&modem, rate] {
      modem.line.set_rate(rate);
      modem.note(concat("line at ", rate, " baud"));
    });
  });
}

std::optional<std::uint32_t> rate_in(const Modem& modem, const Command& command) {
  const auto rate = command.number(0, 0, 10'000'000);
  if (!rate || command.arguments.size() != 1) return {};
  if (*rate == 0 && modem.profile.autobaud) return modem.line.rate();
  if (std::ranges::find(modem.profile.rates, static_cast<std::uint32_t>(*rate)) == modem.profile.rates.end())
    return {};
  return static_cast<std::uint32_t>(*rate);
}

Outcome rate_now(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+IPR: ", modem.line.rate()));
    return kOk;
  }
  const auto rate = rate_in(modem, command);
  if (!rate) return kError;
  switch_rate(modem, *rate);
  return kOk;
}

Outcome rate_kept(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+IPREX: ", modem.stored_rate));
    return kOk;
  }
  const auto rate = rate_in(modem, command);
  if (!rate) return kError;
  ++modem.counters.flash_writes;
  modem.stored_rate = *rate;
  switch_rate(modem, *rate);
  return kOk;
}

/// Read back as "+ICF:" on the SIM767XX, which its manual prints (section 8.2.6); the others spell it right.
Outcome flow_control(Modem& modem, const Command& command) {
  const Entry& entry = *find_command("+IFC", modem.profile.model);
  if (command.form != Command::read) {
    const bool software = modem.profile.model != sim7670g;
    for (std::size_t n = 0; n < 2; ++n) {
      const auto mode = command.number(n, 0, 2, 0);
      if (!mode || (*mode == 1 && !software)) return kError;
    }
    if (command.arguments.size() > 2) return kError;
    modem.keep(entry, command.arguments.size() == 2 ? command.text : command.text + "," + command.text);
    return kOk;
  }
  modem.voice.info(concat(modem.profile.model == sim7670g ? "+ICF: " : "+IFC: ", modem.kept(entry)));
  return kOk;
}

Outcome dcd(Modem& modem, const Command& command) {
  const auto mode = command.number(0, 0, 2, 1);
  if (!mode) return kError;
  modem.data_mode.dcd_mode = static_cast<int>(*mode);
  return kOk;
}

Outcome dtr(Modem& modem, const Command& command) {
  const auto mode = command.number(0, 0, 2, 0);
  if (!mode) return kError;
  modem.data_mode.dtr_mode = static_cast<int>(*mode);
  return kOk;
}

/// What a SIM7670G with firmware before baseline 2364 does: it says OK and goes on taking commands.
Outcome multiplexer(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(modem.profile.model == sim7670g ? "+CMUX: 0,0,5,64,0,0,0" : "+CMUX: 0,0,5,1500,0,0,600");
    return kOk;
  }
  return command.number(0, 0, 0) ? kOk : kError;
}

constexpr std::array kCommands{
    Entry{"+IPR", every_model, kSet, &rate_now, "{rates}"},
    Entry{"+IPREX", every_model, kSet, &rate_kept, "{rates}"},
    Entry{"+IFC", every_model, kSet, &flow_control, "{ifc}", "0,0"},
    Entry{"+ICF", every_model, kSet, &keep_setting, "(3),(0-3)", "3,3"},
    Entry{"&C", every_model, Command::execute, &dcd},
    Entry{"&D", every_model, Command::execute, &dtr},
    Entry{"+CMUX", every_model, kSet, &multiplexer, "(0),(0),(1-8),(1-1500),(1-255),(0-100),(2-255)"},
};

}  // namespace

std::span<const Entry> line_commands() noexcept {
  return kCommands;
}

}  // namespace linnet::emulator
