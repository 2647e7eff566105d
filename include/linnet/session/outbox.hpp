// SPDX-License-Identifier: Apache-2.0
// What waits to be sent: bounded by count and bytes, in storage of the caller's, by priority. What is
// must_deliver is kept in a Store, if there is one, and sent again after each reconnection until the peer has
// acknowledged it. Nothing is dropped without an outcome and a counter. docs/outbox.md says which policy for
// what.
//
// Any task, and an interrupt, may post(): a ring without locks is in front (PostRing). Everything else is for
// the owner, who drives the connection; session::Session does so:
//
//   outbox.recover(now);                                       // once: what an earlier life left
//   on opened:       outbox.opened(now);
//   on closed:       outbox.closed(now);
//   on an answer:    outbox.acknowledge(id);
//   each turn:       while (auto report = outbox.poll(now)) ...     // what became of messages
//                    while (auto out = outbox.next()) {
//                      if (!connection.send(out->type, out->payload)) break;
//                      outbox.handed(out->id, now);
//                    }
//                    if (connection.unsent() == 0) outbox.flushed();
//   sleep until      outbox.deadline()
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "linnet/base/bytes.hpp"
#include "linnet/base/entropy.hpp"
#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "linnet/session/message.hpp"
#include "linnet/session/post_ring.hpp"
#include "linnet/session/queue.hpp"
#include "linnet/session/store.hpp"

namespace linnet::session {

struct OutboxConfig {
  std::uint16_t max_messages = 64;  // at one time; at most kMostMessages
  /// Bytes of the queue that only must_deliver messages may use, so that no flood of others shuts them out.
  std::uint32_t reserve = 0;
  /// Whether the peer acknowledges must_deliver messages; if not, they are over when they have left.
  bool acknowledged = false;
  std::uint16_t max_in_flight = 8;  // of them at one time; at most kMostInFlight
  Duration ack_timeout = 30s;       // one that is not acknowledged for so long is sent again
  Duration store_retry = 10s;       // after the Store has failed
};

/// A receiver that remembers the last kDedupeWindow ids sees no message twice: see docs/outbox.md.
inline constexpr std::uint16_t kMostMessages = 512;
inline constexpr std::uint16_t kMostInFlight = 64;
inline constexpr std::size_t kDedupeWindow = 1024;

/// What became of a message.
struct Report {
  MessageId id{};
  Outcome outcome{};
};

/// Borrowed for the outbox's life; the first two aligned to 8 bytes.
struct OutboxBuffers {
  MutableBytes queue;         // each message takes Queue::cost() of its length
  MutableBytes inbox;         // a power of two; more than twice the longest message that is posted
  std::span<Report> reports;  // kept until poll() takes them, the latest win; may be empty
};

/// All of them in one object. In bytes, and in reports.
template <std::size_t queue = 8192, std::size_t inbox = 4096, std::size_t reports = 16>
class OutboxMemory {
 public:
  // An outbox is given it where it wants OutboxBuffers. NOLINTNEXTLINE(google-explicit-constructor)
  operator OutboxBuffers() noexcept { return {queue_, inbox_, reports_}; }

 private:
  static_assert((inbox & (inbox - 1)) == 0, "a power of two");
  alignas(8) std::array<std::byte, queue> queue_;
  alignas(8) std::array<std::byte, inbox> inbox_;
  std::array<Report, reports> reports_;
};

/// Since the start.
struct OutboxStats {
  std::uint32_t accepted = 0;                   // recovered ones too
  std::uint32_t declined = 0;                   // answered with would_block, too_large or too_many
  std::uint32_t recovered = 0;                  // from the Store, at the start
  std::uint32_t retransmitted = 0;              // handed to a connection more than once
  std::uint32_t store_failures = 0;             //
  std::uint32_t reports_missed = 0;             // overwritten before poll() took them
  std::uint16_t most_messages = 0;              // at one time
  std::uint32_t most_bytes = 0;                 //
  std::array<std::uint32_t, kOutcomes> over{};  // by outcome, from Outcome::sent on

  std::uint32_t count(Outcome outcome) const noexcept { return over[static_cast<std::size_t>(outcome)]; }
};

/// What is there now: after a flush, what was not delivered.
struct Backlog {
  std::uint16_t messages = 0;      // all of them
  std::uint32_t bytes = 0;         // that they take of the queue
  std::uint16_t in_flight = 0;     // handed to the connection
  std::uint16_t must_deliver = 0;  // of that policy
  std::uint16_t stored = 0;        // that survive a power cut

  bool empty() const noexcept { return messages == 0; }
};

class Outbox {
 public:
  struct Outgoing {
    MessageId id{};
    ws::MessageType type{};
    Bytes payload{};  // good until the next call that is not const
  };

  /// `store`: null, or where must_deliver messages are kept; borrowed, as the buffers are.
  Outbox(const OutboxConfig& config, const OutboxBuffers& buffers, Entropy& entropy,
         Store* store = nullptr) noexcept;
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // ---- From any task, at any time ----

