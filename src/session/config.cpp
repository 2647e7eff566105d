// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/config.hpp"

#include "linnet/codec/url.hpp"

namespace linnet::session {
namespace {

std::optional<Setting> check_links(const Config& config) noexcept {
  const Links& links = config.links;
  if (links.size() == 0 || links.size() > kMostLinks) return Setting::links;
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (links[i].link == nullptr) return Setting::links;
    if (links[i].connect_timeout < 0s) return Setting::connect_timeout;
    if (&links[i].link->poller() != &links[0].link->poller()) return Setting::pollers;
  }
  const LinkOrderConfig& order = config.order;
  if (order.first_rest <= 0s || order.first_rest > order.longest_rest) return Setting::link_rest;
  return std::nullopt;
}

std::optional<Setting> check_heartbeat(const ws::HeartbeatConfig& heartbeat) noexcept {
  const Duration ping = heartbeat.ping_interval;
  const Duration liveness = heartbeat.liveness_timeout;
  if (ping < 0s || (ping == 0s && liveness != 0s)) return Setting::ping_interval;
  if (liveness < 0s || (liveness != 0s && liveness < 2 * ping)) return Setting::liveness_timeout;
  return std::nullopt;
}

bool are_large_enough(const ConversationBuffers& buffers) noexcept {
  constexpr std::size_t kLeastInput = 512;
  return buffers.input.size() >= kLeastInput && buffers.output.size() >= ws::Workspace::kMinimum &&
         buffers.message.size() >= ws::Client::kMinimumMessageBuffer;
}

}  // namespace

ConversationConfig conversation_config(const Config& config) noexcept {
  return {.url = config.url,
          .subprotocols = config.subprotocols,
          .origin = config.origin,
          .authorization = config.authorization,
          .fields = config.fields,
          .security = config.security,
          .connect_timeout = config.connect_timeout,
          .max_redirects = config.max_redirects,
          .client = config.client,
          .trace = config.trace};
}

std::optional<Setting> check(const Config& config, const Buffers& buffers) noexcept {
  const auto url = codec::parse_url(config.url);
  if (!url) return Setting::url;
  if (url->secure() && config.security == nullptr) return Setting::security;
  if (const auto wrong = check_links(config)) return wrong;
  if (config.connect_timeout <= 0s) return Setting::connect_timeout;
  if (config.stop_timeout <= 0s) return Setting::stop_timeout;
  const ReconnectConfig& reconnect = config.reconnect;
  if (reconnect.backoff.first < 0s || reconnect.backoff.first > reconnect.backoff.longest)
    return Setting::backoff;
  if (reconnect.stable_after <= 0s) return Setting::stable_after;
  if (const auto wrong = check_heartbeat(config.client.connection.heartbeat)) return wrong;
  if (!are_large_enough(buffers.conversation)) return Setting::buffers;
  return std::nullopt;
}

}  // namespace linnet::session
