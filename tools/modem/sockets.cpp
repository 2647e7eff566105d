// SPDX-License-Identifier: Apache-2.0
// A link's life.
#include "tools/modem/sockets.hpp"

#include <algorithm>
#include <utility>

#include "tools/cli/text.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

// The modem's own queue of bytes that TCP has not taken; not documented. A peer that stops reading holds back
// the confirmations once it is full.
constexpr std::size_t kSendQueue = 16'384;
constexpr std::size_t kUnconfirmedMost = 8;
constexpr std::size_t kReport = 1500;  // M767 section 13.2.6

}  // namespace

Sockets::Sockets(Modem& modem, std::size_t links) : modem_{modem}, links_(links) {}

void Sockets::open(std::size_t n, std::string_view host, std::uint16_t port, bool transparent) {
  Link& link = links_[n];
  link = Link{};
  link.opening = true;
  link.transparent = transparent;
  link.open_not_before = modem_.now() + modem_.settings.open_delay;
  link.open_until = modem_.now() + std::chrono::milliseconds{timeouts[1]};
  modem_.strike(Trigger::open, ++opens_);
  if (const auto fault = modem_.faults.use(FaultKind::open_fail)) {
    const int code = static_cast<int>(*fault);
    modem_.schedule.at(link.open_not_before, [this, n, code] { opened(n, code); });
    return;
  }
  const auto begun =
      link.connection.open(modem_.bearer, host, port, modem_.settings.receive_buffer, modem_.now());
  if (begun) return;
  const int code = code_of(begun.error());
  modem_.schedule.at(link.open_not_before, [this, n, code] { opened(n, code); });
}

int Sockets::code_of(const Error& why) const noexcept {
  switch (why.code) {
    case Errc::host_not_found:
    case Errc::invalid_argument: return Code::no_such_host;
    case Errc::connection_refused: return modem_.settings.refused_code;
    case Errc::connect_timeout: return Code::timed_out;
    case Errc::too_many: return Code::no_socket;
    default: return Code::network_failure;
  }
}

void Sockets::poll_opening(std::size_t n, Instant now) {
  Link& link = links_[n];
  if (now < link.open_not_before) return;
  if (link.connection.state() == Connection::State::open) return opened(n, 0);
  if (link.connection.state() == Connection::State::ended)
    return opened(n, code_of(link.connection.failure()));
  if (now >= link.open_until) opened(n, Code::timed_out);
}

void Sockets::opened(std::size_t n, int code) {
  Link& link = links_[n];
  if (!std::exchange(link.opening, false)) return;
  link.used = code == 0;
  if (code == 0) {
    ++modem_.counters.opens;
  } else {
    ++modem_.counters.open_failures;
    link.connection.reset();
  }
  if (link.transparent) {
    if (code == 0)
      modem_.data_mode.begin();
    else
      modem_.interpreter.finish("CONNECT FAIL");
  } else {
    modem_.voice.result(concat("+CIPOPEN: ", n, ",", code));
  }
  if (code == 0) modem_.connected();
}

void Sockets::poll(Instant now) {
  farewell_.poll(now);
  for (std::size_t n = 0; n < links_.size(); ++n) {
    Link& link = links_[n];
    // The data of a link that waits for its result flows already, but nobody is told.
    link.connection.poll(now, link.opening || modem_.radio.flows());
    if (link.opening) poll_opening(n, now);
    if (!link.used) continue;
    confirm(n, now);
    if (link.transparent) continue;
    if (receive_mode_ == 0)
      push(n);
    else
      notify(n);
    if (link.connection.state() == Connection::State::ended) peer_closed(n);
  }
}

Instant Sockets::deadline() const noexcept {
  Instant first = farewell_.deadline();
  for (const Link& link : links_) {
    first = std::min(first, can_push(link) ? Instant::min() : link.connection.deadline());
    if (link.opening) {
      const bool settled = link.connection.state() != Connection::State::opening;
      first = std::min(first, settled ? link.open_not_before : link.open_until);
    }
    if (link.sendings.empty()) continue;
    const Sending& next = link.sendings.front();
    const bool out =
        link.sent - std::min<std::uint64_t>(link.sent, link.connection.unsent()) + kSendQueue >= next.until;
    first = std::min(first, out ? next.not_before : next.give_up);
  }
  return first;
}

void Sockets::notify(std::size_t n) {
  Link& link = links_[n];
  if (link.connection.received() == 0 || link.notified) return;
  // M7600 section 11.2.6, note 1: while the buffer is not empty there is no other report.
  link.notified = true;
  if (modem_.faults.use(FaultKind::lost_edge)) return modem_.note("edge lost");
  ++modem_.counters.edges;
  modem_.voice.urc(concat("+CIPRXGET: 1,", n));
}

bool Sockets::can_push(const Link& link) const noexcept {
  return link.used && !link.transparent && receive_mode_ == 0 && link.connection.received() > 0 &&
         modem_.voice.may_push();
}

