// SPDX-License-Identifier: Apache-2.0
// Off, booting, on: what the modem does by itself from its power key to "SMS DONE".
#pragma once

#include "linnet/base/time.hpp"

namespace linnet::emulator {

class Modem;

class Power {
 public:
  explicit Power(Modem& modem) noexcept : modem_{modem} {}

  /// The power key: the banner comes after `delay`.
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
  Instant since_{};
};

}  // namespace linnet::emulator
