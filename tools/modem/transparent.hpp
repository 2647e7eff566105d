// SPDX-License-Identifier: Apache-2.0
// Transparent mode (M767 section 13.2.10): the line is the connection, that of AT+CIPMODE=1 or of
// AT+CCHMODE=1. Bytes are packed until the host pauses; "+++" between two silences leads back to commands.
#pragma once

#include <cstdint>
#include <string>

#include "linnet/base/time.hpp"

namespace linnet::emulator {

class Connection;
class Modem;

class Transparent {
 public:
  explicit Transparent(Modem& modem);

  void begin();   // the connection is up
  bool resume();  // ATO
  void from_host(std::byte value);
  bool takes_bytes() const noexcept;

  void poll(Instant now);  // moves bytes to the host, sees the peer close
  /// What is due by the clock: a pause that ends a packet, the silence behind "+++".
  Instant due() const noexcept;
  void run_due();

  void lost();     // the network took the connection away; nothing is said yet
  bool hang_up();  // the host ends it; nothing is said. False: there was no connection
  void power_off() noexcept;

  /// The line that the host drives.
  void set_dtr(bool on);
  bool dtr() const noexcept { return dtr_; }
  /// The line that tells it of the connection.
  bool dcd() const noexcept;

  int dcd_mode = 1;    // AT&C
  int dtr_mode = 1;    // AT&D
  Duration pack_wait;  // AT+CIPCFG="transwaittm"

 private:
  /// What the line is, or would be but for "+++"; null: there is none.
  Connection* connection() const noexcept;
  bool is_secure() const noexcept;
  void data(std::byte value);
  void flush();
  void release_pluses();
  bool can_tell() const noexcept;
  void to_host();
  void closed_by_peer();

  Modem& modem_;
  std::string packet_;
  Instant last_data_{};  // or CONNECT
  Instant flush_at_ = kNever;
  unsigned pluses_ = 0;
  Instant last_plus_{};
  bool dtr_ = true;
};

}  // namespace linnet::emulator
