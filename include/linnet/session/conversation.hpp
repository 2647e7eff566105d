// SPDX-License-Identifier: Apache-2.0
// One conversation with a WebSocket server, over a link, from its URL to its end: look-up, connection,
// handshake, redirects, messages, close. Driven by its owner, in one task:
//
//   const ConversationConfig config{.url = "ws://192.168.1.2/device/42"};
//   Conversation session{config, link, entropy, buffers};
//   while (session.stage() != Stage::over) {
//     if (auto event = session.wait()) switch (event->kind) { ... }
//   }
//
// wait() sleeps until there is an event; poll(now) is the same without sleeping.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/base/entropy.hpp"
#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "linnet/base/trace.hpp"
#include "linnet/codec/url.hpp"
#include "linnet/net/link.hpp"
#include "linnet/net/security.hpp"
#include "linnet/net/trace.hpp"
#include "linnet/session/conversation_event.hpp"
#include "linnet/session/refusal.hpp"
#include "linnet/ws/client.hpp"

namespace linnet::session {

/// All text is borrowed for the conversation's life.
struct ConversationConfig {
  std::string_view url;             // ws:// or wss://[user:password@]host[:port]/path
  std::string_view subprotocols{};  // in order of preference: "chat, superchat"
  std::string_view origin{};
  std::string_view authorization{};  // "Bearer …"; empty: what the URL says, if it does
  /// Like `authorization`, told to the URL's own server and to none that it redirects to.
  std::span<const ws::Field> fields{};
  net::Security* security = nullptr;  // what makes wss:// secure; null: wss:// is `unsupported`
  /// From start to `opened`: link, look-up, connection, TLS, handshake and redirects together.
  Duration connect_timeout = 30s;
  std::uint8_t max_redirects = 5;
  ws::ClientConfig client{};
  Trace* trace = nullptr;  // of every byte and step; null: none
};

/// Borrowed for the conversation's life.
struct ConversationBuffers {
  MutableBytes input;    // one read of the link: 512 bytes to 64 KiB
  MutableBytes output;   // see ws::Workspace: the longest message sent must fit
  MutableBytes message;  // see ws::Client: whole messages are received up to this size
  MutableBytes url;      // where a redirect leads to: twice the longest URL; empty: none is followed
};

/// Why it ended, where that was not in good order.
struct Failure {
  Stage stage{};  // how far it had come
  Error error{};
};

class Conversation {
 public:
  /// All but `buffers`, which is copied, is borrowed for the conversation's life.
  Conversation(const ConversationConfig& config, net::Link& link, Entropy& entropy,
               const ConversationBuffers& buffers) noexcept
      : config_{config}, client_config_{config.client}, link_{&link}, entropy_{&entropy}, buffers_{buffers} {
    // Whole messages are as long as there is room for; longer ones are refused by their declared length.
    std::uint64_t& longest = client_config_.connection.max_message;
    if (!config.client.pieces && longest > buffers.message.size()) longest = buffers.message.size();
  }
  Conversation(ConversationConfig&& config, net::Link& link, Entropy& entropy,
               const ConversationBuffers& buffers) = delete;
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  ~Conversation() { drop(); }

  /// Does what can be done without waiting, up to the next event. Starts by itself.
  std::optional<ConversationEvent> poll(Instant now) noexcept;
  /// When poll() has something to do although nothing arrives.
  Instant deadline() const noexcept;
  /// poll(), then sleep if there is no event, then poll() again. Nothing: `limit` came, the poller was woken
  /// (see net::Poller::wake) or had something that was no event yet (half a message, say), the last of what
  /// was sent has left, or it is over: stage() tells.
  std::optional<ConversationEvent> wait(Instant limit = kNever) noexcept;

  /// As ws::Connection's; bad_state before `opened`. They leave when poll() or wait() has handled all that
  /// came in, in as few writes as possible; before then where the buffer needs the room.
  Result<void> send_text(std::string_view text) noexcept {
    return send(ws::MessageType::text, as_bytes(text));
  }
  Result<void> send_binary(Bytes bytes) noexcept { return send(ws::MessageType::binary, bytes); }
  Result<void> send(ws::MessageType type, Bytes payload) noexcept;
  Result<void> send_part(ws::MessageType type, Bytes payload, bool last) noexcept;
  Result<void> send_ping(Bytes payload = {}) noexcept;
  /// Closes in good order; `closed` follows within close_timeout. Before `opened`: drops the attempt at once.
  /// Errors as of ws::Connection: bad_state (closing already, or over), invalid_argument (the code).
  /// `now`: for who does not call from the handling of an event, so that close_timeout begins now.
  Result<void> close(ws::CloseCode code = ws::CloseCode::normal, std::string_view reason = {},
                     Instant now = {}) noexcept;
  /// Drops everything at once; the next poll() says closed.
  void abort() noexcept;

