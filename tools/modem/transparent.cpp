// SPDX-License-Identifier: Apache-2.0
// Data, pauses, and three pluses.
#include "tools/modem/transparent.hpp"

#include <algorithm>
#include <utility>

#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

// M767 section 2.2.3: at least 1000 ms of silence before and after, at most 900 ms between two pluses.
constexpr Duration kGuard = 1000ms;
constexpr Duration kBetween = 900ms;
constexpr std::size_t kPacket = 1460;  // one segment; what the modem really takes is not documented
constexpr std::size_t kQueue = 16'384;
constexpr std::size_t kAhead = 2048;  // bytes that wait on the line to the host

}  // namespace

Transparent::Transparent(Modem& modem) : pack_wait{modem.profile.pack_wait}, modem_{modem} {}

void Transparent::begin() {
  modem_.interpreter.connect();
  last_data_ = modem_.now();
  modem_.note("DCD on");
}

Connection* Transparent::connection() const noexcept {
  if (is_secure()) return &modem_.secure.session(0).connection;
  Sockets::Link& link = modem_.sockets.link(0);
  return link.used && link.transparent ? &link.connection : nullptr;
}

bool Transparent::is_secure() const noexcept {
  const Secure::Session& session = modem_.secure.session(0);
  return session.used && session.transparent;
}

bool Transparent::resume() {
  if (connection() == nullptr) return false;
  modem_.interpreter.connect();
  last_data_ = modem_.now();
  return true;
}

bool Transparent::takes_bytes() const noexcept {
  const Connection* const to = connection();
  return to == nullptr || to->unsent() < kQueue;
}

void Transparent::from_host(std::byte value) {
  const Instant now = modem_.now();
  if (value == std::byte{'+'}) {
    if (pluses_ == 0 && now - last_data_ >= kGuard) {
      pluses_ = 1;
      last_plus_ = now;
      return;
    }
    if (pluses_ == 1 || pluses_ == 2) {  // release_pluses() came first where it is too late
      ++pluses_;
      last_plus_ = now;
      return;
    }
  }
  release_pluses();
  data(value);
}

void Transparent::release_pluses() {
  for (; pluses_ > 0; --pluses_) data(std::byte{'+'});
}

void Transparent::data(std::byte value) {
  packet_.push_back(static_cast<char>(value));
  last_data_ = modem_.now();
  flush_at_ = last_data_ + pack_wait;
  modem_.count_up(1);
  if (packet_.size() >= kPacket) flush();
}

void Transparent::flush() {
  flush_at_ = kNever;
  if (packet_.empty()) return;
  if (Connection* const to = connection()) to->send(as_bytes(packet_));
  if (!is_secure()) modem_.sockets.link(0).sent += packet_.size();
  modem_.counters.payload_up += packet_.size();
  if (modem_.traffic != nullptr) modem_.traffic->payload(modem_.now(), true, packet_.size());
  packet_.clear();
}

Instant Transparent::due() const noexcept {
  if (modem_.interpreter.state() != Interpreter::State::data) return kNever;
  if (can_tell()) return Instant::min();
  Instant first = flush_at_;
  // A microsecond past the longest pause: a plus after exactly 900 ms is still one.
  if (pluses_ > 0) first = std::min(first, last_plus_ + (pluses_ == 3 ? kGuard : kBetween + Duration{1}));
  return first;
}

void Transparent::run_due() {
  const Instant now = modem_.now();
  if (can_tell()) to_host();
  if (flush_at_ <= now) flush();
  if (pluses_ == 3 && now >= last_plus_ + kGuard) {
    pluses_ = 0;
    flush();
    return modem_.interpreter.leave_data("OK");
  }
  if (pluses_ > 0 && pluses_ < 3 && now > last_plus_ + kBetween) {
    // They were data after all, and came when they came: the next plus has no silence before it.
    const Instant came = last_plus_;
    release_pluses();
    last_data_ = came;
  }
}

void Transparent::poll(Instant) {
  const Connection* const from = connection();
  if (from == nullptr) return;
  if (modem_.interpreter.state() == Interpreter::State::data) to_host();
  const bool ended = from->state() == Connection::State::ended;
  const bool all_told = modem_.interpreter.state() != Interpreter::State::data || from->received() == 0;
  if (ended && all_told) closed_by_peer();
}

/// There is data for the host, and the line has room for it.
bool Transparent::can_tell() const noexcept {
  const Connection* const from = connection();
  return from != nullptr && from->received() > 0 && modem_.line.backlog() < kAhead;
}

void Transparent::to_host() {
  while (can_tell()) modem_.voice.payload(connection()->take(kAhead - modem_.line.backlog()));
}

void Transparent::closed_by_peer() {
  ++modem_.counters.peer_closes;
  const bool was_secure = is_secure();
  hang_up();
  lost();
  if (was_secure) return modem_.voice.urc("+CCH_PEER_CLOSED: 0");
  // No source shows these bytes: each of the ways that a driver may meet is a variant.
  const auto how = modem_.settings.transparent_close;
  if (how == TransparentClose::both || how == TransparentClose::closed) modem_.voice.urc("CLOSED");
  if (how == TransparentClose::both || how == TransparentClose::ipclose) modem_.voice.urc("+IPCLOSE: 0,1");
}

void Transparent::lost() {
  packet_.clear();
  pluses_ = 0;
  flush_at_ = kNever;
  modem_.note("DCD off");
  if (modem_.interpreter.state() == Interpreter::State::data) modem_.interpreter.leave_data({});
}

bool Transparent::hang_up() {
  const bool was_secure = is_secure();
  if (connection() == nullptr) return false;
  if (was_secure) {
    modem_.secure.close(0);
  } else {
    modem_.sockets.close(0);
  }
  return true;
}

void Transparent::power_off() noexcept {
  packet_.clear();
  pluses_ = 0;
  flush_at_ = kNever;
  dcd_mode = 1;
  dtr_mode = 1;
  pack_wait = modem_.profile.pack_wait;
}

/// M767 section 8.2.2: with &D1 ON to OFF leads to command mode and keeps the call, with &D2 it ends it.
void Transparent::set_dtr(bool on) {
  const bool fell = std::exchange(dtr_, on) && !on;
  if (!fell || dtr_mode == 0 || modem_.interpreter.state() != Interpreter::State::data) return;
  release_pluses();
  flush();
  modem_.interpreter.leave_data("OK");
  if (dtr_mode != 2) return;
  const bool was_secure = is_secure();
  hang_up();
  modem_.note("DCD off");
  modem_.voice.urc("CLOSED");
  if (!was_secure) modem_.voice.urc("+IPCLOSE: 0,2");  // 2: send timeout, or DTR off (M767 section 13.2.3)
}

bool Transparent::dcd() const noexcept {
  return dcd_mode == 0 || connection() != nullptr;
}

}  // namespace linnet::emulator
