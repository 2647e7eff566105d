// SPDX-License-Identifier: Apache-2.0
// Finds a stream that nobody uses.
#include "port/linux/tcp_link.hpp"

namespace linnet::port::linux {

TcpLink::TcpLink(Poller& poller, Resolver& resolver, std::size_t streams, void* token) : poller_{poller} {
  for (std::size_t i = 0; i < streams; ++i) streams_.emplace_back(poller, resolver, token);
}

Result<net::Stream*> TcpLink::open(std::string_view host, std::uint16_t port, Instant now) {
  for (TcpStream& stream : streams_) {
    if (stream.is_in_use()) continue;
    if (const auto opened = stream.open(host, port, now); !opened) return std::unexpected{opened.error()};
    return &stream;
  }
  return fail(Errc::too_many);
}

}  // namespace linnet::port::linux
