// SPDX-License-Identifier: Apache-2.0
// Addresses as text.
#include "tools/modem/program/names.hpp"

#include <arpa/inet.h>

#include <array>

namespace linnet::tools {

Result<emulator::Names::Ticket> ModemNames::begin(std::string_view host) {
  const auto ticket = resolver_->begin(host);
  if (!ticket) return std::unexpected{ticket.error()};
  return static_cast<Ticket>(*ticket);
}

std::optional<Result<std::string>> ModemNames::take(Ticket ticket) {
  const auto found = resolver_->take(static_cast<port::linux::Resolver::Ticket>(ticket));
  if (!found) return {};
  if (!*found) return std::unexpected{found->error()};
  std::string text;
  for (std::size_t n = 0; n < (*found)->count; ++n) {
    const port::Address& address = (*found)->list[n];
    const bool is_v6 = address.generic.sa_family == AF_INET6;
    const void* const bytes = is_v6 ? static_cast<const void*>(&address.v6.sin6_addr) : &address.v4.sin_addr;
    std::array<char, INET6_ADDRSTRLEN> name{};
    ::inet_ntop(address.generic.sa_family, bytes, name.data(), name.size());
    if (!text.empty()) text += '\n';
    text += name.data();
  }
  return text;
}

}  // namespace linnet::tools
