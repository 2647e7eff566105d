// SPDX-License-Identifier: Apache-2.0
// A TCP connection of lwIP as a net::Stream. What it received waits in lwIP's own buffers until it is read,
// and only then opens the peer's window again. Small enough for a net::StreamSlot.
#pragma once

#include <cstdint>

#include "linnet/net/stream.hpp"
#include "lwip/ip_addr.h"
#include "lwip/tcp.h"
#include "port/cortex_m/lwip/network.hpp"

namespace linnet::port::cortex_m::lwip {

class TcpStream : public net::Stream {
 public:
  /// `network`: borrowed. Ready bears `token`.
  TcpStream(Network& network, void* token) noexcept : network_{network}, token_{token} {}
  /// A connection that was accepted.
  TcpStream(Network& network, void* token, tcp_pcb& accepted) noexcept;
  ~TcpStream() override { TcpStream::close(); }

  State state() const noexcept override { return state_; }
  Result<std::size_t> read(MutableBytes into) override;
  Result<std::size_t> write(std::span<const Bytes> parts) override;
  void shutdown_write() noexcept override;
  void close() noexcept override;
  void want(net::Interest interest) noexcept override { wanted_ = interest; }

 protected:
  /// From opening to close(), failed or not.
  void begin_opening() noexcept;
  void connect(const ip_addr_t& address, std::uint16_t port) noexcept;
  void fail_with(Errc why) noexcept;
  bool is_listed() const noexcept { return listed_; }
  Network& network() const noexcept { return network_; }

 private:
  friend class Network;
  void report() noexcept;
  void take_over(tcp_pcb& pcb) noexcept;
  void let_go() noexcept;
  static signed char on_connected(void* self, tcp_pcb* pcb, signed char error);
  static signed char on_received(void* self, tcp_pcb* pcb, pbuf* data, signed char error);
  static void on_error(void* self, signed char error);

  Network& network_;
  void* token_;
  TcpStream* next_ = nullptr;  // in the network's list
  tcp_pcb* pcb_ = nullptr;     // null: lwIP has none, or has freed it
  pbuf* received_ = nullptr;
  Errc error_ = Errc::bad_state;
  State state_ = State::closed;
  net::Interest wanted_ = net::Interest::read;
  bool listed_ : 1 = false;
  bool finished_ : 1 = false;  // the peer has sent all
};

}  // namespace linnet::port::cortex_m::lwip
