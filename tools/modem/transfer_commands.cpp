// SPDX-License-Identifier: Apache-2.0
// Payload in command mode: AT+CIPSEND and AT+CIPRXGET (M767 sections 13.2.4 and 13.2.6).
#include <array>

#include "tools/cli/text.hpp"
#include "tools/modem/command_table.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::uint8_t kSet = Command::read | Command::test | Command::write;
constexpr long kMostBytes = 1500;
constexpr long kMostHex = 750;

Outcome refuse_send(Modem& modem, int code) {
  modem.voice.info(concat("+CIPERROR: ", code));
  return kError;
}

Outcome ip_error(Modem& modem, std::string_view what) {
  modem.voice.info(concat("+IP ERROR: ", what));
  return kError;
}

Outcome take_payload(Modem& modem, std::size_t n, std::string payload) {
  const Sockets::Link& link = modem.sockets.link(n);
  if (!link.used || link.poisoned)
    return refuse_send(modem, Code::not_supported);  // it went while the payload came
  modem.sockets.send(n, std::move(payload));
  return kOk;
}

Outcome send(Modem& modem, const Command& command) {
  const auto n = command.number(0, 0, static_cast<long>(modem.sockets.count()) - 1);
  if (!n) return ip_error(modem, "Invalid parameter");
  const auto link = static_cast<std::size_t>(*n);
  // 4 also where the network has gone with the link, as logs of hardware have it.
  if (!modem.sockets.link(link).used || modem.sockets.link(link).poisoned ||
      modem.sockets.link(link).transparent) {
    return refuse_send(modem, Code::not_supported);
  }
  if (!modem.sockets.may_send(link)) return refuse_send(modem, Code::busy);
  const auto taker = [&modem, link](std::string payload) {
    return take_payload(modem, link, std::move(payload));
  };
  if (command.arguments.size() == 1) {
    modem.interpreter.ask_text(taker);
    return kLater;
  }
  const auto size = command.number(1, 1, kMostBytes);
  if (!size) return refuse_send(modem, Code::wrong_parameter);
  modem.interpreter.ask_payload(static_cast<std::size_t>(*size), taker);
  return kLater;
}

std::string in_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    text += kDigits[value >> 4];
    text += kDigits[value & 15];
  }
  return text;
}

Outcome read(Modem& modem, const Command& command, std::size_t n, bool hex) {
  const auto most = command.number(2, 1, hex ? kMostHex : kMostBytes, hex ? kMostHex : kMostBytes);
  if (!most) return ip_error(modem, "Invalid parameter");
  if (modem.sockets.receive_mode() == 0) return ip_error(modem, "Operation not supported");
  if (modem.sockets.link(n).connection.received() == 0) {
    ++modem.counters.empty_reads;
    return ip_error(modem, "No data");
  }
  const std::string part = modem.sockets.take(n, static_cast<std::size_t>(*most));
  const std::size_t rest = modem.sockets.link(n).connection.received();
  ++modem.counters.reads;
  modem.voice.info_with_payload(concat("+CIPRXGET: ", hex ? 3 : 2, ",", n, ",", part.size(), ",", rest),
                                hex ? in_hex(part) : part);
  modem.voice.tail();
  return kOk;
}

Outcome receive(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+CIPRXGET: ", modem.sockets.receive_mode()));
    return kOk;
  }
  const auto mode = command.number(0, 0, modem.profile.has_push_address ? 5 : 4);
  if (!mode) return kError;
  if (*mode <= 1 || *mode == 5) {
    if (command.arguments.size() != 1) return kError;
    modem.sockets.set_receive_mode(static_cast<int>(*mode));
    return kOk;
  }
  const auto n = command.number(1, 0, static_cast<long>(modem.sockets.count()) - 1);
  if (!n) return ip_error(modem, "Invalid parameter");
  const auto link = static_cast<std::size_t>(*n);
  if (*mode != 4) return read(modem, command, link, *mode == 3);
  modem.voice.info(concat("+CIPRXGET: 4,", *n, ",", modem.sockets.link(link).connection.received()));
  return kOk;
}

constexpr std::array kCommands{
    Entry{"+CIPSEND", every_model, Command::test | Command::write, &send, "{links},(1-1500)"},
    Entry{"+CIPRXGET", every_model, kSet, &receive, "(0-4),{links},(1-1500)"},
};

}  // namespace

std::span<const Entry> transfer_commands() noexcept {
  return kCommands;
}

}  // namespace linnet::emulator
