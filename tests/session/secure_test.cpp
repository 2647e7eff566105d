// SPDX-License-Identifier: Apache-2.0
// wss:// over whatever makes a stream secure.
#include <gtest/gtest.h>

#include "support/conversation_owner.hpp"
#include "support/sample_security.hpp"

namespace linnet::session {
namespace {

using test::Owner;
using test::SampleSecurity;
using test::World;

struct SecureOwner {
  explicit SecureOwner(SampleSecurity& security) : owner{world, "wss://host.example/path"} {
    owner.config.security = &security;
    owner.on_event = [this](const ConversationEvent& event) {
      if (event.kind != ConversationEvent::Kind::opened) return;
      ASSERT_NE(event.security, nullptr);
      report = *event.security;
      (void)owner.session->close();
    };
  }
  World world;
  Owner owner;
  net::SecurityReport report;
};

TEST(SecureConversation, ASecuredStreamCarriesIt) {
  SampleSecurity security;
  security.handshake = 2s;
  security.resumes = true;
  SecureOwner secure{security};
  EXPECT_EQ(secure.owner.run(), "opened close 1000 closed clean");
  EXPECT_EQ(security.hosts, "host.example ");
  EXPECT_EQ(secure.world.opened.front(), "host.example:443");
  EXPECT_EQ(secure.report.protocol, "TLSv1.2");
  EXPECT_TRUE(secure.report.resumed);
  EXPECT_TRUE(secure.report.verified);
}

TEST(SecureConversation, APlainOneHasNoReport) {
  World world;
  Owner owner{world};
  bool has_report = true;
  owner.on_event = [&](const ConversationEvent& event) {
    if (event.kind != ConversationEvent::Kind::opened) return;
    has_report = event.security != nullptr;
    (void)owner.session->close();
  };
  owner.run();
  EXPECT_FALSE(has_report);
}

TEST(SecureConversation, ABadCertificateEndsIt) {
  SampleSecurity security;
  security.outcome = Errc::bad_certificate;
  SecureOwner secure{security};
  security.handshake = 1s;
  EXPECT_EQ(secure.owner.run(), "closed: securing: " + std::string{describe(Errc::bad_certificate)});
  EXPECT_EQ(secure.owner.session->security_failure(), "as the test wants it");
}

TEST(SecureConversation, NoFreeStreamEndsItAndGivesTheOtherBack) {
  SampleSecurity security;
  security.refusal = Errc::too_many;
  SecureOwner secure{security};
  EXPECT_EQ(secure.owner.run(), "closed: connecting: " + std::string{describe(Errc::too_many)});
}

TEST(SecureConversation, TheOneTimeOutCoversTheHandshakeOfTlsAsWell) {
  SampleSecurity security;
  security.handshake = 1h;
  SecureOwner secure{security};
  secure.owner.config.connect_timeout = 7s;
  const Instant start = secure.world.time;
  EXPECT_EQ(secure.owner.run(), "closed: securing: " + std::string{describe(Errc::handshake_timeout)});
  EXPECT_EQ(secure.world.time - start, 7s);
}

}  // namespace
}  // namespace linnet::session
