// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/heartbeat.hpp"

#include <algorithm>

namespace linnet::ws {

Heartbeat::Due Heartbeat::due(const HeartbeatConfig& config, Instant now) const noexcept {
  const Duration quiet = now - heard_;
  if (config.liveness_timeout > 0s && quiet >= config.liveness_timeout) return Due::death;
  if (config.ping_interval > 0s && quiet >= config.ping_interval && !is_waiting()) return Due::ping;
  return Due::nothing;
}

Instant Heartbeat::deadline(const HeartbeatConfig& config) const noexcept {
  Instant due = kNever;
  if (config.liveness_timeout > 0s) due = heard_ + config.liveness_timeout;
  if (config.ping_interval > 0s && !is_waiting()) due = std::min(due, heard_ + config.ping_interval);
  return due;
}

Instant Heartbeat::next_look(const HeartbeatConfig& config, Instant now) const noexcept {
  const Instant due = deadline(config);
  return config.ping_interval > 0s ? std::min(due, now + config.ping_interval) : due;
}

Bytes Heartbeat::ping(Instant now) noexcept {
  ping_sent_ = now;
  store_be32(ping_id_.data(), load_be32(ping_id_.data()) + 1);
  return ping_id_;
}

std::optional<Duration> Heartbeat::pong(Bytes payload, Instant now) noexcept {
  if (ping_sent_ == kNever || !std::ranges::equal(payload, ping_id_)) return std::nullopt;
  // Its owner reads the clock once a turn, in which ping and pong may both pass; zero stands for no answer.
  const Duration round_trip = std::max<Duration>(now - ping_sent_, 1us);
  ping_sent_ = kNever;
  return round_trip;
}

}  // namespace linnet::ws
