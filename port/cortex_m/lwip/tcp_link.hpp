// SPDX-License-Identifier: Apache-2.0
// net::Link over lwIP: "lan". Names are looked up by lwIP's DNS, with the server that DHCP named.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "linnet/net/link.hpp"
#include "port/cortex_m/lwip/tcp_stream.hpp"

namespace linnet::port::cortex_m::lwip {

/// A connection from a host's name to its end.
class LinkStream final : public TcpStream {
 public:
  static constexpr std::size_t kLongestHost = 127;

  LinkStream(Network& network, void* token) noexcept : TcpStream{network, token} {}
  ~LinkStream() override { LinkStream::close(); }

  /// invalid_argument: no host, or a longer one. What the network says is told by read().
  Result<void> open(std::string_view host, std::uint16_t port) noexcept;
  bool is_in_use() const noexcept { return is_listed(); }
  void close() noexcept override;

 private:
  static void on_found(const char* name, const ip_addr_t* address, void* self);

  std::array<char, kLongestHost + 1> host_{};
  std::uint16_t port_ = 0;
  bool resolving_ = false;
};

class TcpLink final : public net::Link {
 public:
  static constexpr std::size_t kStreams = 2;

  /// `network`: borrowed.
  explicit TcpLink(Network& network) noexcept
      : network_{network}, streams_{{network, this}, {network, this}} {}

  std::string_view name() const noexcept override { return "lan"; }
  net::Poller& poller() noexcept override { return network_.poller(); }
  Result<net::Stream*> open(std::string_view host, std::uint16_t port, Instant now) override;

 private:
  Network& network_;
  LinkStream streams_[kStreams];
};

}  // namespace linnet::port::cortex_m::lwip
