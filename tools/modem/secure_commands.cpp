// SPDX-License-Identifier: Apache-2.0
// The CCH commands (M767 chapter 17), and the files of certificates.
#include <algorithm>
#include <array>

#include "tools/cli/text.hpp"
#include "tools/modem/command_table.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::uint8_t kSet = Command::read | Command::test | Command::write;
constexpr std::uint8_t kWrite = Command::test | Command::write;
constexpr long kMostSend = 2048;
constexpr long kMostCertificate = 10'240;

Outcome start(Modem& modem, const Command&) {
  Secure& secure = modem.secure;
  const int code = secure.started ? 11 : modem.radio.is_registered() ? 0 : 17;  // 11 state, 17 no network
  if (code != 0) {
    // ERROR first, then the reason: the one command that does so.
    modem.voice.final(kError);
    modem.voice.urc(concat("+CCHSTART: ", code));
    return kSaid;
  }
  secure.started = true;
  modem.schedule.at(modem.now() + modem.settings.netopen_delay,
                    [&modem] { modem.voice.result("+CCHSTART: 0"); });
  return kOk;
}

Outcome stop(Modem& modem, const Command&) {
  if (!modem.secure.started) return kError;
  modem.secure.close(0);
  modem.secure.close(1);
  modem.secure.started = false;
  modem.schedule.at(modem.now() + modem.settings.latency, [&modem] { modem.voice.result("+CCHSTOP: 0"); });
  return kOk;
}

Outcome configure(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(
        concat("+CCHSET: ", modem.secure.reports_send ? 1 : 0, ",", modem.secure.reads_manually ? 1 : 0));
    return kOk;
  }
  const auto report = command.number(0, 0, 1);
  const auto manual = command.number(1, 0, 1, 0);
  if (!report || !manual || modem.secure.started) return kError;
  modem.secure.reports_send = *report == 1;
  modem.secure.reads_manually = *manual == 1;
  return kOk;
}

Outcome choose_mode(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+CCHMODE: ", modem.secure.transparent_mode ? 1 : 0));
    return kOk;
  }
  const auto mode = command.number(0, 0, 1);
  if (!mode || modem.secure.started) return kError;
  modem.secure.transparent_mode = *mode == 1;
  return kOk;
}

Outcome choose_context(Modem& modem, const Command& command) {
  const auto n = command.number(0, 0, 1);
  const auto context = command.number(1, 0, 9);
  if (!modem.secure.started || !n || !context) return kError;
  modem.secure.session(static_cast<std::size_t>(*n)).context = static_cast<std::size_t>(*context);
  return kOk;
}

Outcome open_session(Modem& modem, const Command& command) {
  const auto n = command.number(0, 0, 1);
  const auto port = command.number(2, 1, 65'535);
  const auto type = command.number(3, 1, 2, 2);
  if (!n || !command.has(1) || !port || !type) return kError;
  const Secure::Session& session = modem.secure.session(static_cast<std::size_t>(*n));
  const bool transparent = modem.secure.transparent_mode;  // the line can be session 0 only
  if (!modem.secure.started || session.used || session.opening ||
      (transparent && (*n > 0 || modem.data_mode.carrier() != nullptr))) {
    modem.voice.info(concat("+CCHOPEN: ", *n, ",", modem.secure.started ? 10 : 11));
    return kError;
  }
  modem.secure.open(static_cast<std::size_t>(*n), command.word(1), static_cast<std::uint16_t>(*port),
                    *type == 2);
  return transparent ? kLater : kOk;
}

Outcome close_session(Modem& modem, const Command& command) {
  const auto n = command.number(0, 0, 1);
  if (!n) return kError;
  if (!modem.secure.session(static_cast<std::size_t>(*n)).used) {
    modem.voice.info(concat("+CCHCLOSE: ", *n, ",11"));
    return kError;
  }
  if (modem.secure.session(static_cast<std::size_t>(*n)).transparent) modem.note("DCD off");
  modem.secure.close(static_cast<std::size_t>(*n));
  modem.schedule.at(modem.now() + modem.settings.latency,
                    [&modem, n = *n] { modem.voice.result(concat("+CCHCLOSE: ", n, ",0")); });
  return kOk;
}

Outcome send(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+CCHSEND: 0,", modem.secure.session(0).connection.unsent(), ",1,",
                            modem.secure.session(1).connection.unsent()));
    return kOk;
  }
  const auto n = command.number(0, 0, 1);
  const auto size = command.number(1, 1, kMostSend);
  if (!n || !size) return kError;
  const auto session = static_cast<std::size_t>(*n);
  const Secure::Session& to = modem.secure.session(session);
  if (!to.used || to.peer_closed || to.transparent) {
    modem.voice.info(concat("+CCHSEND: ", *n, ",4"));
    return kError;
  }
  modem.interpreter.ask_payload(static_cast<std::size_t>(*size),
                                [&modem, session](const std::string& payload) {
                                  if (!modem.secure.session(session).used) return kError;
                                  modem.secure.send(session, payload);
                                  return kOk;
                                });
  return kLater;
}

