// SPDX-License-Identifier: Apache-2.0
#include "linnet/server/route.hpp"

#include <gtest/gtest.h>

namespace linnet::test {
namespace {

using server::Pattern;

bool fits(std::string_view pattern, std::string_view path, std::string_view capture = {}) {
  const auto parsed = Pattern::parse(pattern);
  std::string_view seen;
  return parsed && parsed->matches(path, seen) && seen == capture;
}

TEST(Pattern, MatchesExactly) {
  EXPECT_TRUE(fits("/echo", "/echo"));
  EXPECT_FALSE(fits("/echo", "/echo/"));
  EXPECT_FALSE(fits("/echo", "/Echo"));
  EXPECT_TRUE(fits("/", "/"));
}

TEST(Pattern, MatchesOneSegment) {
  EXPECT_TRUE(fits("/device/:id", "/device/42", "42"));
  EXPECT_FALSE(fits("/device/:id", "/device/"));
  EXPECT_FALSE(fits("/device/:id", "/device/42/log"));
  EXPECT_TRUE(fits("/device/:id/log", "/device/42/log", "42"));
  EXPECT_FALSE(fits("/device/:id/log", "/device/42/logs"));
  EXPECT_FALSE(fits("/device/:id/log", "/device//log"));
}

TEST(Pattern, MatchesAnyRest) {
  EXPECT_TRUE(fits("/files/*", "/files/a/b", "a/b"));
  EXPECT_TRUE(fits("/files/*", "/files/", ""));
  EXPECT_FALSE(fits("/files/*", "/files"));
  EXPECT_TRUE(fits("/v*", "/v2", "2"));
}

TEST(Pattern, RefusesWhatItCannotMean) {
  for (const std::string_view text : {"", "echo", "/a*b", "/*/a", "/:a/:b", "/a:b", "/:a*"}) {
    EXPECT_FALSE(Pattern::parse(text)) << text;
  }
}

class Nothing final : public server::Handler {
 public:
  void message(server::Peer&, const ws::Event&) override {}
};

TEST(Routes, TheMostSpecificComesFirst) {
  server::Routes routes;
  Nothing handler;
  const std::vector<std::string_view> patterns{"/*", "/a/:x", "/a/*", "/a/b", "/a/:x/c", "/a/b/*"};
  for (const std::string_view each : patterns) EXPECT_TRUE(routes.add(each, handler, {}));
  const auto found = [&](std::string_view path) {
    return std::string{patterns[routes.find(path, "GET").websocket_index]};
  };
  EXPECT_EQ(found("/a/b"), "/a/b");
  EXPECT_EQ(found("/a/z"), "/a/:x");
  EXPECT_EQ(found("/a/z/c"), "/a/:x/c");
  EXPECT_EQ(found("/a/z/d"), "/a/*");
  EXPECT_EQ(found("/a/b/c"), "/a/b/*");
  EXPECT_EQ(found("/q"), "/*");
  EXPECT_FALSE(routes.add("/a/b", handler, {})) << "twice";
  EXPECT_FALSE(routes.add("/s", handler, {.subprotocols = {"not a token"}}));
}

}  // namespace
}  // namespace linnet::test