  /// A copy of `message` is accepted, and what becomes of it will be told. Wake the owner afterwards.
  /// would_block: no room now, here or in the reserve. too_many: as many as configured are there.
  /// too_large: it never fits.
  Result<MessageId> post(const Message& message) noexcept;
  /// For a payload that carries its own id: Message::id. One that is not used leaves a gap, no harm.
  MessageId next_id() noexcept { return {epoch_, sequence_.fetch_add(1, std::memory_order_relaxed) + 1}; }

  // ---- The owner's ----

  /// Once, before anything else: takes over what the Store has. Errors as Store::read(); what could be read
  /// is there. Where there is more than room, the rest follows as room comes.
  Result<void> recover(Instant now) noexcept;

  /// Takes what was posted, and makes what must be delivered durable; drops what has expired. Part of poll(),
  /// for an owner who posts more in one turn than the inbox holds.
  void collect(Instant now) noexcept;
  /// Then what has become of messages, one at a time.
  std::optional<Report> poll(Instant now) noexcept;
  /// When poll() or next() has something to do by itself.
  Instant deadline() noexcept;

  void opened(Instant now) noexcept;
  void closed(Instant now) noexcept;
  bool is_open() const noexcept { return is_open_; }

  /// What should leave now: nothing while closed, or while max_in_flight are not acknowledged.
  std::optional<Outgoing> next() noexcept;
  /// The connection has accepted it.
  void handed(MessageId id, Instant now) noexcept;
  /// The connection can never take it (too large for its buffer, say); Outcome::refused.
  void reject(MessageId id) noexcept { finish(id, Outcome::refused); }
  /// All that was handed to the connection has left.
  void flushed() noexcept;
  /// The peer's answer. False: no message in flight has this name (any more).
  bool acknowledge(MessageId id) noexcept { return finish(id, Outcome::acknowledged); }
  bool refuse(MessageId id) noexcept { return finish(id, Outcome::refused); }

  /// Only messages of at least this priority leave: a metered link.
  void set_least_priority(Priority least) noexcept { least_ = least; }
  Priority least_priority() const noexcept { return least_; }

  /// Drops all, in the Store too; Outcome::cleared.
  void clear() noexcept;

  Outcome outcome(MessageId id) const noexcept;
  Backlog backlog() const noexcept;
  OutboxStats stats() const noexcept;
  const OutboxConfig& config() const noexcept { return config_; }

 private:
  struct Posted;

  Result<void> admit(Policy policy, std::uint32_t cost) noexcept;
  void give_back(std::uint32_t cost) noexcept;
  void take(const Posted& posted, Bytes payload, Instant now) noexcept;
  void begin_lifetime(Queue::Item& item, Instant now) noexcept;
  void supersede(Queue::Item& latest) noexcept;
  Result<void> refill(Instant now) noexcept;
  Result<void> take_over(Store::Number number, std::size_t size, Instant now) noexcept;
  void keep(Queue::Item& item) noexcept;
  void keep_again() noexcept;
  void commit(Instant now) noexcept;
  void expire(Instant now) noexcept;
  void come_back(Queue::Item& item) noexcept;
  bool finish(MessageId id, Outcome outcome) noexcept;
  void end(Queue::Item& item, Outcome outcome) noexcept;
  void tell(Queue::Item& item, Outcome outcome) noexcept;
  bool is_acknowledged(const Queue::Item& item) const noexcept {
    return config_.acknowledged && item.policy == Policy::must_deliver;
  }

  OutboxConfig config_;
  PostRing inbox_;
  Queue queue_;
  std::span<Report> reports_;
  Store* store_;
  const std::uint32_t epoch_;
  std::atomic<std::uint32_t> sequence_ = 0;

  std::atomic<std::uint32_t> messages_ = 0;  // accepted and not over, posted ones too
  std::atomic<std::uint32_t> bytes_ = 0;     // that they take of the queue
  std::atomic<std::uint32_t> accepted_ = 0;
  std::atomic<std::uint32_t> declined_ = 0;

  OutboxStats stats_;
  std::size_t first_report_ = 0;
  std::size_t report_count_ = 0;
  Instant due_ = kNever;               // not later than the next lifetime or acknowledgement that is over
  Instant store_due_ = kNever;         // what the Store has not taken is offered to it again
  Store::Number recovered_to_ = 0;     // how far the Store's messages of the start are taken over
  Store::Number last_to_recover_ = 0;  //
  std::uint32_t next_order_;
  std::uint16_t in_flight_ = 0;   // to be acknowledged
  std::uint16_t overtakers_ = 0;  // see next()
  Priority least_ = Priority::low;
  bool is_open_ = false;
  bool has_unflushed_ = false;  // in flight, and over when they have left
  bool uncommitted_ = false;
};

}  // namespace linnet::session
