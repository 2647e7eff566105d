// SPDX-License-Identifier: Apache-2.0
// What is counted, for people and for Prometheus.
#include "tools/client/session_report.hpp"

#include <gtest/gtest.h>

#include "tools/device/device_metrics.hpp"

namespace linnet::tools {
namespace {

std::string joined(const session::Stats& stats) {
  std::string all;
  for (const std::string& line : describe(stats)) all += line + "\n";
  return all;
}

session::Stats busy() {
  session::Stats stats;
  stats.attempts = 12;
  stats.connects = 9;
  stats.link_changes = 1;
  stats.probes = 2;
  stats.ended[static_cast<std::size_t>(session::Cause::lost)] = 8;
  stats.ended[static_cast<std::size_t>(session::Cause::none)] = 1;
  stats.recoveries = {0, 0, 3, 1, 0};
  stats.bytes_in = 4000;
  stats.bytes_out = 3000;
  stats.messages_in = 20;
  stats.messages_out = 1;
  stats.outbox.retransmitted = 5;
  stats.backlog.messages = 2;
  stats.tls_handshakes = 9;
  stats.tls_resumed = 8;
  stats.tls_handshake_bytes = 548;
  stats.round_trip = 40ms;
  stats.smoothed_round_trip = 50ms;
  stats.last_connect = 1500ms;
  stats.least_free_heap = 12'345;
  stats.least_free_stack = 678;
  return stats;
}

TEST(SessionReport, HasAllThatHappened) {
  EXPECT_EQ(
      joined(busy()),
      "12 attempts, 9 connections, 1 change of link, 2 looks at a preferred link, 3 times the rung radio, "
      "1 times the rung reset\n"
      "ended: 1 in good order, 8 lost\n"
      "4000 bytes in, 3000 out; 20 messages in, 1 out, 5 sent again, 2 still waiting\n"
      "round trip 0.04 s, smoothed 0.05 s; the last connection took 1.5 s\n"
      "TLS: 9 handshakes, 8 resumed, the last of 548 bytes\n"
      "least free heap: 12345 bytes\n"
      "least free stack: 678 bytes\n");
}

TEST(SessionReport, HasNothingOfWhatDidNotHappen) {
  EXPECT_EQ(joined({}), "0 attempts, 0 connections\n");
}

TEST(DeviceMetrics, HaveThemToo) {
  std::string page;
  write_device_metrics(page, busy(), true);
  for (const std::string_view line :
       {"linnet_online 1\n", "linnet_connect_attempts_total 12\n", "linnet_link_changes_total 1\n",
        "linnet_ended_total{cause=\"lost\"} 8\n", "linnet_recoveries_total{rung=\"radio\"} 3\n",
        "linnet_recoveries_total{rung=\"power\"} 0\n", "linnet_outbox_retransmitted_total 5\n",
        "linnet_tls_resumed_total 8\n", "linnet_round_trip_microseconds 40000\n",
        "linnet_least_free_heap_bytes 12345\n", "linnet_least_free_stack_bytes 678\n"})
    EXPECT_NE(page.find(line), std::string::npos) << line;
  page.clear();
  write_device_metrics(page, {}, false);
  EXPECT_EQ(page.find("least_free"), std::string::npos);  // this port does not know
}

}  // namespace
}  // namespace linnet::tools