/// OK is not the end here: pieces follow, and "+CCHRECV: n,0".
Outcome receive(Modem& modem, const Command& command) {
  if (command.form == Command::read) {
    modem.voice.info(concat("+CCHRECV: LEN,", modem.secure.session(0).connection.received(), ",",
                            modem.secure.session(1).connection.received()));
    return kOk;
  }
  const auto n = command.number(0, 0, 1);
  const auto most = command.number(1, 0, kMostSend, 0);
  if (!n || !most || !modem.secure.reads_manually) return kError;
  const auto session = static_cast<std::size_t>(*n);
  const Secure::Session& from = modem.secure.session(session);
  if (from.transparent || from.connection.received() == 0) return kError;
  modem.voice.final(kOk);
  modem.secure.read(session, static_cast<std::size_t>(*most));
  return kSaid;
}

Outcome configure_tls(Modem& modem, const Command& command) {
  const auto context = command.number(1, 0, 9);
  if (!context || !command.has(2)) return kError;
  const bool taken =
      modem.secure.contexts[static_cast<std::size_t>(*context)].set(command.word(0), command.word(2));
  return taken ? kOk : kError;
}

Outcome certificate(Modem& modem, const Command& command) {
  const auto size = command.number(1, 1, kMostCertificate);
  if (!command.has(0) || !size) return kError;
  modem.interpreter.ask_payload(static_cast<std::size_t>(*size),
                                [&modem, name = std::string{command.word(0)}](const std::string& content) {
                                  ++modem.counters.flash_writes;
                                  modem.secure.files[name] = content;
                                  return kOk;
                                });
  return kLater;
}

Outcome list_certificates(Modem& modem, const Command&) {
  std::vector<std::string> lines;
  lines.reserve(modem.secure.files.size());
  for (const auto& [name, content] : modem.secure.files)
    lines.push_back(concat("+CCERTLIST: \"", name, "\""));
  if (!lines.empty()) modem.voice.info(lines);
  return kOk;
}

Outcome delete_certificate(Modem& modem, const Command& command) {
  return modem.secure.files.erase(std::string{command.word(0)}) > 0 ? kOk : kError;
}

constexpr std::array kCommands{
    Entry{"+CCHSTART", every_model, Command::execute | Command::test, &start},
    Entry{"+CCHSTOP", every_model, Command::execute | Command::test, &stop},
    Entry{"+CCHSET", every_model, kSet, &configure, "(0,1),(0,1)"},
    Entry{"+CCHMODE", every_model, kSet, &choose_mode, "(0,1)"},
    Entry{"+CCHSSLCFG", every_model, kWrite, &choose_context, "(0,1),(0-9)"},
    Entry{"+CCHOPEN", every_model, kWrite, &open_session, "(0,1),\"ADDRESS\",(1-65535),(1-2)"},
    Entry{"+CCHCLOSE", every_model, kWrite, &close_session, "(0,1)"},
    Entry{"+CCHSEND", every_model, kSet, &send, "(0,1),(1-2048)"},
    Entry{"+CCHRECV", every_model, kSet, &receive, "(0,1),(0-2048)"},
    Entry{"+CSSLCFG", every_model, kWrite, &configure_tls},
    Entry{"+CCERTDOWN", every_model, kWrite, &certificate, "(1-108),(1-10240)"},
    Entry{"+CCERTLIST", every_model, Command::execute | Command::test, &list_certificates},
    Entry{"+CCERTDELE", every_model, kWrite, &delete_certificate},
};

}  // namespace

std::span<const Entry> secure_commands() noexcept {
  return kCommands;
}

}  // namespace linnet::emulator
