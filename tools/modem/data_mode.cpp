// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/data_mode.hpp"

#include <algorithm>
#include <utility>

#include "tools/modem/modem.hpp"

namespace linnet::emulator {

Carrier* DataMode::carrier() const noexcept {
  if (modem_.call.stands()) return &modem_.call;
  if (modem_.transparent.stands()) return &modem_.transparent;
  return nullptr;
}

bool DataMode::is_in() const noexcept {
  return modem_.interpreter.state() == Interpreter::State::data;
}

void DataMode::begin() {
  modem_.interpreter.connect();
  escape_.begin(modem_.now());
  modem_.note("DCD on");
}

void DataMode::be_in() {
  modem_.interpreter.be_in_data();
  escape_.begin(modem_.now());
}

bool DataMode::resume() {
  if (carrier() == nullptr) return false;
  modem_.interpreter.connect();
  escape_.begin(modem_.now());
  return true;
}

bool DataMode::hang_up() {
  Carrier* const from = carrier();
  if (from == nullptr) return false;
  from->hang_up();
  modem_.note("DCD off");
  return true;
}

void DataMode::lost(const char* text) {
  escape_.reset();
  modem_.note("DCD off");
  if (is_in()) modem_.interpreter.leave_data(text);
}

void DataMode::power_off() noexcept {
  escape_.reset();
  dcd_mode = 1;
  dtr_mode = 1;
}

bool DataMode::takes_bytes() const noexcept {
  const Carrier* const to = carrier();
  return to == nullptr || to->takes_bytes();
}

void DataMode::pluses(unsigned count) {
  for (; count > 0; --count) {
    if (Carrier* const to = carrier()) to->from_host(std::byte{'+'});
  }
}

void DataMode::from_host(std::byte value) {
  const unsigned data = escape_.receive(value, modem_.now());
  if (data == 0) return;
  pluses(data - 1);
  if (Carrier* const to = carrier()) to->from_host(value);
}

Instant DataMode::due() const noexcept {
  if (!is_in()) return kNever;
  const Carrier* const from = carrier();
  return from == nullptr ? escape_.due() : std::min(escape_.due(), from->due());
}

void DataMode::run_due() {
  if (Carrier* const from = carrier()) from->run_due();
  switch (escape_.judge(modem_.now())) {
    case Escape::Verdict::open: return;
    case Escape::Verdict::data: return pluses(escape_.release_late());
    case Escape::Verdict::escape: break;
  }
  escape_.reset();
  if (Carrier* const from = carrier()) from->flush();
  modem_.interpreter.leave_data("OK");
}

/// M767 section 8.2.2: with &D1 ON to OFF leads to command mode and keeps the call, with &D2 it ends it.
void DataMode::set_dtr(bool on) {
  const bool fell = std::exchange(dtr_, on) && !on;
  Carrier* const from = carrier();
  if (!fell || dtr_mode == 0 || !is_in() || from == nullptr) return;
  pluses(escape_.release());
  from->flush();
  modem_.interpreter.leave_data("OK");
  if (dtr_mode != 2) return;
  from->hang_up();
  modem_.note("DCD off");
  from->say_hung_up();
}

bool DataMode::dcd() const noexcept {
  return dcd_mode == 0 || carrier() != nullptr;
}

}  // namespace linnet::emulator
