// SPDX-License-Identifier: Apache-2.0
// What a connection tells whoever drives it.
#pragma once

#include <cstdint>
#include <optional>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "linnet/ws/close_code.hpp"

namespace linnet::ws {

enum class MessageType : std::uint8_t { text = 1, binary = 2 };  // the numbers of their opcodes

struct Event {
  enum class Kind : std::uint8_t {
    field,    // ws::Client: a field of the server's answer, "Name: value" (a cookie, a Location)
    opened,   // ws::Client: the handshake succeeded; messages may go
    refused,  // ws::Client: the server answered with another status, which is in error->detail
    body,     // ws::Client: a piece of what the server said when it refused
    data,     // a message, or a piece of one
    ping,     // the peer's; its pong is queued already
    pong,     // the answer to a ping, or an unsolicited one
    close,    // the peer's close frame; ours is queued already
    drained,  // after a would_block: there is room again
    closed,   // the end: drop the transport. No event follows
  };

  Kind kind{};
  MessageType type{};                         // data
  bool first = false;                         // data: a message begins
  bool last = false;                          // data: a message ends; first and last: here it is whole
  bool clean = false;                         // closed: both close frames were exchanged
  CloseCode code = CloseCode::none_received;  // close, closed: the peer's, or none_received, or abnormal
  std::optional<Error> error{};               // refused: the status. Closed: why, unless it was in good order

  /// Field: its line. Body: bytes as they came. Data: the bytes, unmasked, of a text checked to be UTF-8 (a
  /// piece may end inside a character). Ping and pong: the payload. Close: the reason, UTF-8. Borrowed until
  /// the next call of poll() or receive().
  Bytes payload{};
  std::uint64_t announced = 0;  // data: bytes of this frame that are still to come behind this piece
  Duration round_trip{};        // pong: how long an automatic ping took; zero for any other pong

  bool is_whole() const noexcept { return first && last; }
  std::string_view text() const noexcept { return as_text(payload); }
};

}  // namespace linnet::ws
