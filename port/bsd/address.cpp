// SPDX-License-Identifier: Apache-2.0
// Text to addresses. Nothing here asks the network.
#include "port/bsd/address.hpp"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace linnet::port::inline bsd {
namespace {

constexpr std::size_t kLongestLabel = 63;  // RFC 1035, section 2.3.4

/// The longest text of an address, and a zone behind it, ended by a zero as the system's calls want it.
using Text = std::array<char, INET6_ADDRSTRLEN + IF_NAMESIZE + 1>;

bool is_label_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

template <typename Number>
bool parse_number(std::string_view text, Number& number) noexcept {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end;
}

/// "eth0" or "2" (RFC 4007, section 11.2); 0 when there is none of that name.
std::uint32_t scope_of(const char* zone) noexcept {
  std::uint32_t number = 0;
  if (parse_number(std::string_view{zone}, number)) return number;
  return ::if_nametoindex(zone);
}

}  // namespace

std::uint16_t Address::port() const noexcept {
  return ntohs(generic.sa_family == AF_INET6 ? v6.sin6_port : v4.sin_port);
}

void Address::set_port(std::uint16_t port) noexcept {
  (generic.sa_family == AF_INET6 ? v6.sin6_port : v4.sin_port) = htons(port);
}

std::optional<Address> parse_address(std::string_view text) noexcept {
  Text copy{};
  if (text.size() >= copy.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), copy.begin());

  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (::inet_pton(AF_INET, copy.data(), &v4.sin_addr) == 1) return Address{v4};

  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  if (char* percent = std::strchr(copy.data(), '%'); percent != nullptr) {
    *percent = '\0';
    v6.sin6_scope_id = scope_of(percent + 1);
    if (v6.sin6_scope_id == 0) return std::nullopt;
  }
  if (::inet_pton(AF_INET6, copy.data(), &v6.sin6_addr) == 1) return Address{v6};
  return std::nullopt;
}

bool is_host(std::string_view host) noexcept {
  if (host.empty() || host.size() > kLongestHost) return false;
  if (parse_address(host)) return true;
  std::size_t label = 0;
  for (const char c : host) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
    } else if (!is_label_character(c) || ++label > kLongestLabel) {
      return false;
    }
  }
  return label > 0 || host.size() > 1;
}

Result<Endpoint> parse_endpoint(std::string_view text) noexcept {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail(Errc::invalid_argument);
  Endpoint endpoint{.host = text.substr(0, colon)};
  if (!parse_number(text.substr(colon + 1), endpoint.port)) return fail(Errc::invalid_argument);

  const bool bracketed = endpoint.host.starts_with('[') && endpoint.host.ends_with(']');
  if (bracketed) endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  // "::1:80" could mean two things: an address of IPv6 stands in brackets, and nothing else does.
  const bool has_colons = endpoint.host.find(':') != std::string_view::npos;
  if (bracketed != has_colons || !is_host(endpoint.host)) return fail(Errc::invalid_argument);
  return endpoint;
}

}  // namespace linnet::port::inline bsd
