// SPDX-License-Identifier: Apache-2.0
// The line in its data state, whatever carries it: "+++", ATO, ATH, DTR and DCD.
#pragma once

#include <cstddef>

#include "linnet/base/time.hpp"
#include "tools/modem/escape.hpp"

namespace linnet::emulator {

class Carrier;
class Modem;

class DataMode {
 public:
  explicit DataMode(Modem& modem) noexcept : modem_{modem} {}

  void begin();    // the carrier stands: CONNECT
  void be_in();    // the same long ago: nothing is said
  bool resume();   // ATO; false: there is no carrier
  bool hang_up();  // ATH; false: there was none
  /// The carrier is gone. In the data state `text` tells it, or nothing does.
  void lost(const char* text);
  void power_off() noexcept;

  bool is_in() const noexcept;
  bool takes_bytes() const noexcept;
  void from_host(std::byte value);
  /// What is due by the clock: the silence behind "+++", and what the carrier waits for.
  Instant due() const noexcept;
  void run_due();

  /// The line that the host drives.
  void set_dtr(bool on);
  bool dtr() const noexcept { return dtr_; }
  /// The line that tells it of the carrier.
  bool dcd() const noexcept;
  /// Null: none stands. There is one at a time: each refuses to begin beside the other.
  Carrier* carrier() const noexcept;

  int dcd_mode = 1;  // AT&C
  int dtr_mode = 1;  // AT&D

 private:
  void pluses(unsigned count);

  Modem& modem_;
  Escape escape_;
  bool dtr_ = true;
};

}  // namespace linnet::emulator
