// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/heartbeat.hpp"

#include <algorithm>
#include <cstring>
#include <span>

namespace linnet::ws {

namespace {

/// Never, where `interval` is zero.
Instant after(Instant from, Duration interval) noexcept {
  return interval.count() > 0 ? from + interval : kNever;
}

}  // namespace

Heartbeat::Due Heartbeat::due(const HeartbeatConfig& config, Instant now) const noexcept {
  if (now >= after(heard_, config.liveness_timeout)) return Due::death;
  return now >= deadline(config) ? Due::ping : Due::nothing;
}

Instant Heartbeat::deadline(const HeartbeatConfig& config) const noexcept {
  const Instant death = after(heard_, config.liveness_timeout);
  return is_waiting() ? death : std::min(death, after(heard_, config.ping_interval));
}

Bytes Heartbeat::ping(Instant now) noexcept {
  ping_sent_ = now;
  ++ping_id_;
  return std::as_bytes(std::span{&ping_id_, 1});
}

Duration Heartbeat::pong(Bytes payload, Instant now) noexcept {
  std::uint32_t id = 0;
  if (ping_sent_ == kNone || payload.size() != sizeof id) return {};
  std::memcpy(&id, payload.data(), sizeof id);
  if (id != ping_id_) return {};
  // Its owner reads the clock once a turn, in which ping and pong may both pass; zero stands for no answer.
  const Duration round_trip = now - ping_sent_;
  ping_sent_ = kNone;
  return round_trip.count() > 0 ? round_trip : 1us;
}

}  // namespace linnet::ws
