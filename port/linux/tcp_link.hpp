// SPDX-License-Identifier: Apache-2.0
// net::Link over the host's own network: "tcp". A fixed number of streams, made once.
#pragma once

#include <cstddef>
#include <deque>
#include <string_view>

#include "linnet/net/link.hpp"
#include "port/bsd/tcp_stream.hpp"
#include "port/linux/poller.hpp"
#include "port/linux/resolver.hpp"

namespace linnet::port::linux {

class TcpLink final : public net::Link {
 public:
  /// `poller` and `resolver` are borrowed for as long as this lives, and may serve many links. `streams`
  /// connections at one time, 0.4 KiB each, allocated here. Ready bears `token` for each of them; null says
  /// that whoever waits looks at all that it has.
  TcpLink(Poller& poller, Resolver& resolver, std::size_t streams = 4, void* token = nullptr);

  std::string_view name() const noexcept override { return "tcp"; }
  net::Poller& poller() noexcept override { return poller_; }
  Result<net::Stream*> open(std::string_view host, std::uint16_t port, Instant now) override;

 private:
  Poller& poller_;
  std::deque<TcpStream> streams_;  // a deque, for they do not move
};

}  // namespace linnet::port::linux
