// SPDX-License-Identifier: Apache-2.0
// Who a client lets in, and what it says of whom it does not.
#include "linnet/tls/client.hpp"

#include <gtest/gtest.h>
#include <mbedtls/md.h>

#include "support/tls_world.hpp"
#include "tools/cert/certificates.hpp"

namespace linnet {
namespace {

using namespace test;
using tls::Problem;

struct Outcome {
  bool open = false;
  Problem problem{};
  Errc code{};
  std::string words{};
};

/// One handshake with a server that has `pair`.
Outcome try_with(const PemPair& pair, const tls::ClientConfig& config,
                 std::string_view host = "device.test") {
  TlsWorld world;
  world.serve(pair);
  tls::Client client{config, world.entropy_};
  world.connect(client, host);
  if (world.client_end == nullptr) {
    world.disconnect();
    return {.problem = client.problem(), .words = std::string{client.failure()}};
  }
  world.run();
  std::array<std::byte, 8> none;
  const auto read = world.client_end->read(none);
  Outcome outcome{.open = world.is_open(),
                  .problem = client.problem(),
                  .code = read ? Errc{} : read.error().code,
                  .words = std::string{client.failure()}};
  world.disconnect();
  return outcome;
}

FixedClock& today() {
  static FixedClock clock;
  return clock;
}
tls::ClientConfig trusting() {
  return {.authorities = test_authority().pem(), .clock = &today()};
}

void expect_refused(const Outcome& outcome, Problem problem, std::string_view words) {
  EXPECT_FALSE(outcome.open);
  EXPECT_EQ(outcome.problem, problem) << outcome.words;
  EXPECT_EQ(outcome.code, Errc::bad_certificate);
  EXPECT_NE(outcome.words.find(words), std::string::npos) << outcome.words;
}

TEST(TlsClient, TakesWhatIsRight) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  world.connect(client);
  world.run();
  ASSERT_TRUE(world.is_open()) << client.failure();
  EXPECT_TRUE(client.failure().empty());
  EXPECT_EQ(client.problem(), Problem::none);
  const net::SecurityReport& report = client.report();
  EXPECT_TRUE(report.protocol == "TLSv1.2" || report.protocol == "TLSv1.3") << report.protocol;
  EXPECT_NE(report.cipher.find("GCM"), std::string_view::npos) << report.cipher;
  EXPECT_TRUE(report.verified);
  EXPECT_FALSE(report.resumed);
  EXPECT_GT(report.handshake_bytes, 1000u);
  world.disconnect();
}

TEST(TlsClient, TakesRsa) {
  static const TestAuthority authority{"RSA CA", tools::KeyKind::rsa_2048};
  const PemPair server = authority.issue(request_for("rsa", {"device.test"}), tools::KeyKind::rsa_2048);
  tls::ClientConfig config = trusting();
  config.authorities = authority.pem();
  const Outcome outcome = try_with(server, config);
  EXPECT_TRUE(outcome.open) << outcome.words;
}

TEST(TlsClient, KnowsNamesAndAddresses) {
  for (const char* host :
       {"device.test", "DEVICE.test", "device.test.", "127.0.0.1", "::1", "0:0:0:0:0:0:0:1"}) {
    SCOPED_TRACE(host);
    const Outcome outcome = try_with(test_server(), trusting(), host);
    EXPECT_TRUE(outcome.open) << outcome.words;
  }
  for (const char* host : {"other.test", "test", "x.device.test", "127.0.0.2", "::2", "1.0.0.127"}) {
    SCOPED_TRACE(host);
    const Outcome outcome = try_with(test_server(), trusting(), host);
    expect_refused(outcome, Problem::wrong_host, "for another host");
    EXPECT_NE(outcome.words.find(host), std::string::npos) << outcome.words;
  }
}

TEST(TlsClient, AWildcardIsOneLabel) {
  static const PemPair server = test_authority().issue(request_for("wild", {"*.device.test"}));
  EXPECT_TRUE(try_with(server, trusting(), "a.device.test").open);
  EXPECT_FALSE(try_with(server, trusting(), "a.b.device.test").open);
  EXPECT_FALSE(try_with(server, trusting(), "device.test").open);
}

TEST(TlsClient, ANameThatLooksLikeAnAddressIsNone) {
  // As a DNS name, which is no address in a certificate.
  static const PemPair server = test_authority().issue(request_for("10.0.0.1", {"device.test"}));
  expect_refused(try_with(server, trusting(), "10.0.0.1"), Problem::wrong_host, "for another host");
}

TEST(TlsClient, RefusesWhatHasExpired) {
  tools::CertificateRequest wanted = request_for("old", {"device.test"});
  wanted.not_after = kToday - std::chrono::days{1};
  const PemPair server = test_authority().issue(wanted);
  expect_refused(try_with(server, trusting()), Problem::expired, "expired on 2026-05-31");

  tls::ClientConfig without_clock{.authorities = test_authority().pem()};
  EXPECT_TRUE(try_with(server, without_clock).open);
  without_clock.build_time = kTodayUnix;  // whatever expired before this program was made has expired
  expect_refused(try_with(server, without_clock), Problem::expired, "expired on 2026-05-31");
}

TEST(TlsClient, RefusesWhatIsNotYetValid) {
  tools::CertificateRequest wanted = request_for("new", {"device.test"});
  wanted.not_before = kToday + std::chrono::days{1};
  const PemPair server = test_authority().issue(wanted);
  expect_refused(try_with(server, trusting()), Problem::not_yet_valid, "not valid before 2026-06-02");
}

TEST(TlsClient, AClockBeforeTheBuildIsNotBelieved) {
  static FixedClock clock;
  clock.time = 0;  // 1970: what a device's clock says until somebody sets it
  tls::ClientConfig config = trusting();
  config.clock = &clock;
  expect_refused(try_with(test_server(), config), Problem::not_yet_valid, "is the clock here right?");
  config.build_time = kTodayUnix - 86'400;
  const Outcome outcome = try_with(test_server(), config);
  EXPECT_TRUE(outcome.open) << outcome.words;
}

// RFC 6455: 4.1-15
TEST(TlsClient, RefusesWhomNobodyKnows) {
  expect_refused(try_with(self_signed(request_for("alone", {"device.test"})), trusting()),
                 Problem::self_signed, "(alone) is signed by itself");
  static const TestAuthority stranger{"Stranger CA"};
  expect_refused(try_with(stranger.issue(request_for("server", {"device.test"})), trusting()),
                 Problem::unknown_authority, "signed by Stranger CA, who is not trusted");
}

TEST(TlsClient, RefusesAnAuthorityOfTheSameNameWithAnotherKey) {
  static const TestAuthority impostor{"Test CA"};
  const Outcome outcome = try_with(impostor.issue(request_for("server", {"device.test"})), trusting());
  expect_refused(outcome, Problem::unknown_authority, "not trusted");
}

TEST(TlsClient, RefusesWeakKeysAndDigests) {
  const PemPair weak = test_authority().issue(request_for("weak", {"device.test"}), tools::KeyKind::rsa_1024);
  expect_refused(try_with(weak, trusting()), Problem::weak_key, "has a weak key");
  tools::CertificateRequest wanted = request_for("sha1", {"device.test"});
  wanted.weak_digest = true;
  expect_refused(try_with(test_authority().issue(wanted), trusting()), Problem::weak_signature, "SHA-1");
}

tls::Pin pin_of(const PemPair& pair, tls::Pin::Of of) {
  const tools::Certificates certificate{pair.certificate};
  const mbedtls_x509_buf& bytes = of == tls::Pin::Of::certificate ? certificate->raw : certificate->pk_raw;
  tls::Pin pin{.of = of};
  EXPECT_EQ(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), bytes.p, bytes.len,
                       reinterpret_cast<unsigned char*>(pin.digest.data())),
            0);
  return pin;
}

