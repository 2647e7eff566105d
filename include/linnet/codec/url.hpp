// SPDX-License-Identifier: Apache-2.0
// The addresses that Linnet connects to: ws and wss URLs (RFC 6455, section 3; RFC 3986), http and https for
// redirects and plain requests. Parsing copies nothing; resolving a redirect writes into a buffer of the
// caller's. Strict: whatever comes out can stand in a request line, a Host field or a name look-up as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"

namespace linnet::codec {

enum class Scheme : std::uint8_t { ws, wss, http, https };

/// What the host is: an address takes no name look-up, and none goes into TLS's server name ("Literal IPv4
/// and IPv6 addresses are not permitted in "HostName"", RFC 6066, section 3).
enum class HostKind : std::uint8_t { name, ipv4, ipv6 };

/// The parts of a URL: views into its text, good for as long as that is. 88 bytes on a 64-bit machine, 44 on
/// one of 32.
struct Url {
  Scheme scheme = Scheme::ws;
  HostKind host_kind = HostKind::name;
  std::uint16_t port = 80;     // 1 to 65535; without one 80, or 443 if the scheme is secure
  std::string_view user_info;  // "user:password" as written, percent-encoded; empty if there is none
  std::string_view
      host;  // to connect to: 1 to 253 characters, of an IPv6 address what is between the brackets
  std::string_view
      host_field;  // the value of Host: as written, brackets kept, the port only if it is not the default
  std::string_view path;   // never empty: "/" where the text has none
  std::string_view query;  // with its "?"; empty if there is none. The target of a request is path and query.

  bool secure() const noexcept { return scheme == Scheme::wss || scheme == Scheme::https; }
  std::string_view user() const noexcept;      // before the first ":" of user_info
  std::string_view password() const noexcept;  // behind it; empty if there is none
};

/// Parses an absolute URL. `text` is borrowed by the result.
/// Errors: bad_url if it is none of the four schemes, has no host, a port outside 1 to 65535, a fragment
/// ("Fragment identifiers are meaningless [...] and MUST NOT be used on these URIs", RFC 6455, section 3),
/// white space, a control or a character beyond ASCII (a host in another script is written in Punycode, a
/// path percent-encoded). Also for what could not be used here: a percent-encoded host, an IPv6 zone
/// ("strictly local to the node", RFC 4007, section 6), a number as host that is no IPv4 address in four
/// decimals.
Result<Url> parse_url(std::string_view text) noexcept;

/// Resolves the Location of a redirect against the URL that was asked for (RFC 9110, section 10.2.2; RFC
/// 3986, section 5.2): an absolute URL, "//host/x", "/x", "x", "?x" or nothing. The new URL is written to the
/// front of `out`, which must overlap neither; it is at most one byte longer than both texts together. A
/// relative reference keeps user and password, since it is the same server; any other brings its own or none.
/// A fragment is dropped: it is for a browser. Errors: bad_redirect if there is no URL of ours at the end of
/// it; too_large if `out` is too short.
Result<Url> resolve_redirect(const Url& base, std::string_view location, MutableBytes out) noexcept;

/// Decodes "%2F" and its like (RFC 3986, section 2.1) into the front of `out`; text.size() bytes are always
/// enough. For user and password. Errors: invalid_argument for a "%" without two hexadecimal digits;
/// too_large.
Result<MutableBytes> percent_decode(std::string_view text, MutableBytes out) noexcept;

namespace detail {
/// What `text` has before the first of `ends`; `text` becomes the rest.
std::string_view take_until(std::string_view& text, std::string_view ends) noexcept;
/// "ws://" and its like.
std::string_view prefix_of(Scheme scheme) noexcept;
}  // namespace detail

}  // namespace linnet::codec
