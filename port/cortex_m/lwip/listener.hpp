// SPDX-License-Identifier: Apache-2.0
// A listening TCP port of lwIP; what it accepts are TcpStreams on the same network.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "linnet/net/listener.hpp"
#include "lwip/tcp.h"
#include "port/cortex_m/lwip/network.hpp"

namespace linnet::port::cortex_m::lwip {

class Listener final : public net::Listener {
 public:
  static constexpr std::size_t kWaiting = 2;  // connections that may wait to be accepted

  /// `network`: borrowed for as long as this and what it accepts live.
  explicit Listener(Network& network) noexcept : network_{network} {}
  ~Listener() override { Listener::close(); }

  /// On all addresses. Ready bears `token` while a connection waits. address_in_use, too_many (lwIP has no
  /// room), bad_state while it listens already.
  Result<void> listen(std::uint16_t port, void* token) noexcept;

  std::uint16_t port() const noexcept override { return listening_ != nullptr ? listening_->local_port : 0; }
  Result<void> accept(net::StreamSlot& slot, void* token) override;
  void close() noexcept override;

 private:
  friend class Network;
  void report() noexcept;
  static signed char on_accepted(void* self, tcp_pcb* pcb, signed char error);

  /// One connection that waits: lwIP's callbacks get its address, for an error names no connection.
  struct Waiting {
    tcp_pcb* pcb = nullptr;
    static signed char on_received(void* self, tcp_pcb* pcb, pbuf* data, signed char error);
    static void on_error(void* self, signed char error);
  };

  Network& network_;
  void* token_ = nullptr;
  Listener* next_ = nullptr;  // in the network's list
  tcp_pcb* listening_ = nullptr;
  std::array<Waiting, kWaiting> waiting_{};
};

}  // namespace linnet::port::cortex_m::lwip
