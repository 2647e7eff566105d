// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/verdict.hpp"

#include <gtest/gtest.h>

namespace linnet::session {
namespace {

Verdict refused(std::uint16_t status, std::optional<Duration> retry_after = {}) {
  return judge({.failure = Failure{Stage::handshake, Error{Errc::handshake_refused, status}},
                .retry_after = retry_after});
}

TEST(Verdict, WhoIsNotLetInDoesNotHammer) {
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{401, 403, 404}) {
    EXPECT_TRUE(refused(status).is_hopeless) << status;
    EXPECT_FALSE(refused(status).blames_link) << status;
    EXPECT_EQ(refused(status).cause, Cause::refused);
  }
  for (const std::uint16_t status :
       std::initializer_list<std::uint16_t>{400, 408, 426, 429, 500, 502, 503, 504})
    EXPECT_FALSE(refused(status).is_hopeless) << status;
}

TEST(Verdict, WhoAnswersWithAPageStandsBeforeTheServer) {
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{200, 204, 302, 407, 511}) {
    EXPECT_TRUE(refused(status).blames_link) << status;
    EXPECT_FALSE(refused(status).is_hopeless) << status;
    EXPECT_EQ(refused(status).cause, Cause::no_server);
  }
  EXPECT_EQ(refused(200, 1h).at_least, 0s);  // its advice is not the server's
}

TEST(Verdict, WhatTheServerAsksForIsWaited) {
  EXPECT_EQ(refused(503, 120s).at_least, 120s);
  EXPECT_EQ(refused(503, 120s).spread, 12s);
  EXPECT_EQ(refused(429, 1s).spread, 1s);
  EXPECT_EQ(refused(429).at_least, 10s);
  EXPECT_EQ(refused(500).at_least, 0s);
  EXPECT_EQ(refused(500, 7s).at_least, 7s);
  const auto closed = [](unsigned code) {
    return judge({.code = static_cast<ws::CloseCode>(code), .was_open = true});
  };
  EXPECT_EQ(closed(1000).at_least, 0s);
  EXPECT_EQ(closed(1012).at_least, 5s);
  EXPECT_EQ(closed(1012).spread, 25s);
  EXPECT_EQ(closed(1013).at_least, 10s);
  // The frame counts, however the connection ended behind it.
  const Verdict reset = judge({.failure = Failure{Stage::open, Errc::connection_reset},
                               .code = ws::CloseCode::service_restart,
                               .was_open = true});
  EXPECT_EQ(reset.at_least, 5s);
  EXPECT_EQ(reset.cause, Cause::none);
}

TEST(Verdict, CausesAreTold) {
  const auto cause = [](Stage stage, Errc code) {
    return judge({.failure = Failure{stage, code}, .was_open = stage == Stage::open}).cause;
  };
  EXPECT_EQ(cause(Stage::connecting, Errc::host_not_found), Cause::name);
  EXPECT_EQ(cause(Stage::connecting, Errc::connection_refused), Cause::link);
  EXPECT_EQ(cause(Stage::connecting, Errc::connect_timeout), Cause::timeout);
  EXPECT_EQ(cause(Stage::securing, Errc::bad_certificate), Cause::certificate);
  EXPECT_EQ(cause(Stage::securing, Errc::tls_failure), Cause::tls);
  EXPECT_EQ(cause(Stage::handshake, Errc::malformed_http), Cause::no_server);
  EXPECT_EQ(cause(Stage::handshake, Errc::bad_accept), Cause::no_server);
  EXPECT_EQ(cause(Stage::open, Errc::protocol_violation), Cause::protocol);
  EXPECT_EQ(cause(Stage::open, Errc::liveness_timeout), Cause::dead);
  EXPECT_EQ(cause(Stage::open, Errc::connection_reset), Cause::lost);
  EXPECT_EQ(cause(Stage::connecting, Errc::bad_url), Cause::misuse);
}

TEST(Verdict, SomeAreHopeless) {
  EXPECT_TRUE(judge({.failure = Failure{Stage::securing, Errc::bad_certificate}}).is_hopeless);
  EXPECT_TRUE(judge({.failure = Failure{Stage::connecting, Errc::unsupported}}).is_hopeless);
  EXPECT_TRUE(judge({.failure = Failure{Stage::connecting, Errc::connect_timeout}, .link_is_hopeless = true})
                  .is_hopeless);
  EXPECT_FALSE(judge({.failure = Failure{Stage::connecting, Errc::connect_timeout}}).is_hopeless);
}

}  // namespace
}  // namespace linnet::session
