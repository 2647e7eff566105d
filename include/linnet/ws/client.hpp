// SPDX-License-Identifier: Apache-2.0
// A WebSocket client's whole life in one object: the opening handshake, then the connection, with messages
// put together. The same shape as Connection: bytes in, events out, bytes out, deadline out.
#pragma once

#include <cstdint>
#include <optional>

#include "linnet/ws/client_handshake.hpp"
#include "linnet/ws/connection.hpp"
#include "linnet/ws/message.hpp"

namespace linnet::ws {

/// Shared by any number of clients, and outlives them.
struct ClientConfig {
  ConnectionConfig connection{};
  /// From start() to the end of the server's answer.
  Duration handshake_timeout = 10s;
  /// Deliver messages in pieces as they arrive, of any length up to connection.max_message, instead of whole
  /// ones that must fit the message buffer.
  bool pieces = false;
};

class Client : private Connection<Role::client> {
 public:
  /// Where messages are put together; it also holds the lines of the server's answer, so that it is never
  /// smaller than this, also where messages come in pieces.
  static constexpr std::size_t kMinimumMessageBuffer = 256;

  /// All is borrowed for the client's life. `output`: at least Workspace::kMinimum bytes, and the request
  /// and the longest message sent must fit (see Workspace). `message`: for whole messages at least
  /// connection.max_message bytes.
  Client(const ClientConfig& config, Entropy& entropy, MutableBytes output, MutableBytes message) noexcept
      : Connection{config.connection, entropy, workspace_, Instant{}},
        client_config_{&config},
        handshake_{message},
        assembler_{message},
        workspace_{output} {
    start_connecting();
  }

  /// Queues the request; once. invalid_argument: buffers smaller than said above, or text that has no place
  /// in an HTTP head; too_large: the request does not fit `output`.
  Result<void> start(const ClientRequest& request, Instant now) noexcept;

  /// As Connection's; events before `opened` are field, refused, body and closed.
  Result<void> receive(MutableBytes input) noexcept;
  std::optional<Event> poll(Instant now) noexcept;
  void transport_ended(Error why = Errc::end_of_stream) noexcept;

  /// The server's choice; empty: none. A view into the request's text.
  std::string_view subprotocol() const noexcept { return handshake_.subprotocol(); }
  std::uint16_t status() const noexcept { return handshake_.status(); }

  using Connection::abort;
  using Connection::close;
  using Connection::deadline;
  using Connection::output;
  using Connection::send;
  using Connection::send_binary;
  using Connection::send_part;
  using Connection::send_ping;
  using Connection::send_pong;
  using Connection::send_text;
  using Connection::sent;
  using Connection::state;
  using Connection::wants_input;
  using Connection::wants_shutdown;

 private:
  bool poll_handshake(Event& event, Instant now) noexcept;

  const ClientConfig* client_config_;
  ClientHandshake handshake_;
  Assembler assembler_;
  Workspace workspace_;  // the connection has its address, and uses it in no constructor
};

}  // namespace linnet::ws
