// SPDX-License-Identifier: Apache-2.0
// Registering, losing it, and what +CREG, +CGREG and +CEREG say of it (M767 sections 4.2.1, 5.2.1, 5.2.2).
#include "tools/modem/radio.hpp"

#include <algorithm>
#include <utility>

#include "tools/cli/text.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;

constexpr std::array<std::string_view, 3> kNames{"+CREG", "+CGREG", "+CEREG"};
constexpr std::string_view kCell = R"(,"7764","6FB8845",7)";  // area, cell, E-UTRAN: those of AT+CPSI
constexpr int kSmsOnly = 6;

}  // namespace

Radio::Radio(Modem& modem) : modem_{modem}, weather_{modem.settings.seed ^ 0x77656174u} {}

void Radio::search() {
  if (functionality_ != 1 || !modem_.sim.is_ready()) return;
  set_status(2);
  const unsigned search = ++search_;
  modem_.schedule.at(modem_.now() + modem_.settings.registration_delay, [this, search] {
    if (search != search_ || shadow_) return;
    switch (modem_.settings.registering) {
      case Registering::home: return set_status(1);
      case Registering::roaming: return set_status(5);
      case Registering::denied: return set_status(3);
      case Registering::never: return;
    }
  });
}

void Radio::be_registered() noexcept {
  status_ = modem_.settings.registering == Registering::roaming ? 5 : 1;
}

void Radio::power_off() noexcept {
  status_ = 0;
  ++search_;
  shadow_ = false;
  functionality_ = 1;
  reports_ = {};
}

void Radio::set_airplane(int functionality) {
  const int before = std::exchange(functionality_, functionality);
  if (functionality == 1 && before != 1) return search();
  if (functionality != 1) detach();
}

void Radio::detach() {
  ++search_;
  modem_.packet.announce("NW PDN DEACT 1");
  set_status(0);
  modem_.packet.lose();
}

void Radio::attach() {
  if (!is_registered()) search();
}

void Radio::lose_service(Duration duration) {
  shadow_ = true;
  set_status(2);
  const unsigned search = ++search_;
  modem_.schedule.at(modem_.now() + duration, [this, search] {
    if (search != search_) return;
    shadow_ = false;
    set_status(modem_.settings.registering == Registering::roaming ? 5 : 1);
  });
}

void Radio::set_status(int status) {
  if (std::exchange(status_, status) == status) return;
  for (const Report which : {creg, cgreg, cereg}) {
    const int mode = reports_[which];
    if (mode == 0) continue;
    const bool has_cell = mode == 2 && is_registered();
    modem_.voice.urc(concat(kNames[which], ": ", shown(which), has_cell ? kCell : std::string_view{}));
  }
}

int Radio::shown(Report which) const noexcept {
  return which == creg && modem_.settings.creg_six && is_registered() ? kSmsOnly : status_;
}

std::string Radio::tell(Report which) const {
  const int mode = reports_[which];
  const bool has_cell = mode == 2 && is_registered();
  return concat(kNames[which], ": ", mode, ",", shown(which), has_cell ? kCell : std::string_view{});
}

bool Radio::has_signal() const noexcept {
  return functionality_ == 1 && !shadow_ && modem_.settings.registering != Registering::never &&
         modem_.power.is_on();
}

int Radio::quality() {
  if (!has_signal()) return 99;
  // A step of at most one each five seconds, between weak and very good.
  constexpr Duration kStep = 5s;
  if (wandered_ == Instant{}) wandered_ = modem_.now();
  for (; wandered_ + kStep <= modem_.now(); wandered_ += kStep) {
    quality_ = std::clamp(quality_ + static_cast<int>(weather_.between(0, 2)) - 1, 9, 28);
  }
  return quality_;
}

}  // namespace linnet::emulator
