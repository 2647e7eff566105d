// SPDX-License-Identifier: Apache-2.0
// From HTTP to WebSocket: RFC 6455, section 4.2.
#include <new>

#include "linnet/server/server.hpp"
#include "linnet/ws/server_handshake.hpp"

namespace linnet::server {

void Server::upgrade(Slot& slot, Request& request, const Routes::Match& match, bool keep_alive) {
  const WebSocketRoute& route = *match.websocket;
  request.capture = match.websocket_capture;
  ws::ServerHandshake handshake{route.subprotocols};
  for (const Field& field : request.fields) handshake.field(field.name, field.value);

  response_.clear();
  const std::uint16_t verdict = handshake.verdict(request.method, request.minor_version);
  if (verdict == 101) {
    if (may_upgrade(request, route)) {
      const auto size = handshake.accept(workspace_.free());
      if (size) {
        workspace_.commit(*size);
        for (std::size_t i = 0; i < route.subprotocols.size(); ++i) {
          if (route.subprotocols[i] == handshake.subprotocol()) slot.subprotocol = (i + 1) & 0xFF;
        }
        return open(slot, request, match.websocket_index);
      }
      response_.refuse(503, "this turn has no room for more handshakes");
    }
  } else if (verdict == 405) {
    response_.refuse(405, "a WebSocket is opened with GET");
    response_.field("Allow", "GET");
  } else if (verdict == 426) {
    response_.refuse(426, "this path speaks WebSocket (RFC 6455), version 13");
    response_.field("Upgrade", "websocket");
    response_.field("Sec-WebSocket-Version", "13");
  } else {
    response_.refuse(verdict, "this is not a WebSocket handshake");
  }
  ++statistics_.requests;
  count(Drop::handshake);
  answer(slot, request.method == "HEAD", keep_alive);
}

/// Whether this page, and this client, are welcome; else `response_` says why not.
bool Server::may_upgrade(Request& request, const WebSocketRoute& route) {
  if (stopping_) {
    response_.refuse(503, "the server stops");
    return false;
  }
  if (!route.allows_origin(request)) {
    response_.refuse(403, "pages of this origin may not connect");
    return false;
  }
  response_.refuse(403, "this client may not connect");
  if (!route.handler->before_upgrade(request, response_)) return false;
  response_.clear();
  return true;
}

/// The answer stands in the workspace already; what the handler sends goes behind it, in the same write.
void Server::open(Slot& slot, const Request& request, std::uint16_t route) {
  raw_ = workspace_.queued();
  --statistics_.http_open;
  ++statistics_.websocket_open;
  ++statistics_.upgraded;
  slot.route = static_cast<std::uint8_t>(route);
  slot.phase = Phase::websocket;
  const WebSocketRoute& entry = routes_.websocket(route);
  ::new (&slot.connection) Connection{entry.options.connection, now_};
  note(slot.connection.deadline());
  lend(slot);
  Peer peer = peer_of(slot);
  entry.handler->opened(peer, request);
}

/// `rest`, in the block `input` or in the receive buffer, came right behind the request: it is frames.
void Server::serve_upgraded(Slot& slot, MutableBytes rest, Block* input) {
  (void)slot.connection.receive(rest);
  const bool alive = pump(slot);
  if (alive) hold_input(slot);
  if (input != nullptr) pools_.blocks.give(input);
  if (!alive) return;
  if (slot.connection.state() != ws::State::open) {
    flush(slot, workspace_);
    if (!pump(slot)) return;
  }
  after_pump(slot);
  park(slot);
}

}  // namespace linnet::server
