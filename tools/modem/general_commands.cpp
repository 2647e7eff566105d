// SPDX-License-Identifier: Apache-2.0
// Who the modem is, how it reports errors, its clock, and its power (M767 chapters 2 and 3).
#include <array>
#include <chrono>

#include "tools/cli/text.hpp"
#include "tools/modem/command_table.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::uint8_t kAsk = Command::execute | Command::test;
constexpr std::uint8_t kSet = Command::read | Command::test | Command::write;
constexpr std::string_view kImei =
    "490154203237518";  // the example of 3GPP TS 23.003's explanations; its check digit holds

Outcome done(Modem&, const Command&) {
  return kOk;
}

Outcome echo(Modem& modem, const Command& command) {
  const auto on = command.number(0, 0, 1, 0);
  if (!on) return kError;
  modem.interpreter.set_echo(*on == 1);
  return kOk;
}

/// ATV0: "not yet supported" (M767 section 2.2.8).
Outcome verbose(Modem&, const Command& command) {
  return command.number(0, 1, 1, 1) ? kOk : kError;
}

Outcome zero_or_one(Modem&, const Command& command) {
  return command.number(0, 0, 4, 0) ? kOk : kError;
}

Outcome to_defaults(Modem& modem, const Command&) {
  modem.forget_settings();
  modem.interpreter.set_echo(true);
  modem.data_mode.dcd_mode = 1;
  modem.data_mode.dtr_mode = 1;
  return kOk;
}

Outcome show_settings(Modem& modem, const Command&) {
  const std::array<std::string, 8> lines{concat("E: ", modem.interpreter.echoes() ? 1 : 0),
                                         "Q: 0",
                                         "V: 1",
                                         concat("&C: ", modem.data_mode.dcd_mode),
                                         concat("&D: ", modem.data_mode.dtr_mode),
                                         concat("+CMEE: ", modem.error_mode),
                                         concat("+IPR: ", modem.line.rate()),
                                         concat("+CIPMODE: ", modem.sockets.transparent_mode ? 1 : 0)};
  modem.voice.info(lines);
  return kOk;
}

Outcome s_register(Modem& modem, const Command& command) {
  if (command.form == Command::write) return command.number(0, 0, 255) ? kOk : kError;
  struct Register {
    std::string_view name, value;
  };
  constexpr std::array<Register, 8> kRegisters{{{"S0", "000"},
                                                {"S3", "013"},
                                                {"S4", "010"},
                                                {"S5", "008"},
                                                {"S6", "002"},
                                                {"S7", "000"},
                                                {"S8", "002"},
                                                {"S10", "015"}}};
  for (const Register& each : kRegisters) {
    if (each.name == command.name) modem.voice.info(each.value);
  }
  return kOk;
}

Outcome identify(Modem& modem, const Command&) {
  const std::array<std::string, 5> lines{
      "Manufacturer: SIMCOM INCORPORATED", concat("Model: ", modem.profile.product),
      concat("Revision: ", modem.profile.revision), concat("IMEI: ", kImei), "+GCAP: +CGSM,+FCLASS,+DS"};
  modem.voice.info(lines);
  return kOk;
}

Outcome identify_firmware(Modem& modem, const Command&) {
  const std::array<std::string, 5> lines{"Manufacturer: SIMCOM INCORPORATED",
                                         concat("Model: ", modem.profile.product),
                                         concat("Revision: ", modem.profile.firmware),
                                         std::string{modem.profile.build}, concat("IMEI: ", kImei)};
  modem.voice.info(lines);
  return kOk;
}

Outcome manufacturer(Modem& modem, const Command&) {
  modem.voice.info("SIMCOM INCORPORATED");
  return kOk;
}
Outcome product(Modem& modem, const Command&) {
  modem.voice.info(modem.profile.product);
  return kOk;
}
Outcome revision(Modem& modem, const Command&) {
  modem.voice.info(concat("+CGMR: ", modem.profile.firmware));
  return kOk;
}
Outcome serial_number(Modem& modem, const Command&) {
  modem.voice.info(kImei);
  return kOk;
}
Outcome capabilities(Modem& modem, const Command&) {
  modem.voice.info("+GCAP: +CGSM,+FCLASS,+DS");
  return kOk;
}

Outcome error_reports(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+CMEE: ", modem.error_mode));
    return kOk;
  }
  const auto mode = command.number(0, 0, 2);
  if (!mode) return kError;
  modem.error_mode = static_cast<int>(*mode);
  return kOk;
}

std::string two_digits(long number) {
  return concat(number < 10 ? "0" : "", number);
}

