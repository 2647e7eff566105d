// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/socket_link.hpp"

namespace linnet::port::esp_idf {

Result<net::Stream*> SocketLink::open(std::string_view host, std::uint16_t port, Instant now) {
  if (!is_up()) return fail(Errc::host_unreachable);
  for (TcpStream& stream : streams_) {
    if (stream.is_in_use()) continue;
    if (const auto opened = stream.open(host, port, now); !opened) return std::unexpected{opened.error()};
    return &stream;
  }
  return fail(Errc::too_many);
}

void SocketLink::set_up(bool up) noexcept {
  if (is_up_.exchange(up) != up) poller_.wake();
}

}  // namespace linnet::port::esp_idf
