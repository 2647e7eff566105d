// SPDX-License-Identifier: Apache-2.0
// Data and pauses.
#include "tools/modem/transparent.hpp"

#include <algorithm>
#include <utility>

#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

constexpr std::size_t kPacket = 1460;  // one segment; what the modem really takes is not documented
constexpr std::size_t kQueue = 16'384;
constexpr std::size_t kAhead = 2048;  // bytes that wait on the line to the host

}  // namespace

Transparent::Transparent(Modem& modem) : pack_wait{modem.profile.pack_wait}, modem_{modem} {}

Connection* Transparent::connection() const noexcept {
  if (is_secure()) return &modem_.secure.session(0).connection;
  Sockets::Link& link = modem_.sockets.link(0);
  return link.used && link.transparent ? &link.connection : nullptr;
}

bool Transparent::is_secure() const noexcept {
  const Secure::Session& session = modem_.secure.session(0);
  return session.used && session.transparent;
}

bool Transparent::takes_bytes() const noexcept {
  const Connection* const to = connection();
  return to == nullptr || to->unsent() < kQueue;
}

void Transparent::from_host(std::byte value) {
  packet_.push_back(static_cast<char>(value));
  flush_at_ = modem_.now() + pack_wait;
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
  return can_tell() ? Instant::min() : flush_at_;
}

void Transparent::run_due() {
  if (can_tell()) to_host();
  if (flush_at_ <= modem_.now()) flush();
}

void Transparent::poll(Instant) {
  const Connection* const from = connection();
  if (from == nullptr) return;
  if (modem_.data_mode.is_in()) to_host();
  const bool ended = from->state() == Connection::State::ended;
  const bool all_told = !modem_.data_mode.is_in() || from->received() == 0;
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
  forget();
  modem_.data_mode.lost("");
}

void Transparent::hang_up() {
  was_secure_ = is_secure();
  forget();
  if (was_secure_) {
    modem_.secure.close(0);
  } else if (stands()) {
    modem_.sockets.close(0);
  }
}

void Transparent::say_hung_up() {
  modem_.voice.urc("CLOSED");
  if (!was_secure_) modem_.voice.urc("+IPCLOSE: 0,2");  // 2: send timeout, or DTR off (M767 section 13.2.3)
}

void Transparent::forget() noexcept {
  packet_.clear();
  flush_at_ = kNever;
}

void Transparent::power_off() noexcept {
  forget();
  pack_wait = modem_.profile.pack_wait;
}

}  // namespace linnet::emulator
