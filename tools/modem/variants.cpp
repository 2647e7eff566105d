// SPDX-License-Identifier: Apache-2.0
// The variants as one table: name, values, what each does, and how its text becomes a setting.
#include <array>

#include "tools/cli/text.hpp"
#include "tools/modem/number.hpp"
#include "tools/modem/settings.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;
using Text = std::string_view;

/// One of two words.
template <bool Settings::* field>
bool set_either(Settings& to, Text value, Text yes, Text no) {
  if (value != yes && value != no) return false;
  to.*field = value == yes;
  return true;
}

template <auto field>
bool set_seconds(Settings& to, Text value) {
  const auto seconds = parse_seconds(value);
  if (seconds) to.*field = *seconds;
  return seconds.has_value();
}

template <auto field>
bool set_milliseconds(Settings& to, Text value) {
  const auto milliseconds = parse_milliseconds(value);
  if (milliseconds) to.*field = *milliseconds;
  return milliseconds.has_value();
}

template <bool Settings::* field>
bool set_bit(Settings& to, Text value) {
  return set_either<field>(to, value, "1", "0");
}

template <int Settings::* field, int least, int most>
bool set_int(Settings& to, Text value) {
  const auto number = parse_number<int>(value);
  if (!number || *number < least || *number > most) return false;
  to.*field = *number;
  return true;
}

bool set_sim(Settings& to, Text value) {
  if (value.starts_with("pin:")) {
    const Text pin = value.substr(4);
    if (pin.size() < 4 || pin.size() > 8 || pin.find_first_not_of("0123456789") != Text::npos) return false;
    to.pin = pin;
    to.sim = SimState::pin;
    return true;
  }
  if (value == "ready")
    to.sim = SimState::ready;
  else if (value == "missing")
    to.sim = SimState::missing;
  else if (value == "puk")
    to.sim = SimState::puk;
  else if (value == "failure")
    to.sim = SimState::failure;
  else
    return false;
  return true;
}

bool set_registering(Settings& to, Text value) {
  if (value == "home")
    to.registering = Registering::home;
  else if (value == "roaming")
    to.registering = Registering::roaming;
  else if (value == "denied")
    to.registering = Registering::denied;
  else if (value == "never")
    to.registering = Registering::never;
  else
    return false;
  return true;
}

bool set_buffer(Settings& to, Text value) {
  const auto size = parse_number<std::uint32_t>(value);
  if (!size || *size < 1 || *size > (1u << 24)) return false;
  to.receive_buffer = *size;
  return true;
}

