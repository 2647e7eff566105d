// SPDX-License-Identifier: Apache-2.0
// Five hundred messages each way between a conversation over the driver, the emulator and a WebSocket server,
// in virtual time. When the connection ends before all have crossed, the client connects again, and each side
// goes on behind what the other has received. So whatever arrives on a connection must be the next message,
// whole: anything else was lost, doubled, reordered or altered.
#pragma once

#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cellular/emulated_link.hpp"
#include "linnet/session/conversation.hpp"
#include "linnet/session/conversation_memory.hpp"
#include "linnet/ws/connection.hpp"
#include "linnet/ws/handshake.hpp"
#include "linnet/ws/message.hpp"
#include "support/handshake_text.hpp"
#include "support/ws_endpoint.hpp"

namespace linnet::cellular::test {

inline constexpr unsigned kMessages = 500;
inline constexpr std::size_t kLongest = 20'000;

struct Message {
  ws::MessageType type{};
  std::string bytes;
};

/// The n-th message of a direction: always the same. Sizes from 0 to 20,000, the small ones more often;
/// random bytes, or text that looks like what a modem says.
inline Message message(bool up, unsigned n) {
  static constexpr std::array<std::size_t, 10> kSizes{0, kLongest, 1, 1460, 1461, 1500, 125, 126, 4096, 2};
  static constexpr std::string_view kLikeAnswers =
      "\r\nOK\r\n\r\n+IPCLOSE: 0,1\r\n> \r\nERROR\r\nAT+CPOF\r\r\n+CIPRXGET: 2,0,1500,0\r\n+++\r\nQCRDY\r\n"
      "\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\nCONNECT 115200\r\n\r\nCLOSED\r\n\x1a\x1b";
  std::uint32_t seed = (n * 2 + (up ? 1 : 0)) * 2654435761u + 12345u;
  const auto next = [&seed] { return (seed = seed * 1664525u + 1013904223u) >> 8; };
  const double part = static_cast<double>(next()) / (1u << 24);
  const std::size_t size =
      n < kSizes.size() ? kSizes[n] : static_cast<std::size_t>(kLongest * std::pow(part, 8));
  Message made{.type = n % 2 == 0 ? ws::MessageType::binary : ws::MessageType::text, .bytes = {}};
  while (made.bytes.size() < size) {
    if (made.type == ws::MessageType::text) made.bytes += kLikeAnswers.substr(next() % kLikeAnswers.size());
    made.bytes += static_cast<char>(made.type == ws::MessageType::text ? 'a' + next() % 26 : next());
  }
  made.bytes.resize(size);
  return made;
}

/// What has crossed in one direction.
struct Flow {
  bool up;
  unsigned next = 0;      // to be sent, on the newest connection
  unsigned received = 0;  // in order and whole
  unsigned wrong = 0;     // any other

  void take(const ws::Event& event) {
    const Message due = message(up, received);
    if (received < kMessages && event.type == due.type && event.text() == due.bytes) {
      ++received;
    } else {
      ++wrong;
    }
  }
  bool is_done() const { return received == kMessages; }
};

/// The far end of one connection.
class StoryServer {
 public:
  StoryServer(emulator::test::Peer& peer, Instant now) : peer_{peer}, connection_{config_, now} {
    connection_.attach(&workspace_);
  }

  /// `sends`: it is the newest.
  void turn(Instant now, Flow& up, Flow& down, bool sends) {
    if (is_over_) return;
    if (!is_answered_) return answer();
    if (!peer_.in_use) connection_.transport_ended(Errc::end_of_stream);
    while (true) {
      while (auto event = connection_.poll(now)) {
        if (event->kind == ws::Event::Kind::closed) {
          peer_.finished = is_over_ = true;
        } else if (event->kind == ws::Event::Kind::data &&
                   assembler_.add(*event) == ws::Assembler::Outcome::whole) {
          up.take(*event);
        }
      }
      flush();
      if (!connection_.wants_input() || peer_.from_modem.empty()) break;
      const std::size_t size = std::min(peer_.from_modem.size(), input_.size());
      std::copy_n(as_bytes(peer_.from_modem).begin(), size, input_.begin());
      peer_.from_modem.erase(0, size);
      (void)connection_.receive(MutableBytes{input_}.first(size));
    }
    while (sends && down.next < kMessages && peer_.to_modem.size() < 16'384) {
      const Message due = message(false, down.next);
      if (!connection_.send(due.type, as_bytes(due.bytes))) break;
      ++down.next;
      flush();
    }
  }
  Instant deadline() const { return is_over_ || !is_answered_ ? kNever : connection_.deadline(); }

