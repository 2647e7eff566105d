// SPDX-License-Identifier: Apache-2.0
#include "tools/client/client_options.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "linnet/codec/http1_field.hpp"
#include "tools/cli/file.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/structured_log.hpp"
#include "tools/cli/text.hpp"
#include "tools/wire/secrets.hpp"

namespace linnet::tools {
namespace {

using http1::equal_ignoring_case;

constexpr std::size_t kLargestHeaderFile = 65'536;

// What the handshake writes itself (RFC 6455, section 4.1): a second one would break it.
constexpr std::array<std::string_view, 8> kOfTheHandshake{"Host",
                                                          "Upgrade",
                                                          "Connection",
                                                          "Sec-WebSocket-Key",
                                                          "Sec-WebSocket-Version",
                                                          "Sec-WebSocket-Extensions",
                                                          "Content-Length",
                                                          "Transfer-Encoding"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (http1::is_whitespace(text.front()))) text.remove_prefix(1);
  while (!text.empty() && (http1::is_whitespace(text.back()) || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

void ClientOptions::declare(Options& options) {
  links.declare(options);
  options
      .list("--subprotocol", "NAME", subprotocols_, "offered to the server, in this order; may be repeated")
      .list("--header", "'NAME: VALUE'", headers_,
            "sent with the request; @FILE: each line of a file; may be repeated")
      .seconds("--timeout", timeout, 1ms,
               "for each attempt until the connection is open (30; on a modem 180)")
      .seconds("--ping-interval", ping_interval, 0s, "a ping after so long a silence; 0: none (20)")
      .text("--trace", "FILE", trace, "records every byte; `linnet trace FILE` shows it");
  tls_.declare(options);
}

std::optional<int> ClientOptions::check(const Options& options) {
  if (const std::string wrong = links.check(options); !wrong.empty()) return options.misused(wrong);
  if (links.choices().size() > session::kMostLinks)
    return options.misused(concat("--link: at most ", session::kMostLinks, " of them"));
  each_timeout = timeout;
  if (timeout == 0s) timeout = LinkOptions::default_timeout(links.choices().front());
  for (const std::string& name : subprotocols_) {
    // "The elements that comprise this value MUST be non-empty strings with characters in the range U+0021 to
    // U+007E not including separator characters" (RFC 6455, section 4.1, item 10).
    if (!http1::is_token(name))
      return options.misused(concat("--subprotocol '", name, "' is no name of a subprotocol"));
    subprotocol_list_ += concat(subprotocol_list_.empty() ? "" : ", ", name);
  }
  // By the environment, so that it stands in no list of processes and no shell's history.
  if (const char* value = std::getenv("LINNET_AUTHORIZATION")) authorization_ = value;
  for (const std::string& header : headers_) {
    const std::string wrong =
        header.starts_with('@') ? take_headers_from(header.substr(1)) : take_header(header);
    if (!wrong.empty()) return options.misused(wrong);
  }
  for (const auto& [name, value] : fields_) field_views_.push_back({.name = name, .value = value});

  const auto parsed = codec::parse_url(url);
  if (!parsed) {
    log::error(
        "'", masked_url(url),
        "' is no URL that can be connected to: ws://HOST[:PORT]/PATH, or wss://, without spaces or '#'");
    return kFailed;
  }
  return tls_.check(options, parsed->secure());
}

std::string ClientOptions::take_headers_from(const std::string& file) {
  const auto content = read_file(file, kLargestHeaderFile);
  if (!content) return concat("--header @", file, ": ", content.error());
  std::string_view rest = *content;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (trimmed(line).empty()) continue;
    if (std::string wrong = take_header(line); !wrong.empty()) return wrong;
  }
  return {};
}

/// Says what is wrong with it, without its value, which may be secret.
std::string ClientOptions::take_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return "--header wants 'NAME: VALUE' with a colon, or @FILE";
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!http1::is_token(name)) return concat("--header: '", printable(name, 80), "' is no name of a field");
  if (!std::ranges::all_of(value, http1::is_field_character))
    return concat("--header ", name, ": its value has a control character");
  for (const std::string_view own : kOfTheHandshake) {
    if (equal_ignoring_case(name, own)) return concat("--header ", name, ": the handshake itself sets it");
  }
  if (equal_ignoring_case(name, "Sec-WebSocket-Protocol"))
    return concat("--header ", name, ": use --subprotocol");
  if (equal_ignoring_case(name, "Authorization")) {
    authorization_ = value;
  } else if (equal_ignoring_case(name, "Origin")) {
    origin_ = value;
  } else {
    fields_.emplace_back(name, value);
  }
  return {};
}

session::Config ClientOptions::config(std::uint64_t max_message, Trace* sink) const {
  session::Config config{.url = url,
                         .subprotocols = subprotocol_list_,
                         .origin = origin_,
                         .authorization = authorization_,
                         .fields = field_views_,
                         .connect_timeout = timeout,
                         .trace = sink};
  config.security = tls_.client();
  config.log = structured_log();
  config.client.handshake_timeout = timeout;  // the session's own bound is the one that counts
  config.client.connection.max_message = max_message;
  config.client.connection.heartbeat.ping_interval = ping_interval;
  // Two pings without an answer, and some more: the library's own default where the interval is.
  const Duration interval = ping_interval;
  config.client.connection.heartbeat.liveness_timeout =
      interval == 0s ? 0s : 2 * interval + std::max<Duration>(interval / 2, 5s);
  return config;
}

}  // namespace linnet::tools
