// SPDX-License-Identifier: Apache-2.0
// How a session gets to its server, or does not: the link, the time it may take, refusals, redirects,
// credentials.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/conversation_owner.hpp"

namespace linnet::session {
namespace {

using test::head_of;
using test::Owner;
using test::Plan;
using test::World;

std::string ended(std::string_view stage, Errc why) {
  return "closed: " + std::string{stage} + ": " + std::string{describe(why)};
}

/// The story of a session with `url` in a world of these plans, closed as soon as it has opened.
std::string story(World& world, std::string_view url = "ws://host.example/path") {
  Owner owner{world, url};
  owner.on_event = [&owner](const ConversationEvent& event) {
    if (event.kind == ConversationEvent::Kind::opened) (void)owner.session->close();
  };
  return owner.run();
}
std::string story(const std::vector<Plan>& plans, std::string_view url = "ws://host.example/path") {
  World world;
  world.plans = {plans.begin(), plans.end()};
  return story(world, url);
}

/// The line of the last request that begins with `name`, without it.
std::string sent_field(World& world, std::string_view name) {
  const std::string& request = world.line().request;
  const std::string start = "\r\n" + std::string{name} + ": ";
  const std::size_t at = request.find(start);
  if (at == std::string::npos) return "none";
  const std::size_t begin = at + start.size();
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

constexpr std::string_view kGood = "opened close 1000 closed clean";

// ---- The link ----

TEST(SessionConnect, TheLinkMayRefuse) {
  for (const Errc why : {Errc::too_many, Errc::host_unreachable})
    EXPECT_EQ(story({{.open_error = why}}), ended("connecting", why));
}

TEST(SessionConnect, TheStreamMayFailWhileItOpens) {
  for (const Errc why : {Errc::host_not_found, Errc::connection_refused}) {
    for (const Duration opening : {Duration{0}, Duration{3s}})
      EXPECT_EQ(story({{.opening = opening, .opening_error = why}}), ended("connecting", why));
  }
}

// RFC 6455: 3-1
TEST(SessionConnect, TheUrlMustBeOne) {
  for (const std::string_view url :
       {"", "host", "ftp://host/", "ws://", "ws:///path", "ws://host:0/", "ws://host/#part", "ws://ho st/"}) {
    EXPECT_EQ(story({{}}, url), ended("idle", Errc::bad_url)) << url;
  }
  EXPECT_EQ(story({{}}, "wss://host/"), ended("connecting", Errc::unsupported));
}

TEST(SessionConnect, WhatHasNoPlaceInARequestIsMisuse) {
  World world;
  Owner owner{world};
  owner.config.authorization = "Bearer a\r\nX: y";
  EXPECT_EQ(owner.run(), ended("connecting", Errc::invalid_argument));
}

// ---- Time ----

TEST(SessionConnect, ItMayTakeSoLongAndNotLonger) {
  const std::string slow = ended("connecting", Errc::connect_timeout);
  const std::string silent = ended("handshake", Errc::handshake_timeout);
  const Plan redirects{.thinking = 4s, .answer = head_of("HTTP/1.1 302 Found", {"Location: /next"})};
  const struct {
    std::vector<Plan> plans;
    std::string ends;
  } cases[] = {{{{.opening = 100s}}, slow},
               {{{.opening = 9s, .is_silent = true}}, silent},
               {{{.is_silent = true}}, silent},
               {{{.opening = 6s, .thinking = 6s}}, silent},
               {{redirects, {.opening = 7s}}, slow},
               {{redirects, {.opening = 5s, .is_silent = true}}, silent},
               {{redirects, redirects, redirects}, silent}};
  for (const auto& each : cases) {
    World world;
    world.plans = {each.plans.begin(), each.plans.end()};
    Owner owner{world};
    owner.config.connect_timeout = 10s;
    EXPECT_TRUE(owner.run().ends_with(each.ends)) << owner.log;
    EXPECT_EQ(world.time, Instant{510s});
  }
}

TEST(SessionConnect, TheServersAnswerHasATimeOutOfItsOwn) {
  World world;
  world.plans.push_back({.opening = 20s, .is_silent = true});
  Owner owner{world};
  owner.config.client.handshake_timeout = 5s;
  EXPECT_EQ(owner.run(), ended("handshake", Errc::handshake_timeout));
  EXPECT_EQ(world.time, Instant{525s});
}

TEST(SessionConnect, OnceOpenThereIsNoHurry) {
  World world;
  Owner owner{world};
  owner.config.connect_timeout = 1s;
  owner.config.client.connection.heartbeat = {.ping_interval = 0s, .liveness_timeout = 0s};
  owner.start();
  owner.run_to("opened");
  owner.run_until([] { return false; }, world.time + 3600s);
  EXPECT_EQ(owner.session->stage(), Stage::open);
  EXPECT_EQ(owner.session->deadline(), kNever);
}

// ---- Refusals ----

TEST(SessionConnect, AFailedHandshakeIsTold) {
  EXPECT_EQ(story({{.answer = "SSH-2.0-OpenSSH\r\n"}}), ended("handshake", Errc::malformed_http));
  EXPECT_EQ(story({{.answer = head_of(test::k101, {test::kUpgradeLine})}}),
            ended("handshake", Errc::bad_upgrade));
  EXPECT_EQ(story({{.answer = "HTTP/1.1 101 Swi", .hangs_up = true}}),
            ended("handshake", Errc::end_of_stream));
}

struct Refusal {
  std::string log, text;
  Duration took{};
};
Refusal refused(const Plan& plan) {
  World world;
  world.plans.push_back(plan);
  Owner owner{world};
  Refusal refusal;
  refusal.log = owner.run();
  refusal.text = owner.session->refusal();
  refusal.took = world.time - Instant{500s};
  return refusal;
}

TEST(SessionConnect, ARefusalComesWithItsFirstWords) {
  const std::string log = "closed: handshake: " + std::string{describe(Errc::handshake_refused)} + " 401";
  const std::string_view status = "HTTP/1.1 401 Unauthorized";
  for (const std::size_t limit : {std::size_t{1}, std::size_t{13}, std::size_t{4096}}) {
    for (const bool hangs_up : {false, true}) {
      const auto with = [&](std::string_view line, const std::string& body) {
        return refused({.answer = head_of(status, {line}) + body,
                        .hangs_up = hangs_up,
                        .faults = {.read_limit = limit}});
      };
      Refusal r = with("Content-Length: 4", "who?");
      EXPECT_EQ(r.log, log);
      EXPECT_EQ(r.text, "who?");
      EXPECT_EQ(r.took, 0s);
      r = with("Content-Length : 4", "who? and what is not of the body");
      EXPECT_EQ(r.text, "who?");
      EXPECT_EQ(r.took, 0s);
      r = with("Content-Length: 0", "");
      EXPECT_EQ(r.text, "");
      EXPECT_EQ(r.took, 0s);
      r = with("Content-Length: 9999", std::string(2000, 'w'));
      EXPECT_EQ(r.text, std::string(512, 'w'));
      EXPECT_EQ(r.took, 0s);
      r = with("X-Empty:", "who?");  // the body ends with the connection, or is not awaited for ever
      EXPECT_EQ(r.log, log);
      EXPECT_EQ(r.text, "who?");
      EXPECT_EQ(r.took, hangs_up ? 0s : 1s);
      r = with("Content-Length: 9", "who?");
      EXPECT_EQ(r.log, log);
      EXPECT_EQ(r.text, "who?");
      EXPECT_EQ(r.took, hangs_up ? 0s : 1s);
      r = with("Content-Length: many", "who?");
      EXPECT_EQ(r.text, "who?");
    }
  }
}

TEST(SessionConnect, SomeRefusalsHaveNoBody) {
  for (const std::string_view status : {"HTTP/1.1 204 x", "HTTP/1.1 304 x"}) {
    const Refusal r = refused({.answer = head_of(status, {})});
    EXPECT_EQ(r.took, 0s) << status;
    EXPECT_EQ(r.text, "");
  }
  const Refusal r = refused(
      {.answer = head_of("HTTP/1.1 100 x", {"Content-Length: 0"}) + head_of("HTTP/1.1 403 x", {}) + "no",
       .hangs_up = true});
  EXPECT_EQ(r.text, "no");
}

TEST(SessionConnect, ARefusalWaitsNoLongerThanTheAttempt) {
  World world;
  world.plans.push_back({.thinking = 9500ms, .answer = head_of("HTTP/1.1 503 x", {})});
  Owner owner{world};
  owner.config.connect_timeout = 9800ms;
  owner.run();
  EXPECT_EQ(owner.session->failure()->error, (Error{Errc::handshake_refused, 503}));
  EXPECT_EQ(world.time, Instant{509800ms});
}

TEST(SessionConnect, TheAnswersFieldsAreTold) {
  World world;
  world.plans.push_back(
      {.answer = head_of("HTTP/1.1 403 No", {"X-Empty:", "Set-Cookie: a=b", "X :y"}), .hangs_up = true});
  Owner owner{world};
  owner.run();
  EXPECT_EQ(owner.fields, "[X-Empty:][Set-Cookie: a=b][X :y]");
}

// ---- Redirects ----

Plan redirect(std::string_view location, std::string_view status = "302 Found") {
  const std::string line = "Location: " + std::string{location};
  return {.answer = head_of("HTTP/1.1 " + std::string{status}, {line, "Content-Length: 3"}) + "go!"};
}

TEST(SessionConnect, FollowsRedirects) {
  const struct {
    std::string_view location, url, host, target, field;
  } cases[] = {
      {"ws://other:8080/x?y", "ws://other:8080/x?y", "other:8080", "/x?y", "other:8080"},
      {"http://other/x", "http://other/x", "other:80", "/x", "other"},
      {"ws://other", "ws://other/", "other:80", "/", "other"},
      {"ws://other:80", "ws://other:80/", "other:80", "/", "other"},
      {"ws://other?q", "ws://other/?q", "other:80", "/?q", "other"},
      {"//other/x", "ws://other/x", "other:80", "/x", "other"},
      {"/x", "ws://host.example/x", "host.example:80", "/x", "host.example"},
      {"x?y", "ws://host.example/x?y", "host.example:80", "/x?y", "host.example"},
      {"?y", "ws://host.example/path?y", "host.example:80", "/path?y", "host.example"},
      {"ws://[::1]:81/", "ws://[::1]:81/", "::1:81", "/", "[::1]:81"},
  };
  for (const auto& each : cases) {
    for (const std::string_view status : {"301 x", "302 x", "303 x", "307 x", "308 x"}) {
      SCOPED_TRACE(each.location);
      World world;
      world.plans = {redirect(each.location, status), {}};
      EXPECT_EQ(story(world), "redirected " + std::string{each.url} + " " + std::string{kGood});
      ASSERT_EQ(world.opened.size(), 2u);
      EXPECT_EQ(world.opened[1], each.host);
      EXPECT_TRUE(world.line().request.starts_with("GET " + std::string{each.target} + " HTTP/1.1\r\n"));
      EXPECT_EQ(sent_field(world, "Host"), each.field);
    }
  }
}

TEST(SessionConnect, FollowsSeveralRedirectsAndNotTooMany) {
  std::vector<Plan> plans;
  std::string told;
  for (int i = 1; i <= 5; ++i) {
    plans.push_back(redirect("/" + std::to_string(i)));
    told += "redirected ws://host.example/" + std::to_string(i) + " ";
  }
  plans.push_back({});
  EXPECT_EQ(story(plans), told + std::string{kGood});
  plans.back() = redirect("/6");
  EXPECT_EQ(story(plans), told + ended("handshake", Errc::too_many_redirects));
}

TEST(SessionConnect, RefusesRedirectsThatLeadNowhere) {
  const std::string bad = ended("handshake", Errc::bad_redirect);
  EXPECT_EQ(story({{.answer = head_of("HTTP/1.1 302 Found", {})}}), bad);
  for (const std::string_view location :
       {"ftp://x/", "ws://", "//", "ws://x:99999/", "/a b", "mailto:x", "/\xc3\xa9"})
    EXPECT_EQ(story({redirect(location)}), bad) << location;
  EXPECT_EQ(story({redirect("/" + std::string(600, 'x'))}), bad);   // more than there is room for
  EXPECT_EQ(story({redirect("/" + std::string(2000, 'x'))}), bad);  // more than a line may have
  World world;
  world.plans.push_back(redirect("/x"));
  Owner owner{world};
  owner.config.max_redirects = 0;
  EXPECT_EQ(owner.run(), ended("handshake", Errc::too_many_redirects));
}

TEST(SessionConnect, SecureAddressesAreNotSupportedYet) {
  for (const std::string_view location : {"wss://host.example/", "https://host.example/"})
    EXPECT_EQ(story({redirect(location)}), ended("connecting", Errc::unsupported));
}

TEST(SessionConnect, TheNextServerMayFailAsWell) {
  const std::string told = "redirected ws://host.example/x ";
  EXPECT_EQ(story({redirect("/x"), {.opening = 1s, .opening_error = Errc::connection_refused}}),
            told + ended("connecting", Errc::connection_refused));
  EXPECT_EQ(story({redirect("/x"), {.answer = head_of("HTTP/1.1 404 x", {"Content-Length: 0"})}}),
            told + ended("handshake", Errc::handshake_refused) + " 404");
  EXPECT_EQ(story({redirect("/x"), {.faults = {.fail_operation = 1}}}),
            told + ended("handshake", Errc::connection_reset));
}

// The time-out of the first request is over while the second connection is being made.
TEST(SessionConnect, WaitsForTheNextServerInPeace) {
  World world;
  world.plans = {redirect("/x"), {.opening = 8s}};
  world.plans.front().thinking = 2s;
  Owner owner{world};
  owner.config.client.handshake_timeout = 5s;
  owner.start();
  owner.run_to("redirected");
  EXPECT_FALSE(owner.session->wait(world.time));
  EXPECT_GT(owner.session->deadline(), world.time + 10s);
  EXPECT_EQ(world.line().wanted, net::Interest::read);
  EXPECT_EQ(owner.session->unsent(), 0u);
  owner.run_to("opened");
  EXPECT_EQ(world.time, Instant{510s});
}

// ---- Credentials ----

TEST(SessionConnect, TellsWhoItIs) {
  const auto told = [](std::string_view url, std::string_view authorization = {}) {
    World world;
    Owner owner{world, url};
    owner.config.authorization = authorization;
    owner.start();
    owner.run_until([&] { return owner.is_over || owner.session->stage() == Stage::open; });
    return owner.is_over ? owner.log : sent_field(world, "Authorization");
  };
  EXPECT_EQ(told("ws://h/"), "none");
  EXPECT_EQ(told("ws://h/", "Bearer abc"), "Bearer abc");
  EXPECT_EQ(told("ws://Aladdin:open%20sesame@h/"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617, 2
  EXPECT_EQ(told("ws://user@h/"), "Basic dXNlcjo=");
  EXPECT_EQ(told("ws://user:@h/"), "Basic dXNlcjo=");
  EXPECT_EQ(told("ws://:pw@h/"), "Basic OnB3");
  EXPECT_EQ(told("ws://u:a:b@h/"), "Basic dTphOmI=");
  EXPECT_EQ(told("ws://test:123%C2%A3@h/"), "Basic dGVzdDoxMjPCow==");  // RFC 7617, 2.1
  EXPECT_EQ(told("ws://user:pw@h/", "Bearer abc"), "Bearer abc");
  const std::string bad = ended("connecting", Errc::bad_url);
  EXPECT_EQ(told("ws://us%er:pw@h/"), bad);
  EXPECT_EQ(told("ws://user:p%w@h/"), bad);
  EXPECT_EQ(told("ws://us%3Aer:pw@h/"), bad);
  EXPECT_EQ(told("ws://" + std::string(600, 'u') + "@h/"), bad);
}

TEST(SessionConnect, ASecretIsForOneServer) {
  const struct {
    std::string_view location, authorization, cookie;
  } cases[] = {
      {"/x", "Bearer abc", "secret"},
      {"ws://host.example/x", "Bearer abc", "secret"},
      {"ws://host.example:80/x", "Bearer abc", "secret"},
      {"ws://host.example:81/x", "none", "none"},
      {"ws://other/x", "none", "none"},
      {"ws://host.example.evil/x", "none", "none"},
      {"ws://new:one@other/x", "Basic bmV3Om9uZQ==", "none"},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.location);
    for (const std::string_view url : {"ws://host.example/", "ws://user:pw@host.example/"}) {
      World world;
      world.plans = {redirect(each.location), {}};
      Owner owner{world, url};
      const ws::Field fields[] = {{"Cookie", "secret"}};
      owner.config.authorization = "Bearer abc";
      owner.config.fields = fields;
      owner.start();
      owner.run_to("opened");
      EXPECT_EQ(sent_field(world, "Authorization"), each.authorization);
      EXPECT_EQ(sent_field(world, "Cookie"), each.cookie);
      owner.session->abort();
    }
  }
  // Basic of the URL goes the same way; back at home it is told again.
  World world;
  world.plans = {redirect("ws://other/x"), redirect("ws://host.example/y"), {}};
  Owner owner{world, "ws://user:pw@host.example/"};
  owner.start();
  owner.run_to("opened");
  EXPECT_EQ(sent_field(world, "Authorization"), "none");
  EXPECT_FALSE(world.lines[1]->request.contains("Authorization"));
}

// RFC 6455: 4.1-3
TEST(SessionConnect, NamesItsServerAsTheUrlDoes) {
  const auto host = [](std::string_view url) {
    World world;
    EXPECT_EQ(story(world, url), kGood);
    return world.opened[0] + " " + sent_field(world, "Host");
  };
  EXPECT_EQ(host("ws://h/"), "h:80 h");
  EXPECT_EQ(host("ws://h:80/"), "h:80 h");
  EXPECT_EQ(host("ws://h:8080/"), "h:8080 h:8080");
  EXPECT_EQ(host("ws://[::1]/"), "::1:80 [::1]");
  EXPECT_EQ(host("ws://[2001:db8::1]:8080"), "2001:db8::1:8080 [2001:db8::1]:8080");
  EXPECT_EQ(host("ws://192.0.2.1:81/"), "192.0.2.1:81 192.0.2.1:81");
  EXPECT_EQ(host("ws://user:pw@h:81/"), "h:81 h:81");
}

TEST(SessionConnect, TellsWhereItIsAndWhatWasAgreed) {
  World world;
  world.plans = {redirect("/x"), {.answer = test::accepting({"Sec-WebSocket-Protocol: b"}), .is_deaf = true}};
  Owner owner{world};
  owner.config.subprotocols = "a, b";
  owner.config.origin = "http://example.com";
  EXPECT_EQ(owner.start().subprotocol(), "");
  owner.run_to("redirected");
  EXPECT_EQ(owner.session->url().path, "/x");
  EXPECT_EQ(owner.session->subprotocol(), "");
  // The server answers with the Accept of the sample key, which the second request has as well.
  owner.run_to("opened");
  EXPECT_EQ(owner.session->subprotocol(), "b");
  EXPECT_EQ(sent_field(world, "Origin"), "http://example.com");
  owner.session->abort();
  owner.run();
  EXPECT_EQ(owner.session->subprotocol(), "b");
}

}  // namespace
}  // namespace linnet::session
