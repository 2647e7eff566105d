// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/origin.hpp"

#include <algorithm>

#include "linnet/codec/http1_field.hpp"
#include "port/bsd/address.hpp"

namespace linnet::tools {
namespace {

/// HOST or HOST:PORT: whether the host is an address or localhost.
bool is_address(std::string_view authority) noexcept {
  std::string_view host = authority;
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return false;
    host = host.substr(1, end - 1);
  } else {
    host = host.substr(0, host.find(':'));
  }
  return http1::equal_ignoring_case(host, "localhost") || port::parse_address(host).has_value();
}

}  // namespace

bool is_own_page(const server::Request& request, std::span<const std::string> allowed) noexcept {
  const std::string_view origin = request.field("Origin");
  if (origin.empty()) return true;
  if (std::ranges::find(allowed, origin) != allowed.end()) return true;
  const std::string_view host = request.field("Host");
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) {
      return http1::equal_ignoring_case(origin.substr(scheme.size()), host) && is_address(host);
    }
  }
  return false;
}

}  // namespace linnet::tools
