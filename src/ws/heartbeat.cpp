// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/heartbeat.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace linnet::ws {

namespace {

/// Never, where `interval` is zero.
Instant after(Instant from, Duration interval) noexcept {
  return interval.count() > 0 ? from + interval : kNever;
}

}  // namespace

Heartbeat::Due Heartbeat::due(const HeartbeatConfig& config, Instant now) const noexcept {
  if (now < deadline(config)) return Due::nothing;
  return now < after(heard_, config.liveness_timeout) ? Due::ping : Due::death;
}

Instant Heartbeat::deadline(const HeartbeatConfig& config) const noexcept {
  const Instant death = after(heard_, config.liveness_timeout);
  return is_waiting() ? death : std::min(death, after(heard_, config.ping_interval));
}

Bytes Heartbeat::ping(Instant now) noexcept {
  ping_sent_ = now;
  store_be32(ping_id_.data(), load_be32(ping_id_.data()) + 1);
  return ping_id_;
}

std::optional<Duration> Heartbeat::pong(Bytes payload, Instant now) noexcept {
  if (ping_sent_ == kNone || payload.size() != ping_id_.size() ||
      std::memcmp(payload.data(), ping_id_.data(), ping_id_.size()) != 0) {
    return std::nullopt;
  }
  // Its owner reads the clock once a turn, in which ping and pong may both pass; zero stands for no answer.
  return std::max<Duration>(now - std::exchange(ping_sent_, kNone), 1us);
}

}  // namespace linnet::ws
