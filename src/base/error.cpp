// SPDX-License-Identifier: Apache-2.0
// The texts of the errors, about 1.5 KB of flash where they are asked for. As sv literals, whose length is
// known at compile time: without it GCC 12 makes a table of pointers and calls strlen, which the core does
// not have.
#include "linnet/base/error.hpp"

namespace linnet {

using namespace std::string_view_literals;

std::string_view describe(Errc code) noexcept {
  switch (code) {
    case Errc::invalid_argument: return "invalid argument"sv;
    case Errc::bad_state: return "not possible in this state"sv;
    case Errc::message_in_progress: return "another message is not finished"sv;
    case Errc::bad_url: return "not a URL of the form ws://host[:port]/path"sv;
    case Errc::unsupported: return "not supported by this build"sv;
    case Errc::would_block: return "no room in the send buffer now"sv;
    case Errc::too_large: return "larger than the buffer"sv;
    case Errc::too_many: return "limit reached"sv;
    case Errc::out_of_memory: return "no memory"sv;
    case Errc::protocol_violation: return "the peer violated the WebSocket protocol"sv;
    case Errc::invalid_utf8: return "the peer sent text that is not UTF-8"sv;
    case Errc::message_too_big: return "the peer sent a message over the size limit"sv;
    case Errc::policy_violation: return "the peer sent too many control frames"sv;
    case Errc::malformed_http: return "malformed HTTP"sv;
    case Errc::handshake_refused: return "the server refused the WebSocket handshake"sv;
    case Errc::bad_accept: return "the server's Sec-WebSocket-Accept is missing or wrong"sv;
    case Errc::bad_upgrade: return "the Upgrade or Connection header is missing or wrong"sv;
    case Errc::bad_subprotocol: return "the server chose a subprotocol that was not offered"sv;
    case Errc::bad_extension: return "the server chose an extension that was not offered"sv;
    case Errc::too_many_redirects: return "too many redirects"sv;
    case Errc::bad_redirect: return "a redirect that cannot be followed"sv;
    case Errc::malformed_json: return "malformed JSON"sv;
    case Errc::bad_certificate: return "the certificate is not trusted"sv;
    case Errc::tls_failure: return "no secure connection"sv;
    case Errc::end_of_stream: return "the peer closed the connection"sv;
    case Errc::connection_reset: return "connection reset by the peer"sv;
    case Errc::connection_refused: return "connection refused"sv;
    case Errc::host_unreachable: return "host unreachable"sv;
    case Errc::host_not_found: return "host not found"sv;
    case Errc::address_in_use: return "address already in use"sv;
    case Errc::permission_denied: return "permission denied"sv;
    case Errc::io_failure: return "input or output failed"sv;
    case Errc::truncated: return "the secure connection was cut off, and may have lost its end"sv;
    case Errc::connect_timeout: return "no connection in time"sv;
    case Errc::handshake_timeout: return "no answer to the handshake in time"sv;
    case Errc::liveness_timeout: return "nothing received in time"sv;
    case Errc::close_timeout: return "the close was not answered in time"sv;
    case Errc::stall_timeout: return "the peer does not read"sv;
  }
  return "unknown error"sv;
}

std::string_view describe(Fault fault) noexcept {
  switch (fault) {
    case Fault::misuse: return "misuse"sv;
    case Fault::capacity: return "capacity"sv;
    case Fault::peer: return "peer"sv;
    case Fault::transport: return "transport"sv;
    case Fault::timeout: return "timeout"sv;
  }
  return "unknown fault"sv;
}

}  // namespace linnet
