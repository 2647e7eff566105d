// SPDX-License-Identifier: Apache-2.0
// TCP/IP by lwIP (NO_SYS) over an Ethernet chip, turned by the poller that it lives on. lwIP has one set of
// globals, and so there is one Network; its memory is lwIP's fixed pools (lwipopts.h), 45 KB.
#pragma once

#include <cstddef>
#include <cstdint>

#include "linnet/base/entropy.hpp"
#include "lwip/netif.h"
#include "port/cortex_m/lwip/ethernet.hpp"
#include "port/cortex_m/poller.hpp"

namespace linnet::port::cortex_m::lwip {

class TcpStream;
class Listener;

class Network final : public Source {
 public:
  /// All borrowed for good. Asks for an address by DHCP at once. `entropy` gives port and sequence numbers.
  Network(Poller& poller, Ethernet& ethernet, Entropy& entropy) noexcept;
  ~Network() override = default;

  /// An address was given. `address()` is as lwIP has it: in network order.
  bool is_up() const noexcept { return !ip4_addr_isany_val(*netif_ip4_addr(&interface_)); }
  std::uint32_t address() const noexcept { return netif_ip4_addr(&interface_)->addr; }

  void look() noexcept override;
  Instant due() const noexcept override;

  Poller& poller() const noexcept { return Source::poller(); }

  /// The most of lwIP's memory that was ever in use: its heap and its pools, bytes.
  static std::size_t memory_used() noexcept;
  static std::size_t memory_size() noexcept;

 private:
  friend class TcpStream;
  friend class Listener;
  friend std::uint32_t random_of_network() noexcept;
  friend std::uint32_t time_of_network() noexcept;

  static signed char begin(netif* interface);
  static signed char send(netif* interface, pbuf* packet);
  void take_frames() noexcept;

  Ethernet& ethernet_;
  Entropy& entropy_;
  netif interface_{};
  TcpStream* streams_ = nullptr;  // that are in use
  Listener* listeners_ = nullptr;
};

}  // namespace linnet::port::cortex_m::lwip
