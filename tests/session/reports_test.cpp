// SPDX-License-Identifier: Apache-2.0
// What users of other libraries have reported, as tests: each name says what went wrong there.
#include <gtest/gtest.h>

#include "support/allocations.hpp"
#include "support/sample_security.hpp"
#include "support/session_owner.hpp"

namespace linnet::session {
namespace {

using test::head_of;
using test::Plan;
using test::SampleSecurity;
using test::SessionOwner;
using test::World;

const Plan kUnreachable{.open_error = Errc::host_unreachable};

// ---- Stopping ----

TEST(Reported, AConnectThatFailsAtOnceMakesTheNextStopWaitForEver) {
  for (int before = 0; before < 6; ++before) {
    World world;
    world.plans = {kUnreachable};
    SessionOwner owner{world};
    owner.start();
    for (int turn = 0; turn < before; ++turn) {
      if (const auto event = owner.session->poll(world.time)) owner.note(*event);
    }
    const Instant start = world.time;
    EXPECT_TRUE(owner.session->wait_stopped(world.time + 1ms)) << before;
    EXPECT_EQ(world.time, start);
    EXPECT_TRUE(owner.session->is_stopped());
  }
}

TEST(Reported, StopWaitsForTheWholeTimeOutOfAConnect) {
  World world;
  const std::vector<Plan> stuck{{.opening = 1h}, {.is_silent = true}, {.thinking = 1h}};
  for (const Plan& plan : stuck) {
    world.plans = {plan};
    SessionOwner owner{world};
    owner.run_for(1s);
    const Instant start = world.time;
    owner.session->request_stop();
    owner.session->request_stop();  // and again
    owner.run();
    EXPECT_EQ(world.time, start);
    EXPECT_TRUE(owner.is_over);
  }
}

TEST(Reported, StopHangsWhereThePeerDoesNotAnswer) {
  World world;
  world.plans = {{.is_deaf = true}};
  SessionOwner owner{world};
  owner.config.stop_timeout = 2s;
  owner.run_to("opened");
  const Instant start = world.time;
  owner.session->request_stop();
  owner.run();
  EXPECT_EQ(world.time - start, 2s);
}

TEST(Reported, WaitingForTheEndHasAnEnd) {
  World world;
  world.plans = {{.is_deaf = true}};
  SessionOwner owner{world};
  owner.run_to("opened");
  const Instant start = world.time;
  EXPECT_FALSE(owner.session->wait_stopped(start + 100ms));
  EXPECT_EQ(world.time - start, 100ms);
  EXPECT_TRUE(owner.session->is_stopped());
  EXPECT_TRUE(owner.session->wait_stopped(start));  // idempotent
}

TEST(Reported, StopAndSendFromInsideTheHandlingOfAnEvent) {
  for (const Event::Kind kind :
       {Event::connecting, Event::opened, Event::message, Event::outcome, Event::offline}) {
    World world;
    world.plans = {{}, kUnreachable};
    SessionOwner owner{world};
    owner.on_event = [&](const Event& event) {
      if (event.kind == Event::opened) {
        EXPECT_TRUE(owner.session->send_text("from inside"));
      }
      if (event.kind == Event::message && kind == Event::offline) world.line().reset();
      if (event.kind == kind) owner.session->request_stop();
    };
    owner.run();
    EXPECT_TRUE(owner.is_over) << static_cast<int>(kind);
    EXPECT_TRUE(owner.log.ends_with("closed"));
  }
}

TEST(Reported, DestroyedAtAnyMomentItLeavesNothingBehind) {
  for (int turns = 0; turns < 40; ++turns) {
    World world;
    world.plans = {kUnreachable, {.opening = 1s}, {.thinking = 1s}, {.hangs_up = true}, {}};
    {
      SessionOwner owner{world};
      owner.start();
      for (int turn = 0; turn < turns; ++turn) (void)owner.session->wait_until(world.time + 10s);
      owner.session.reset();
    }
    for (const auto& line : world.lines) EXPECT_TRUE(line->is_closed);
  }
}

TEST(Reported, DestroyedAfterAStopItLeavesNothingBehind) {
  for (int turns = 0; turns < 20; ++turns) {
    for (const bool waits : {true, false}) {
      World world;
      world.plans = {kUnreachable, {.opening = 1s}, {.is_deaf = true}, {}};
      SessionOwner owner{world};
      owner.start();
      for (int turn = 0; turn < turns; ++turn) (void)owner.session->wait_until(world.time + 10s);
      (void)owner.session->send_text("never sent");
      owner.session->request_stop();
      if (waits) {
        (void)owner.session->wait_stopped(world.time + 1s);
      }
      owner.session.reset();
      for (const auto& line : world.lines) EXPECT_TRUE(line->is_closed);
    }
  }
}

// ---- Connecting ----

TEST(Reported, ConnectingTakesLongerThanItsTimeOutWhereTheAddressLookUpHangs) {
  World world;
  SampleSecurity security;
  security.handshake = 4s;
  // 4 s each: look-up and connection, TLS, the answer. Each by itself is within the limit, all are not.
  world.plans = {{.opening = 4s, .thinking = 4s}};
  SessionOwner owner{world};
  owner.config.url = "wss://host.example/";
  owner.config.security = &security;
  owner.config.connect_timeout = 10s;
  const Instant start = world.time;
  owner.run_to("offline(timeout)");
  EXPECT_EQ(world.time - start, 10s);
}

TEST(Reported, AFixedIntervalBringsAllClientsBackAtOnce) {
  std::vector<Duration> firsts;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    World world;
    world.plans = {kUnreachable};
    SessionOwner owner{world};
    owner.entropy.seed(seed);
    owner.run_until([&] { return owner.pauses.size() == 12; });
    for (std::size_t i = 0; i < owner.pauses.size(); ++i)
      EXPECT_LE(owner.pauses[i],
                Backoff{owner.config.reconnect.backoff}.limit(static_cast<std::uint32_t>(i + 1)));
    firsts.push_back(owner.pauses[11]);
  }
  std::ranges::sort(firsts);
  EXPECT_LT(firsts[20], 6s);    // spread evenly
  EXPECT_GT(firsts[180], 24s);  // over the whole half minute
}

TEST(Reported, TheBackoffIsNeverResetOrTooSoon) {
  World world;
  SessionOwner owner{world};
  for (int i = 0; i < 8; ++i) {  // open for moments only
    owner.run_to("opened");
    world.line().reset();
  }
  owner.run_to("opened");
  const std::size_t brief = owner.pauses.size();
  EXPECT_GT(*std::ranges::max_element(owner.pauses), 1s);  // it has grown, though each attempt opened
  owner.run_for(owner.config.reconnect.stable_after);
  world.line().reset();
  owner.run_to("opened");
  EXPECT_LE(owner.pauses[brief], owner.config.reconnect.backoff.first);
}

TEST(Reported, FourCookiesAndALongFieldOfALoadBalancerFailTheHandshake) {
  World world;
  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\nupgrade:WebSocket\r\nCONNECTION: keep-alive,  upgrade\r\n";
  for (int i = 0; i < 4; ++i)
    answer += "Set-Cookie: AWSALB" + std::to_string(i) + "=" + std::string(180, 'c') + "; Path=/\r\n";
  answer += "X-Trace: " + std::string(3000, 't') + "\r\n";
  answer += "sec-websocket-ACCEPT:  {accept} \r\n\r\n";
  world.plans = {{.answer = answer, .faults = {.read_limit = 7}}};
  SessionOwner owner{world};
  owner.run_to("opened");
}

// ---- Liveness ----

TEST(Reported, HeartbeatSettingsThatCannotWorkAreTaken) {
  World world;
  const auto setting = [&](Duration ping, Duration liveness) {
    SessionOwner owner{world};
    owner.config.client.connection.heartbeat = {.ping_interval = ping, .liveness_timeout = liveness};
    owner.run();
    EXPECT_TRUE(owner.is_over || owner.session);
    const auto& failure = owner.session->failure();
    if (!failure) return Setting::none;
    EXPECT_EQ(failure->error.code, Errc::invalid_argument);
    return static_cast<Setting>(failure->error.detail);
  };
  EXPECT_EQ(setting(30s, 20s), Setting::liveness_timeout);
  EXPECT_EQ(setting(30s, 59s), Setting::liveness_timeout);
  EXPECT_EQ(setting(0s, 60s), Setting::ping_interval);
  EXPECT_EQ(setting(-1s, 60s), Setting::ping_interval);
}

TEST(Reported, ADeadPeerIsNotNoticed) {
  World world;
  SessionOwner owner{world};
  owner.run_to("opened");
  owner.run_for(30s);
  world.line().faulty().faults().drop_after = world.line().faulty().crossed();  // half-open
  const Instant start = world.time;
  owner.run_to("offline(dead)");
  EXPECT_LE(world.time - start, owner.config.client.connection.heartbeat.liveness_timeout);
}

TEST(Reported, AClockThatJumpsEndsTheConnectionOrHangsIt) {
  for (const Duration jump : {Duration{-1h}, Duration{-1s}, Duration{1s}}) {
    World world;
    SessionOwner owner{world};
    owner.run_to("opened");
    owner.run_for(5s);
    Session& session = *owner.session;
    ASSERT_TRUE(session.send_text("before"));
    // What an owner says about the time is not always true; a clock that steps back undoes nothing.
    for (int turn = 0; turn < 10; ++turn) {
      if (const auto event = session.poll(world.time + jump)) owner.note(*event);
    }
    EXPECT_EQ(session.state(), Session::State::open);
    ASSERT_TRUE(session.send_text("after"));
    owner.run_to("<after>");
  }
  // An hour forward, as a device that was suspended: whatever is left of the connection, it goes on.
  World world;
  SessionOwner owner{world};
  owner.run_to("opened");
  world.time += 1h;
  ASSERT_TRUE(owner.session->send({.payload = as_bytes("awake"), .policy = Policy::latest_wins}));
  owner.run_to("<awake>");
}

TEST(Reported, CountersOfTheFormerConnectionKillTheNewOne) {
  World world;
  SessionOwner owner{world};
  owner.run_to("opened");
  // Silent up to a moment before its death, then lost: the next has all of its time.
  world.line().faulty().faults().drop_after = world.line().faulty().crossed();
  owner.run_for(49s);
  world.line().reset();
  world.line().faulty().faults().fail_operation = 0;
  owner.run_to("opened");
  const Instant start = world.time;
  owner.run_for(10min);
  EXPECT_EQ(owner.session->state(), Session::State::open);
  EXPECT_EQ(world.time - start, 10min);
}

TEST(Reported, NobodyTellsTheRoundTripTime) {
  World world;
  SessionOwner owner{world};
  owner.run_to("pong");
  EXPECT_GT(owner.session->stats().round_trip, 0s);
  EXPECT_GT(owner.session->stats().smoothed_round_trip, 0s);
}

// ---- Sending ----

TEST(Reported, ASenderBlocksWhileALargeMessageArrives) {
  World world;
  SessionOwner owner{world};
  owner.run_to("opened");
  ASSERT_TRUE(owner.session->send_text(std::string(700, 'x')));
  bool sent = false;
  owner.on_event = [&](const Event& event) {
    // In the middle of what arrives: it is queued, and that is all.
    if (event.kind == Event::outcome && !sent) sent = owner.session->send_text("in between").has_value();
  };
  owner.run_to("<in between>");
  EXPECT_TRUE(sent);
}

TEST(Reported, SendDuringAnAbortCrashesOrBlocks) {
  World world;
  SessionOwner owner{world};
  owner.run_to("opened");
  world.line().reset();
  EXPECT_TRUE(owner.session->send_text("while it breaks"));
  owner.run_to("1:lost");  // at most once is what a plain message is promised, and its outcome is told
  EXPECT_TRUE(owner.session->send({.payload = as_bytes("again"), .policy = Policy::latest_wins}));
  owner.run_to("<again>");
}

TEST(Reported, TheQueueFillsAndNobodyLearnsWhatBecameOfIt) {
  World world;
  world.plans = {kUnreachable};
  SessionOwner owner{world};
  owner.start();
  int accepted = 0;
  Result<MessageId> last = MessageId{};
  while ((last = owner.session->send_text(std::string(100, 'q')))) ++accepted;
  EXPECT_EQ(fault(last.error()), Fault::capacity);
  EXPECT_GT(accepted, 5);
  world.plans = {{}};
  owner.run_until([&] { return static_cast<int>(owner.count(":sent")) == accepted; });
  EXPECT_EQ(static_cast<int>(owner.count(":sent")), accepted);
  EXPECT_TRUE(owner.session->send_text("there is room again"));
}

TEST(Reported, OldStatusesPileUpWhileItIsOffline) {
  World world;
  world.plans = {{.opening = 1min}, {}};
  SessionOwner owner{world};
  owner.config.connect_timeout = 2min;
  owner.start();
  for (int i = 0; i < 300; ++i) {
    const std::string status = "status " + std::to_string(i);
    ASSERT_TRUE(owner.session->send({.payload = as_bytes(status), .policy = Policy::latest_wins, .key = 1}));
    if (const auto event = owner.session->wait_until(world.time)) owner.note(*event);
  }
  owner.run_to("<status 299>");
  EXPECT_EQ(owner.count("<status"), 1u);
}

TEST(Reported, NothingTellsWhetherItWasSentBeforeASleep) {
  World world;
  world.plans = {{.is_deaf = true}};
  SessionOwner owner{world};
  owner.run_to("opened");
  Session& session = *owner.session;
  const auto send_event = [&] {
    const MessageId id = session.next_id();
    std::array<char, kLongestId> text{};
    return session.send({.payload = as_bytes(encode(id, text)), .policy = Policy::must_deliver, .id = id});
  };
  ASSERT_TRUE(send_event());
  session.flush(world.time + 3s);
  const Instant start = world.time;
  owner.run_to("flushed(1)");
  EXPECT_EQ(world.time - start, 3s);
  world.line().reset();
  world.plans = {{}};
  session.flush(world.time + 60s);
  owner.run_to("flushed(0)");
  EXPECT_EQ(owner.count(":acknowledged"), 1u);
}

TEST(Reported, FlushingDoesNotWaitForThePause) {
  World world;
  world.plans = {kUnreachable};
  SessionOwner owner{world};
  owner.config.reconnect.backoff = {.first = 10min, .longest = 1h};
  owner.run_to("offline");
  world.plans = {{}};
  ASSERT_TRUE(owner.session->send_text("good night"));
  owner.session->flush(world.time + 5s);
  const Instant start = world.time;
  owner.run_to("flushed(0)");
  EXPECT_EQ(world.time, start);
}

TEST(Reported, FlushingDoesNotHammerAServerThatIsGone) {
  World world;
  world.plans = {kUnreachable};
  SessionOwner owner{world};
  owner.run_to("offline");
  ASSERT_TRUE(owner.session->send_text("good night"));
  owner.session->flush(world.time + 10s);
  owner.run_to("flushed(1)");
  EXPECT_GT(owner.count("connecting"), 15u);
  EXPECT_LT(owner.count("connecting"), 80u);
}

// ---- Memory ----

TEST(Reported, EachReconnectionLosesMemory) {
  World world;
  world.forgets = true;
  const Plan failures[] = {kUnreachable,
                           {.opening = 100ms, .opening_error = Errc::host_not_found},
                           {.opening = 100ms, .opening_error = Errc::connection_refused},
                           {.is_silent = true},
                           {.answer = head_of("HTTP/1.1 200 OK", {"Content-Length: 0"})},
                           {.answer = head_of("HTTP/1.1 503 Busy", {"Retry-After: 1", "Content-Length: 0"})},
                           {.answer = "no HTTP at all\r\n\r\n"},
                           {.answer = test::accepting({"Sec-WebSocket-Protocol: never-offered"})},
                           {.hangs_up = true},
                           {.faults = {.fail_operation = 3}},
                           {.faults = {.close_after = 300}},
                           {}};
  SessionOwner owner{world};
  owner.start();
  std::size_t turn = 0, grown = 0, reconnects = 0;
  while (reconnects < 10'000 && !world.is_stuck) {
    world.plans.assign(1, failures[turn++ % std::size(failures)]);
    std::optional<Event> event;
    do {
      const std::size_t before = test::allocations() - world.allocated;
      event = owner.session->poll(world.time);
      const Instant due = owner.session->deadline();
      grown += test::allocations() - world.allocated - before;
      if (!event) (void)world.wait(due);
      if (event && event->kind == Event::opened) (void)owner.session->send_text("x");
      if (event && event->kind == Event::message) world.line().reset();
    } while (!event || event->kind != Event::offline);
    ++reconnects;
  }
  EXPECT_EQ(grown, 0u);
  EXPECT_EQ(owner.session->stats().attempts, 10'000u);
  EXPECT_GT(owner.session->stats().connects, 800u);
}

}  // namespace
}  // namespace linnet::session
