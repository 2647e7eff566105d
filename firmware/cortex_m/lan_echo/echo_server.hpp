// SPDX-License-Identifier: Apache-2.0
// A WebSocket server of one connection at a time that sends back what comes, in pieces as it comes: a message
// may be longer than all of the RAM. 5 KB, no heap.
#pragma once

#include <array>
#include <optional>

#include "linnet/codec/http1.hpp"
#include "linnet/net/listener.hpp"
#include "linnet/net/poller.hpp"
#include "linnet/ws/connection.hpp"
#include "linnet/ws/server_handshake.hpp"
#include "linnet/ws/workspace.hpp"

namespace linnet::firmware {

class EchoServer {
 public:
  /// Both borrowed. The listener listens, and its token is this.
  EchoServer(net::Poller& poller, net::Listener& listener) noexcept : poller_{poller}, listener_{listener} {}

  /// Serves until so many connections have come and gone. How many of them ended in good order.
  unsigned serve(unsigned connections);

 private:
  enum class Stage : std::uint8_t { head, open, over };

  void begin();
  bool turn();
  void read_head(MutableBytes input);
  void answer_head(std::string_view method, std::uint8_t minor_version);
  bool echo();
  void talk();
  void send();
  Instant deadline() const noexcept;

  net::Poller& poller_;
  net::Listener& listener_;
  net::StreamSlot slot_;
  std::array<std::byte, 2048> input_;
  std::array<std::byte, 512> line_;
  std::array<std::byte, 2560> output_;  // room for what comes in at once, and its answer's header
  ws::Workspace workspace_{output_};
  ws::ConnectionConfig config_{.max_message = 64u << 20};
  std::optional<http1::HeadReader<http1::Head::request>> head_;
  std::optional<ws::ServerHandshake> handshake_;
  std::optional<ws::Connection<ws::Role::server>> connection_;
  std::optional<ws::Event> piece_;  // that found no room yet
  Stage stage_ = Stage::over;
  bool clean_ = false;
  std::uint8_t minor_version_ = 0;
  bool is_get_ = false;
};

}  // namespace linnet::firmware
