// SPDX-License-Identifier: Apache-2.0
// What the card lets happen.
#include "tools/modem/sim.hpp"

#include "tools/modem/modem.hpp"

namespace linnet::emulator {

Sim::Sim(Modem& modem) : modem_{modem}, state_{modem.settings.sim}, pin_{modem.settings.pin} {
  if (pin_.empty()) pin_ = "1234";
}

void Sim::power_on() {
  // The card asks for its PIN after each power-on, also where it was entered before.
  if (state_ == SimState::ready && !modem_.settings.pin.empty()) state_ = SimState::pin;
  modem_.schedule.at(modem_.now() + modem_.settings.sim_busy, [this] { found(); });
}

void Sim::found() {
  known_ = true;
  if (state_ == SimState::ready) return unlocked();
  if (!modem_.settings.tells_boot) return;
  if (state_ == SimState::missing) modem_.voice.urc("+CPIN: NOT INSERTED");
  if (state_ == SimState::pin) modem_.voice.urc("+CPIN: SIM PIN");
  if (state_ == SimState::puk) modem_.voice.urc("+CPIN: SIM PUK");
}

void Sim::unlocked() {
  state_ = SimState::ready;
  if (modem_.settings.tells_boot) modem_.voice.urc("+CPIN: READY");
  modem_.radio.search();
}

void Sim::be_ready() noexcept {
  known_ = true;
  state_ = SimState::ready;
}

Outcome Sim::check() const {
  if (!known_) return cme(modem_.profile.sim_busy_code);
  switch (state_) {
    case SimState::ready: return kOk;
    case SimState::missing: return cme(10);
    case SimState::pin: return cme(11);
    case SimState::puk: return cme(12);
    case SimState::failure: return cme(13);
  }
  return kError;
}

Outcome Sim::tell(Modem& modem) const {
  const Outcome outcome = check();
  if (outcome.kind == Outcome::ok)
    modem.voice.info("+CPIN: READY");
  else if (outcome.code == 11)
    modem.voice.info("+CPIN: SIM PIN");
  else if (outcome.code == 12)
    modem.voice.info("+CPIN: SIM PUK");
  else
    return outcome;
  return kOk;
}

Outcome Sim::enter(const std::string& pin) {
  const Outcome outcome = check();
  if (outcome.kind == Outcome::ok) return cme(3);  // nothing to enter
  if (outcome.code != 11) return outcome;
  if (pin != pin_) {
    if (--pin_tries_ == 0) state_ = SimState::puk;
    return pin_tries_ == 0 ? cme(12) : cme(16);
  }
  pin_tries_ = 3;
  modem_.schedule.at(modem_.now() + 100ms, [this] { unlocked(); });
  state_ = SimState::ready;
  return kOk;
}

Outcome Sim::unlock(std::string_view puk, std::string_view new_pin) {
  const Outcome outcome = check();
  if (outcome.code != 12) return outcome.kind == Outcome::ok ? cme(3) : outcome;
  if (puk != "12345678" || puk_tries_ == 0) {
    if (puk_tries_ > 0) --puk_tries_;
    if (puk_tries_ == 0) state_ = SimState::failure;
    return cme(puk_tries_ == 0 ? 13 : 16);
  }
  pin_ = new_pin;
  pin_tries_ = 3;
  modem_.schedule.at(modem_.now() + 100ms, [this] { unlocked(); });
  state_ = SimState::ready;
  return kOk;
}

}  // namespace linnet::emulator
