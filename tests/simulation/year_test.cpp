// SPDX-License-Identifier: Apache-2.0
// A session for a year over a bad network: what must be delivered is, once, whatever happens; and a table of
// how bad networks treat it, kept as a reviewed snapshot (snapshot.hpp).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "linnet/session/memory.hpp"
#include "linnet/session/session.hpp"
#include "simulation/snapshot.hpp"
#include "support/bad_network.hpp"

namespace linnet::session {
namespace {

using test::BadNetwork;
using test::SeededEntropy;

/// A device that sends an event now and then, and does what a session's owner has to do.
struct Device {
  Device(std::uint64_t seed, Duration interval) : network{seed}, entropy{seed}, every{interval} {
    config.url = "ws://host.example/device/1";
    config.links = {&network};
    config.outbox.acknowledged = true;
    config.client.connection.max_message = 512;
    config.client.connection.heartbeat = {.ping_interval = 60s, .liveness_timeout = 150s};
    session.emplace(config, entropy, memory);
  }

  /// False: the queue is full; an application would try later, as this one does.
  bool send_event() {
    const MessageId id = session->next_id();
    std::array<char, kLongestId> text{};
    const auto sent =
        session->send({.payload = as_bytes(encode(id, text)), .policy = Policy::must_deliver, .id = id});
    accepted += sent ? 1u : 0u;
    return sent.has_value();
  }
  void run_until(Instant limit, bool sends = true) {
    while (network.time < limit) {
      if (sends && network.time >= next_event) {
        (void)send_event();
        next_event = network.time + every;
      }
      const auto event = session->wait_until(std::min(limit, sends ? next_event : limit));
      if (event) take(*event);
      ASSERT_FALSE(session->is_stopped());
    }
  }
  void take(const Event& event) {
    if (event.kind == Event::message) {
      const auto id = decode_id(event.text());
      ASSERT_TRUE(id);
      (void)session->acknowledge(*id);
    } else if (event.kind == Event::outcome) {
      acknowledged += event.report.outcome == Outcome::acknowledged ? 1u : 0u;
      otherwise += event.report.outcome != Outcome::acknowledged ? 1u : 0u;
    } else if (event.kind == Event::opened && back_at != kNever) {
      recoveries.push_back(network.time - std::max(back_at, Instant{}));
      back_at = kNever;
    }
  }
  /// Until nothing waits any more, with a good network.
  void settle() {
    network.weather = {.life = network.weather.life};
    run_until(network.time + 30min, false);
  }

  BadNetwork network;
  SeededEntropy entropy;
  Config config;
  Memory<{.queue = 8192, .inbox = 2048, .reports = 32}> memory;
  std::optional<Session> session;
  Duration every;
  Instant next_event{1000s};
  Instant back_at = kNever;  // when the network was good again
  std::vector<Duration> recoveries;
  std::size_t accepted = 0, acknowledged = 0, otherwise = 0;
};

void expect_all_delivered_once(Device& device) {
  EXPECT_EQ(device.network.ledger.delivered, device.accepted);  // lost: none; twice after dedupe: none
  EXPECT_EQ(device.acknowledged, device.accepted);
  EXPECT_EQ(device.otherwise, 0u);
  EXPECT_TRUE(device.session->stats().backlog.empty());
}

TEST(Simulation, AYearOfABadLink) {
  Device device{7, 10min};
  const Instant end = device.network.time + 365 * 24h;
  std::size_t trouble = 0;
  while (device.network.time < end) {
    test::Weather& weather = device.network.weather;
    weather.loss = 0.3 * device.network.random.part();
    weather.latency = Duration{static_cast<std::int64_t>(800'000 * device.network.random.part())};
    const Duration good{static_cast<std::int64_t>(6.0 * 3600e6 * device.network.random.part())};
    device.run_until(device.network.time + good);
    const Duration bad{static_cast<std::int64_t>(900e6 * device.network.random.part())};
    switch (trouble++ % 7) {
      case 0: weather.is_cut = true; break;  // half-open: nobody is told
      case 1:
        weather.has_names = false;
        ++weather.life;
        break;
      case 2: ++weather.life; break;  // the server restarts, quickly
      case 3:
        weather.is_server_up = false;
        ++weather.life;
        break;
      case 4:
        weather.is_portal = true;
        ++weather.life;
        break;
      case 5: device.network.time += bad; break;  // the clock jumps: the device was suspended
      default:                                    // the link flaps
        for (int i = 0; i < 20; ++i) {
          weather.is_cut = !weather.is_cut;
          device.run_until(device.network.time + bad / 20);
        }
        break;
    }
    device.run_until(device.network.time + bad);
    weather.is_cut = weather.is_portal = false;
    weather.has_names = weather.is_server_up = true;
  }
  device.settle();
  expect_all_delivered_once(device);
  const Stats stats = device.session->stats();
  EXPECT_GT(device.accepted, 50'000u);
  EXPECT_GT(trouble, 2'000u);
  EXPECT_GT(stats.connects, 1'000u);
  EXPECT_GT(stats.count(Cause::name), 100u);
  EXPECT_GT(stats.count(Cause::no_server), 100u);
  EXPECT_GT(stats.count(Cause::dead), 50u);
  EXPECT_EQ(stats.attempts, device.network.connections);
}

/// One line of the table: ten cuts of a length, events every five seconds.
std::string row(double loss, Duration latency, Duration cut) {
  Device device{42, 5s};
  device.network.weather.loss = loss;
  device.network.weather.latency = latency;
  for (int i = 0; i < 10; ++i) {
    device.run_until(device.network.time + 2min);
    device.network.weather.is_cut = true;
    device.run_until(device.network.time + cut);
    device.network.weather.is_cut = false;
    // A cut shorter than the patience of TCP is a pause and no more: nothing ends.
    if (device.session->state() != Session::State::open) device.back_at = device.network.time;
  }
  const std::size_t during = device.network.ledger.duplicates();
  device.settle();
  expect_all_delivered_once(device);
  std::ranges::sort(device.recoveries);
  const auto milliseconds = [&](std::size_t part) {
    return device.recoveries.empty()
               ? 0l
               : static_cast<long>(device.recoveries[(device.recoveries.size() - 1) * part / 2] / 1ms);
  };
  std::array<char, 160> line{};
  std::snprintf(line.data(), line.size(),
                "%4.0f %%  %5ld ms  %5ld s  %6zu  %9zu  %4zu  %10zu  %4zu  %6ld ms  %6ld ms\n", loss * 100,
                static_cast<long>(latency / 1ms), static_cast<long>(cut / 1s), device.accepted,
                device.network.ledger.delivered, device.accepted - device.network.ledger.delivered, during,
                device.recoveries.size(), milliseconds(1), milliseconds(2));
  return line.data();
}

TEST(Simulation, TheTableIsAsReviewed) {
  std::string table =
      "loss    latency      cut    sent  delivered  lost  duplicates  back    median     longest\n";
  for (const double loss : {0.0, 0.05, 0.2}) {
    for (const Duration latency : {Duration{20ms}, Duration{500ms}}) {
      for (const Duration cut : {Duration{10s}, Duration{60s}, Duration{10min}})
        table += row(loss, latency, cut);
    }
  }
  EXPECT_EQ(table, test::kReviewedTable)
      << "review the difference; then tests/simulation/snapshot.hpp has it";
}

}  // namespace
}  // namespace linnet::session
