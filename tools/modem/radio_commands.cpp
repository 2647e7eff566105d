// SPDX-License-Identifier: Apache-2.0
// Signal, registration, operator, cell (M767 chapters 3 to 5).
#include <array>

#include "tools/cli/text.hpp"
#include "tools/modem/command_table.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::uint8_t kSet = Command::read | Command::test | Command::write;

Outcome signal(Modem& modem, const Command&) {
  const int quality = modem.radio.quality();
  modem.voice.info(concat("+CSQ: ", quality, ",", quality == 99 ? 99 : 0));
  return kOk;
}

template <Radio::Report which>
Outcome registration(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(modem.radio.tell(which));
    return kOk;
  }
  const auto mode = command.number(0, 0, 2);
  if (!mode || command.arguments.size() > 1) return kError;
  modem.radio.set_report(which, static_cast<int>(*mode));
  return kOk;
}

Outcome operators(Modem& modem, const Command& command) {
  const Entry& entry = *find_command("+COPS", modem.profile.model);
  if (command.form == Command::write) {
    const auto mode = command.number(0, 0, 4);
    const auto format = command.number(1, 0, 2, 2);
    if (!mode || !format) return kError;
    if (*mode == 2) modem.radio.detach();
    if (*mode == 0 || *mode == 1) modem.radio.attach();
    if (command.has(1)) modem.keep(entry, concat(*format));
    return kOk;
  }
  if (command.form == Command::test) return kOk;
  const std::string_view format = modem.kept(entry);
  const std::string_view name = format == "0" ? "Linnet Test" : format == "1" ? "Linnet" : "00101";
  modem.voice.info(modem.radio.is_registered() ? concat("+COPS: 0,", format, ",\"", name, "\",7")
                                               : "+COPS: 0");
  return kOk;
}

/// The figures wander with the signal: -113 dBm + 2 a step (M767 section 3.2.2).
Outcome cell(Modem& modem, const Command&) {
  if (!modem.radio.is_registered()) {
    modem.voice.info(
        concat("+CPSI: NO SERVICE,", modem.radio.functionality() == 1 ? "Online" : "Low Power Mode"));
    return kOk;
  }
  const int rssi = -113 + 2 * modem.radio.quality();
  const int rsrp = rssi - 16;
  // SIM7670G prints dB and dBm, the others offsets from their scales' ends.
  const std::string figures = modem.profile.cpsi_in_db ? concat("-11,", rsrp, ",", rssi, ",12")
                                                       : concat("8,", rsrp + 141, ",", rssi + 111, ",12");
  modem.voice.info(concat("+CPSI: LTE,Online,001-01,0x7764,117148741,127,EUTRAN-BAND1,100,5,5,", figures));
  return kOk;
}

constexpr std::array kCommands{
    Entry{"+CSQ", every_model, Command::execute | Command::test, &signal, "(0-31,99),(0-7,99)"},
    Entry{"+CREG", every_model, kSet, &registration<Radio::creg>, "(0-2)"},
    Entry{"+CGREG", every_model, kSet, &registration<Radio::cgreg>, "(0-2)"},
    Entry{"+CEREG", every_model, kSet, &registration<Radio::cereg>, "(0-2)"},
    Entry{"+COPS", every_model, kSet, &operators,
          R"((2,"Linnet Test","Linnet","00101",7),,(0,1,2,3,4),(0,1,2))", "2"},
    Entry{"+CPSI", every_model, Command::read | Command::test, &cell},
};

}  // namespace

std::span<const Entry> radio_commands() noexcept {
  return kCommands;
}

}  // namespace linnet::emulator
