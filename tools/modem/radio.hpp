// SPDX-License-Identifier: Apache-2.0
// Signal and registration: what the modem knows of the network that it hears. The signal wanders, as antennas
// know.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "linnet/base/time.hpp"
#include "tools/modem/random.hpp"

namespace linnet::emulator {

class Modem;

class Radio {
 public:
  explicit Radio(Modem& modem);

  void search();  // the SIM is ready: register, after the time that it takes
  void power_off() noexcept;
  void be_registered() noexcept;
  void set_airplane(int functionality);  // AT+CFUN
  int functionality() const noexcept { return functionality_; }
  /// No signal for so long.
  void lose_service(Duration duration);
  void detach();
  void attach();

  /// As AT+CEREG numbers it: 0 idle, 1 home, 2 searching, 3 denied, 5 roaming.
  int status() const noexcept { return status_; }
  bool is_registered() const noexcept { return status_ == 1 || status_ == 5; }
  /// Bytes pass: registered, and with a signal.
  bool flows() const noexcept { return is_registered() && !shadow_; }
  bool has_signal() const noexcept;
  /// 0 to 31, or 99.
  int quality();

  enum Report : std::uint8_t { creg, cgreg, cereg };
  void set_report(Report which, int mode) noexcept { reports_[which] = mode; }
  std::string tell(Report which) const;  // "+CEREG: 1,1"

 private:
  void set_status(int status);
  int shown(Report which) const noexcept;

  Modem& modem_;
  Random weather_;
  int status_ = 0;
  int functionality_ = 1;
  bool shadow_ = false;  // out of reach for a while
  int quality_ = 21;
  Instant wandered_{};
  std::array<int, 3> reports_{};
  unsigned search_ = 0;  // counts, so that an old search does not end a new one
};

}  // namespace linnet::emulator