bool set_clock(Settings& to, Text value) {
  const auto seconds = parse_number<std::int64_t>(value);
  if (!seconds || *seconds < 946'684'800 || *seconds >= 4'102'444'800) return false;  // two digits of a year
  to.clock = *seconds;
  return true;
}

bool set_injection(Settings& to, Text value) {
  const auto probability = parse_number<double>(value);
  if (!probability || !(*probability >= 0) || *probability > 1) return false;
  to.injection = *probability;
  return true;
}

bool set_transparent_close(Settings& to, Text value) {
  if (value == "both")
    to.transparent_close = TransparentClose::both;
  else if (value == "closed")
    to.transparent_close = TransparentClose::closed;
  else if (value == "ipclose")
    to.transparent_close = TransparentClose::ipclose;
  else if (value == "silent")
    to.transparent_close = TransparentClose::silent;
  else
    return false;
  return true;
}

template <std::string Settings::* field>
bool set_text(Settings& to, Text value) {
  to.*field = value;
  return value.size() <= 100;  // an APN's limit (3GPP TS 23.003, section 9.1)
}

bool set_warm(Settings& to, Text value) {
  if (value != "0" && value != "1" && value != "ppp") return false;
  to.warm = value != "0";
  to.warm_in_call = value == "ppp";
  return true;
}

bool set_first_at(Settings& to, Text value) {
  if (value == "ok")
    to.first_at = FirstAt::ok;
  else if (value == "lost")
    to.first_at = FirstAt::lost;
  else if (value == "error")
    to.first_at = FirstAt::error;
  else
    return false;
  return true;
}

bool set_chunk(Settings& to, Text value) {
  const auto dash = value.find('-');
  const auto least = parse_number<std::uint32_t>(value.substr(0, dash));
  const auto most = dash == Text::npos ? least : parse_number<std::uint32_t>(value.substr(dash + 1));
  if (!least || !most || *least < 1 || *most < *least || *most > 65'536) return false;
  to.chunk_least = *least;
  to.chunk_most = *most;
  return true;
}

using Set = bool (*)(Settings&, Text);

constexpr std::array<VariantHelp, 28> kHelp{{
    {"tail", "blank|ok", "after a read's payload: an empty line and OK (default), or OK at once"},
    {"prompt", "bare|space", "'>' (default) or '> '"},
    {"boot", "banner|silent", "silent: neither banner nor SMS DONE when it starts"},
    {"boot-delay", "S", "from power-on to the banner (default 0; at a reset what the real one takes)"},
    {"sim-busy", "S", "after the banner AT+CPIN? answers SIM busy for so long (default 1)"},
    {"sim", "ready|missing|pin:NNNN|puk|failure", "the SIM card (default ready); its PUK is 12345678"},
    {"reg", "home|roaming|denied|never", "how registering with the network ends (default home)"},
    {"reg-delay", "S", "from a usable SIM to registered (default 2)"},
    {"creg6", "0|1", "1: AT+CREG says 6, 'SMS only', while AT+CEREG says 1"},
    {"late-urc", "S", "SMS DONE and PB DONE come so long after the banner (default: 1 s after the SIM)"},
    {"close-data", "keep|drop", "received data that was not read when the peer closes (default keep)"},
    {"cnf-delay", "MS", "+CIPSEND comes so long after OK (default: the latency)"},
    {"open-delay", "MS", "+CIPOPEN comes so long after OK at the earliest (default 200)"},
    {"netopen-delay", "MS", "+NETOPEN comes so long after OK (default 300)"},
    {"rx-buffer", "BYTES", "of each link; when it is full the peer is held back (default 10240)"},
    {"inject", "P", "a harmless URC wherever one may come, with probability P (default 0)"},
    {"refused", "CODE", "+CIPOPEN's code when the peer refuses (default 1)"},
    {"tclose", "both|closed|ipclose|silent",
     "what is printed when the peer closes in transparent mode (default both)"},
    {"apn", "NAME", "context 1 has this APN stored already"},
    {"warm", "0|1|ppp",
     "1: the host was reset, the modem was not: it is registered, the network is open, echo is off; ppp: and "
     "in the middle of a PPP call"},
    {"echo-payload", "0|1", "1: payload is echoed while echo is on (default 1)"},
    {"cmee", "0|1|2", "AT+CMEE after power-on (default 2)"},
    {"first-at", "ok|lost|error",
     "the first command after the banner: answered (default), ignored, or ERROR"},
    {"chunk", "MIN-MAX", "the output comes in pieces of so many bytes, at random"},
    {"need-apn", "NAME", "the network accepts this APN only: with another one AT+NETOPEN fails"},
    {"clock", "SECONDS",
     "the network's time when the program starts, since 1970 in UTC (default: 2026-01-01)"},
    {"baud", "ignore|check", "check: on a pty the host's speed must be the modem's, else both see garbage"},
    {"seed", "N", "as --seed"},
}};

bool set_seed(Settings& to, Text value) {
  const auto seed = parse_number<std::uint64_t>(value);
  if (seed) to.seed = *seed;
  return seed.has_value();
}

// In the order of kHelp.
constexpr std::array<Set, kHelp.size()> kSetters{
    [](Settings& to, Text value) { return set_either<&Settings::blank_tail>(to, value, "blank", "ok"); },
    [](Settings& to, Text value) {
      return set_either<&Settings::space_after_prompt>(to, value, "space", "bare");
    },
    [](Settings& to, Text value) { return set_either<&Settings::tells_boot>(to, value, "banner", "silent"); },
    &set_seconds<&Settings::boot_delay>,
    &set_seconds<&Settings::sim_busy>,
    &set_sim,
    &set_registering,
    &set_seconds<&Settings::registration_delay>,
    &set_bit<&Settings::creg_six>,
    &set_seconds<&Settings::late_urc>,
    [](Settings& to, Text value) { return set_either<&Settings::keeps_data>(to, value, "keep", "drop"); },
    &set_milliseconds<&Settings::confirmation_delay>,
    &set_milliseconds<&Settings::open_delay>,
    &set_milliseconds<&Settings::netopen_delay>,
    &set_buffer,
    &set_injection,
    &set_int<&Settings::refused_code, 1, 12>,
    &set_transparent_close,
    &set_text<&Settings::apn>,
    &set_warm,
    &set_bit<&Settings::echoes_payload>,
    &set_int<&Settings::error_mode, 0, 2>,
    &set_first_at,
    &set_chunk,
    &set_text<&Settings::only_apn>,
    &set_clock,
    [](Settings& to, Text value) { return set_either<&Settings::checks_baud>(to, value, "check", "ignore"); },
    &set_seed,
};

}  // namespace

std::expected<void, std::string> set_variant(Settings& settings, std::string_view text) {
  const auto equals = text.find('=');
  if (equals == Text::npos) return std::unexpected{concat("a variant is NAME=VALUE, not '", text, "'")};
  const Text name = text.substr(0, equals);
  for (std::size_t i = 0; i < kHelp.size(); ++i) {
    if (kHelp[i].name != name) continue;
    if (kSetters[i](settings, text.substr(equals + 1))) return {};
    return std::unexpected{
        concat("variant ", name, " takes ", kHelp[i].values, ", not '", text.substr(equals + 1), "'")};
  }
  return std::unexpected{concat("there is no variant '", name, "'")};
}

std::span<const VariantHelp> variants() noexcept {
  return kHelp;
}

}  // namespace linnet::emulator
