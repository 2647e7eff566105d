// SPDX-License-Identifier: Apache-2.0
// The seam to what is behind a PPP call: whole IPv4 packets, both ways.
#pragma once

#include <cstdint>

#include "linnet/base/bytes.hpp"
#include "linnet/base/time.hpp"

namespace linnet::emulator {

class IpNetwork {
 public:
  IpNetwork(const IpNetwork&) = delete;
  IpNetwork& operator=(const IpNetwork&) = delete;

  /// The host's gateway, behind which is the loopback of the machine that the emulator runs on, and its name
  /// server: 10.0.2.2 and 10.0.2.3, as QEMU has them.
  static constexpr std::uint32_t kGateway = 0x0a000202;
  static constexpr std::uint32_t kNameServer = 0x0a000203;

  /// A call begins; the host is 10.64.1.2 as 0x0a400102. False: there is no way out, packets are dropped.
  virtual bool begin(std::uint32_t host) = 0;
  /// It is over, and with it every connection.
  virtual void end() noexcept = 0;
  /// From the host. A packet that is none, or for which there is no room, is dropped.
  virtual void send(Bytes packet) = 0;
  virtual void poll(Instant now) = 0;
  /// The next packet for the host, borrowed until the next call; empty: there is none.
  virtual Bytes next() const noexcept = 0;
  virtual void pop() noexcept = 0;
  virtual Instant deadline() const noexcept = 0;

 protected:
  IpNetwork() = default;
  ~IpNetwork() = default;
};

}  // namespace linnet::emulator
