// SPDX-License-Identifier: Apache-2.0
// A session::Session over TLS, both ends ours: what it keeps over a restart, and ten thousand reconnections
// of which each step fails in turn.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include "linnet/session/journal.hpp"
#include "support/failing_calloc.hpp"
#include "support/session_owner.hpp"
#include "support/tls_world.hpp"

namespace linnet {
namespace {

using namespace test;
using session::Event;
using session::Journal;

/// Servers that speak TLS.
struct SecureWorld {
  SecureWorld() : server{{.clock = &clock}, entropy} {
    EXPECT_TRUE(server.load({.credentials = test_server().credentials()}));
    world.secure = [this](net::Stream& raw, Instant now) {
      const auto accepted = server.accept(raw, now);
      EXPECT_TRUE(accepted);
      return std::shared_ptr<net::Stream>{*accepted, [this](net::Stream* gone) { server.give_back(*gone); }};
    };
  }
  FixedClock clock;
  SeededEntropy entropy{11};
  tls::Server server;
  World world;
};

/// From one start to the next: what it does not put into the journal is lost.
struct Life {
  Life(SecureWorld& of, session::Store* store, Bytes authorities = test_authority().pem())
      : tls{{.authorities = authorities, .clock = &of.clock}, entropy}, owner{of.world} {
    owner.config.url = "wss://device.test/";
    owner.config.security = &tls;
    owner.config.store = store;
    owner.sessions = room;
    owner.on_event = [this](const Event& event) {
      if (event.kind == Event::opened) report = *event.security;
    };
  }
  /// A connection, and a message that comes back.
  net::SecurityReport talk() {
    owner.run_to("opened");
    EXPECT_TRUE(owner.session->send_text("hello"));
    owner.run_to("<hello>");
    owner.run_for(1s);
    return report;
  }

