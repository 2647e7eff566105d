// SPDX-License-Identifier: Apache-2.0
// A server on the in-process network, a handler that writes down what it is told and does what a test asks,
// and what a client says to get in.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/server/server.hpp"
#include "support/allocations.hpp"
#include "support/memory_network.hpp"
#include "support/ws_wire.hpp"

namespace linnet::test {

/// A request that opens a WebSocket; RFC 6455, section 1.3, has the key and its accept value.
inline std::string upgrade_request(std::string_view path, std::string_view fields = {}) {
  std::string out = "GET ";
  out.append(path);
  out +=
      " HTTP/1.1\r\nHost: device.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
  return out.append(fields) + "\r\n";
}

/// Takes a response's head off the front of `bytes`.
inline std::string take_head(std::string& bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return {};
  std::string head = bytes.substr(0, end + 4);
  bytes.erase(0, end + 4);
  return head;
}

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline std::string to_server(unsigned opcode, std::string_view payload = {}) {
  return frame_to(ws::Role::server, opcode, payload);
}

class Recorder : public server::Handler {
 public:
  bool before_upgrade(const server::Request& request, server::Response& refusal) override {
    return !on_upgrade || on_upgrade(request, refusal);
  }
  void opened(server::Peer& peer, const server::Request& request) override {
    log.push_back("opened " + std::string{request.path});
    peers.push_back(peer);
    if (on_opened) on_opened(peer, request);
  }
  void message(server::Peer& peer, const ws::Event& event) override {
    ++messages;
    if (logs_messages) log.emplace_back(event.text());
    if (on_message) on_message(peer, event);
  }
  void control(server::Peer&, const ws::Event& event) override {
    const char* const what = event.kind == ws::Event::Kind::ping   ? "ping "
                             : event.kind == ws::Event::Kind::pong ? "pong "
                                                                   : "close ";
    log.push_back(std::string{"control "} + what + std::string{event.text()});
  }
  void drained(server::Peer& peer) override {
    log.emplace_back("drained");
    if (on_drained) on_drained(peer);
  }
  void closed(server::Peer& peer, const ws::Event& event) override {
    log.push_back("closed " + std::to_string(static_cast<unsigned>(event.code)) +
                  (event.clean ? " clean" : ""));
    last_error = event.error;
    if (on_closed) on_closed(peer);
  }

  std::function<bool(const server::Request&, server::Response&)> on_upgrade;
  std::function<void(server::Peer&, const server::Request&)> on_opened;
  std::function<void(server::Peer&, const ws::Event&)> on_message;
  std::function<void(server::Peer&)> on_drained;
  std::function<void(server::Peer&)> on_closed;
  std::vector<std::string> log;
  std::vector<server::Peer> peers;
  std::optional<Error> last_error;
  std::size_t messages = 0;
  bool logs_messages = true;
};

/// Sends every message back.
class Echo : public Recorder {
 public:
  Echo() {
    on_message = [](server::Peer& peer, const ws::Event& event) {
      EXPECT_TRUE(peer.send(event.type, event.payload));
    };
  }
};

class Page final : public server::HttpHandler {
 public:
  explicit Page(std::function<void(const server::Request&, server::Response&)> body)
      : body_{std::move(body)} {}
  void respond(const server::Request& request, server::Response& response) override {
    body_(request, response);
  }

 private:
  std::function<void(const server::Request&, server::Response&)> body_;
};

/// The usual set-up; routes are the test's.
struct Fixture {
  explicit Fixture(const server::Config& config = {}) : server{config, network} {
    server.listen(network, &network);
  }

  void settle() { test::settle(server, network); }
  void advance(Duration by) { test::advance(server, network, by); }

  /// A client that has sent `request`, and whatever was answered.
  MemoryNetwork::Client& connect(std::string_view request, std::string& answer, std::size_t back = 1 << 20) {
    auto& client = network.connect(1 << 20, back);
    EXPECT_TRUE(client.send(request));
    settle();
    answer = client.receive();
    return client;
  }
  /// A client whose WebSocket is open.
  MemoryNetwork::Client& open(std::string_view path = "/echo", std::size_t back = 1 << 20) {
    std::string answer;
    auto& client = connect(upgrade_request(path), answer, back);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 101 ")) << answer;
    return client;
  }
  std::vector<SentFrame> frames(MemoryNetwork::Client& client) {
    return read_frames(ws::Role::server, client.receive());
  }

  MemoryNetwork network;
  server::Server server;
};

}  // namespace linnet::test
