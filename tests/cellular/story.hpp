// SPDX-License-Identifier: Apache-2.0
// Five hundred messages each way between a conversation over the driver, the emulator and a WebSocket server,
// in virtual time. When the connection ends before all have crossed, the client connects again, and each side
// goes on behind what the other has received. So whatever arrives on a connection must be the next message,
// whole: anything else was lost, doubled, reordered or altered.
#pragma once

#include <array>
#include <cmath>
#include <functional>
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

  /// The one that is to be sent: asked for at every turn, and made once.
  const Message& to_send() {
    if (made != next) made_message = message(up, *(made = next));
    return made_message;
  }
  void take(const ws::Event& event) {
    const Message due = message(up, received);
    if (received < kMessages && event.type == due.type && event.text() == due.bytes) {
      ++received;
    } else {
      ++wrong;
    }
  }
  bool is_done() const { return received == kMessages; }

  std::optional<unsigned> made{};  // whose number made_message has
  Message made_message{};
};

/// The server's end of a connection that the modem opened.
class PeerEnd final : public net::Stream {
 public:
  explicit PeerEnd(emulator::test::Peer& peer) noexcept : peer_{peer} {}
  State state() const noexcept override {
    return peer_.in_use || !peer_.from_modem.empty() ? State::open : State::closed;
  }
  Result<std::size_t> read(MutableBytes into) override {
    const std::size_t size = std::min(peer_.from_modem.size(), into.size());
    if (size == 0 && !peer_.in_use) return fail(Errc::end_of_stream);
    std::copy_n(as_bytes(peer_.from_modem).begin(), size, into.begin());
    peer_.from_modem.erase(0, size);
    return size;
  }
  Result<std::size_t> write(std::span<const Bytes> parts) override {
    if (!peer_.in_use) return fail(Errc::connection_reset);
    std::size_t written = 0;
    for (const Bytes part : parts) {
      const std::size_t size = std::min(part.size(), kWindow - std::min(kWindow, peer_.to_modem.size()));
      peer_.to_modem += as_text(part.first(size));
      written += size;
    }
    return written;
  }
  void shutdown_write() noexcept override { peer_.finished = true; }
  void close() noexcept override { peer_.finished = true; }
  void want(net::Interest /*interest*/) noexcept override {}

 private:
  static constexpr std::size_t kWindow = 16'384;
  emulator::test::Peer& peer_;
};

/// A server's stream over another one, and what becomes of it at the end.
using SecuredStream = std::unique_ptr<net::Stream, std::function<void(net::Stream*)>>;

/// How the two ends of a story reach each other.
struct StoryPath {
  std::string_view url = "ws://gw.example.net:8443/story";
  net::Security* security = nullptr;                             // of the client
  std::function<SecuredStream(net::Stream&, Instant)> accept{};  // of the server; none: it is not secured
};

/// The far end of one connection.
class StoryServer {
 public:
  StoryServer(emulator::test::Peer& peer, const StoryPath& path, Instant now)
      : end_{peer},
        secured_{path.accept ? path.accept(end_, now) : nullptr},
        stream_{secured_ ? *secured_ : end_},
        connection_{config_, now} {
    connection_.attach(&workspace_);
  }

  /// `sends`: it is the newest.
  void turn(Instant now, Flow& up, Flow& down, bool sends) {
    if (is_over_) return;
    stream_.poll(now);
    if (!is_answered_) return answer();
    while (true) {
      while (auto event = connection_.poll(now)) {
        if (event->kind == ws::Event::Kind::closed) {
          stream_.shutdown_write();
          is_over_ = true;
        } else if (event->kind == ws::Event::Kind::data &&
                   assembler_.add(*event) == ws::Assembler::Outcome::whole) {
          up.take(*event);
        }
      }
      flush();
      if (is_over_ || !connection_.wants_input()) break;
      const auto size = stream_.read(input_);
      if (!size) {
        connection_.transport_ended(size.error());
        continue;
      }
      if (*size == 0) break;
      (void)connection_.receive(MutableBytes{input_}.first(*size));
    }
    while (sends && !is_over_ && down.next < kMessages && connection_.output().empty()) {
      const Message& due = down.to_send();
      if (!connection_.send(due.type, as_bytes(due.bytes))) break;
      ++down.next;
      flush();
    }
  }
  Instant deadline() const {
    return is_over_ ? kNever : std::min(stream_.deadline(), is_answered_ ? connection_.deadline() : kNever);
  }

