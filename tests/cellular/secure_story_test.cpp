// SPDX-License-Identifier: Apache-2.0
// The story over TLS: what a serial line alters, which neither the modem nor its driver can see, is never
// delivered; the connection ends, the next one goes on.
#include <gtest/gtest.h>

#include <algorithm>

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

TEST(SecureStory, NoFlippedBitIsDelivered) {
  for (const modem::Mode mode : {modem::Mode::command, modem::Mode::transparent}) {
    for (const char* const trigger : {"@down=700", "@down=9001", "@down=60000", "@down=400123"}) {
      SCOPED_TRACE(std::string{mode == modem::Mode::command ? "command" : "transparent"} + trigger);
      Secrets secrets;
      EmulatedLink bench{{.apn = "internet", .mode = mode}};
      bench.emulated.modem->add_fault(*emulator::parse_fault(std::string{"flip-down"} + trigger));
      Story story{bench, secrets.path()};
      EXPECT_TRUE(story.run(600s)) << "up " << story.up.received << ", down " << story.down.received;
      EXPECT_EQ(bench.emulated.modem->counters.faults, 1u);
      EXPECT_EQ(story.up.wrong + story.down.wrong, 0u);
      EXPECT_EQ(story.connections, 2u);
      EXPECT_TRUE(std::ranges::any_of(story.failures, [](Error why) {
        return why.code == Errc::tls_failure || why.code == Errc::bad_certificate;
      }));
    }
  }
}

}  // namespace
}  // namespace linnet::cellular::test
