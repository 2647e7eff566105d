// SPDX-License-Identifier: Apache-2.0
// Whether the peer is still there: one liveness deadline, renewed by any byte; a ping when it is quiet
// (RFC 6455, section 5.5.2), whose pong gives the round-trip time; and a limit on the peer's own pings.
#pragma once

#include <cstdint>

#include "linnet/base/bytes.hpp"
#include "linnet/base/time.hpp"

namespace linnet::ws {

struct HeartbeatConfig {
  /// A ping leaves after this long without a byte from the peer; zero: never.
  Duration ping_interval = 20s;
  /// Without a byte for this long the peer is dead; zero: never. At least twice ping_interval, or a peer
  /// that answers slowly is taken for dead.
  Duration liveness_timeout = 50s;
};

class Heartbeat {
 public:
  enum class Due : std::uint8_t { nothing, ping, death };

  explicit Heartbeat(Instant now) noexcept : heard_{now} {}

  /// A byte came from the peer.
  void heard(Instant now) noexcept { heard_ = now; }

  /// Whether the last ping is still without an answer; any byte since then is one.
  bool is_waiting() const noexcept { return ping_sent_ > heard_; }

  Due due(const HeartbeatConfig& config, Instant now) const noexcept;
  /// When due() has something to say; a byte puts it off, unless the heartbeat is_waiting().
  Instant deadline(const HeartbeatConfig& config) const noexcept;

  /// The payload of the automatic ping that leaves now; borrowed until the next one.
  Bytes ping(Instant now) noexcept;
  /// The round-trip time, if `payload` is the answer to that ping: at least 1 us. Zero: it is not.
  Duration pong(Bytes payload, Instant now) noexcept;

 private:
  static constexpr Instant kNone = Instant::min();

  Instant heard_;
  Instant ping_sent_ = kNone;  // kNone: none is under way
  std::uint32_t ping_id_ = 0;  // the payload of the last one, as it lies here: only we read it
};

/// So many control frames in one second, and no more.
class ControlRate {
 public:
  /// Counts one that came at `now`; false: it is one too many.
  bool count(Instant now, std::uint16_t limit_per_second) noexcept {
    if (count_ == 0 || now >= since_ + 1s) {
      since_ = now;
      count_ = 0;
    }
    return ++count_ <= limit_per_second;
  }

 private:
  Instant since_{};
  std::uint32_t count_ = 0;
};

}  // namespace linnet::ws