 private:
  void answer() {
    const auto size = stream_.read(input_);
    is_over_ = !size;
    if (is_over_) return;
    head_ += as_text(Bytes{input_}.first(*size));
    if (!head_.ends_with("\r\n\r\n")) return;
    const std::size_t key = head_.find("Sec-WebSocket-Key: ") + 19;
    const ws::AcceptValue value = ws::accept_for(std::string_view{head_}.substr(key, ws::kKeySize));
    const std::string response = linnet::test::head_of(
        linnet::test::k101, {linnet::test::kUpgradeLine, linnet::test::kConnectionLine,
                             "Sec-WebSocket-Accept: " + std::string{value.data(), value.size()}});
    const Bytes bytes = as_bytes(response);
    is_answered_ = stream_.write({&bytes, 1}) == response.size();
    is_over_ = !is_answered_;
  }
  void flush() {
    for (ws::Output output = connection_.output(); !output.empty(); output = connection_.output()) {
      const auto written = stream_.write(output.parts);
      if (!written || *written == 0) return;
      connection_.sent(*written);
    }
  }

  std::array<std::byte, 65'536> storage_;
  std::array<std::byte, kLongest> message_;
  std::array<std::byte, 4096> input_;
  PeerEnd end_;
  SecuredStream secured_;
  net::Stream& stream_;
  std::string head_;
  ws::ConnectionConfig config_{.max_message = kLongest};
  ws::Workspace workspace_{storage_};
  ws::Assembler assembler_{message_};
  ws::Connection<ws::Role::server> connection_;
  bool is_answered_ = false;
  bool is_over_ = false;
};

class Story {
 public:
  explicit Story(EmulatedLink& bench, StoryPath path = {}) : bench_{bench}, path_{std::move(path)} {}

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
      servers_.push_back(
          std::make_unique<StoryServer>(*bench_.emulated.internet.peers[at], path_, bench_.now()));
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
  std::vector<Error> failures;  // that ended a connection
  bool is_over = false;

 private:
  void client_turn() {
    if (!conversation_) {
      if (bench_.now() < again_at_) return;
      again_at_ = kNever;
      ++connections;
      conversation_.emplace(config_, bench_.link, entropy_, *memory_);
    }
    if (!take_events()) return;
    if (conversation_->stage() != session::Stage::open) return;
    while (up.next < kMessages && conversation_->unsent() < 16'384) {
      const Message& due = up.to_send();
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
      if (conversation_->failure()) failures.push_back(conversation_->failure()->error);
      conversation_.reset();
      again_at_ = bench_.now() + 500ms;
      return false;
    }
    return true;
  }

  EmulatedLink& bench_;
  StoryPath path_;
  linnet::test::CountingEntropy entropy_;
  std::unique_ptr<
      session::ConversationMemory<{.input = 2048, .output = 65'536, .message = kLongest, .url = 512}>>
      memory_ = std::make_unique<
          session::ConversationMemory<{.input = 2048, .output = 65'536, .message = kLongest, .url = 512}>>();
  const session::ConversationConfig config_{.url = path_.url,
                                            .security = path_.security,
                                            .connect_timeout = 180s,
                                            .client = {.connection = {.max_message = kLongest}}};
  std::optional<session::Conversation> conversation_;
  std::vector<std::unique_ptr<StoryServer>> servers_;
  Instant again_at_{};
};

}  // namespace linnet::cellular::test
