// SPDX-License-Identifier: Apache-2.0
// net::Link over lwIP's sockets, whatever network interface the application has brought up. Wifi and Ethernet
// are this, and bring up their interface themselves.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <string_view>
#include <utility>

#include "linnet/net/link.hpp"
#include "port/bsd/tcp_stream.hpp"
#include "port/esp_idf/options.hpp"
#include "port/esp_idf/poller.hpp"
#include "port/esp_idf/resolver.hpp"

namespace linnet::port::esp_idf {

/// About 0.4 KiB for each of CONFIG_LINNET_MAX_CONNECTIONS, and 1.2 KiB. Lives as long as the program.
class SocketLink : public net::Link {
 public:
  /// `poller` is borrowed; `name` is static storage.
  explicit SocketLink(Poller& poller, std::string_view name = "tcp") noexcept
      : SocketLink{poller, name, std::make_index_sequence<CONFIG_LINNET_MAX_CONNECTIONS>{}} {}

  std::string_view name() const noexcept override { return name_; }
  net::Poller& poller() noexcept override { return poller_; }
  /// As the seam says; host_unreachable while the interface is down.
  Result<net::Stream*> open(std::string_view host, std::uint16_t port, Instant now) override;

  /// The interface has an address. From any task.
  bool is_up() const noexcept { return is_up_.load(); }

 protected:
  /// From any task; wakes the loop.
  void set_up(bool up) noexcept;

 private:
  template <std::size_t... index>
  SocketLink(Poller& poller, std::string_view name, std::index_sequence<index...> /*streams*/) noexcept
      : poller_{poller},
        name_{name},
        resolver_{poller},
        streams_{(static_cast<void>(index), TcpStream{poller, resolver_, nullptr})...} {}

  Poller& poller_;
  std::string_view name_;
  Resolver resolver_;
  std::array<TcpStream, CONFIG_LINNET_MAX_CONNECTIONS> streams_;
  std::atomic<bool> is_up_ = true;
};

}  // namespace linnet::port::esp_idf