 private:
  void answer() {
    const std::size_t end = peer_.from_modem.find("\r\n\r\n");
    if (end == std::string::npos) return;
    const std::size_t key = peer_.from_modem.find("Sec-WebSocket-Key: ") + 19;
    const ws::AcceptValue value =
        ws::accept_for(std::string_view{peer_.from_modem}.substr(key, ws::kKeySize));
    peer_.to_modem += linnet::test::head_of(
        linnet::test::k101, {linnet::test::kUpgradeLine, linnet::test::kConnectionLine,
                             "Sec-WebSocket-Accept: " + std::string{value.data(), value.size()}});
    peer_.from_modem.erase(0, end + 4);
    is_answered_ = true;
  }
  void flush() {
    for (ws::Output output = connection_.output(); !output.empty(); output = connection_.output()) {
      for (const Bytes part : output.parts) peer_.to_modem += as_text(part);
      connection_.sent(output.size());
    }
  }

  emulator::test::Peer& peer_;
  std::array<std::byte, 65'536> storage_;
  std::array<std::byte, kLongest> message_;
  std::array<std::byte, 4096> input_;
  ws::ConnectionConfig config_{.max_message = kLongest};
  ws::Workspace workspace_{storage_};
  ws::Assembler assembler_{message_};
  ws::Connection<ws::Role::server> connection_;
  bool is_answered_ = false;
  bool is_over_ = false;
};

class Story {
 public:
  explicit Story(EmulatedLink& bench) : bench_{bench} {}

  /// True: all have crossed, and the last connection was closed in good order, within `most`.
  bool run(Duration most) {
    const Instant end = bench_.now() + most;
    while (!is_over && bench_.now() < end) turn(end);
    return is_over;
  }
  /// All that is due now; then on to what is due next.
  void turn(Instant end) {
    bench_.turn();
    client_turn();
    for (std::size_t at = servers_.size(); at < bench_.emulated.internet.peers.size(); ++at) {
      servers_.push_back(std::make_unique<StoryServer>(*bench_.emulated.internet.peers[at], bench_.now()));
      down.next = down.received;
    }
    Instant due = std::min({end, again_at_, conversation_ ? conversation_->deadline() : kNever});
    for (const auto& server : servers_) {
      server->turn(bench_.now(), up, down, server == servers_.back());
      due = std::min(due, server->deadline());
    }
    bench_.step(due);
  }

  Flow up{.up = true};
  Flow down{.up = false};
  unsigned connections = 0;
  bool is_over = false;

 private:
  void client_turn() {
    if (!conversation_) {
      if (bench_.now() < again_at_) return;
      again_at_ = kNever;
      ++connections;
      session::ConversationConfig config{.url = "ws://gw.example.net:8443/story", .connect_timeout = 180s};
      config.client.connection.max_message = kLongest;
      conversation_.emplace(config, bench_.link, entropy_, *memory_);
    }
    if (!take_events()) return;
    if (conversation_->stage() != session::Stage::open) return;
    while (up.next < kMessages && conversation_->unsent() < 16'384) {
      const Message due = message(true, up.next);
      if (!conversation_->send(due.type, as_bytes(due.bytes))) break;
      ++up.next;
    }
    if (up.is_done() && down.is_done()) (void)conversation_->close();
    (void)take_events();  // and what was sent leaves
  }
  /// False: the connection has ended.
  bool take_events() {
    using Kind = session::ConversationEvent::Kind;
    while (const auto event = conversation_->poll(bench_.now())) {
      if (event->kind == Kind::opened) up.next = up.received;
      if (event->kind == Kind::message) down.take(event->ws);
      if (event->kind != Kind::closed) continue;
      is_over = up.is_done() && down.is_done() && !conversation_->failure();
      conversation_.reset();
      again_at_ = bench_.now() + 500ms;
      return false;
    }
    return true;
  }

  EmulatedLink& bench_;
  linnet::test::CountingEntropy entropy_;
  std::unique_ptr<
      session::ConversationMemory<{.input = 2048, .output = 65'536, .message = kLongest, .url = 512}>>
      memory_ = std::make_unique<
          session::ConversationMemory<{.input = 2048, .output = 65'536, .message = kLongest, .url = 512}>>();
  std::optional<session::Conversation> conversation_;
  std::vector<std::unique_ptr<StoryServer>> servers_;
  Instant again_at_{};
};

}  // namespace linnet::cellular::test
