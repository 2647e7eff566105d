// SPDX-License-Identifier: Apache-2.0
// Transparent mode (M767 section 13.2.10): the line is the connection, that of AT+CIPMODE=1 or of
// AT+CCHMODE=1. Bytes are packed until the host pauses.
#pragma once

#include <cstdint>
#include <string>

#include "linnet/base/time.hpp"
#include "tools/modem/carrier.hpp"

namespace linnet::emulator {

class Connection;
class Modem;

class Transparent final : public Carrier {
 public:
  explicit Transparent(Modem& modem);

  bool stands() const noexcept override { return connection() != nullptr; }
  bool takes_bytes() const noexcept override;
  void from_host(std::byte value) override;
  void flush() override;
  Instant due() const noexcept override;
  void run_due() override;
  void hang_up() override;
  void say_hung_up() override;

  void poll(Instant now);  // moves bytes to the host, sees the peer close
  void lost();             // the network took the connection away; nothing is said yet
  void power_off() noexcept;

  Duration pack_wait;  // AT+CIPCFG="transwaittm"

 private:
  /// What the line is, or would be but for "+++"; null: there is none.
  Connection* connection() const noexcept;
  bool is_secure() const noexcept;
  bool can_tell() const noexcept;
  void to_host();
  void closed_by_peer();
  void forget() noexcept;

  Modem& modem_;
  std::string packet_;
  Instant flush_at_ = kNever;
  bool was_secure_ = false;
};

}  // namespace linnet::emulator
