// SPDX-License-Identifier: Apache-2.0
#include "tools/device/device_metrics.hpp"

#include "tools/cli/text.hpp"
#include "tools/client/session_report.hpp"
#include "tools/serve/prometheus.hpp"

namespace linnet::tools {
namespace {

constexpr std::string_view kCounter = "counter";
constexpr std::string_view kGauge = "gauge";
constexpr Duration kStopWithin = 1s;

server::Config config() {
  server::Config small;  // whoever reads metrics comes alone
  small.max_connections = 16;
  small.receive_buffer = 16 * 1024;
  small.retain_buffered = 64 * 1024;
  small.inbox_messages = 1;
  small.inbox_bytes = 1024;
  return small;
}

std::uint64_t microseconds(Duration time) {
  return static_cast<std::uint64_t>(time.count() < 0 ? 0 : time.count());
}

void write_outbox(std::string& to, const session::Stats& stats) {
  const session::OutboxStats& outbox = stats.outbox;
  write_metric(to, "linnet_outbox_messages", kGauge, "Messages that wait or are in flight.",
               {{"", stats.backlog.messages}});
  write_metric(to, "linnet_outbox_in_flight", kGauge, "Of them, handed to the connection.",
               {{"", stats.backlog.in_flight}});
  write_metric(to, "linnet_outbox_stored", kGauge, "Of them, safe from a power cut.",
               {{"", stats.backlog.stored}});
  write_metric(to, "linnet_outbox_bytes", kGauge, "Bytes of the queue in use.", {{"", stats.backlog.bytes}});
  write_metric(to, "linnet_outbox_accepted_total", kCounter, "Messages accepted, recovered ones too.",
               {{"", outbox.accepted}});
  write_metric(to, "linnet_outbox_declined_total", kCounter, "Messages that found no room.",
               {{"", outbox.declined}});
  write_metric(to, "linnet_outbox_recovered_total", kCounter, "Messages that an earlier life left.",
               {{"", outbox.recovered}});
  write_metric(to, "linnet_outbox_retransmitted_total", kCounter, "Messages sent again.",
               {{"", outbox.retransmitted}});
  write_metric(to, "linnet_outbox_store_failures_total", kCounter, "Failures of the file of --outbox.",
               {{"", outbox.store_failures}});
  constexpr std::string_view kOver = "linnet_outbox_over_total";
  write_metric(to, kOver, kCounter, "Messages by what became of them.", {});
  for (std::size_t i = static_cast<std::size_t>(session::Outcome::sent); i < session::kOutcomes; ++i) {
    const auto outcome = static_cast<session::Outcome>(i);
    write_sample(to, kOver,
                 {.labels = concat("outcome=\"", describe(outcome), "\""), .value = outbox.count(outcome)});
  }
}

/// Only where the port knows.
void write_memory(std::string& to, const session::Stats& stats) {
  if (stats.least_free_heap)
    write_metric(to, "linnet_least_free_heap_bytes", kGauge, "Of the heap, the least that was ever free.",
                 {{"", *stats.least_free_heap}});
  if (stats.least_free_stack)
    write_metric(to, "linnet_least_free_stack_bytes", kGauge,
                 "Of the stack of the session's task, the least that was ever free.",
                 {{"", *stats.least_free_stack}});
}

}  // namespace

void write_device_metrics(std::string& to, const session::Stats& stats, bool is_online) {
  write_metric(to, "linnet_online", kGauge, "1 while connected.", {{"", is_online}});
  write_metric(to, "linnet_connect_attempts_total", kCounter, "Attempts to connect.", {{"", stats.attempts}});
  write_metric(to, "linnet_connects_total", kCounter, "Attempts that succeeded.", {{"", stats.connects}});
  constexpr std::string_view kEnded = "linnet_ended_total";
  write_metric(to, kEnded, kCounter, "Attempts and conversations that ended, by cause.", {});
  for (std::size_t i = 0; i < session::kCauses; ++i) {
    const auto cause = static_cast<session::Cause>(i);
    write_sample(to, kEnded,
                 {.labels = concat("cause=\"", describe(cause), "\""), .value = stats.count(cause)});
  }
  write_metric(to, "linnet_link_changes_total", kCounter, "Connections over another link than before.",
               {{"", stats.link_changes}});
  write_metric(to, "linnet_link_probes_total", kCounter, "Looks at a preferred link while another carried.",
               {{"", stats.probes}});
  constexpr std::string_view kRecoveries = "linnet_recoveries_total";
  write_metric(to, kRecoveries, kCounter, "What a modem's recovery did, by its rung.", {});
  for (std::size_t i = 0; i < stats.recoveries.size(); ++i) {
    write_sample(to, kRecoveries,
                 {.labels = concat("rung=\"", rung_name(i), "\""), .value = stats.recoveries[i]});
  }
  write_metric(to, "linnet_bytes_total", kCounter, "Bytes of the transport.",
               {{R"(direction="in")", stats.bytes_in}, {R"(direction="out")", stats.bytes_out}});
  write_metric(to, "linnet_messages_total", kCounter, "WebSocket messages.",
               {{R"(direction="in")", stats.messages_in}, {R"(direction="out")", stats.messages_out}});
  write_metric(to, "linnet_round_trip_microseconds", kGauge, "Of the last ping; 0: none yet.",
               {{"", microseconds(stats.round_trip)}});
  write_metric(to, "linnet_smoothed_round_trip_microseconds", kGauge, "Of the last eight or so.",
               {{"", microseconds(stats.smoothed_round_trip)}});
  write_metric(to, "linnet_connect_microseconds", kGauge,
               "From an attempt's start to its success, the last time.",
               {{"", microseconds(stats.last_connect)}});
  write_metric(to, "linnet_tls_handshakes_total", kCounter, "TLS handshakes.", {{"", stats.tls_handshakes}});
  write_metric(to, "linnet_tls_resumed_total", kCounter, "Of them, those that resumed a session.",
               {{"", stats.tls_resumed}});
  write_memory(to, stats);
  write_outbox(to, stats);
}

class DeviceMetrics::Page final : public server::HttpHandler {
 public:
  explicit Page(DeviceMetrics& metrics) noexcept : metrics_{&metrics} {}

