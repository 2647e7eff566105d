// SPDX-License-Identifier: Apache-2.0
// The control channel: faults, variants, the lines beside RX and TX, the power key. One line in, one line
// out.
#include <array>

#include "tools/cli/text.hpp"
#include "tools/modem/modem.hpp"
#include "tools/modem/number.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;
using Text = std::string_view;

constexpr Text kHelp =
    "FAULT[:ARG][@TRIGGER] | variant NAME=VALUE | dtr on|off | dcd | power-key on|off | power [S] | reset "
    "[S] | "
    "urc now|answer|tail|result|prompt TEXT | host-baud N | status | counters | help";

struct Words {
  Text first, rest;
};

Words split(Text text) {
  const auto space = text.find(' ');
  if (space == Text::npos) return {text, {}};
  return {text.substr(0, space), text.substr(space + 1)};
}

std::string error(Text what) {
  return concat("error: ", what);
}

std::string set_dtr(Modem& modem, Text value) {
  if (value != "on" && value != "off") return error("dtr is on or off");
  modem.data_mode.set_dtr(value == "on");
  return "ok";
}

std::string press_power_key(Modem& modem, Text value) {
  if (value != "on" && value != "off") return error("power-key is on while it is pressed, or off");
  modem.power.press_key(value == "on");
  return "ok";
}

/// As if it had been pressed for long enough.
std::string switch_power(Modem& modem, Text value) {
  const auto delay = value.empty() ? std::optional{modem.power.reset_time()} : parse_seconds(value);
  if (!delay) return error("power takes the seconds to the banner");
  if (modem.power.is_on())
    modem.power.off();
  else
    modem.power.on(*delay);
  return "ok";
}

std::string reset(Modem& modem, Text value) {
  const auto delay = value.empty() ? std::optional{modem.power.reset_time()} : parse_seconds(value);
  if (!delay) return error("reset takes the seconds to the banner");
  modem.power.reset(*delay);
  return "ok";
}

std::string plan_urc(Modem& modem, Text value) {
  const auto [where, text] = split(value);
  if (text.empty()) return error("urc takes a place and a text");
  constexpr std::array<Text, 4> kGaps{"answer", "tail", "result", "prompt"};
  if (where == "now") {
    modem.voice.urc(text);
    return "ok";
  }
  for (std::size_t n = 0; n < kGaps.size(); ++n) {
    if (kGaps[n] != where) continue;
    modem.voice.plan(static_cast<Gap>(n), std::string{text});
    return "ok";
  }
  return error("a URC comes now, or before answer, tail, result or prompt");
}

std::string set_host_rate(Modem& modem, Text value) {
  const auto rate = parse_number<std::uint32_t>(value);
  if (!rate) return error("host-baud takes a number, 0 for unknown");
  modem.line.set_host_rate(*rate);
  return "ok";
}

std::string status(Modem& modem) {
  std::string links;
  for (std::size_t n = 0; n < modem.sockets.count(); ++n) {
    if (modem.sockets.link(n).used) links += concat(links.empty() ? "" : ",", n);
  }
  const auto on = [](bool is) { return is ? "on" : "off"; };
  return concat("power=", on(modem.power.is_on()), " sim=", on(modem.sim.is_ready()),
                " registration=", modem.radio.status(), " network=", on(modem.packet.is_open()),
                " links=", links, " baud=", modem.line.rate(), " dcd=", on(modem.data_mode.dcd()),
                " dtr=", on(modem.data_mode.dtr()));
}

}  // namespace

std::string Modem::control(std::string_view text, Instant now) {
  poll(now);
  const auto [word, rest] = split(text);
  if (word == "help") return std::string{kHelp};
  if (word == "dtr") return set_dtr(*this, rest);
  if (word == "dcd") return data_mode.dcd() ? "on" : "off";
  if (word == "power-key") return press_power_key(*this, rest);
  if (word == "power") return switch_power(*this, rest);
  if (word == "reset") return reset(*this, rest);
  if (word == "urc") return plan_urc(*this, rest);
  if (word == "host-baud") return set_host_rate(*this, rest);
  if (word == "status") return status(*this);
  if (word == "counters") return counters_json();
  if (word == "variant" || word.find('=') < word.find('@')) {
    const auto done = set_variant(settings, word == "variant" ? rest : text);
    return done ? "ok" : error(done.error());
  }
  const auto fault = parse_fault(word == "fault" ? rest : text);
  if (!fault) return error(fault.error());
  add_fault(*fault);
  poll(now);
  return "ok";
}

}  // namespace linnet::emulator
