// SPDX-License-Identifier: Apache-2.0
// The SIM card and its PIN. Three wrong PINs lock it, as they do everywhere (3GPP TS 31.101, section 9.5.1);
// the PUK is 12345678.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tools/modem/settings.hpp"
#include "tools/modem/voice.hpp"

namespace linnet::emulator {

class Modem;

class Sim {
 public:
  explicit Sim(Modem& modem);

  void power_on();  // begins to read the card
  void power_off() noexcept { known_ = false; }
  void be_ready() noexcept;

  bool is_ready() const noexcept { return known_ && state_ == SimState::ready; }
  Outcome tell(Modem& modem) const;  // AT+CPIN?
  Outcome enter(const std::string& pin);
  Outcome unlock(std::string_view puk, std::string_view new_pin);
  /// What a command that needs the card answers without it; `ok` when it is there.
  Outcome check() const;
  unsigned pin_tries() const noexcept { return pin_tries_; }
  unsigned puk_tries() const noexcept { return puk_tries_; }

 private:
  void found();
  void unlocked();

  Modem& modem_;
  bool known_ = false;  // it has been read
  SimState state_;
  std::string pin_;
  unsigned pin_tries_ = 3;
  unsigned puk_tries_ = 10;
};

}  // namespace linnet::emulator
