// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/lwip/tcp_link.hpp"

#include <cstring>

#include "lwip/dns.h"

namespace linnet::port::cortex_m::lwip {

Result<void> LinkStream::open(std::string_view host, std::uint16_t port) noexcept {
  if (host.empty() || host.size() > kLongestHost || host.find('\0') != std::string_view::npos) {
    return fail(Errc::invalid_argument);
  }
  std::memcpy(host_.data(), host.data(), host.size());
  host_[host.size()] = '\0';
  port_ = port;
  begin_opening();
  ip_addr_t address;
  const err_t error = dns_gethostbyname(host_.data(), &address, on_found, this);
  if (error == ERR_OK) {
    connect(address, port_);  // an address, or a name that it knew
  } else if (error == ERR_INPROGRESS) {
    resolving_ = true;
  } else {
    fail_with(Errc::host_not_found);
  }
  return {};
}

void LinkStream::close() noexcept {
  resolving_ = false;
  TcpStream::close();
}

/// lwIP cannot forget a question: the answer may be for a connection that was given up.
void LinkStream::on_found(const char* name, const ip_addr_t* address, void* self) {
  auto& stream = *static_cast<LinkStream*>(self);
  if (!stream.resolving_ || std::strcmp(name, stream.host_.data()) != 0) return;
  stream.resolving_ = false;
  if (address == nullptr) return stream.fail_with(Errc::host_not_found);
  stream.connect(*address, stream.port_);
}

Result<net::Stream*> TcpLink::open(std::string_view host, std::uint16_t port, Instant /*now*/) {
  for (LinkStream& stream : streams_) {
    if (stream.is_in_use()) continue;
    if (const auto opened = stream.open(host, port); !opened) return std::unexpected{opened.error()};
    return &stream;
  }
  return fail(Errc::too_many);
}

}  // namespace linnet::port::cortex_m::lwip
