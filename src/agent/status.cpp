// SPDX-License-Identifier: Apache-2.0
// What the agent says by itself: the status report and alerts, JSON-RPC 2.0 notifications (section 4.1), and
// events, which are requests (section 4).
#include "duration_text.hpp"
#include "linnet/agent/agent.hpp"

namespace linnet::agent {

using namespace std::string_view_literals;

Result<std::string_view> Agent::poll(Instant now, std::span<char> buffer) noexcept {
  if (now < status_due_) return std::string_view{};
  status_due_ += status_interval_;
  if (status_due_ <= now) status_due_ = now + status_interval_;  // some were missed
  json::Writer writer{buffer};
  writer.begin_object().member("jsonrpc"sv, "2.0"sv).member("method"sv, "status"sv).key("params"sv);
  write_status(writer, now);
  ++sequence_;
  return writer.end_object().finish();
}

Result<std::string_view> Agent::alert(std::string_view name, std::string_view text, Instant now,
                                      std::span<char> buffer) noexcept {
  json::Writer writer{buffer};
  begin_notification(writer, "alert"sv, now);
  return writer.member("name"sv, name).member("text"sv, text).end_object().end_object().finish();
}

Result<std::string_view> Agent::event(std::string_view id, std::string_view name, std::string_view data,
                                      Instant now, std::span<char> buffer) noexcept {
  json::Writer writer{buffer};
  writer.begin_object().member("jsonrpc"sv, "2.0"sv).member("id"sv, id).member("method"sv, "event"sv);
  writer.key("params"sv).begin_object();
  write_identity(writer, now);
  writer.member("name"sv, name);
  if (!data.empty()) writer.key("data"sv).raw(data);
  return writer.end_object().end_object().finish();
}

/// Up to and into the parameters, which begin with who and when.
void Agent::begin_notification(json::Writer& writer, std::string_view method, Instant now) const noexcept {
  writer.begin_object().member("jsonrpc"sv, "2.0"sv).member("method"sv, method).key("params"sv);
  writer.begin_object();
  write_identity(writer, now);
}

void Agent::write_identity(json::Writer& writer, Instant now) const noexcept {
  if (!config_.id.empty()) writer.member("id"sv, config_.id);
  writer.key("uptime_ms"sv);
  detail::write_duration(writer, board_->uptime(now), detail::Unit::milliseconds, false);
}

void Agent::write_status(json::Writer& writer, Instant now) noexcept {
  writer.begin_object();
  write_identity(writer, now);
  writer.member("seq"sv, sequence_);
  write_points(writer, kReported, now);
  if (const auto free_heap = board_->free_heap()) writer.member("free_heap"sv, *free_heap);
  if (const auto rssi = board_->rssi()) writer.member("rssi"sv, *rssi);
  if (round_trip_) {
    writer.key("rtt_ms"sv);
    detail::write_duration(writer, *round_trip_, detail::Unit::milliseconds, true);
  }
  if (config_.report) config_.report(writer, now);
  writer.end_object();
}

/// The values of the points of `kinds`, or of those in the status; a value that cannot be had is left out.
void Agent::write_points(json::Writer& writer, unsigned kinds, Instant now) noexcept {
  for (const Point& point : board_->points()) {
    const bool wanted = kinds == kReported ? point.reported : (point.kind & kinds) != 0;
    if (wanted) write_point(writer, point.name, point, now);
  }
}

/// A member `key` with the point's value; false: it cannot be had, and nothing was written.
bool Agent::write_point(json::Writer& writer, std::string_view key, const Point& point,
                        Instant now) noexcept {
  const auto add = [&](const auto& value) {
    if (value) writer.member(key, *value);
    return value.has_value();
  };
  switch (point.kind) {
    case Point::analog: return add(board_->read_analog(point, now));
    case Point::sensor: return add(board_->read_sensor(point, now));
    default: return add(board_->read(point));
  }
}

}  // namespace linnet::agent
