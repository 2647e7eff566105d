// SPDX-License-Identifier: Apache-2.0
// Which handler a path belongs to, and how that one wants its peers treated.
//
// A pattern is a path with at most one wildcard: "/echo"; "/device/:id", where ":id" is one segment, not
// empty, anywhere in the path ("/device/:id/log"); "/files/*", where "*" at the end is any rest, also none.
// Of several that fit, the one with the longest text before its wildcard counts; an exact one first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/error.hpp"
#include "linnet/server/peer.hpp"
#include "linnet/server/request.hpp"
#include "linnet/ws/connection.hpp"

namespace linnet::server {

/// A WebSocket route's application. All calls come from the loop, between steps of the protocol, and one at a
/// time: a call that closes, aborts or sends to peers, this one or others, never leads to another call before
/// it has returned. Payloads are borrowed for the call.
class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  /// The handshake is in order: is this peer welcome? False: `refusal` goes out, 403 unless changed.
  virtual bool before_upgrade(const Request& /*request*/, Response& /*refusal*/) { return true; }
  /// What is sent here leaves with the answer to the handshake. `peer.set_user()` belongs here.
  virtual void opened(Peer& /*peer*/, const Request& /*request*/) {}
  /// A whole message, or with WebSocketOptions::pieces any piece of one: `first`, `last`, `announced`.
  virtual void message(Peer& peer, const ws::Event& message) = 0;
  /// With WebSocketOptions::control_frames: ping, pong, close, answered already.
  virtual void control(Peer& /*peer*/, const ws::Event& /*frame*/) {}
  /// After a would_block: there is room again.
  virtual void drained(Peer& /*peer*/) {}
  /// The last call for this peer; sends answer bad_state. `end` says the peer's code, whether it was clean,
  /// and why.
  virtual void closed(Peer& /*peer*/, const ws::Event& /*end*/) {}
};

struct WebSocketOptions {
  std::vector<std::string> subprotocols{};  // the first of the client's offers that is here is chosen
  /// Pages that may connect, "https://example.com:8443"; empty: any. A request without Origin is no page's.
  std::vector<std::string> origins{};
  bool control_frames = false;
  bool pieces = false;
  ws::ConnectionConfig connection{};
};

struct WebSocketRoute {
  Handler* handler;
  WebSocketOptions options;
  std::vector<std::string_view> subprotocols;  // views of those in `options`

  bool allows_origin(const Request& request) const noexcept;
};

enum class Method : std::uint8_t { get = 1, post = 2, put = 4, remove = 8 };  // GET answers HEAD, too

class HttpHandler {
 public:
  HttpHandler() = default;
  HttpHandler(const HttpHandler&) = delete;
  HttpHandler& operator=(const HttpHandler&) = delete;
  virtual ~HttpHandler() = default;

  virtual void respond(const Request& request, Response& response) = 0;
};

struct HttpRoute {
  HttpHandler* handler;
  std::uint8_t methods;
};

class Pattern {
 public:
  /// invalid_argument: no path, or more than one wildcard.
  static Result<Pattern> parse(std::string_view text);

  bool matches(std::string_view path, std::string_view& capture) const noexcept;
  /// Whether `this` comes before `other`.
  bool is_more_specific_than(const Pattern& other) const noexcept;
  friend bool operator==(const Pattern&, const Pattern&) = default;

 private:
  enum class Wildcard : std::uint8_t { none, segment, rest };  // in order of precedence

  std::string before_;
  std::string behind_;
  Wildcard wildcard_ = Wildcard::none;
};

class Routes {
 public:
  static constexpr std::size_t kMost = 255;  // of each kind: a peer has 8 bits for it

  Result<std::uint16_t> add(std::string_view pattern, Handler& handler, WebSocketOptions options);
  Result<void> add(std::string_view pattern, HttpHandler& handler, std::uint8_t methods);

  struct Match {
    const WebSocketRoute* websocket = nullptr;
    std::uint16_t websocket_index = 0;
    std::string_view websocket_capture{};
    const HttpRoute* http = nullptr;  // of this method
    std::string_view http_capture{};
    std::uint8_t methods = 0;  // that this path has in all
  };
  Match find(std::string_view path, std::string_view method) const noexcept;

  const WebSocketRoute& websocket(std::size_t index) const noexcept { return *websockets_[index]; }

 private:
  struct Entry {
    Pattern pattern;
    std::uint16_t index;
  };
  static void insert(std::vector<Entry>& entries, Entry entry);

  std::vector<Entry> websocket_entries_;  // the most specific first
  std::vector<Entry> http_entries_;
  std::vector<std::unique_ptr<WebSocketRoute>> websockets_;  // connections point to their configuration
  std::vector<HttpRoute> https_;
};

/// The method's bit; 0: none of those.
std::uint8_t method_bit(std::string_view method) noexcept;
/// "GET, HEAD, POST", for the Allow field.
std::string_view allow_text(std::uint8_t methods) noexcept;

}  // namespace linnet::server
