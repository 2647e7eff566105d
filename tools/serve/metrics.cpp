// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/metrics.hpp"

#include <array>
#include <string_view>

#include "tools/cli/text.hpp"
#include "tools/serve/prometheus.hpp"

namespace linnet::tools {
namespace {

// In the order of server::Drop.
constexpr std::array<std::string_view, server::kDrops> kReasons{
    "connection_limit", "slow_request", "bad_request", "handshake", "violation", "liveness", "stall",
    "close_timeout",    "memory",       "would_block", "closing"};
static_assert(static_cast<std::size_t>(server::Drop::closing) + 1 == kReasons.size());

constexpr std::string_view kCounter = "counter";
constexpr std::string_view kGauge = "gauge";

}  // namespace

void ServerTotals::add(const ServerTotals& other) noexcept {
  const server::Statistics& from = other.statistics;
  statistics.http_open += from.http_open;
  statistics.websocket_open += from.websocket_open;
  statistics.accepted += from.accepted;
  statistics.upgraded += from.upgraded;
  statistics.requests += from.requests;
  statistics.messages_in += from.messages_in;
  statistics.messages_out += from.messages_out;
  statistics.bytes_in += from.bytes_in;
  statistics.bytes_out += from.bytes_out;
  statistics.broadcasts += from.broadcasts;
  statistics.posted += from.posted;
  for (std::size_t i = 0; i < server::kDrops; ++i) statistics.drops[i] += from.drops[i];
  memory.buffered += other.memory.buffered;
  memory.retained += other.memory.retained;
  memory.allocations += other.memory.allocations;
  tls.open += other.tls.open;
  tls.handshakes += other.tls.handshakes;
  tls.secured += other.tls.secured;
  tls.resumed += other.tls.resumed;
  tls.failed += other.tls.failed;
  tls.refused += other.tls.refused;
}

void write_metrics(std::string& to, const ServerTotals& totals, const DeviceHub::Counts& devices,
                   const DeviceCommands::Counts& commands, const EventLog::Counts& events, Duration uptime) {
  const server::Statistics& all = totals.statistics;
  write_metric(to, "linnet_uptime_seconds", kGauge, "Time since the start.",
               {{"", static_cast<std::uint64_t>(uptime / 1s)}});
  write_metric(to, "linnet_connections", kGauge, "Connections now.",
               {{R"(kind="http")", all.http_open}, {R"(kind="websocket")", all.websocket_open}});
  write_metric(to, "linnet_accepted_total", kCounter, "Connections accepted.", {{"", all.accepted}});
  write_metric(to, "linnet_upgraded_total", kCounter, "WebSocket handshakes done.", {{"", all.upgraded}});
  write_metric(to, "linnet_requests_total", kCounter, "HTTP requests answered or refused.",
               {{"", all.requests}});
  write_metric(to, "linnet_messages_total", kCounter, "WebSocket messages.",
               {{R"(direction="in")", all.messages_in}, {R"(direction="out")", all.messages_out}});
  write_metric(to, "linnet_bytes_total", kCounter, "Bytes of the transport.",
               {{R"(direction="in")", all.bytes_in}, {R"(direction="out")", all.bytes_out}});
  write_metric(to, "linnet_broadcasts_total", kCounter, "Messages sent to many at once.",
               {{"", all.broadcasts}});
  write_metric(to, "linnet_posted_total", kCounter, "Messages that came from other threads.",
               {{"", all.posted}});

  constexpr std::string_view kDropped = "linnet_dropped_total";
  write_metric(to, kDropped, kCounter,
               "Connections ended, or messages not sent, by the server's own decision.", {});
  for (std::size_t i = 0; i < server::kDrops; ++i) {
    write_sample(to, kDropped, {.labels = concat("reason=\"", kReasons[i], "\""), .value = all.drops[i]});
  }
  write_metric(to, "linnet_buffered_bytes", kGauge, "Memory lent for backlogs and partial messages.",
               {{"", totals.memory.buffered}});
  write_metric(to, "linnet_allocations_total", kCounter, "Allocations of the server's pools.",
               {{"", totals.memory.allocations}});

  write_metric(to, "linnet_tls_connections", kGauge, "TLS connections now.",
               {{R"(state="open")", totals.tls.open - totals.tls.handshakes},
                {R"(state="handshake")", totals.tls.handshakes}});
  write_metric(to, "linnet_tls_handshakes_total", kCounter, "TLS handshakes.",
               {{R"(outcome="secured")", totals.tls.secured},
                {R"(outcome="failed")", totals.tls.failed},
                {R"(outcome="refused")", totals.tls.refused}});
  write_metric(to, "linnet_tls_resumed_total", kCounter, "TLS sessions taken up again.",
               {{"", totals.tls.resumed}});

  write_metric(to, "linnet_devices", kGauge, "Devices known.",
               {{R"(state="online")", devices.online}, {R"(state="offline")", devices.offline}});
  write_metric(to, "linnet_device_connections_total", kCounter, "Connections of devices.",
               {{"", devices.arrivals}});
  write_metric(to, "linnet_device_replaced_total", kCounter,
               "Connections replaced by a newer one with the same id.", {{"", devices.replaced}});
  write_metric(to, "linnet_device_forgotten_total", kCounter, "Devices that made room for others.",
               {{"", devices.forgotten}});
  write_metric(
      to, "linnet_device_statuses_total", kCounter, "Status reports.",
      {{R"(outcome="kept")", devices.statuses}, {R"(outcome="too_long")", devices.statuses_refused}});
  write_metric(to, "linnet_events_total", kCounter, "Events of devices; each is accepted once.",
               {{R"(outcome="accepted")", events.accepted},
                {R"(outcome="duplicate")", events.duplicates},
                {R"(outcome="failed")", events.failed}});
  write_metric(to, "linnet_commands_total", kCounter, "Commands to devices.",
               {{R"(outcome="sent")", commands.sent},
                {R"(outcome="answered")", commands.answered},
                {R"(outcome="failed")", commands.failed},
                {R"(outcome="refused")", commands.refused}});
}

}  // namespace linnet::tools
