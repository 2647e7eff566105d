// SPDX-License-Identifier: Apache-2.0
// Opening the network for sockets, its times, and names (M767 chapter 13).
#include <array>

#include "tools/cli/text.hpp"
#include "tools/modem/command_table.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::uint8_t kSet = Command::read | Command::test | Command::write;

Outcome open_network(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+NETOPEN: ", modem.packet.is_open() ? 1 : 0));
    return kOk;
  }
  const bool with_cid = command.form == Command::write;
  const auto cid = command.number(0, 1, 15, modem.packet.cid());
  if (!cid || (with_cid && !modem.profile.netopen_takes_cid)) return kError;
  if (modem.packet.is_open() || modem.packet.is_opening()) {
    modem.voice.info("+IP ERROR: Network is already opened");
    return kError;
  }
  modem.packet.open(static_cast<int>(*cid), with_cid);
  return kOk;
}

Outcome close_network(Modem& modem, const Command&) {
  if (!modem.packet.is_open()) {
    modem.voice.info("+NETCLOSE: 2");
    return kError;
  }
  const Sockets::Link& first = modem.sockets.link(0);
  const bool transparent = first.used && first.transparent;
  modem.packet.close();
  modem.sockets.close_all();
  modem.schedule.at(modem.now() + modem.settings.latency, [&modem, transparent] {
    if (transparent) {
      modem.voice.urc("CLOSED");
      modem.voice.urc("+CIPCLOSE: 0,0");
      modem.note("DCD off");
    }
    modem.voice.result("+NETCLOSE: 0");
  });
  return kOk;
}

Outcome address(Modem& modem, const Command&) {
  const bool open = modem.packet.is_open();
  modem.voice.info(open ? concat("+IPADDR: ", modem.packet.address()) : "+IP ERROR: Network not opened");
  return open ? kOk : kError;
}

Outcome times(Modem& modem, const Command& command) {
  auto& timeouts = modem.sockets.timeouts;
  if (command.form == Command::read) {
    modem.voice.info(concat("+CIPTIMEOUT: ", timeouts[0], ",", timeouts[1], ",", timeouts[2]));
    return kOk;
  }
  std::array<long, 3> wanted{};
  if (command.arguments.size() > wanted.size()) return kError;
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const auto time = command.number(n, 3000, 120'000, timeouts[n]);
    if (!time) return kError;
    wanted[n] = *time;
  }
  for (std::size_t n = 0; n < wanted.size(); ++n) timeouts[n] = wanted[n];
  return kOk;
}

Outcome look_up(Modem& modem, const Command& command) {
  if (!command.has(0)) return kError;
  const auto ticket =
      modem.radio.is_registered() ? modem.names.begin(command.word(0)) : fail(Errc::host_not_found);
  if (!ticket) {
    modem.voice.info("+CDNSGIP: 0,10");
    return kError;
  }
  modem.look_up = *ticket;
  modem.looked_up = command.word(0);
  return kLater;
}

constexpr std::array kCommands{
    Entry{"+NETOPEN", every_model, kSet | Command::execute, &open_network},
    Entry{"+NETCLOSE", every_model, Command::execute | Command::test, &close_network},
    Entry{"+IPADDR", every_model, Command::execute | Command::test, &address},
    Entry{"+CIPTIMEOUT", every_model, kSet, &times, "(3000-120000),(3000-120000),(3000-120000)"},
    Entry{"+CDNSGIP", every_model, Command::write | Command::test, &look_up},
};

}  // namespace

std::span<const Entry> network_commands() noexcept {
  return kCommands;
}

}  // namespace linnet::emulator