  SeededEntropy entropy{12};
  tls::Client tls;
  SessionOwner owner;
  net::SecurityReport report;
  std::array<std::byte, 4096> room;
};

/// What deep sleep leaves: the memory, and nothing of the journal's own.
struct Flash {
  Flash() { EXPECT_TRUE(open().format()); }
  Journal& open() {
    journal.emplace(medium, table);
    EXPECT_TRUE(journal->open());
    return *journal;
  }
  std::array<std::byte, 16'384> bytes{};
  session::MemoryMedium medium{bytes};
  std::array<Journal::Entry, 16> table;
  std::optional<Journal> journal;
};

TEST(TlsLasting, ASessionOfTlsOutlivesTheDevice) {
  SecureWorld world;
  Flash flash;
  {
    Life first{world, &flash.open()};
    const net::SecurityReport full = first.talk();
    EXPECT_FALSE(full.resumed);
    EXPECT_GT(full.handshake_bytes, 1'024u);
    // Here the power goes: nobody has said goodbye.
  }
  for (int wakening = 0; wakening < 3; ++wakening) {
    Life woken{world, &flash.open()};
    const net::SecurityReport resumed = woken.talk();
    EXPECT_TRUE(resumed.resumed) << wakening;
    EXPECT_TRUE(resumed.verified);
    EXPECT_LE(resumed.handshake_bytes, 1'024u);
    EXPECT_EQ(woken.owner.session->stats().tls_resumed, 1u);
    woken.owner.session->request_stop();
    woken.owner.run();
  }
  EXPECT_EQ(world.server.statistics().resumed, 3u);
}

TEST(TlsLasting, ReconnectingDoesNotWearTheStore) {
  SecureWorld world;
  Flash flash;
  Life life{world, &flash.open()};
  (void)life.talk();
  const std::uint64_t written = flash.journal->stats().written;
  EXPECT_GT(written, 200u);
  for (int i = 0; i < 50; ++i) {
    world.world.line().reset();
    EXPECT_TRUE(life.talk().resumed);
  }
  EXPECT_EQ(flash.journal->stats().written, written);
}

TEST(TlsLasting, WhatIsDamagedOrOfAnotherTrustIsNoHarm) {
  SecureWorld world;
  Flash flash;
  (void)Life{world, &flash.open()}.talk();
  {
    const TestAuthority other{"Another CA"};
    const std::string both = other.certificate() + test_authority().certificate();
    // A firmware that trusts one more.
    EXPECT_FALSE(Life(world, &flash.open(), tls::pem(both.c_str())).talk().resumed);
    EXPECT_TRUE(Life(world, &flash.open(), tls::pem(both.c_str())).talk().resumed);
  }
  ASSERT_TRUE(flash.open().put("tls", as_bytes("not what it should be")));
  EXPECT_FALSE(Life(world, &flash.open()).talk().resumed);
  EXPECT_TRUE(Life(world, &flash.open()).talk().resumed);
  ASSERT_TRUE(flash.open().remove("tls"));
  EXPECT_FALSE(Life(world, &flash.open()).talk().resumed);
}

TEST(TlsLasting, WithoutRoomOrStoreNothingIsKept) {
  SecureWorld world;
  Flash flash;
  {
    Life life{world, &flash.open()};
    life.owner.sessions = {};
    (void)life.talk();
  }
  EXPECT_EQ(flash.open().get("tls", {}), 0u);
  (void)Life{world, nullptr}.talk();
}

// ---- Ten thousand reconnections ----

const std::string kPortal = head_of("HTTP/1.1 200 OK", {"Content-Length: 0"});
const std::string kBusy = head_of("HTTP/1.1 503 Busy", {"Retry-After: 1", "Content-Length: 0"});

/// The n-th attempt: each step fails in turn, TLS at every byte of its handshake, by a close and by silence.
Plan plan_of(std::size_t n) {
  constexpr std::size_t kLongest = 1'500;  // bytes of a full handshake, both ways
  const std::uint64_t at = n / 40 * 7 % kLongest;
  switch (n % 40) {
    case 1: return {.open_error = Errc::host_unreachable};
    case 2: return {.opening = 100ms, .opening_error = Errc::host_not_found};
    case 3: return {.opening = 100ms, .opening_error = Errc::connection_refused};
    case 4: return {.opening = 1h};
    case 5: return {.faults = {.close_after = at}};
    case 15: return {.faults = {.drop_after = at}};
    case 25: return {.faults = {.fail_operation = 1 + n / 40 % 12}};
    case 7: return {.is_silent = true};
    case 8: return {.answer = kPortal};
    case 9: return {.answer = kBusy};
    case 10: return {.answer = "no HTTP at all\r\n\r\n"};
    case 11: return {.answer = accepting({"Sec-WebSocket-Protocol: never-offered"})};
    case 12: return {.hangs_up = true};
    default: return {};
  }
}

struct Reconnections {
  explicit Reconnections(SecureWorld& of) : world{of}, life{of, nullptr} {
    world.world.forgets = true;
    life.owner.on_event = {};
    life.owner.start();
  }
  /// One attempt, and what comes of it; returns how late it was past its deadline.
  Duration once(std::size_t n) {
    World& w = world.world;
    session::Session& session = *life.owner.session;
    w.plans.assign(1, plan_of(n));
    // Its certificate is over, and what was kept of it too: the verdict is hopeless, and its owner disagrees.
    world.clock.time = n % 400 == 39 ? kTodayUnix + 31 * 86'400 : kTodayUnix;
    Instant begun = w.time;
    Instant ended = w.time;
    bool was_open = false;
    while (!w.is_stuck) {
      const std::size_t before = allocations() - w.allocated;
      const auto event = session.poll(w.time);
      const Instant due = session.deadline();
      grown += allocations() - w.allocated - before;
      if (!event) {
        (void)w.wait(due);
        continue;
      }
      if (event->kind == Event::connecting) begun = w.time;
      if (event->kind == Event::opened) was_open = session.send_text("x").has_value();
      if (event->kind == Event::message) w.line().reset();
      if (event->kind != Event::offline) continue;
      ended = w.time;
      session.retry_in(0s);
      ++causes[static_cast<std::size_t>(event->outage.cause)];
      break;
    }
    return was_open ? 0s : std::max<Duration>(ended - begun - life.owner.config.connect_timeout, 0s);
  }

  SecureWorld& world;
  Life life;
  std::size_t grown = 0;  // allocations by operator new, which the session makes none of
  std::array<std::size_t, session::kCauses> causes{};
};

TEST(TlsLasting, TenThousandReconnectionsWithEachStepFailingGrowNothing) {
  SecureWorld world;
  Reconnections all{world};
  constexpr std::size_t kCount = 10'000;
  constexpr std::size_t kRound = 1'000;
  std::vector<std::size_t> heap;
  heap.reserve(kCount / kRound);
  for (std::size_t first = 0; first < kCount; first += kRound) {
    // On a thread of its own: with it goes what the C library keeps at hand and counts as in use.
    std::thread{[&] {
      for (std::size_t n = first; n < first + kRound; ++n) {
        ASSERT_EQ(all.once(n), 0s) << n;
        ASSERT_FALSE(world.world.is_stuck);
      }
    }}.join();
    heap.push_back(heap_in_use());
  }
  EXPECT_EQ(all.grown, 0u);
  // A session that is kept, and numbers of the arithmetic, are some bytes longer or shorter: a few hundred in
  // all. The rarest of the steps comes a dozen times in each half, and would leave more than that.
  constexpr std::size_t kWavering = 512;
  const auto middle = heap.begin() + static_cast<std::ptrdiff_t>(heap.size() / 2);
  EXPECT_LE(*std::max_element(middle, heap.end()), *std::max_element(heap.begin(), middle) + kWavering);
  const session::Stats stats = all.life.owner.session->stats();
  EXPECT_EQ(stats.attempts, kCount);
  EXPECT_GT(stats.connects, 6'000u);
  EXPECT_GT(stats.tls_resumed, 6'000u);
  EXPECT_GT(stats.tls_handshakes - stats.tls_resumed, 200u);
  using session::Cause;
  for (const Cause cause : {Cause::link, Cause::name, Cause::timeout, Cause::certificate, Cause::refused,
                            Cause::no_server, Cause::lost})
    EXPECT_GT(stats.count(cause), 20u) << describe(cause);
}

}  // namespace
}  // namespace linnet
