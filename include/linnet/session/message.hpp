// SPDX-License-Identifier: Apache-2.0
// A message that is to be sent, what is promised for it, and what became of it. The name that it carries is
// the sender's: the receiver drops a second message of the same name.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/time.hpp"
#include "linnet/ws/event.hpp"

namespace linnet::session {

/// A higher one leaves first. Within one priority messages keep their order.
enum class Priority : std::uint8_t { low, normal, high, urgent };

/// What happens to a message that cannot leave at once.
enum class Policy : std::uint8_t {
  plain,         // it waits; at most once: lost when the connection ends while it leaves
  latest_wins,   // it waits until a newer one of the same key takes its place: a status
  must_deliver,  // it waits, also over a restart where there is a Store, and is sent again until the peer
                 // has acknowledged it: an event
};

/// Two numbers that no other message of this device has: `epoch` is drawn at random at each start, `sequence`
/// counts from 1. A sequence of zero names nothing.
struct MessageId {
  std::uint32_t epoch = 0;
  std::uint32_t sequence = 0;

  explicit constexpr operator bool() const noexcept { return sequence != 0; }
  friend constexpr bool operator==(const MessageId&, const MessageId&) noexcept = default;
};

/// "5f3c9a10-42": 8 hexadecimal digits, a hyphen, a decimal number.
inline constexpr std::size_t kLongestId = 19;
std::string_view encode(MessageId id, std::span<char, kLongestId> into) noexcept;
/// Nothing: it is not of exactly that form.
std::optional<MessageId> decode_id(std::string_view text) noexcept;

/// How far a message has come. From `sent` on it is over, and the outcome stays.
enum class Outcome : std::uint8_t {
  unknown,    // no such message, or it was over so long ago that nobody remembers
  posted,     // accepted, on its way to the queue
  queued,     // waits, in memory
  stored,     // waits, and survives a power cut
  in_flight,  // handed to the connection; it has to leave, or to be acknowledged, yet

  sent,          // it has left; the peer does not acknowledge this kind
  acknowledged,  // the peer has it
  superseded,    // dropped: a newer one of its key took its place
  expired,       // dropped: its lifetime was over
  refused,       // dropped: the peer answered with an error, or the connection can never take it
  lost,          // dropped: plain, and the connection ended while it was leaving
  cleared,       // dropped by the owner
};
inline constexpr std::size_t kOutcomes = 12;

constexpr bool is_over(Outcome outcome) noexcept {
  return outcome >= Outcome::sent;
}
constexpr bool is_dropped(Outcome outcome) noexcept {
  return outcome >= Outcome::superseded;
}

/// One lower-case word as above, static storage.
std::string_view describe(Outcome outcome) noexcept;

/// Where a message's outcome is written, by whichever task drives the outbox; read it from any.
using Receipt = std::atomic<Outcome>;

struct Message {
  Bytes payload{};  // borrowed for the call. A text is UTF-8
  ws::MessageType type = ws::MessageType::text;
  Policy policy = Policy::plain;
  Priority priority = Priority::normal;
  std::uint32_t key = 0;  // latest_wins: what it is the latest of
  /// After so long without having left it is dropped; zero: never. What is in flight does not expire. One
  /// that outlives a restart begins anew: nobody knows how long the device was off.
  Duration lifetime{};
  MessageId id{};              // of Outbox::next_id(), where the payload has to carry it; else one is given
  Receipt* receipt = nullptr;  // lives until it says that the message is over, or the outbox has ended
};

}  // namespace linnet::session
