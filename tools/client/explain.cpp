// SPDX-License-Identifier: Apache-2.0
#include "tools/client/explain.hpp"

#include <array>
#include <cstring>

#include "tools/cli/text.hpp"
#include "tools/wire/secrets.hpp"

namespace linnet::tools {
namespace {

struct Advice {
  std::uint16_t status;
  std::string_view words;
};

constexpr std::array kAdvice{
    Advice{200,
           "it answered like a web server: is there a WebSocket at this path? a proxy may have dropped the "
           "Upgrade field"},
    Advice{400,
           "Bad Request: the server did not like the handshake; some want --subprotocol or an Origin "
           "(--header 'Origin: …')"},
    Advice{401,
           "Unauthorized: credentials are missing or wrong; ws://USER:PASSWORD@HOST, or --header "
           "'Authorization: …'"},
    Advice{403,
           "Forbidden: the origin or the authorisation is not accepted; look at --header 'Origin: …' and the "
           "credentials"},
    Advice{404, "Not Found: there is nothing at this path; is the path of the URL right?"},
    Advice{405, "Method Not Allowed: there is no WebSocket at this path; is the path of the URL right?"},
    Advice{407, "Proxy Authentication Required: a proxy stands between, and proxies are not supported"},
    Advice{426,
           "Upgrade Required: the server wants another version of the protocol than 13, or an Upgrade that a "
           "proxy dropped"},
    Advice{429, "Too Many Requests: try again later"},
    Advice{431, "Request Header Fields Too Large: send fewer or shorter --header"},
    Advice{500, "Internal Server Error: the server's log knows more"},
    Advice{502, "Bad Gateway: the proxy in front found no server behind it"},
    Advice{503, "Service Unavailable: the server is full or is being restarted; try again later"},
    Advice{504, "Gateway Timeout: the proxy in front found no answer behind it"},
};

std::string refused(std::uint16_t status, const Circumstances& about) {
  std::string text = concat("the server refused the handshake with status ", status);
  for (const Advice& advice : kAdvice) {
    if (advice.status == status) text += concat(", ", advice.words);
  }
  if (status >= 300 && status < 400) text += ": a redirect that is none of those to follow";
  // The first part of its own words is worth having: "token expired".
  constexpr std::size_t kMost = 200;
  if (!about.refusal.empty()) text += concat("; it said: ", printable(about.refusal, kMost));
  return text;
}

std::string not_connected(const session::Failure& failure, const std::string& peer,
                          const Circumstances& about) {
  switch (failure.error.code) {
    case Errc::connection_refused: return concat("connection refused: is a server listening on ", peer, "?");
    case Errc::connection_reset: return concat("the connection was reset: is ", peer, " the right port?");
    case Errc::host_unreachable:
      return concat("no way to ", peer, ": is this machine online, is the address right?");
    case Errc::permission_denied:
      return concat("connecting to ", peer, " is not permitted: look at this machine's firewall");
    case Errc::connect_timeout:
      return concat("no connection to ", peer, " within ", in_seconds(about.timeout),
                    ": is the host up, does a firewall drop packets? --timeout gives more time");
    default: return {};
  }
}

std::string of_the_handshake(const session::Failure& failure, const std::string& peer,
                             const Circumstances& about) {
  switch (failure.error.code) {
    case Errc::handshake_refused: return refused(failure.error.detail, about);
    case Errc::handshake_timeout:
      return concat("connected to ", peer, ", but no answer to the handshake within ",
                    in_seconds(about.timeout),
                    ": does a WebSocket server listen there? (a TLS port waits for wss://)");
    case Errc::malformed_http:
      return concat(
          "what ", peer,
          " answered is not HTTP/1.1: another service listens there, or one that wants TLS (wss://)");
    case Errc::bad_accept:
      return "the answer's Sec-WebSocket-Accept is missing or wrong: no WebSocket server, or a broken proxy "
             "that answers from its cache";
    case Errc::bad_upgrade:
      return "the answer's Upgrade or Connection field is missing or wrong: no WebSocket server, or a proxy "
             "that takes them out";
    case Errc::bad_subprotocol:
      return about.subprotocols.empty()
                 ? "the server chose a subprotocol, and none was offered: give its name with --subprotocol"
                 : concat("the server chose a subprotocol that was not offered; offered: ",
                          about.subprotocols);
    case Errc::bad_extension: return "the server chose an extension that was not offered: it breaks RFC 6455";
    case Errc::too_many_redirects: return "the redirects do not end: the server sends us round in a circle";
    case Errc::bad_redirect: return "the server redirects to no address that can be followed";
    case Errc::end_of_stream:
    case Errc::connection_reset:
      return concat(peer,
                    " closed the connection without an answer to the handshake: does a WebSocket server "
                    "listen there? (a TLS port wants wss://)");
    default: return {};
  }
}

std::string of_the_conversation(const session::Failure& failure, const Circumstances& about) {
  switch (failure.error.code) {
    case Errc::end_of_stream:
      return "the server ended the connection without a close frame (1006): it crashed, or a proxy between "
             "gave up";
    case Errc::truncated:
      return "the secure connection was cut off (1006): the server crashed, or somebody between ended it";
    case Errc::connection_reset:
      return "the connection was reset (1006): the server crashed or was restarted, or a proxy between gave "
             "up";
    case Errc::host_unreachable: return "the connection was lost (1006): the network or the server is gone";
    case Errc::protocol_violation:
      return "the server broke RFC 6455; we closed with 1002 (--trace shows the frame)";
    case Errc::invalid_utf8: return "the server sent text that is not UTF-8; we closed with 1007";
    case Errc::message_too_big:
      return concat("the server sent a message of more than ", about.max_message,
                    " bytes; we closed with 1009 (--max-message allows more)");
    case Errc::policy_violation: return "the server flooded us with pings; we closed with 1008";
    case Errc::liveness_timeout:
      return "the server has not been heard of for too long, not even a pong: the network or the server is "
             "gone";
    case Errc::close_timeout: return "the server did not answer our close frame";
    case Errc::stall_timeout:
      return concat("the server has not read what was sent for ", in_seconds(about.timeout),
                    ": it hangs, or the network does");
    default: return {};
  }
}

std::string of_this_side(const Error& error) {
  switch (error.code) {
    case Errc::host_not_found: return "the host was not found: check its name, and that a DNS server answers";
    case Errc::bad_url: return "this is no URL that can be connected to";
    case Errc::unsupported: return "this program was started without TLS, and can only connect to ws://";
    case Errc::too_large: return "the request is too large for its buffer: fewer or shorter header fields";
    case Errc::too_many: return "this machine has no descriptor or thread left";
    default: break;
  }
  const std::string_view words = describe(error.code);
  if (error.code != Errc::io_failure || error.detail == 0) return std::string{words};
  return concat(words, ": ", std::strerror(error.detail));
}

/// A modem that is not up says why; one that is up adds the number that it gave (+CIPOPEN).
std::string over_the_modem(const session::Failure& failure, std::string words, const Circumstances& about) {
  const bool is_late = failure.error == Errc::connect_timeout && failure.error.detail == 0;
  if (!about.trouble.empty()) {
    return is_late ? concat("no connection within ", in_seconds(about.timeout), ": ", about.trouble)
                   : std::string{about.trouble};
  }
  const Errc code = failure.error.code;
  if (code == Errc::too_many) words = "all connections that the modem can have are in use: close one first";
  if (code == Errc::host_not_found)
    words = "the host was not found by the network's DNS: check its name, and that it is a public one";
  const std::string said =
      failure.error.detail != 0 ? concat(" (the modem's error ", failure.error.detail, ")") : std::string{};
  return concat("opening the connection over ", about.link, said, ": ", words);
}

}  // namespace

std::string explain(const session::Failure& failure, const Circumstances& about) {
  const auto url = codec::parse_url(about.url);
  std::string peer;
  if (url) {
    const bool bracketed = url->host_kind == codec::HostKind::ipv6;
    peer = concat(bracketed ? "[" : "", url->host, bracketed ? "]" : "", ":", url->port);
  }
  std::string words;
  if (!about.tls.empty()) {
    words = about.tls;
  } else if (failure.stage == session::Stage::open) {
    words = of_the_conversation(failure, about);
  } else if (failure.stage == session::Stage::connecting) {
    words = not_connected(failure, peer, about);
  }
  if (words.empty()) words = of_the_handshake(failure, peer, about);
  if (words.empty()) words = of_this_side(failure.error);
  if (failure.stage == session::Stage::connecting && about.link.starts_with("modem:"))
    words = over_the_modem(failure, std::move(words), about);
  return concat(masked_url(about.url), ": ", words);
}

std::string_view meaning(ws::CloseCode code) noexcept {
  switch (code) {
    case ws::CloseCode::normal: return "normal closure";
    case ws::CloseCode::going_away: return "going away: it shuts down, or leaves the page";
    case ws::CloseCode::protocol_error: return "protocol error: it says that we broke RFC 6455";
    case ws::CloseCode::unsupported_data: return "it does not take this type of message";
    case ws::CloseCode::none_received: return "a close frame without a code";
    case ws::CloseCode::abnormal: return "the connection ended without a close frame";
    case ws::CloseCode::invalid_payload: return "it says that our text is not UTF-8, or means nothing";
    case ws::CloseCode::policy_violation: return "it does not permit what we did";
    case ws::CloseCode::too_big: return "our message is too big for it";
    case ws::CloseCode::mandatory_extension: return "it wanted an extension that was not agreed on";
    case ws::CloseCode::internal_error: return "an error inside it";
    case ws::CloseCode::service_restart: return "it restarts";
    case ws::CloseCode::try_again_later: return "it is overloaded: try again later";
    case ws::CloseCode::bad_gateway: return "a gateway found no answer behind it";
  }
  return {};
}

std::string in_words(ws::CloseCode code) {
  const std::string_view words = meaning(code);
  const auto number = static_cast<unsigned>(code);
  return words.empty() ? concat(number) : concat(number, " (", words, ")");
}

std::string in_words(const net::SecurityReport* security) {
  if (security == nullptr) return {};
  return concat(", ", security->protocol, security->resumed ? ", resumed" : "",
                security->verified ? "" : ", from whom nobody knows");
}

}  // namespace linnet::tools