  /// While held, nothing more is read and no event is given, and what the last event borrowed stays; what was
  /// sent still leaves. For an owner that cannot take the next message yet, because its answer to this one
  /// finds no room. The heartbeat stands still: the owner bounds the time (see unsent()).
  void hold(bool held) noexcept { held_ = held; }

  Stage stage() const noexcept { return stage_; }
  /// Bytes, headers included, that were sent and not yet handed to the link.
  std::size_t unsent() const noexcept { return client_ ? client_->output().size() : 0; }
  /// All that was sent is with the link, which has not failed.
  bool has_flushed() const noexcept { return stream_ != nullptr && unsent() == 0 && !write_error_; }
  /// Says to the poller what to wake for; a part of wait(), for who sleeps without it.
  void watch() noexcept;
  /// Of the stream it is on: handed over and taken so far, TLS not counted.
  std::uint64_t bytes_out() const noexcept { return bytes_out_; }
  std::uint64_t bytes_in() const noexcept { return bytes_in_; }
  /// Of the server's answer; 0: there is none yet.
  std::uint16_t status() const noexcept { return client_ ? client_->status() : std::uint16_t{0}; }
  const codec::Url& url() const noexcept { return url_; }  // where it is connected to, after redirects
  std::string_view subprotocol() const noexcept {
    return client_ ? client_->subprotocol() : std::string_view{};
  }
  std::string_view link_name() const noexcept { return link_->name(); }
  /// Nothing: it ended in good order, or has not ended.
  const std::optional<Failure>& failure() const noexcept { return failure_; }
  /// For people, behind a bad_certificate or tls_failure: which certificate, and what to try. Lives until the
  /// `security` is used again.
  std::string_view security_failure() const noexcept {
    return config_.security != nullptr ? config_.security->failure() : std::string_view{};
  }
  /// The first part of what the server said when it refused (a 401's explanation, say).
  std::string_view refusal() const noexcept { return as_text(buffers_.message.first(refusal_.size())); }

 private:
  bool begin() noexcept;
  bool connect(Instant now) noexcept;
  bool open_stream(Instant now) noexcept;
  bool secure_stream(Instant now) noexcept;
  bool request(Instant now) noexcept;
  bool is_at_home() const noexcept;
  Result<std::string_view> authorization(MutableBytes scratch) const noexcept;
  std::optional<ConversationEvent> pump(Instant now) noexcept;
  std::optional<ConversationEvent> handle(const ws::Event& event, Instant now) noexcept;
  std::optional<ConversationEvent> refused(const ws::Event& event, Instant now) noexcept;
  void take_field(std::string_view line) noexcept;
  std::optional<ConversationEvent> redirect(Instant now) noexcept;
  void make_room(std::size_t size) noexcept;
  bool flush() noexcept;
  bool fill() noexcept;
  bool fail_with(Error why) noexcept;
  ConversationEvent over() noexcept;
  void drop() noexcept;
  void note(std::string_view text) const;

  const ConversationConfig& config_;
  ws::ClientConfig client_config_;
  net::Link* link_;
  Entropy* entropy_;
  ConversationBuffers buffers_;
  codec::Url url_{};
  std::string_view next_url_;         // of a Location field, in buffers_.url; empty: there was none
  net::Stream* stream_ = nullptr;     // the outermost of those that follow
  net::Stream* transport_ = nullptr;  // what `security` stands on; null: no TLS
  std::optional<net::TraceStream> traced_;
  std::optional<net::TraceStream> traced_secure_;
  std::optional<ws::Client> client_;
  std::optional<Failure> failure_;
  std::optional<Error> write_error_;  // of the stream; told when nothing is left to read
  Instant now_{};                     // of the last poll()
  Instant connect_deadline_ = kNever;
  Instant body_deadline_ = kNever;  // until when a refusal's body is awaited
  std::uint64_t bytes_out_ = 0;
  std::uint64_t bytes_in_ = 0;
  Refusal refusal_;  // its text is in buffers_.message
  Stage stage_ = Stage::idle;
  std::uint8_t redirects_ = 0;
  bool redirect_half_ = false;  // which half of buffers_.url the current URL is in
  bool has_more_ = false;       // poll() stopped although there may be more to read
  bool shutdown_sent_ = false;
  bool over_reported_ = false;
  bool held_ = false;
};

}  // namespace linnet::session
