// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/echo_routes.hpp"

#include "linnet/codec/json.hpp"
#include "tools/serve/origin.hpp"

namespace linnet::tools {
namespace {

constexpr std::string_view kTrigger = "Trigger async";

bool admit(const Origins& origins, const server::Request& request, server::Response& refusal) {
  if (origins.empty() || is_own_page(request, origins)) return true;
  refusal.refuse(403, "pages of this origin may not connect; --origin allows more");
  return false;
}

/// Reading stops while more than half of a backlog waits, and a whole backlog is twice the longest message:
/// so there is room but for one case, when the server's memory for all peers is in use.
void send_back(server::Peer& peer, const ws::Event& message) {
  if (peer.send(message.type, message.payload)) return;
  (void)peer.close(ws::CloseCode::try_again_later, "no room for the echo");
}

}  // namespace

bool EchoRoute::before_upgrade(const server::Request& request, server::Response& refusal) {
  return admit(*origins_, request, refusal);
}

void EchoRoute::message(server::Peer& peer, const ws::Event& message) {
  if (message.type != ws::MessageType::text || message.text() != kTrigger) return send_back(peer, message);
  if (replies_->request({.loop = loop_, .id = peer.id()})) return;
  (void)peer.close(ws::CloseCode::try_again_later, "too many asynchronous answers wait");
}

bool TickerRoute::before_upgrade(const server::Request& request, server::Response& refusal) {
  return admit(*origins_, request, refusal);
}

void TickerRoute::opened(server::Peer& /*peer*/, const server::Request& /*request*/) {
  if (peers_++ == 0) due_ = Instant{};  // the next poll() finds out when
}

void TickerRoute::message(server::Peer& peer, const ws::Event& message) {
  send_back(peer, message);
}

void TickerRoute::closed(server::Peer& /*peer*/, const ws::Event& /*end*/) {
  --peers_;
}

void TickerRoute::poll(server::Server& server, std::uint16_t route, Instant now) {
  if (now < deadline()) return;
  const std::uint64_t tick = ticks(now);
  if (due_ != Instant{}) {
    std::array<char, 128> buffer;
    json::Writer writer{std::span<char>{buffer}};
    writer.begin_object().member("type", "test").member("seq", tick);
    const auto text = writer.member("uptime_ms", (now - begin_) / 1ms).end_object().finish();
    // Who has no room for it does without: the next one comes.
    if (text) (void)server.broadcast(server::Target::route(route), ws::MessageType::text, as_bytes(*text));
  }
  due_ = begin_ + static_cast<std::int64_t>(tick + 1) * interval_;
}

}  // namespace linnet::tools
