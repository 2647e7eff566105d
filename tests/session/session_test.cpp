// SPDX-License-Identifier: Apache-2.0
// A session over links that fail, against servers that do as a plan says.
#include "linnet/session/session.hpp"

#include <gtest/gtest.h>

#include "support/sample_security.hpp"
#include "support/session_owner.hpp"

namespace linnet::session {
namespace {

using test::Bearer;
using test::head_of;
using test::Plan;
using test::SampleSecurity;
using test::SessionOwner;
using test::World;

std::string refusal(std::string_view status, std::string_view field = "Content-Length: 0") {
  return head_of(status, {field, "Content-Length: 0"});
}
const Plan kUnreachable{.open_error = Errc::host_unreachable};

TEST(Session, OpensSendsAndCloses) {
  World world;
  SessionOwner owner{world};
  ASSERT_TRUE(owner.start().send_text("hello"));  // before it is open
  owner.run_to("<hello>");
  owner.session->request_stop();
  EXPECT_EQ(owner.run(), "connecting(world) opened 1:sent <hello> close 1000 closed");
  EXPECT_EQ(owner.session->stats().connects, 1u);
  EXPECT_EQ(owner.session->stats().messages_in, 1u);
  EXPECT_GT(owner.session->stats().bytes_in, 100u);
  EXPECT_FALSE(owner.session->send_text("late"));
}

TEST(Session, ComesBackAfterEachWayToEnd) {
  World world;
  world.plans = {{.opening_error = Errc::host_not_found},
                 {.opening_error = Errc::connection_refused},
                 {.is_silent = true},
                 {.answer = refusal("HTTP/1.1 500 Internal Server Error")},
                 {.answer = "SSH-2.0-OpenSSH\r\n\r\n"},
                 {}};
  SessionOwner owner{world};
  owner.run_to("opened");
  world.line().reset();
  owner.run_to("opened");
  world.line().hang_up();
  world.line().say(" ");
  owner.run_to("opened");
  EXPECT_EQ(
      owner.log,
      "connecting(world) offline(name) connecting(world) offline(link) connecting(world) offline(timeout) "
      "connecting(world) offline(refused) connecting(world) offline(no server) connecting(world) opened "
      "offline(lost) connecting(world) opened offline(lost) connecting(world) opened ");
  const Stats stats = owner.session->stats();
  EXPECT_EQ(stats.attempts, 8u);
  EXPECT_EQ(stats.connects, 3u);
  EXPECT_EQ(stats.count(Cause::lost), 2u);
  EXPECT_EQ(stats.count(Cause::name), 1u);
}

TEST(Session, ComesBackAfterACleanCloseByTheServerAndNeverAfterOurs) {
  World world;
  SessionOwner owner{world};
  owner.run_to("opened");
  (void)world.line().server().close(ws::CloseCode::going_away, "", world.time);
  owner.run_to("opened");
  EXPECT_EQ(owner.log, "connecting(world) opened close 1001 offline(none) connecting(world) opened ");
  EXPECT_EQ(owner.session->stats().closed_by_peer, 1u);
  owner.session->request_stop();
  owner.run();
  EXPECT_EQ(owner.count("connecting"), 2u);
}

TEST(Session, WithoutReconnectionTheFirstEndIsTheLast) {
  World world;
  world.plans = {kUnreachable};
  SessionOwner owner{world};
  owner.config.reconnect.enabled = false;
  EXPECT_EQ(owner.run(), "connecting(world) offline(link) closed");
  EXPECT_EQ(owner.session->failure()->error, Errc::host_unreachable);
}

TEST(Session, AttemptsMayBeLimited) {
  World world;
  world.plans = {kUnreachable};
  SessionOwner owner{world};
  owner.config.reconnect.max_attempts = 3;
  owner.run();
  EXPECT_EQ(owner.count("connecting"), 3u);
  EXPECT_TRUE(owner.log.ends_with("offline(link) closed"));
}

TEST(Session, OnlyAttemptsInARowCount) {
  World world;
  world.plans = {kUnreachable, kUnreachable, {.hangs_up = true}, kUnreachable, kUnreachable, kUnreachable};
  SessionOwner owner{world};
  owner.config.reconnect.max_attempts = 3;
  owner.run();
  EXPECT_EQ(owner.count("connecting"), 6u);
}

// ---- What the server asks for ----

TEST(Session, RetryAfterIsHonouredAndHasItsLimit) {
  World world;
  const std::string busy = refusal("HTTP/1.1 503 Service Unavailable", "Retry-After: 120");
  const std::string for_good = refusal("HTTP/1.1 429 Too Many Requests", "retry-after:\t99999999");
  world.plans = {{.answer = busy}, {.answer = for_good}, {}};
  SessionOwner owner{world};
  owner.config.reconnect.longest_hint = 10min;
  owner.run_to("opened");
  ASSERT_EQ(owner.pauses.size(), 2u);
  EXPECT_GE(owner.pauses[0], 120s);
  EXPECT_LE(owner.pauses[0], 132s);
  EXPECT_GE(owner.pauses[1], 10min);
  // The spread is a tenth of what was asked, capped only by what a random wait can be.
  EXPECT_LE(owner.pauses[1], 10min + 72min);
}

TEST(Session, RetryAfterMayBeADateOfTheServersClock) {
  World world;
  world.plans = {{.answer = head_of("HTTP/1.1 503 Service Unavailable",
                                    {"Retry-After: Sun, 06 Nov 1994 08:54:37 GMT", "Content-Length: 0",
                                     "Date: Sun, 06 Nov 1994 08:49:37 GMT"})},
                 {.answer = refusal("HTTP/1.1 503 Busy", "Retry-After: Sun, 06 Nov 1994 08:54:37 GMT")},
                 {}};
  SessionOwner owner{world};
  owner.run_to("opened");
  ASSERT_EQ(owner.pauses.size(), 2u);
  EXPECT_GE(owner.pauses[0], 5min);
  EXPECT_LE(owner.pauses[0], 5min + 30s);
  // Without its Date it tells nothing, and a busy server is given what a busy server is given.
  EXPECT_GE(owner.pauses[1], 10s);
  EXPECT_LE(owner.pauses[1], 30s);
}

TEST(Session, ARestartingServerIsGivenTime) {
  for (const unsigned code : {1012u, 1013u}) {
    World world;
    SessionOwner owner{world};
    owner.run_to("opened");
    owner.run_for(60s);
    (void)world.line().server().close(static_cast<ws::CloseCode>(code), "", world.time);
    owner.run_to("offline");
    EXPECT_GE(owner.pauses.back(), code == 1012 ? 5s : 10s);
    EXPECT_LE(owner.pauses.back(), 30s);
    owner.run_to("opened");
  }
}

TEST(Session, WhatIsHopelessEndsItUnlessTheOwnerSaysOtherwise) {
  for (const char* status : {"401 Unauthorized", "403 Forbidden", "404 Not Found"}) {
    World world;
    world.plans = {{.answer = refusal("HTTP/1.1 " + std::string{status})}};
    SessionOwner owner{world};
    EXPECT_EQ(owner.run(), "connecting(world) offline(refused, hopeless) closed") << status;
  }
  World world;
  world.plans = {{.answer = refusal("HTTP/1.1 401 Unauthorized")}, {}};
  SessionOwner owner{world};
  owner.on_event = [&](const Event& event) {
    if (event.kind == Event::offline) owner.session->retry_in(15min);
  };
  const Instant start = world.time;
  owner.run_to("opened");
  EXPECT_EQ(world.time - start, 15min);
}

// ---- Links ----

struct TwoLinks {
  TwoLinks() : owner{world, {&wifi, {&cellular, Cost::metered}}} {}
  World world;
  Bearer wifi{world, "wifi"}, cellular{world, "cellular"};
  SessionOwner owner;
};

TEST(SessionLinks, TheOtherLinkTakesOverAtOnceAndThePreferredOneReturns) {
  TwoLinks links;
  links.wifi.plans = {kUnreachable};
  const Instant start = links.world.time;
  links.owner.run_to("opened");
  EXPECT_EQ(links.owner.log, "connecting(wifi) offline(link) connecting(cellular) opened ");
  EXPECT_EQ(links.world.time, start);  // nothing was waited for
  links.owner.run_for(10min);
  EXPECT_EQ(links.owner.count("opened"), 1u);  // looked at, and left alone
  EXPECT_GT(links.owner.session->stats().probes, 2u);
  EXPECT_LT(links.owner.session->stats().probes, 8u);
  links.wifi.plans = {{}};
  links.owner.run_to("opened");
  EXPECT_TRUE(links.owner.log.ends_with("close 1001 offline(none) connecting(wifi) opened "))
      << links.owner.log;
  EXPECT_EQ(links.owner.session->stats().link_changes, 1u);
  EXPECT_EQ(links.owner.session->link_name(), "wifi");
}

TEST(SessionLinks, ALinkThatIsUpButDoesNotReachTheServerCountsAsDown) {
  const std::string portal =
      head_of("HTTP/1.1 200 OK", {"Content-Type: text/html", "Content-Length: 5"}) + "login";
  for (const Plan& plan : {Plan{.answer = portal}, Plan{.is_silent = true}, Plan{.opening = 1h}}) {
    TwoLinks links;
    links.wifi.plans = {plan};
    links.owner.run_to("opened");
    EXPECT_EQ(links.owner.session->link_name(), "cellular");
  }
}

TEST(SessionLinks, ALinkThatComesAndGoesIsNotRunAfter) {
  TwoLinks links;
  // It can always be connected to, but what answers is a portal.
  links.wifi.plans = {{.answer = refusal("HTTP/1.1 200 OK")}};
  links.owner.run_for(24h);
  const Stats stats = links.owner.session->stats();
  EXPECT_LT(links.wifi.opens, 250);  // two each quarter of an hour
  EXPECT_EQ(links.owner.session->link_name(), "cellular");
  EXPECT_EQ(stats.link_changes, 0u);
}

TEST(SessionLinks, AMeteredLinkSendsOnlyWhatMatters) {
  TwoLinks links;
  links.wifi.plans = {kUnreachable};
  links.owner.run_to("opened");
  Session& session = *links.owner.session;
  ASSERT_TRUE(session.send({.payload = as_bytes("chatter"), .priority = Priority::low}));
  ASSERT_TRUE(session.send({.payload = as_bytes("alarm"), .priority = Priority::high}));
  links.owner.run_to("<alarm>");
  links.owner.run_for(1min);
  EXPECT_EQ(links.owner.count("<chatter>"), 0u);
  links.wifi.plans = {{}};
  links.owner.run_to("<chatter>");
  EXPECT_EQ(session.link_name(), "wifi");
}

TEST(SessionLinks, WhatLinksDidToWorkAgainIsCounted) {
  TwoLinks links;
  links.owner.run_to("opened");
  EXPECT_EQ(links.owner.session->stats().recoveries, (std::array<std::uint32_t, 5>{}));
  links.wifi.rungs = {1, 0, 2, 0, 0};
  links.cellular.rungs = {3, 0, 0, 0, 9};
  EXPECT_EQ(links.owner.session->stats().recoveries, (std::array<std::uint32_t, 5>{4, 0, 2, 0, 9}));
}

TEST(SessionLinks, HopelessIsOnlyWhereNoLinkHasHope) {
  TwoLinks links;
  links.wifi.plans = {kUnreachable};
  links.cellular.plans = {kUnreachable};
  links.cellular.hopeless = true;  // no SIM card
  links.owner.run_for(5min);
  EXPECT_FALSE(links.owner.is_over);
  links.wifi.hopeless = true;
  links.owner.run();
  EXPECT_TRUE(links.owner.log.ends_with("offline(link, hopeless) closed")) << links.owner.log;
}

TEST(SessionLinks, ARefusalByTheServerIsNoFaultOfTheLink) {
  TwoLinks links;
  links.wifi.plans = {{.answer = refusal("HTTP/1.1 500 Oops")}, {}};
  links.owner.run_to("opened");
  EXPECT_EQ(links.cellular.opens, 0);
}

// ---- TLS ----

TEST(Session, CountsHandshakesThatWereResumed) {
  World world;
  SampleSecurity security;
  SessionOwner owner{world};
  owner.config.url = "wss://host.example/";
  owner.config.security = &security;
  bool resumed = true;
  owner.on_event = [&](const Event& event) {
    if (event.kind == Event::opened) resumed = event.security->resumed;
  };
  owner.run_to("opened");
  EXPECT_FALSE(resumed);
  security.resumes = true;
  world.line().reset();
  owner.run_to("opened");
  EXPECT_TRUE(resumed);
  EXPECT_EQ(owner.session->stats().tls_handshakes, 2u);
  EXPECT_EQ(owner.session->stats().tls_resumed, 1u);
}

TEST(Session, ARefusedCertificateIsHopeless) {
  World world;
  SampleSecurity security;
  security.outcome = Errc::bad_certificate;
  SessionOwner owner{world};
  owner.config.url = "wss://host.example/";
  owner.config.security = &security;
  EXPECT_EQ(owner.run(), "connecting(world) offline(certificate, hopeless) closed");
}

TEST(Session, TellsHowLittleMemoryWasLeftWhereThePortKnows) {
  struct Small final : Resources {
    std::optional<std::uint32_t> least_free_heap() const noexcept override { return 4321; }
  } small;
  World world;
  SessionOwner owner{world};
  EXPECT_FALSE(owner.start().stats().least_free_heap);
  owner.config.resources = &small;
  EXPECT_EQ(owner.start().stats().least_free_heap, 4321u);
  EXPECT_FALSE(owner.session->stats().least_free_stack);
}

// ---- Log ----

TEST(Session, LogsWhatHappens) {
  struct Sink final : Log {
    void entry(Instant, LogLevel, std::string_view layer, std::string_view event,
               std::span<const LogField> fields) override {
      text += std::string{layer} + "." + std::string{event};
      for (const LogField& field : fields)
        text += " " + std::string{field.name} + "=" +
                (field.is_number ? std::to_string(field.number) : std::string{field.text});
      text += "\n";
    }
    std::string text;
  } sink;
  World world;
  world.plans = {kUnreachable, {}};
  SessionOwner owner{world};
  owner.config.log = &sink;
  owner.config.reconnect.backoff = {.first = 0s, .longest = 0s};
  owner.run_to("opened");
  owner.session->request_stop();
  owner.run();
  EXPECT_EQ(sink.text,
            "session.connecting link=world failed=0\n"
            "session.offline link=world cause=link failed=1 retry_ms=0\n"
            "session.connecting link=world failed=1\n"
            "session.opened link=world took_ms=0\n"
            "session.stopping code=1000\n"
            "session.closed\n");
}

}  // namespace
}  // namespace linnet::session