  void respond(const server::Request& /*request*/, server::Response& response) override {
    response.content_type = kPrometheusType;
    response.field("Cache-Control", "no-store");
    session::Stats stats;
    bool is_online = false;
    {
      const std::scoped_lock lock{metrics_->mutex_};
      stats = metrics_->stats_;
      is_online = metrics_->is_online_;
    }
    write_device_metrics(response.content(), stats, is_online);
  }

 private:
  DeviceMetrics* metrics_;
};

class DeviceMetrics::Health final : public server::HttpHandler {
 public:
  void respond(const server::Request& /*request*/, server::Response& response) override {
    response.field("Cache-Control", "no-store");
    response.view(as_bytes(std::string_view{"ok\n"}));
  }
};

DeviceMetrics::DeviceMetrics()
    : listener_{poller_},
      page_{std::make_unique<Page>(*this)},
      health_{std::make_unique<Health>()},
      server_{config(), poller_} {}

DeviceMetrics::~DeviceMetrics() {
  server_.stop(kStopWithin);
  if (thread_.joinable()) thread_.join();
}

Result<void> DeviceMetrics::start(std::string_view endpoint) {
  if (const auto listening = listener_.listen(endpoint, &listener_); !listening) return listening;
  server_.listen(listener_, &listener_);
  if (const auto added = server_.http("/metrics", *page_); !added) return added;
  if (const auto added = server_.http("/healthz", *health_); !added) return added;
  thread_ = std::thread{[this] { server_.run(); }};
  return {};
}

void DeviceMetrics::publish(const session::Stats& stats, bool is_online) {
  const std::scoped_lock lock{mutex_};
  stats_ = stats;
  is_online_ = is_online;
}

}  // namespace linnet::tools