TEST(TlsClient, APinIsTrustByItself) {
  const PemPair alone = self_signed(request_for("alone", {"device.test"}));
  const PemPair other = self_signed(request_for("other", {"device.test"}));
  for (const tls::Pin::Of of : {tls::Pin::Of::certificate, tls::Pin::Of::public_key}) {
    const std::array pins{pin_of(other, of), pin_of(alone, of)};
    tls::ClientConfig config{.pins = pins, .clock = &today()};
    EXPECT_TRUE(try_with(alone, config).open);
    expect_refused(try_with(alone, config, "other.test"), Problem::wrong_host, "for another host");
    config.pins = std::span{pins}.first(1);  // the other was withdrawn
    expect_refused(try_with(alone, config), Problem::wrong_pin,
                   "not, or no longer, among those that are pinned");
  }
}

TEST(TlsClient, WithAuthoritiesAPinHasToHoldAsWell) {
  const std::array pins{pin_of(test_server(), tls::Pin::Of::public_key)};
  tls::ClientConfig config = trusting();
  config.pins = pins;
  EXPECT_TRUE(try_with(test_server(), config).open);
  const PemPair another = test_authority().issue(request_for("another", {"device.test"}));
  expect_refused(try_with(another, config), Problem::wrong_pin, "pinned");
  const PemPair alone = self_signed(request_for("alone", {"device.test"}));
  const std::array of_alone{pin_of(alone, tls::Pin::Of::public_key)};
  config.pins = of_alone;
  expect_refused(try_with(alone, config), Problem::self_signed, "signed by itself");
}

