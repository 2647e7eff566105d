// SPDX-License-Identifier: Apache-2.0
// A conversation that lasts: it is kept alive over whatever links there are, begun again when it ends, and
// what is to be sent waits meanwhile. docs/session.md is the guide.
//
//   Session session{{.url = "wss://example.com/device/42", .links = {&wifi, {&cellular, Cost::metered}},
//                    .security = &tls}, entropy, memory};
//   while (auto event = session.wait()) switch (event->kind) {
//     case Event::opened: ...
//   }
//
// One task drives it: the owner. send(), next_id() and request_stop() are for any task, also while an event
// is handled; they return at once and take no lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "linnet/base/entropy.hpp"
#include "linnet/session/config.hpp"
#include "linnet/session/conversation.hpp"
#include "linnet/session/event.hpp"
#include "linnet/session/link_order.hpp"
#include "linnet/session/outbox.hpp"
#include "linnet/session/resumption.hpp"
#include "linnet/session/retry_after.hpp"
#include "linnet/session/stats.hpp"
#include "linnet/session/verdict.hpp"

namespace linnet::session {

class Session {
 public:
  enum class State : std::uint8_t {
    idle,        // nothing has begun
    connecting,  // an attempt is under way
    open,        // messages go
    closing,     // stop was asked for, and the closing handshake is under way
    changing,    // the same, for the sake of a link that is preferred
    pausing,     // the next attempt comes at its time
    over,        // for good
  };

  /// Nothing happens before the first poll() or wait(). A configuration that makes no sense (see check())
  /// ends the session there: invalid_argument, and which Setting in `detail`.
  Session(const Config& config, Entropy& entropy, const Buffers& buffers) noexcept;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  // ---- From any task, at any time, also before the first poll() and after the end ----

  /// Queues a copy; its outcome is told by an event, and asked for with outcome(). Before the first `opened`
  /// too. Errors: would_block and too_many (no room now: an outcome tells when there is), too_large (never
  /// fits), bad_state (stopped, or over).
  Result<MessageId> send(const Message& message) noexcept;
  Result<MessageId> send_text(std::string_view text) noexcept { return send({.payload = as_bytes(text)}); }
  Result<MessageId> send_binary(Bytes bytes) noexcept {
    return send({.payload = bytes, .type = ws::MessageType::binary});
  }
  /// For a payload that carries its own id: see Message::id.
  MessageId next_id() noexcept { return outbox_.next_id(); }

  /// Closes in good order, within Config::stop_timeout; before `opened` at once. Idempotent.
  void request_stop(ws::CloseCode code = ws::CloseCode::normal) noexcept;
  /// Whether it is over, and the owner will drive nothing any more.
  bool is_stopped() const noexcept { return is_stopped_.load(std::memory_order_acquire); }

  // ---- The owner's ----

  /// Does what can be done without waiting, up to the next event. Starts by itself.
  std::optional<Event> poll(Instant now) noexcept;
  /// When poll() has something to do although nothing arrives.
  Instant deadline() noexcept;
  /// Sleeps until there is an event. Nothing: it is over, and `closed` was told.
  std::optional<Event> wait() noexcept;
  /// The same, and comes back with nothing also at `limit`, and when the poller was woken or had something
  /// for somebody else: for an owner that has more to do.
  std::optional<Event> wait_until(Instant limit) noexcept;
  /// Stops, and drives to the end: events are dropped, and at `limit` the connection is. Whether that was not
  /// needed. Afterwards nothing is left behind.
  bool wait_stopped(Instant limit) noexcept;

  /// Drops everything at once; the next poll() says closed.
  void abort() noexcept;

  /// While pausing, or when `offline` was told: the next attempt comes after so long, although it is hopeless
  /// or the pause was longer or shorter. A program's own policy.
  void retry_in(Duration pause) noexcept;
  /// Sends what waits, without regard to cost and pauses, before a sleep: `flushed` says what was not
  /// delivered when all was, or at `limit`. Messages and other events come meanwhile.
  void flush(Instant limit) noexcept;

  /// The peer's answer to a must_deliver message; false: it was not awaited (any more).
  bool acknowledge(MessageId id) noexcept { return outbox_.acknowledge(id); }
  bool refuse(MessageId id) noexcept { return outbox_.refuse(id); }
  Outcome outcome(MessageId id) const noexcept { return outbox_.outcome(id); }

  /// The conversation that goes on; null: it is not open. For what does not wait and is not repeated: pieces
  /// of a long message, pings, hold(). Borrowed until the next poll() or wait().
  Conversation* conversation() noexcept;

