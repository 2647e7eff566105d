// SPDX-License-Identifier: Apache-2.0
// What a PPP call leads into: this machine's own network, over libslirp, the NAT in user space that QEMU has.
// Connections of the host become sockets of this process; 10.0.2.2 is the loopback, 10.0.2.3 the resolver.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "port/linux/poller.hpp"
#include "tools/modem/ip_network.hpp"

struct Slirp;

namespace linnet::tools {

/// Memory: libslirp's sockets, and at most kPackets packets for the host.
class Internet final : public emulator::IpNetwork {
 public:
  /// `poller` is borrowed; it wakes for the sockets.
  explicit Internet(port::linux::Poller& poller) noexcept : poller_{&poller} {}
  ~Internet() { end(); }

  bool begin(std::uint32_t host) override;
  void end() noexcept override;
  void send(Bytes packet) override;
  void poll(Instant now) override;
  Bytes next() const noexcept override { return to_host_.empty() ? Bytes{} : as_bytes(to_host_.front()); }
  void pop() noexcept override { to_host_.pop_front(); }
  Instant deadline() const noexcept override { return deadline_; }

 private:
  struct Callbacks;
  struct Watched {
    int descriptor;
    int wanted;  // SLIRP_POLL_ bits
    int found;
  };

  static constexpr std::size_t kPackets = 64;

  void take_frame(Bytes frame);
  void announce();
  void fill();
  void look();
  void watch();

  port::linux::Poller* poller_;
  Slirp* slirp_ = nullptr;
  std::uint32_t host_ = 0;
  int epoll_ = -1;                // of libslirp's sockets: one descriptor for the poller
  std::vector<Watched> watched_;  // as libslirp wants it
  std::vector<int> in_epoll_;
  std::uint32_t wait_ = 0;  // until its timers, in ms
  Instant deadline_ = kNever;
  std::deque<std::string> to_host_;
};

}  // namespace linnet::tools
