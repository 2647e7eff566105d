// SPDX-License-Identifier: Apache-2.0
// What each fault does when it strikes. Most of it waits until the modem has finished its sentence: a fault
// in the middle of a payload must find the same modem as one between two commands.
#include <algorithm>

#include "tools/cli/text.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

Duration seconds(double count) {
  return Duration{static_cast<std::int64_t>(count * 1e6)};
}

}  // namespace

void Modem::strike(const Fault& fault) {
  ++counters.faults;
  note(tools::concat("fault: ", linnet::emulator::faults()[static_cast<std::size_t>(fault.kind)].name));
  switch (fault.kind) {
    case FaultKind::lost_prompt:
    case FaultKind::lost_ok:
    case FaultKind::lost_send:
    case FaultKind::lost_result:
    case FaultKind::lost_edge:
    case FaultKind::short_cnf:
    case FaultKind::zero_cnf:
    case FaultKind::neg_cnf:
    case FaultKind::open_fail:
    case FaultKind::netopen_fail: return faults.arm(fault);
    case FaultKind::drop_down: return line.drop(static_cast<std::uint64_t>(fault.argument));
    case FaultKind::flip_down:
      return line.flip(std::max(static_cast<std::uint64_t>(fault.argument), std::uint64_t{1}));
    case FaultKind::silent: silent_ = true; return line.mute(true);
    case FaultKind::stuck:
      frozen_until_ = now_ + seconds(fault.argument);
      return line.stand_still(seconds(fault.argument), now_);
    case FaultKind::reboot: {
      // What it has said still leaves, at the line's speed; then it is off in the middle of whatever it is.
      line.mute(true);
      const Duration delay = fault.argument < 0 ? power.reset_time() : seconds(fault.argument);
      return lasting_.at(std::max(now_, line.said_until()), [this, delay] { power.reset(delay); });
    }
    case FaultKind::urc_storm:
    case FaultKind::net_closed:
    case FaultKind::no_service:
    case FaultKind::flap:
    case FaultKind::garbage:
    case FaultKind::peer_close:
    case FaultKind::peer_abort: return lasting_.at(now_, [this, fault] { strike_later(fault); });
  }
}

void Modem::strike_later(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::urc_storm:
      for (auto n = static_cast<std::uint64_t>(fault.argument); n > 0; --n) voice.urc(voice.harmless());
      return;
    case FaultKind::net_closed: radio.detach(); return radio.search();
    case FaultKind::no_service:
      packet.announce("NW PDN DEACT 1");
      radio.lose_service(seconds(fault.argument));
      return packet.lose();
    case FaultKind::flap: return radio.lose_service(seconds(fault.argument));
    case FaultKind::garbage: return voice.noise(static_cast<std::size_t>(fault.argument));
    case FaultKind::peer_close: return peer_goes(false);
    case FaultKind::peer_abort: return peer_goes(true);
    default: return;
  }
}

/// The first link that is open; where none is, the next one that opens.
void Modem::peer_goes(bool aborted) {
  for (std::size_t n = 0; n < sockets.count(); ++n) {
    if (sockets.peer_gone(n, aborted)) return;
  }
  ++(aborted ? peers_to_abort_ : peers_to_close_);
}

}  // namespace linnet::emulator
