// SPDX-License-Identifier: Apache-2.0
// Links: opening, closing, counting, and the TCP server's commands (M767 sections 13.2.3, .5, .14).
#include <array>

#include "tools/cli/text.hpp"
#include "tools/modem/command_table.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::uint8_t kSet = Command::read | Command::test | Command::write;

Outcome bad_link(Modem& modem) {
  modem.voice.info("+IP ERROR: Invalid parameter");
  return kError;
}

Outcome refused(Modem& modem, std::string_view what, long link, int code) {
  modem.voice.info(concat(what, link, ",", code));
  return kError;
}

Outcome list_links(Modem& modem) {
  std::vector<std::string> lines;
  for (std::size_t n = 0; n < modem.sockets.count(); ++n) {
    const Sockets::Link& link = modem.sockets.link(n);
    const Connection& connection = link.connection;
    lines.push_back(
        link.used ? concat("+CIPOPEN: ", n, R"(,"TCP",")", connection.host(), "\",", connection.port(), ",-1")
                  : concat("+CIPOPEN: ", n));
  }
  modem.voice.info(lines);
  return kOk;
}

Outcome open_link(Modem& modem, const Command& command) {
  if (command.form == Command::read) return list_links(modem);
  const auto n = command.number(0, 0, static_cast<long>(modem.sockets.count()) - 1);
  if (!n) return bad_link(modem);
  const auto refuse = [&](int code) { return refused(modem, "+CIPOPEN: ", *n, code); };
  if (!modem.packet.is_open()) return refuse(Code::network_not_opened);
  const std::string_view type = command.word(1);
  if (type == "UDP" || (type == "UDP SERVER" && modem.profile.has_udp_server)) return refuse(Code::no_socket);
  const auto port = command.number(3, 1, 65'535);
  if (type != "TCP" || !command.has(2) || !port || !command.number(4, 0, 65'535, 0))
    return refuse(Code::wrong_parameter);

  const auto link = static_cast<std::size_t>(*n);
  const bool transparent = modem.sockets.transparent_mode;
  if (modem.sockets.link(link).used || modem.sockets.link(link).opening ||
      (transparent && (link > 0 || modem.data_mode.carrier() != nullptr))) {
    return refuse(Code::not_supported);
  }
  modem.sockets.open(link, command.word(2), static_cast<std::uint16_t>(*port), transparent);
  return transparent ? kLater : kOk;
}

Outcome close_link(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    std::string states;
    for (std::size_t n = 0; n < modem.sockets.count(); ++n) {
      states += concat(n > 0 ? "," : "", modem.sockets.link(n).used ? 1 : 0);
    }
    modem.voice.info(concat("+CIPCLOSE: ", states));
    return kOk;
  }
  const auto n = command.number(0, 0, static_cast<long>(modem.sockets.count()) - 1);
  if (!n) return bad_link(modem);
  const Sockets::Link& link = modem.sockets.link(static_cast<std::size_t>(*n));
  if (!link.used && !link.opening) return refused(modem, "+CIPCLOSE: ", *n, Code::not_supported);
  const bool transparent = link.transparent;
  modem.sockets.close(static_cast<std::size_t>(*n));
  modem.schedule.at(modem.now() + modem.settings.latency, [&modem, n = *n, transparent] {
    if (transparent) {
      modem.voice.urc("CLOSED");
      modem.note("DCD off");
    }
    modem.voice.result(concat("+CIPCLOSE: ", n, ",0"));
  });
  return kOk;
}

/// Sent, acknowledged, received; acknowledged is "reserved" on the SIM767XX.
Outcome count_bytes(Modem& modem, const Command& command) {
  const auto n = command.number(0, 0, static_cast<long>(modem.sockets.count()) - 1);
  if (!n) return bad_link(modem);
  const Sockets::Link& link = modem.sockets.link(static_cast<std::size_t>(*n));
  if (!link.used) {
    modem.voice.info("+IP ERROR: Connection is not created");
    return kError;
  }
  const std::uint64_t acknowledged = link.sent - link.connection.unsent();
  modem.voice.info(concat("+CIPACK: ", link.sent, ",", acknowledged, ",", link.connection.total_received()));
  return kOk;
}

/// The ports and numbers are checked; nobody ever connects.
Outcome start_server(Modem& modem, const Command& command) {
  if (command.form == Command::read) return kOk;
  const auto port = command.number(0, modem.profile.server_port_least, modem.profile.server_port_most);
  const auto server = command.number(1, 0, static_cast<long>(modem.profile.servers) - 1);
  if (!port || !server || !command.number(2, 1, 3, 3)) return bad_link(modem);
  if (modem.packet.is_open()) return kOk;
  modem.voice.info("+IP ERROR: Network not opened");
  return kError;
}

Outcome stop_server(Modem& modem, const Command& command) {
  const auto server = command.number(0, 0, static_cast<long>(modem.profile.servers) - 1);
  if (!server) return bad_link(modem);
  modem.voice.info(concat("+SERVERSTOP: ", *server, ",0"));
  return kOk;
}

constexpr std::array kCommands{
    Entry{"+CIPOPEN", every_model, kSet, &open_link, R"({links},("TCP","UDP"))"},
    Entry{"+CIPCLOSE", every_model, kSet, &close_link, "{links}"},
    Entry{"+CIPACK", every_model, Command::write | Command::test, &count_bytes, "{links}"},
    Entry{"+SERVERSTART", every_model, kSet, &start_server},
    Entry{"+SERVERSTOP", every_model, Command::write | Command::test, &stop_server},
};

}  // namespace

std::span<const Entry> socket_commands() noexcept {
  return kCommands;
}

}  // namespace linnet::emulator