  State state() const noexcept { return state_; }
  /// Where the last attempt went to, after redirects.
  const codec::Url* url() const noexcept { return conversation_ ? &conversation_->url() : nullptr; }
  std::string_view link_name() const noexcept { return links_[link_].link->name(); }
  /// Of the last attempt or conversation that ended; nothing: in good order.
  const std::optional<Failure>& failure() const noexcept { return failure_; }
  std::string_view refusal() const noexcept {
    return conversation_ ? conversation_->refusal() : std::string_view{};
  }
  /// Beside what is counted, the present depth of the queue.
  Stats stats() const noexcept;

 private:
  std::optional<Event> drive(Instant now) noexcept;
  std::optional<Event> tell(Instant now) noexcept;
  std::optional<Event> begin(Instant now) noexcept;
  Event begin_attempt(Instant now) noexcept;
  std::optional<Event> converse(Instant now) noexcept;
  void feed(Instant now) noexcept;
  Event handle(const ConversationEvent& event, Instant now) noexcept;
  void take_field(std::string_view line) noexcept;
  void take_round_trip(Duration round_trip) noexcept;
  Event opened(const ConversationEvent& event, Instant now) noexcept;
  Event ended(const ws::Event& end, Instant now) noexcept;
  void plan_next(const Verdict& verdict, Outage& outage, Instant now) noexcept;
  void leave(Instant now, bool is_clean) noexcept;
  void abandon(Instant now) noexcept;
  void stop(Instant now) noexcept;
  Event finish(const ws::Event& end) noexcept;
  void probe(Instant now) noexcept;
  void drop_probe() noexcept;
  void restore_sessions() noexcept;
  void keep_sessions(bool is_last) noexcept;
  void wake() noexcept;
  Priority least_priority() const noexcept;
  net::Poller& poller() noexcept { return links_[0].link->poller(); }
  Event about(Event::Kind kind, const ws::Event& ws = {}) const noexcept;

  template <LogLevel level, typename... Fields>
  void log(std::string_view event, const Fields&... fields) const;

  bool is_valid() const noexcept { return wrong_ == Setting::none; }
  Duration connect_timeout(const LinkChoice& link) const noexcept {
    return link.connect_timeout > 0s ? link.connect_timeout : connect_timeout_;
  }

  // Of the Config, what its other parts do not keep.
  ConversationConfig attempt_;  // its connect_timeout is the present link's
  Links links_;
  ReconnectConfig reconnect_;
  Duration connect_timeout_;
  Duration stop_timeout_;
  const Resources* resources_;
  Log* log_;

  Entropy* entropy_;
  ConversationBuffers buffers_;
  std::size_t most_reports_;  // that outbox_ holds for the owner
  Outbox outbox_;
  LinkOrder order_;
  Resumption resumption_;
  Counts stats_;
  std::optional<Conversation> conversation_;
  std::optional<Failure> failure_;
  net::Stream* probe_ = nullptr;  // a connection over a preferred link, only to see whether it can be had

  Instant now_ = Instant::min();
  Instant attempt_at_{};        // when the attempt began
  Instant opened_at_ = kNever;  // kNever: it never was
  Instant retry_at_ = kNever;
  Instant not_before_ = Instant::min();  // the server asked for so much
  Instant stop_at_ = kNever;             // when patience with the closing handshake is over
  Instant probe_until_ = kNever;         //
  Instant flush_until_ = kNever;         //
  std::uint32_t setbacks_ = 0;           // attempts that failed and connections that did not last, in a row
  std::uint32_t failed_ = 0;             // attempts in a row that never opened
  std::uint32_t hopeless_ = 0;           // of this round's links, a bit a link
  RetryAfter asked_;                     // of the answer to this attempt
  Setting wrong_;                        // none: the configuration makes sense
  Priority metered_priority_;
  ws::CloseCode peer_code_ = ws::CloseCode::none_received;
  std::uint8_t link_ = 0;       // the present one
  std::uint8_t last_link_ = 0;  // that a connection was open over
  std::uint8_t probed_ = 0;     // the link of probe_
  State state_ = State::idle;
  bool gives_up_ = false;  // at the next poll(), unless retry_in() is called
  bool is_flushing_ = false;
  bool has_more_ = true;                      // the last poll() gave an event, so that there may be another
  bool feeds_more_ = false;                   // the last turn handed over as many messages as it may
  bool is_told_ = false;                      // that it is over
  std::atomic<std::uint32_t> stop_code_ = 0;  // zero: nobody asked
  std::atomic<bool> may_sleep_ = true;        // a send has to wake the owner
  std::atomic<bool> is_stopped_ = false;
};

}  // namespace linnet::session
