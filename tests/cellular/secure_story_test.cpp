// SPDX-License-Identifier: Apache-2.0
// The story over TLS: what a serial line alters, which neither the modem nor its driver can see, is never
// delivered; the connection ends, the next one goes on.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "cellular/story.hpp"
#include "support/tls_world.hpp"

namespace linnet::cellular::test {
namespace {

class Secrets {
 public:
  Secrets()
      : server_{{.clock = &clock_}, entropy_},
        client_{{.authorities = linnet::test::test_authority().pem(), .clock = &clock_}, entropy_} {
    EXPECT_TRUE(server_.load({.credentials = linnet::test::test_server().credentials()}));
  }
  StoryPath path() {
    return {.url = "wss://device.test:8443/story",
            .security = &client_,
            .accept = [this](net::Stream& raw, Instant now) {
              const auto accepted = server_.accept(raw, now);
              EXPECT_TRUE(accepted);
              return SecuredStream{accepted ? *accepted : nullptr,
                                   [this](net::Stream* stream) { server_.give_back(*stream); }};
            }};
  }

 private:
  linnet::test::FixedClock clock_;
  port::linux::Entropy entropy_;
  tls::Server server_;
  tls::Client client_;
};

TEST(SecureStory, OnOneConnectionWhereNothingHappens) {
  for (const modem::Mode mode : {modem::Mode::command, modem::Mode::transparent}) {
    SCOPED_TRACE(mode == modem::Mode::command ? "command" : "transparent");
    Secrets secrets;
    EmulatedLink bench{{.apn = "internet", .mode = mode}};
    Story story{bench, secrets.path()};
    EXPECT_TRUE(story.run(600s)) << "up " << story.up.received << ", down " << story.down.received;
    EXPECT_EQ(story.up.wrong + story.down.wrong, 0u);
    EXPECT_EQ(story.connections, 1u);
  }
}

struct Flip {
  modem::Mode mode;
  const char* when;
};

/// Each a test of its own, so that they are spread over the processors.
class SecureStoryWith : public testing::TestWithParam<Flip> {};

TEST_P(SecureStoryWith, AFlippedBitDeliversNothingWrong) {
  const auto [mode, when] = GetParam();
  Secrets secrets;
  EmulatedLink bench{{.apn = "internet", .mode = mode}};
  bench.emulated.modem->add_fault(*emulator::parse_fault(std::string{"flip-down@down="} + when));
  Story story{bench, secrets.path()};
  EXPECT_TRUE(story.run(600s)) << "up " << story.up.received << ", down " << story.down.received;
  EXPECT_EQ(bench.emulated.modem->counters.faults, 1u);
  EXPECT_EQ(story.up.wrong + story.down.wrong, 0u);
  EXPECT_EQ(story.connections, 2u);
  EXPECT_TRUE(std::ranges::any_of(story.failures, [](Error why) {
    return why.code == Errc::tls_failure || why.code == Errc::bad_certificate;
  }));
}

constexpr std::array kFlips{Flip{modem::Mode::command, "700"},    Flip{modem::Mode::transparent, "700"},
                            Flip{modem::Mode::command, "9001"},   Flip{modem::Mode::transparent, "9001"},
                            Flip{modem::Mode::command, "60000"},  Flip{modem::Mode::transparent, "60000"},
                            Flip{modem::Mode::command, "400123"}, Flip{modem::Mode::transparent, "400123"}};

INSTANTIATE_TEST_SUITE_P(Anywhere, SecureStoryWith, testing::ValuesIn(kFlips), [](const auto& test) {
  const char* const mode = test.param.mode == modem::Mode::command ? "Command" : "Transparent";
  return std::string{mode} + "At" + test.param.when;
});

}  // namespace
}  // namespace linnet::cellular::test
