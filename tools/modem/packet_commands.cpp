// SPDX-License-Identifier: Apache-2.0
// Contexts, their APNs and credentials, attachment and addresses (M767 chapter 5).
#include <array>

#include "tools/cli/text.hpp"
#include "tools/modem/command_table.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::uint8_t kSet = Command::read | Command::test | Command::write;
constexpr long kContexts = 15;  // M767 section 5.2.5

Outcome attachment(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+CGATT: ", modem.radio.is_registered() ? 1 : 0));
    return kOk;
  }
  const auto state = command.number(0, 0, 1);
  if (!state) return kError;
  const Outcome sim = modem.sim.check();
  if (sim.kind != Outcome::ok) return sim;
  modem.schedule.at(modem.now() + 500ms, [&modem, attach = *state == 1] {
    modem.interpreter.finish(kOk);
    if (attach)
      modem.radio.attach();
    else
      modem.radio.detach();
  });
  return kLater;
}

Outcome define(Modem& modem, const Command& command) {
  auto& contexts = modem.packet.contexts();
  if (command.form == Command::read) {
    std::vector<std::string> lines;
    for (const auto& [cid, context] : contexts) {
      const std::string address = modem.packet.is_active(cid) ? modem.packet.address() : "0.0.0.0";
      lines.push_back(concat("+CGDCONT: ", cid, ",\"", context.type, "\",\"", context.apn, "\",\"", address,
                             "\",0,0,,,,"));
    }
    if (!lines.empty()) modem.voice.info(lines);
    return kOk;
  }
  const auto cid = command.number(0, 1, kContexts);
  if (!cid) return cme(50);
  ++modem.counters.flash_writes;
  if (command.arguments.size() == 1) {
    contexts.erase(static_cast<int>(*cid));
    return kOk;
  }
  const std::string_view type = command.word(1);
  if (type != "IP" && type != "IPV6" && type != "IPV4V6" && type != "PPP") return cme(50);
  Packet::Context& context = contexts[static_cast<int>(*cid)];
  context.type = type;
  context.apn = command.word(2);
  return kOk;
}

/// Written as password, then user; read as user, then password (M767 section 5.2.11).
Outcome authenticate(Modem& modem, const Command& command) {
  auto& contexts = modem.packet.contexts();
  if (command.form == Command::read) {
    std::vector<std::string> lines;
    for (const auto& [cid, context] : contexts) {
      if (context.authentication == 0) continue;
      lines.push_back(concat("+CGAUTH: ", cid, ",", context.authentication, ",\"", context.user, "\",\"",
                             context.password, "\""));
    }
    if (!lines.empty()) modem.voice.info(lines);
    return kOk;
  }
  const auto cid = command.number(0, 1, kContexts);
  const auto kind = command.number(1, 0, 3, 0);
  if (!cid || !kind || command.word(2).size() > 64 || command.word(3).size() > 64) return cme(50);
  ++modem.counters.flash_writes;
  Packet::Context& context = contexts[static_cast<int>(*cid)];
  context.authentication = static_cast<int>(*kind);
  context.password = command.word(2);
  context.user = command.word(3);
  return kOk;
}

Outcome activation(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    std::vector<std::string> lines;
    for (const auto& [cid, context] : modem.packet.contexts()) {
      lines.push_back(concat("+CGACT: ", cid, ",", modem.packet.is_active(cid) ? 1 : 0));
    }
    if (!lines.empty()) modem.voice.info(lines);
    return kOk;
  }
  const auto state = command.number(0, 0, 1);
  const auto cid = command.number(1, 1, kContexts, 1);
  if (!state || !cid) return kError;
  if (!modem.radio.is_registered()) return cme(30);
  if (!modem.packet.contexts().contains(static_cast<int>(*cid))) return cme(50);
  if (*state == 0) {
    modem.packet.announce("ME PDN DEACT 1");
    modem.packet.lose();
  }
  return kOk;
}

Outcome addresses(Modem& modem, const Command& command) {
  std::vector<std::string> lines;
  for (const auto& [cid, context] : modem.packet.contexts()) {
    if (command.form == Command::write && command.number(0, cid, cid) != cid) continue;
    // Without quotation marks (M767 section 5.2.9).
    lines.push_back(
        concat("+CGPADDR: ", cid, ",", modem.packet.is_active(cid) ? modem.packet.address() : "0.0.0.0"));
  }
  if (lines.empty()) return kError;
  modem.voice.info(lines);
  return kOk;
}

Outcome choose_context(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+CSOCKSETPN: ", modem.packet.cid()));
    return kOk;
  }
  const auto cid = command.number(0, 1, kContexts);
  if (!cid || modem.packet.is_open()) return kError;
  modem.packet.choose_cid(static_cast<int>(*cid));
  return kOk;
}

constexpr std::array kCommands{
    Entry{"+CGATT", every_model, kSet, &attachment, "(0,1)"},
    Entry{"+CGDCONT", every_model, kSet, &define, "(1-15),\"IP\",,,(0-2),(0-4)"},
    Entry{"+CGAUTH", every_model, kSet, &authenticate, "(1-15),(0-3),64,64"},
    Entry{"+CGACT", every_model, kSet, &activation, "(0,1)"},
    Entry{"+CGPADDR", every_model, Command::execute | Command::test | Command::write, &addresses, "(1-15)"},
    Entry{"+CSOCKSETPN", every_model, kSet, &choose_context, "(1-15),(1,6)"},
};

}  // namespace

std::span<const Entry> packet_commands() noexcept {
  return kCommands;
}

}  // namespace linnet::emulator
