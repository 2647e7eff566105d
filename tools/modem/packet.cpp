// SPDX-License-Identifier: Apache-2.0
// Opening and losing the packet service.
#include "tools/modem/packet.hpp"

#include <utility>

#include "tools/cli/text.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {

using tools::concat;

Packet::Packet(Modem& modem) : modem_{modem} {
  contexts_[1] = {.apn = modem.settings.apn, .user = {}, .password = {}};
}

void Packet::power_off() noexcept {
  open_ = false;
  opening_ = false;
  cid_ = 1;
}

bool Packet::admits(int cid) const {
  const auto context = contexts_.find(cid);
  if (!modem_.radio.is_registered() || context == contexts_.end()) return false;
  return modem_.settings.only_apn.empty() || context->second.apn == modem_.settings.only_apn;
}

void Packet::open(int cid, bool tells_cid) {
  cid_ = cid;
  opening_ = true;
  modem_.schedule.at(modem_.now() + modem_.settings.netopen_delay, [this, cid, tells_cid] {
    if (!std::exchange(opening_, false)) return;
    int code = admits(cid) ? 0 : 1;  // 1: network failure (M767 section 13.3.2)
    if (const auto fault = modem_.faults.use(FaultKind::netopen_fail)) code = static_cast<int>(*fault);
    open_ = code == 0;
    modem_.voice.result(concat("+NETOPEN: ", code, tells_cid ? concat(",", cid) : std::string{}));
  });
}

void Packet::close() {
  open_ = false;
}

void Packet::announce(std::string_view event) {
  if (modem_.profile.tells_bearer || !modem_.kept("+CGEREP").starts_with('0')) {
    modem_.voice.urc(concat("+CGEV: ", event));
  }
}

void Packet::lose() {
  const bool was_open = std::exchange(open_, false);
  modem_.sockets.network_lost();
  modem_.secure.network_lost();
  modem_.call.network_lost();
  if (!was_open) return;
  ++modem_.counters.network_losses;
  modem_.voice.urc("+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY");
}

/// From 10.0.0.0/8, where carriers take theirs from; it changes with the seed, not with time.
std::uint32_t Packet::address_number() const noexcept {
  const auto seed = static_cast<unsigned>(modem_.settings.seed);
  return 10u << 24 | (64 + seed % 64) << 16 | ((seed >> 6) % 256) << 8 | (2 + (seed >> 3) % 250);
}

std::string Packet::address() const {
  const std::uint32_t number = address_number();
  return concat(number >> 24, ".", number >> 16 & 0xff, ".", number >> 8 & 0xff, ".", number & 0xff);
}

bool Packet::is_active(int cid) const noexcept {
  return modem_.radio.is_registered() && contexts_.contains(cid) &&
         (cid == 1 || (open_ && cid == cid_) || (modem_.call.stands() && cid == modem_.call.cid()));
}

}  // namespace linnet::emulator
