// SPDX-License-Identifier: Apache-2.0
// Off, booting, on: what the modem does by itself from its power key to "SMS DONE".
#pragma once

#include "linnet/base/time.hpp"

namespace linnet::emulator {

class Modem;

class Power {
 public:
  explicit Power(Modem& modem) noexcept : modem_{modem} {}

  /// Whoever holds its power key. Held for as long as the profile says and let go, a modem that is off comes
  /// on; held for kOffPulse, one that is on goes off.
  void press_key(bool pressed);
  /// It boots: the banner comes after `delay`.
  void on(Duration delay);
  /// Everything that is not kept in flash is lost, with every connection.
  void off();
  /// Off and on again. `delay`: from now to the banner.
  void reset(Duration delay);
  /// What a reset takes: the variant's, or the profile's.
  Duration reset_time() const noexcept;
  /// It has been on for long, and its host has lived before.
  void wake_warm();

  bool is_on() const noexcept { return on_; }
  Instant since() const noexcept { return since_; }

 private:
  void booted();
  void say_late();

  Modem& modem_;
  bool on_ = false;
  bool booting_ = false;
  Instant since_{};
  Instant pressed_at_ = kNever;  // kNever: nobody holds the key
};

}  // namespace linnet::emulator
