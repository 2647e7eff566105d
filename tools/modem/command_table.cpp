// SPDX-License-Identifier: Apache-2.0
// Finding a command, and the settings that are only kept.
#include "tools/modem/command_table.hpp"

#include <algorithm>
#include <array>

#include "tools/cli/text.hpp"
#include "tools/modem/modem.hpp"
#include "tools/modem/number.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::uint8_t kKept = Command::read | Command::test | Command::write;

// Commands that change nothing here, but that a host sends, reads back and expects to be refused when they
// are wrong.
constexpr std::array kKeptSettings{
    Entry{"+CATR", every_model, kKept, &keep_setting, "(0-7)", "0"},
    Entry{"+CFGRI", every_model, kKept, &keep_setting, "(0-2),(0-120000),(0-120000)", "0"},
    Entry{"+CGEREP", every_model, kKept, &keep_setting, "(0-2),(0,1)", "0,0"},
    Entry{"+CIPCCFG", every_model, kKept, &keep_setting,
          "(0-10),(0-1000),(0,1),(0,1),(0,1),(0,1),(500-120000),(0,1)", "10,0,0,1,0,0,500"},
    Entry{"+CIPHEAD", every_model, kKept, &keep_setting, "(0,1)", "1"},
    Entry{"+CIPSRIP", every_model, kKept, &keep_setting, "(0,1)", "1"},
    Entry{"+CIPSENDMODE", a7670 | sim7600, kKept, &keep_setting, "(0,1)", "0"},
    Entry{"+CMGF", every_model, kKept, &keep_setting, "(0,1)", "0"},
    Entry{"+CNBP", every_model, kKept, &keep_setting, "", "0x000700000FFF0380,0x000007FF3FDF3FFF"},
    Entry{"+CNMI", every_model, kKept, &keep_setting, "(0-2),(0-3),(0,2),(0-2),(0,1)", "2,1,0,0,0"},
    Entry{"+CNMP", every_model, kKept, &keep_setting, "(2,13,14,38)", "2"},
    Entry{"+CSCLK", every_model, kKept, &keep_setting, "(0-2)", "0"},
    Entry{"+CSCS", every_model, kKept, &keep_setting, R"(("IRA","GSM","UCS2"))", R"("IRA")"},
    Entry{"+CTCPKA", every_model, kKept, &keep_setting, "(0,1),(1-120),(1-9),(1-120)", "0,1,5,1"},
    Entry{"+CTZR", every_model, kKept, &keep_setting, "(0-2)", "0"},
    Entry{"+CTZU", every_model, kKept, &keep_setting, "(0,1)", "0"},
    Entry{"+CURCD", every_model, kKept, &keep_setting, "(0-10000),(0,1)", "0,0"},
    Entry{"+CVALARM", every_model, kKept, &keep_setting, "(0,1),(3300-4400),(3300-4400)", "0,3400,4300"},
    Entry{"+CDNSCFG", every_model, kKept, &keep_setting, "", "0.0.0.0,0.0.0.0"},
    Entry{"+CPSMS", a7670, kKept, &keep_setting, "", "0"},
};

/// Whether `argument` is one of what "(0,2)", "(0-10)" or "(\"IRA\",\"GSM\")" lists.
bool allows(std::string_view group, std::string_view argument) {
  const auto number = parse_number<long>(argument);
  while (!group.empty()) {
    const auto comma = group.find(',');
    const std::string_view item = group.substr(0, comma);
    group = comma == std::string_view::npos ? std::string_view{} : group.substr(comma + 1);
    if (item.starts_with('"')) {
      if (item.substr(1, item.size() - 2) == argument) return true;
      continue;
    }
    const auto dash = item.find('-');
    const auto least = parse_number<long>(item.substr(0, dash));
    const auto most = dash == std::string_view::npos ? least : parse_number<long>(item.substr(dash + 1));
    if (number && least && most && *number >= *least && *number <= *most) return true;
  }
  return false;
}

bool fits(std::string_view range, const Command& command) {
  if (range.empty()) return !command.text.empty();
  std::size_t n = 0;
  while (!range.empty()) {
    const auto open = range.find('(');
    const auto close = range.find(')');
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    const std::string_view group = range.substr(open + 1, close - open - 1);
    range = range.substr(close + 1);
    if (n == 0 && !command.has(0)) return false;
    if (command.has(n) && !allows(group, command.word(n))) return false;
    ++n;
  }
  return command.arguments.size() <= n;
}

void replace(std::string& text, std::string_view mark, const std::string& by) {
  const auto at = text.find(mark);
  if (at != std::string::npos) text.replace(at, mark.size(), by);
}

struct CmeText {
  int code;
  std::string_view text;
};
constexpr std::array<CmeText, 18> kCmeTexts{{{3, "operation not allowed"},
                                             {4, "operation not supported"},
                                             {10, "SIM not inserted"},
                                             {11, "SIM PIN required"},
                                             {12, "SIM PUK required"},
                                             {13, "SIM failure"},
                                             {14, "SIM busy"},
                                             {16, "incorrect password"},
                                             {30, "no network service"},
                                             {31, "network timeout"},
                                             {50, "Incorrect parameters"},
                                             {100, "unknown"},
                                             {148, "unspecified GPRS error"},
                                             {302, "UE busy"},
                                             {304, "pdn not active"},
                                             {515, "CID is active"},
                                             {518, "CID is not active"},
                                             {524, "minimal function mode"}}};

}  // namespace

std::span<const Entry> kept_settings() noexcept {
  return kKeptSettings;
}

const Entry* find_command(std::string_view name, Model model) noexcept {
  for (const auto& group : {general_commands(), line_commands(), sim_commands(), radio_commands(),
                            packet_commands(), network_commands(), socket_commands(), transfer_commands(),
                            transparent_commands(), secure_commands(), kept_settings()}) {
    for (const Entry& entry : group) {
      if (entry.name == name && (entry.models & model) != 0) return &entry;
    }
  }
  return nullptr;
}

std::string test_answer(const Entry& entry, const Modem& modem) {
  std::string text{entry.test};
  replace(text, "{links}", concat("(0-", modem.profile.links - 1, ")"));
  replace(text, "{ifc}", std::string{modem.profile.ifc_range});
  std::string rates = modem.profile.autobaud ? "(0," : "(";
  for (const std::uint32_t rate : modem.profile.rates) rates += concat(rates.size() > 3 ? "," : "", rate);
  replace(text, "{rates}", rates + ")");
  return text;
}

Outcome keep_setting(Modem& modem, const Command& command) {
  const Entry& entry = *find_command(command.name, modem.profile.model);
  if (command.form == Command::read) {
    modem.voice.info(concat(command.name, ": ", modem.kept(entry)));
    return kOk;
  }
  if (!fits(entry.test, command)) return kError;
  modem.keep(entry, command.text);
  return kOk;
}

std::string_view cme_text(int code) noexcept {
  const auto* found = std::ranges::find(kCmeTexts, code, &CmeText::code);
  return found == kCmeTexts.end() ? "unknown" : found->text;
}

}  // namespace linnet::emulator