TEST(TlsClient, InsecureTakesAnybodyAndSaysSo) {
  struct Notes final : Trace {
    void bytes(Instant, std::string_view, Direction, Bytes) override {}
    void note(Instant, std::string_view layer, std::string_view text) override {
      EXPECT_EQ(layer, "tls");
      if (text.starts_with("insecure")) ++insecure;
    }
    int insecure = 0;
  } notes;
  TlsWorld world;
  world.serve(self_signed(request_for("alone", {"other.test"})));
  tls::Client client{{.insecure = true, .trace = &notes}, world.entropy_};
  for (int i = 1; i <= 3; ++i) {
    world.connect(client);
    world.run();
    ASSERT_TRUE(world.is_open()) << client.failure();
    EXPECT_FALSE(client.report().verified);
    EXPECT_EQ(notes.insecure, i);
    world.disconnect();
  }
}

TEST(TlsClient, SaysWhatOfItsConfigurationIsWrong) {
  port::linux::Entropy entropy;
  const std::string& certificate = test_authority().certificate();
  const PemPair other = self_signed(request_for("other", {"device.test"}));
  const struct {
    tls::ClientConfig config;
    std::string_view words;
  } cases[] = {
      {{}, "nobody is trusted"},
      {{.authorities = tls::pem("no certificate")}, "the authorities are no certificates"},
      {{.authorities = as_bytes(certificate)},
       "the authorities are no certificates"},  // its zero is not counted
      {{.authorities = test_authority().pem(),
        .credentials = {.certificate = tls::pem(other.certificate.c_str())}},
       "private key"},
      {{.authorities = test_authority().pem(),
        .credentials = {.certificate = tls::pem(other.certificate.c_str()),
                        .key = tls::pem(test_server().key.c_str())}},
       "does not belong"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.words);
    tls::Client client{one.config, entropy};
    EXPECT_EQ(client.prepare().error(), Errc::invalid_argument);
    EXPECT_EQ(client.problem(), Problem::bad_configuration);
    EXPECT_NE(client.failure().find(one.words), std::string_view::npos) << client.failure();
  }
}

TEST(TlsClient, RefusesHostsThatCannotBe) {
  TlsWorld world;
  net::MemoryPair pair{{}, {}};
  tls::Client client{world.client_config(), world.entropy_};
  for (const std::string& host : {std::string{}, std::string(254, 'a'), std::string{"a\0b", 3}})
    EXPECT_EQ(client.secure(pair.first(), host, world.now).error(), Errc::invalid_argument);
  EXPECT_TRUE(client.secure(pair.first(), "a", world.now));
  EXPECT_EQ(client.secure(pair.first(), "a", world.now).error(), Errc::too_many);
}

TEST(TlsClient, TakesCertificatesAsDer) {
  const tools::Certificates parsed{test_authority().certificate()};
  tls::ClientConfig config = trusting();
  config.authorities = {reinterpret_cast<const std::byte*>(parsed->raw.p), parsed->raw.len};
  EXPECT_TRUE(try_with(test_server(), config).open);
  config.authorities = config.authorities.first(config.authorities.size() - 1);
  EXPECT_EQ(try_with(test_server(), config).problem, Problem::bad_configuration);
}

}  // namespace
}  // namespace linnet