void Sockets::push(std::size_t n) {
  Connection& connection = links_[n].connection;
  while (can_push(links_[n])) {
    const std::string part = connection.take(kReport);
    if (modem_.reports_link()) {
      modem_.voice.urc_with_payload(concat("+RECEIVE,", n, ",", part.size()), part);
      continue;
    }
    if (modem_.kept("+CIPSRIP") == "1")
      modem_.voice.urc(concat("RECV FROM:", connection.host(), ":", connection.port()));
    if (modem_.kept("+CIPHEAD") == "1")
      modem_.voice.urc_with_payload(concat("+IPD", part.size()), part);
    else
      modem_.voice.payload(part);
  }
}

void Sockets::set_receive_mode(int mode) {
  receive_mode_ = mode;
  for (Link& link : links_) link.notified = false;
}

std::string Sockets::take(std::size_t n, std::size_t most) {
  Link& link = links_[n];
  std::string part = link.connection.take(most);
  if (link.connection.received() == 0) link.notified = false;
  return part;
}

bool Sockets::may_send(std::size_t n) const noexcept {
  return links_[n].sendings.size() < kUnconfirmedMost;
}

void Sockets::send(std::size_t n, std::string payload) {
  Link& link = links_[n];
  ++modem_.counters.sends;
  const std::size_t size = payload.size();
  long confirmed = static_cast<long>(size);
  bool gone = false;
  if (modem_.faults.use(FaultKind::short_cnf)) confirmed = static_cast<long>(size / 2);
  if (modem_.faults.use(FaultKind::zero_cnf)) confirmed = 0;
  if (modem_.faults.use(FaultKind::neg_cnf)) gone = true;
  if (gone) confirmed = -1;
  link.poisoned = link.poisoned || confirmed != static_cast<long>(size);
  payload.resize(gone ? 0 : static_cast<std::size_t>(confirmed));
  link.connection.send(as_bytes(payload));
  link.sent += payload.size();
  modem_.counters.payload_up += payload.size();
  link.sendings.push_back({.requested = size,
                           .confirmed = confirmed,
                           .until = link.sent,
                           .not_before = modem_.now() + modem_.settings.confirmation(),
                           .give_up = modem_.now() + std::chrono::milliseconds{timeouts[2]},
                           .gone = gone});
}

/// The oldest first: a confirmation says that the bytes are in the modem's stack, not that the peer has them.
void Sockets::confirm(std::size_t n, Instant now) {
  Link& link = links_[n];
  while (!link.sendings.empty()) {
    Sending& sending = link.sendings.front();
    const std::uint64_t left = link.sent - link.connection.unsent();
    const bool queued = left + kSendQueue >= sending.until;
    if (queued ? now < sending.not_before : now < sending.give_up) return;
    if (!queued) {  // the peer's window stays shut: what did not fit is lost, and the link with it
      const std::uint64_t missing = sending.until - (left + kSendQueue);
      sending.confirmed = std::max(0L, sending.confirmed - static_cast<long>(missing));
      link.poisoned = true;
    }
    const Sending said = sending;
    link.sendings.pop_front();
    if (modem_.faults.use(FaultKind::lost_send))
      modem_.note("+CIPSEND lost");
    else
      modem_.voice.result(concat("+CIPSEND: ", n, ",", said.requested, ",", said.confirmed));
    if (said.gone) return link.connection.end();
  }
}

void Sockets::peer_closed(std::size_t n) {
  Link& link = links_[n];
  if (receive_mode_ == 0 && link.connection.received() > 0) return;  // pushed first
  ++modem_.counters.peer_closes;
  if (!modem_.settings.keeps_data) link.connection.forget_received();
  link.sendings.clear();
  link.used = false;
  modem_.voice.urc(concat("+IPCLOSE: ", n, ",1"));
}

bool Sockets::peer_gone(std::size_t n, bool aborted) {
  if (n >= links_.size() || !links_[n].used || links_[n].connection.state() != Connection::State::open)
    return false;
  links_[n].connection.end();
  if (aborted) links_[n].connection.forget_received();
  return true;
}

void Sockets::free(std::size_t n) {
  Link& link = links_[n];
  farewell_.take(link.connection, modem_.now());
  link = Link{};
}

void Sockets::close(std::size_t n) {
  free(n);
}

void Sockets::close_all() {
  for (std::size_t n = 0; n < links_.size(); ++n) free(n);
}

bool Sockets::any_used() const noexcept {
  return std::ranges::any_of(links_, [](const Link& link) { return link.used || link.opening; });
}

/// The connections are gone, for the modem and for the peers.
void Sockets::network_lost() {
  for (std::size_t n = 0; n < links_.size(); ++n) {
    Link& link = links_[n];
    if (link.opening) opened(n, Code::network_failure);
    for (const Sending& sending : link.sendings) {
      modem_.voice.result(concat("+CIPSEND: ", n, ",", sending.requested, ",-1"));
    }
    const bool transparent = link.used && link.transparent;
    link.connection.reset();
    link = Link{};
    if (!transparent) continue;
    modem_.transparent.lost();
    modem_.voice.urc("CLOSED");
  }
}

void Sockets::power_off() {
  for (Link& link : links_) {
    link.connection.reset();
    link = Link{};
  }
  receive_mode_ = 0;
  std::ranges::fill(timeouts, 120'000L);
  transparent_mode = false;
}

}  // namespace linnet::emulator
