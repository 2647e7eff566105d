// SPDX-License-Identifier: Apache-2.0
// Words, in a file of their own: firmware that never asks does not carry them.
#include <array>

#include "linnet/session/config.hpp"
#include "linnet/session/stats.hpp"

namespace linnet::session {

std::string_view describe(Cause cause) noexcept {
  constexpr std::array<std::string_view, kCauses> kWords{"none",        "link", "name",    "timeout",
                                                         "certificate", "tls",  "refused", "no server",
                                                         "protocol",    "dead", "lost",    "misuse"};
  return kWords[static_cast<std::size_t>(cause)];
}

std::string_view describe(Setting setting) noexcept {
  switch (setting) {
    case Setting::none: return "all is well";
    case Setting::url: return "url: no ws:// or wss:// URL";
    case Setting::security: return "security: a wss:// URL needs one";
    case Setting::links: return "links: at least one, at most four, none of them null";
    case Setting::pollers: return "links: they live on more than one poller";
    case Setting::connect_timeout: return "connect_timeout: more than zero";
    case Setting::stop_timeout: return "stop_timeout: more than zero";
    case Setting::backoff: return "reconnect.backoff: not negative, and `first` at most `longest`";
    case Setting::stable_after: return "reconnect.stable_after: more than zero";
    case Setting::link_rest: return "order: `first_rest` more than zero, and at most `longest_rest`";
    case Setting::ping_interval: return "ping_interval: without pings a quiet peer would be taken for dead";
    case Setting::liveness_timeout: return "liveness_timeout: at least twice ping_interval";
    case Setting::buffers: return "buffers: one is too small";
  }
  return {};
}

}  // namespace linnet::session