/// "yy/MM/dd,hh:mm:ss+zz": what the network says, an hour ahead of UTC. The emulator has no clock of its own.
Outcome clock(Modem& modem, const Command& command) {
  if (command.form == Command::write) return command.has(0) ? kOk : kError;
  using std::chrono::days;
  using std::chrono::floor;
  using std::chrono::seconds;
  using std::chrono::sys_days;
  const std::chrono::sys_seconds at{seconds{modem.settings.clock} + std::chrono::hours{1} +
                                    std::chrono::duration_cast<seconds>(modem.uptime())};
  const std::chrono::year_month_day day{floor<days>(at)};
  const std::chrono::hh_mm_ss time{at - floor<days>(at)};
  modem.voice.info(concat("+CCLK: \"", two_digits(int{day.year()} % 100), "/",
                          two_digits(long{unsigned{day.month()}}), "/", two_digits(long{unsigned{day.day()}}),
                          ",", two_digits(time.hours().count()), ":", two_digits(time.minutes().count()), ":",
                          two_digits(time.seconds().count()), "+04\""));
  return kOk;
}

Outcome restart(Modem& modem) {
  modem.voice.final(kOk);
  modem.schedule.at(modem.line.said_until(), [&modem] { modem.power.reset(modem.power.reset_time()); });
  return kSaid;
}

Outcome functionality(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+CFUN: ", modem.radio.functionality()));
    return kOk;
  }
  const auto level = command.number(0, 0, 7);
  const auto with_reset = command.number(1, 0, 1, 0);
  if (!level || !with_reset || *level == 2 || *level == 3) return cme(50);
  if (*level == 6 || *with_reset == 1) return restart(modem);
  modem.schedule.at(modem.now() + 300ms, [&modem, to = static_cast<int>(*level)] {
    modem.interpreter.finish(kOk);
    modem.radio.set_airplane(to);
  });
  return kLater;
}

/// M767 section 3.2.3, its spelling.
Outcome power_off(Modem& modem, const Command&) {
  modem.voice.final(kOk);
  modem.voice.urc("POWERD DOWN");
  modem.schedule.at(modem.now(), [&modem] { modem.power.off(); });
  return kSaid;
}

Outcome reset(Modem& modem, const Command&) {
  return restart(modem);
}

constexpr std::array kCommands{
    Entry{"E", every_model, Command::execute, &echo},
    Entry{"V", every_model, Command::execute, &verbose},
    Entry{"Q", every_model, Command::execute, &zero_or_one},
    Entry{"X", every_model, Command::execute, &zero_or_one},
    Entry{"L", every_model, Command::execute, &zero_or_one},
    Entry{"M", every_model, Command::execute, &zero_or_one},
    Entry{"S0", every_model, Command::read | Command::write, &s_register},
    Entry{"S3", every_model, Command::read | Command::write, &s_register},
    Entry{"S4", every_model, Command::read | Command::write, &s_register},
    Entry{"S5", every_model, Command::read | Command::write, &s_register},
    Entry{"S6", every_model, Command::read | Command::write, &s_register},
    Entry{"S7", every_model, Command::read | Command::write, &s_register},
    Entry{"S8", every_model, Command::read | Command::write, &s_register},
    Entry{"S10", every_model, Command::read | Command::write, &s_register},
    Entry{"Z", every_model, Command::execute, &to_defaults},
    Entry{"&F", every_model, Command::execute, &to_defaults},
    Entry{"&W", every_model, Command::execute, &done},
    Entry{"&V", every_model, Command::execute, &show_settings},
    Entry{"I", every_model, Command::execute, &identify},
    Entry{"+SIMCOMATI", every_model, kAsk, &identify_firmware},
    Entry{"+CGMI", every_model, kAsk, &manufacturer},
    Entry{"+GMI", every_model, kAsk, &manufacturer},
    Entry{"+CGMM", every_model, kAsk, &product},
    Entry{"+GMM", every_model, kAsk, &product},
    Entry{"+CGMR", every_model, kAsk, &revision},
    Entry{"+GMR", every_model, kAsk, &revision},
    Entry{"+CGSN", every_model, kAsk, &serial_number},
    Entry{"+GSN", every_model, kAsk, &serial_number},
    Entry{"+GCAP", every_model, kAsk, &capabilities},
    Entry{"+CMEE", every_model, kSet, &error_reports, "(0-2)"},
    Entry{"+CCLK", every_model, kSet, &clock, "\"yy/MM/dd,hh:mm:ss+zz\""},
    Entry{"+CFUN", every_model, kSet, &functionality, "(0,1,4,5,6,7),(0,1)"},
    Entry{"+CPOF", every_model, kAsk, &power_off},
    Entry{"+CRESET", every_model, kAsk, &reset},
};

}  // namespace

std::span<const Entry> general_commands() noexcept {
  return kCommands;
}

}  // namespace linnet::emulator
