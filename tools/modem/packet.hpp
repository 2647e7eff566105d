// SPDX-License-Identifier: Apache-2.0
// The packet service: contexts with their APNs, and whether the network is open for sockets.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "tools/modem/settings.hpp"

namespace linnet::emulator {

class Modem;

class Packet {
 public:
  struct Context {
    std::string type = "IP";
    std::string apn;
    int authentication = 0;  // 0 none, 1 PAP, 2 CHAP
    std::string user;
    std::string password;
  };

  explicit Packet(Modem& modem);

  void power_off() noexcept;
  void be_open() noexcept { open_ = true; }

  bool is_open() const noexcept { return open_; }
  bool is_opening() const noexcept { return opening_; }
  void open(int cid, bool tells_cid);  // AT+NETOPEN, behind its OK
  void close();                        // all links are closed already
  /// The network takes it away: first "+CGEV: event" where the host hears of it, then the connections.
  void announce(std::string_view event);
  void lose();

  int cid() const noexcept { return cid_; }
  void choose_cid(int cid) noexcept { cid_ = cid; }
  std::string address() const;
  std::uint32_t address_number() const noexcept;
  /// The network lets this context in.
  bool admits(int cid) const;
  std::map<int, Context>& contexts() noexcept { return contexts_; }
  bool is_active(int cid) const noexcept;

 private:
  Modem& modem_;
  std::map<int, Context> contexts_;  // in flash
  bool open_ = false;
  bool opening_ = false;
  int cid_ = 1;
};

}  // namespace linnet::emulator
