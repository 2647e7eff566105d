// SPDX-License-Identifier: Apache-2.0
#include "linnet/base/error.hpp"

namespace linnet {

std::string_view describe(Errc code) noexcept {
  switch (code) {
    case Errc::invalid_argument: return "invalid argument";
    case Errc::bad_state: return "not possible in this state";
    case Errc::message_in_progress: return "another message is not finished";
    case Errc::bad_url: return "not a URL of the form ws://host[:port]/path";
    case Errc::unsupported: return "not supported by this build";
    case Errc::would_block: return "no room in the send buffer now";
    case Errc::too_large: return "larger than the buffer";
    case Errc::too_many: return "limit reached";
    case Errc::protocol_violation: return "the peer violated the WebSocket protocol";
    case Errc::invalid_utf8: return "the peer sent text that is not UTF-8";
    case Errc::message_too_big: return "the peer sent a message over the size limit";
    case Errc::policy_violation: return "the peer sent too many control frames";
    case Errc::malformed_http: return "malformed HTTP";
    case Errc::handshake_refused: return "the server refused the WebSocket handshake";
    case Errc::bad_accept: return "the server's Sec-WebSocket-Accept is missing or wrong";
    case Errc::bad_upgrade: return "the Upgrade or Connection header is missing or wrong";
    case Errc::bad_subprotocol: return "the server chose a subprotocol that was not offered";
    case Errc::bad_extension: return "the server chose an extension that was not offered";
    case Errc::too_many_redirects: return "too many redirects";
    case Errc::bad_redirect: return "a redirect that cannot be followed";
    case Errc::malformed_json: return "malformed JSON";
    case Errc::end_of_stream: return "the peer closed the connection";
    case Errc::connection_reset: return "connection reset by the peer";
    case Errc::connection_refused: return "connection refused";
    case Errc::host_unreachable: return "host unreachable";
    case Errc::host_not_found: return "host not found";
    case Errc::address_in_use: return "address already in use";
    case Errc::permission_denied: return "permission denied";
    case Errc::io_failure: return "input or output failed";
    case Errc::connect_timeout: return "no connection in time";
    case Errc::handshake_timeout: return "no answer to the handshake in time";
    case Errc::liveness_timeout: return "nothing received in time";
    case Errc::close_timeout: return "the close was not answered in time";
    case Errc::stall_timeout: return "the peer does not read";
  }
  return "unknown error";
}

std::string_view describe(Fault fault) noexcept {
  switch (fault) {
    case Fault::misuse: return "misuse";
    case Fault::capacity: return "capacity";
    case Fault::peer: return "peer";
    case Fault::transport: return "transport";
    case Fault::timeout: return "timeout";
  }
  return "unknown fault";
}

}  // namespace linnet
