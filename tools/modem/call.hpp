// SPDX-License-Identifier: Apache-2.0
// A PPP call: ATD*99#, and from CONNECT on the line is a host's way into the Internet.
#pragma once

#include <memory>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/time.hpp"
#include "tools/modem/carrier.hpp"
#include "tools/modem/ppp/session.hpp"

namespace linnet::emulator {

class IpNetwork;
class Modem;

class Call final : public Carrier {
 public:
  /// `network` may be null: then IP packets are dropped, all else is the same.
  Call(Modem& modem, IpNetwork* network) noexcept : modem_{modem}, network_{network} {}

  /// What stands behind ATD: "*99#", "T*99***1#". False: nobody answers.
  bool dial(std::string_view number);
  /// As if it had stood for long.
  void be_up();

  bool stands() const noexcept override { return session_ != nullptr; }
  bool takes_bytes() const noexcept override;
  void from_host(std::byte value) override;
  void flush() override {}
  Instant due() const noexcept override;
  void run_due() override;
  void hang_up() override;
  void say_hung_up() override;

  int cid() const noexcept { return cid_; }  // while it stands
  void poll(Instant now);
  Instant deadline() const noexcept;
  void network_lost();
  void power_off() noexcept { forget(); }

 private:
  void set_up(int cid);
  bool can_tell() const noexcept;
  void to_host();
  void say();
  void forget() noexcept;

  Modem& modem_;
  IpNetwork* network_;
  std::unique_ptr<ppp::Session> session_;
  ppp::Session::Phase noted_{};
  int cid_ = 1;
};

}  // namespace linnet::emulator
