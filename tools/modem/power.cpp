// SPDX-License-Identifier: Apache-2.0
// Boot sequences as logs of hardware show them: the banner, the SIM, and much later what nobody waits for.
#include "tools/modem/power.hpp"

#include <utility>

#include "tools/modem/modem.hpp"

namespace linnet::emulator {
namespace {

// A7670 hardware design V1.06: 50 ms switch it on, 2.5 s switch it off.
constexpr Duration kOnPulse = 50ms;
constexpr Duration kOffPulse = 2500ms;

}  // namespace

Duration Power::reset_time() const noexcept {
  return modem_.settings.boot_delay.value_or(modem_.profile.boot_time);
}

void Power::press_key(bool pressed) {
  if (pressed == (pressed_at_ != kNever)) return;
  const Instant since = std::exchange(pressed_at_, pressed ? modem_.now() : kNever);
  if (pressed) return;
  const Duration held = modem_.now() - since;
  if (on_ && held >= kOffPulse) {
    modem_.note("power key: off");
    modem_.line.cut(modem_.now());
    off();
  } else if (!on_ && !booting_ && held >= kOnPulse) {
    modem_.note("power key: on");
    on(reset_time());
  }
}

void Power::on(Duration delay) {
  booting_ = true;
  modem_.schedule.at(modem_.now() + delay, [this] { booted(); });
}

void Power::booted() {
  on_ = true;
  booting_ = false;
  since_ = modem_.now();
  ++modem_.counters.boots;
  modem_.booted();
  modem_.interpreter.power_on(true);
  if (modem_.settings.tells_boot) modem_.voice.urc(modem_.profile.banner);
  modem_.sim.power_on();
  say_late();
}

void Power::say_late() {
  if (!modem_.settings.tells_boot || modem_.settings.sim == SimState::missing) return;
  Duration after = modem_.settings.late_urc.value_or(modem_.settings.sim_busy + 1s);
  for (const std::string_view line : modem_.profile.late) {
    modem_.schedule.at(modem_.now() + after, [this, line] { modem_.voice.urc(line); });
    after += 700ms;  // as logs have them, one soon behind the other
  }
}

void Power::off() {
  on_ = booting_ = false;
  modem_.thaw();
  modem_.schedule.clear();
  modem_.interpreter.power_off();
  modem_.voice.forget();
  modem_.forget_settings();
  modem_.data_mode.power_off();
  modem_.transparent.power_off();
  modem_.call.power_off();
  modem_.sockets.power_off();
  modem_.secure.power_off();
  modem_.packet.power_off();
  modem_.radio.power_off();
  modem_.sim.power_off();
  modem_.line.set_rate(modem_.stored_rate);
}

void Power::reset(Duration delay) {
  modem_.note("reset");
  modem_.line.cut(modem_.now());
  off();
  on(delay);
}

void Power::wake_warm() {
  on_ = true;
  since_ = modem_.now();
  modem_.interpreter.power_on(false);
  modem_.error_mode = 1;
  modem_.sim.be_ready();
  modem_.radio.be_registered();
  modem_.packet.be_open();
  modem_.sockets.set_receive_mode(1);
  if (modem_.settings.warm_in_call) modem_.call.be_up();
}

}  // namespace linnet::emulator
