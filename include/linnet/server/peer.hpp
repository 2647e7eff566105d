// SPDX-License-Identifier: Apache-2.0
// One WebSocket peer as an application sees it: a name for a connection that can be kept, and asked whether
// the connection still is.
#pragma once

#include <cstdint>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"
#include "linnet/server/config.hpp"
#include "linnet/ws/close_code.hpp"
#include "linnet/ws/event.hpp"

namespace linnet::server {

class Server;
class Slot;

/// Names a peer for as long as the program runs: a connection that takes its place has another one.
struct PeerId {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;  // 0: nobody
  friend bool operator==(const PeerId&, const PeerId&) = default;
};

/// A handle, to be copied freely; of the loop's thread. When the connection is over, sends answer bad_state
/// and the rest does nothing. Everything is legal inside any handler, for any peer.
class Peer {
 public:
  Peer() = default;
  Peer(Server& server, Slot& slot, std::uint32_t generation) noexcept
      : server_{&server}, slot_{&slot}, generation_{generation} {}

  PeerId id() const noexcept;
  /// There is such a connection, and it is neither closed nor closing.
  bool is_open() const noexcept;

  /// Sends a message: all of it is taken, or nothing. It leaves with the end of this handler, or of the turn.
  /// `payload` is not needed any more when this returns. would_block: the backlog is full, and `drained`
  /// follows; too_large: over what the server may buffer in all; message_in_progress: parts of another
  /// are out; bad_state: not open.
  Result<void> send(ws::MessageType type, Bytes payload);
  Result<void> send_text(std::string_view text) { return send(ws::MessageType::text, as_bytes(text)); }
  Result<void> send_binary(Bytes bytes) { return send(ws::MessageType::binary, bytes); }

  /// Sends one fragment of a message by hand; `last` ends the message.
  Result<void> send_part(ws::MessageType type, Bytes payload, bool last);
  Result<void> ping(Bytes payload = {});

  /// Begins the closing handshake. What has not begun to leave is dropped, so that a slow peer is closed
  /// soon; no message is delivered any more.
  Result<void> close(ws::CloseCode code = ws::CloseCode::normal, std::string_view reason = {});
  /// Drops the connection without a close frame; `closed` follows in this turn.
  void abort();

  /// Bytes that its socket did not take yet.
  std::size_t backlog() const noexcept;

  /// Whatever the application keeps for this peer; null at first.
  void* user() const noexcept;
  void set_user(void* user) noexcept;

  std::string_view subprotocol() const noexcept;  // empty: none; storage of the route
  std::uint16_t route() const noexcept;           // as Server::websocket() returned it
  /// Null without Config::peer_statistics.
  const PeerStatistics* statistics() const noexcept;

 private:
  friend class Server;
  Slot* live() const noexcept;

  Server* server_ = nullptr;
  Slot* slot_ = nullptr;
  std::uint32_t generation_ = 0;
};

}  // namespace linnet::server
