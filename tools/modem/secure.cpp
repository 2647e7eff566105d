// SPDX-License-Identifier: Apache-2.0
// CCH sessions.
#include "tools/modem/secure.hpp"

#include <algorithm>
#include <utility>

#include "tools/cli/text.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

// M767 section 17.3: 4 peer closed, 5 time-out, 13 DNS, 14 connect, 15 handshake.
constexpr int kTimeout = 5;
constexpr int kDns = 13;
constexpr int kConnect = 14;
constexpr int kHandshake = 15;
constexpr std::size_t kPiece = 1024;  // of AT+CCHRECV's answer
constexpr Duration kOpenTimeout = 120s;

int code_of(Error why) noexcept {
  switch (why.code) {
    case Errc::invalid_argument:
    case Errc::host_not_found: return kDns;
    case Errc::bad_certificate:
    case Errc::tls_failure:
    case Errc::handshake_timeout: return kHandshake;
    default: return kConnect;
  }
}

}  // namespace

void Secure::open(std::size_t n, std::string_view host, std::uint16_t port, bool tls) {
  Session& session = sessions_[n];
  const std::size_t context = session.context;
  end(session);
  session.context = context;
  session.opening = true;
  session.transparent = transparent_mode;
  session.open_not_before = modem_.now() + modem_.settings.open_delay;
  session.open_until = modem_.now() + kOpenTimeout;
  if (!random_) random_.emplace(modem_.settings.seed);
  if (tls) session.tls = std::make_unique<TlsEnd>(contexts[context], files, *random_);
  const auto begun = session.connection.open(modem_.bearer, host, port, modem_.settings.receive_buffer,
                                             modem_.now(), session.tls.get());
  const int code = begun ? 0 : code_of(begun.error());
  if (code != 0) modem_.schedule.at(session.open_not_before, [this, n, code] { opened(n, code); });
}

void Secure::poll_opening(std::size_t n, Instant now) {
  const Session& session = sessions_[n];
  const Connection& connection = session.connection;
  if (now < session.open_not_before || connection.state() == Connection::State::idle) return;
  if (connection.state() == Connection::State::open) return opened(n, 0);
  if (connection.state() == Connection::State::ended) {
    // A peer that hangs up in the handshake, too: a stream that is secured is not open before it is secure.
    const bool in_handshake = session.tls != nullptr && connection.failure() == Errc::end_of_stream;
    return opened(n, in_handshake ? kHandshake : code_of(connection.failure()));
  }
  if (now >= session.open_until) opened(n, kTimeout);
}

void Secure::opened(std::size_t n, int code) {
  Session& session = sessions_[n];
  if (!std::exchange(session.opening, false)) return;
  session.used = code == 0;
  ++(code == 0 ? modem_.counters.opens : modem_.counters.open_failures);
  if (code != 0) {
    session.connection.reset();
    session.tls.reset();
    session.context = 0;  // "cleared after a failed open or close"
  }
  if (!session.transparent) {
    modem_.voice.result(concat("+CCHOPEN: ", n, ",", code));
  } else if (code == 0) {
    modem_.data_mode.begin();
  } else {
    modem_.interpreter.finish("CONNECT FAIL");
  }
  if (code == 0) modem_.connected();
}

void Secure::poll(Instant now) {
  farewell_.poll(now);
  if (farewell_.is_over()) ended_.clear();
  for (std::size_t n = 0; n < sessions_.size(); ++n) {
    Session& session = sessions_[n];
    session.connection.poll(now, session.opening || modem_.radio.flows());
    if (session.opening) poll_opening(n, now);
    if (!session.used || session.transparent) continue;
    tell(n);
    if (session.connection.state() == Connection::State::ended && !std::exchange(session.peer_closed, true)) {
      ++modem_.counters.peer_closes;
      modem_.voice.urc(concat("+CCH_PEER_CLOSED: ", n));
    }
  }
}

bool Secure::can_push(const Session& session) const noexcept {
  return session.used && !session.transparent && !reads_manually && session.connection.received() > 0 &&
         modem_.voice.may_push();
}

void Secure::tell(std::size_t n) {
  Session& session = sessions_[n];
  if (session.connection.received() == 0 || session.notified) return;
  if (reads_manually) {
    session.notified = true;
    modem_.voice.urc(concat("+CCHEVENT: ", n, ",RECV EVENT"));
  }
  while (can_push(session)) {
    const std::string part = session.connection.take(kPiece);
    modem_.voice.urc_with_payload(concat("+CCHRECV: DATA,", n, ",", part.size()), part);
  }
}

void Secure::read(std::size_t n, std::size_t most) {
  Session& session = sessions_[n];
  ++modem_.counters.reads;
  std::string text = session.connection.take(most == 0 ? session.connection.received() : most);
  if (session.connection.received() == 0) session.notified = false;
  for (std::size_t at = 0; at < text.size(); at += kPiece) {
    const std::string part = text.substr(at, kPiece);
    modem_.voice.urc_with_payload(concat("+CCHRECV: DATA,", n, ",", part.size()), part);
  }
  modem_.voice.urc(concat("+CCHRECV: ", n, ",0"));
}

void Secure::send(std::size_t n, const std::string& payload) {
  ++modem_.counters.sends;
  modem_.counters.payload_up += payload.size();
  sessions_[n].connection.send(as_bytes(payload));
  if (!reports_send) return;
  modem_.schedule.at(modem_.now() + modem_.settings.confirmation(),
                     [this, n] { modem_.voice.result(concat("+CCHSEND: ", n, ",0")); });
}

void Secure::close(std::size_t n) {
  farewell_.take(sessions_[n].connection, modem_.now());
  end(sessions_[n]);
}

/// Its stream may go on for a moment, with what was sent last.
void Secure::end(Session& session) {
  session.connection.reset();
  if (session.tls) ended_.push_back(std::move(session.tls));
  session = Session{};
}

Instant Secure::deadline() const noexcept {
  Instant first = farewell_.deadline();
  for (const Session& session : sessions_) {
    first = std::min(first, can_push(session) ? Instant::min() : session.connection.deadline());
    if (!session.opening || session.connection.state() == Connection::State::idle) continue;
    const bool settled = session.connection.state() != Connection::State::opening;
    first = std::min(first, settled ? session.open_not_before : session.open_until);
  }
  return first;
}

void Secure::network_lost() {
  if (!std::exchange(started, false)) return;
  const bool was_transparent = sessions_[0].used && sessions_[0].transparent;
  for (Session& session : sessions_) end(session);
  if (was_transparent) modem_.transparent.lost();
  modem_.voice.urc("+CCH:CCH STOP");
}

void Secure::power_off() {
  for (Session& session : sessions_) end(session);
  started = false;
  reports_send = false;
  reads_manually = false;
  transparent_mode = false;
}

}  // namespace linnet::emulator
