// SPDX-License-Identifier: Apache-2.0
// Peers that are no TLS peers, or not those that one wants: what is said of each.
#include <gtest/gtest.h>

#include "support/tls_world.hpp"

namespace linnet {
namespace {

using namespace test;
using namespace std::string_literals;
using namespace std::string_view_literals;
using tls::Problem;

/// A client whose server is a text, and perhaps an end behind it.
struct Told {
  Problem problem{};
  Errc code{};
  std::string words;
};
Told answered_with(std::string_view text, bool ends = false) {
  std::array<std::byte, 4096> forth;
  std::array<std::byte, 4096> back;
  net::MemoryPair pair{forth, back};
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  net::Stream& stream = **client.secure(pair.first(), "device.test", world.now);
  stream.poll(world.now);
  const Bytes bytes = as_bytes(text);
  EXPECT_EQ(*pair.second().write({&bytes, 1}), text.size());
  if (ends) pair.second().shutdown_write();
  stream.poll(world.now);
  stream.poll(world.now);
  std::array<std::byte, 8> none;
  const auto read = stream.read(none);
  Told told{client.problem(), read ? Errc{} : read.error().code, std::string{client.failure()}};
  stream.close();
  return told;
}

void expect_told(const Told& told, Problem problem, Errc code, std::string_view words) {
  EXPECT_EQ(told.problem, problem) << told.words;
  EXPECT_EQ(told.code, code);
  EXPECT_NE(told.words.find(words), std::string::npos) << told.words;
}

TEST(TlsPeer, PlainHttpIsKnown) {
  expect_told(answered_with("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), Problem::plain_http,
              Errc::tls_failure, "device.test answers in plain HTTP: this port has no TLS");
}

TEST(TlsPeer, GarbageIsKnown) {
  for (const std::string_view text :
       {"SSH-2.0-OpenSSH_9.2\r\n"sv, "\0\0\0\0\0\0\0\0"sv, "220 mail.example.com ESMTP\r\n"sv})
    expect_told(answered_with(text), Problem::not_tls, Errc::tls_failure, "what device.test sends is no TLS");
}

TEST(TlsPeer, OldVersionsAreRefused) {
  // The alert of a server that has other versions only, older or newer (protocol_version, RFC 5246, section
  // 7.2.2).
  expect_told(answered_with("\x15\x03\x01\x00\x02\x02\x46"sv), Problem::old_version, Errc::tls_failure,
              "takes no version of TLS that this end has");
  // Of one that chose TLS 1.0, and found no suite in it (handshake_failure).
  expect_told(answered_with("\x15\x03\x01\x00\x02\x02\x28"sv), Problem::old_version, Errc::tls_failure,
              "speaks only TLS 1.1 or older");
  // And its ServerHello, where it does not mind ours: version 3.1, a random, no session, a suite of AES-CBC.
  const std::string hello = "\x16\x03\x01\0\x2a\x02\0\0\x26\x03\x01"s + std::string(32, 'r') + "\0\0\x2f\0"s;
  expect_told(answered_with(hello), Problem::old_version, Errc::tls_failure, "speaks only TLS 1.1 or older");
}

TEST(TlsPeer, AlertsAreNamed) {
  expect_told(answered_with("\x15\x03\x03\x00\x02\x02\x28"sv), Problem::refused, Errc::tls_failure,
              "device.test refused the handshake (alert 40, handshake_failure)");
  expect_told(answered_with("\x15\x03\x03\x00\x02\x02\x70"sv), Problem::refused, Errc::tls_failure,
              "alert 112, unrecognized_name): it knows no such host");
}

TEST(TlsPeer, AnEndInTheHandshakeIsNoTruncation) {
  expect_told(answered_with("", true), Problem::closed, Errc::end_of_stream,
              "device.test ended the connection in the middle of the TLS handshake, before its first byte");
  expect_told(answered_with("\x16\x03", true), Problem::closed, Errc::end_of_stream,
              "in the middle of the TLS handshake");
}

// ---- Servers ----

/// What a server makes of a client that is a text.
struct Heard {
  Problem problem{};
  std::string words;
  std::string answer;
};
Heard served(std::string_view text) {
  std::array<std::byte, 4096> forth;
  std::array<std::byte, 4096> back;
  net::MemoryPair pair{forth, back};
  TlsWorld world;
  net::Stream& stream = **world.server.accept(pair.second(), world.now);
  const Bytes bytes = as_bytes(text);
  EXPECT_EQ(*pair.first().write({&bytes, 1}), text.size());
  stream.poll(world.now);
  EXPECT_EQ(stream.state(), net::Stream::State::closed);
  EXPECT_EQ(world.server.statistics().failed, 1u);
  EXPECT_EQ(world.server.statistics().handshakes, 0u);
  std::array<std::byte, 512> answer;
  const auto size = pair.first().read(answer);
  Heard heard{world.server.problem(), std::string{world.server.failure()},
              size ? std::string{as_text(Bytes{answer}.first(*size))} : std::string{}};
  world.server.give_back(stream);
  EXPECT_EQ(world.server.statistics().open, 0u);
  return heard;
}

TEST(TlsPeer, AServerAnswersPlainHttpPlainly) {
  const Heard heard = served("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(heard.problem, Problem::plain_http) << heard.words;
  EXPECT_TRUE(heard.answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << heard.answer;
  EXPECT_TRUE(heard.answer.ends_with("\r\n\r\nthis port speaks TLS: use https:// or wss://\n"))
      << heard.answer;
}

TEST(TlsPeer, AServerKnowsGarbage) {
  const Heard heard = served("\1\2\3\4\5\6\7\10");
  EXPECT_EQ(heard.problem, Problem::not_tls) << heard.words;
}

TEST(TlsPeer, ClientsShowTheirCertificates) {
  static const TestAuthority clients{"Clients' CA"};
  static const TestAuthority others{"Others' CA"};
  tools::CertificateRequest wanted = request_for("device 42", {});
  wanted.for_server = false;
  wanted.for_client = true;
  const PemPair good = clients.issue(wanted);
  const PemPair stranger = others.issue(wanted);
  wanted.not_after = kToday - std::chrono::days{1};
  const PemPair old = clients.issue(wanted);
  const struct {
    const PemPair* pair;
    tls::ClientCertificates wanted;
    bool open;
    Problem problem;
    std::string_view words;
  } cases[] = {
      {&good, tls::ClientCertificates::required, true, Problem::none, ""},
      {nullptr, tls::ClientCertificates::optional, true, Problem::none, ""},
      {nullptr, tls::ClientCertificates::required, false, Problem::no_certificate,
       "the client sent no certificate"},
      {&stranger, tls::ClientCertificates::required, false, Problem::unknown_authority,
       "signed by Others' CA"},
      {&old, tls::ClientCertificates::required, false, Problem::expired, "(device 42) expired on 2026-05-31"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.words);
    TlsWorld world;
    world.serve(test_server(), clients.pem(), one.wanted);
    tls::ClientConfig config = world.client_config();
    if (one.pair != nullptr) config.credentials = one.pair->credentials();
    tls::Client client{config, world.entropy_};
    world.connect(client);
    world.run();
    // With TLS 1.3 a client is done before the server has looked at its certificate.
    EXPECT_EQ(world.server_end->state() == net::Stream::State::open, one.open) << client.failure();
    EXPECT_EQ(world.server.problem(), one.problem) << world.server.failure();
    EXPECT_NE(world.server.failure().find(one.words), std::string_view::npos) << world.server.failure();
    if (!one.open) {
      std::array<std::byte, 8> none;
      EXPECT_FALSE(world.client_end->read(none));
      // mbedTLS 3.6 as a server encrypts that alert of TLS 1.3 with keys that the client has left behind.
      if (client.report().protocol == "TLSv1.3") {
        world.disconnect();
        continue;
      }
      EXPECT_EQ(client.problem(), Problem::refused);
      EXPECT_NE(client.failure().find(one.pair == nullptr ? "wants a client certificate"
                                                          : "does not take our certificate"),
                std::string_view::npos)
          << client.failure();
    }
    world.disconnect();
  }
}

TEST(TlsPeer, AServersLimitsHold) {
  TlsWorld world{{.max_connections = 3, .max_handshakes = 2}};
  std::array<std::byte, 64> ring;
  net::MemoryPair pair{ring, {}};
  net::Stream* const first = *world.server.accept(pair.first(), world.now);
  net::Stream* const second = *world.server.accept(pair.first(), world.now);
  EXPECT_EQ(world.server.accept(pair.first(), world.now).error(), Errc::too_many);
  EXPECT_EQ(world.server.statistics().refused, 1u);
  world.server.give_back(*first);
  world.server.give_back(*second);
  tls::Client client{world.client_config(), world.entropy_};
  world.connect(client);
  world.run();
  EXPECT_TRUE(world.is_open());
  EXPECT_EQ(world.server.statistics().handshakes, 0u);
  EXPECT_EQ(world.server.statistics().open, 1u);
  EXPECT_EQ(world.server.statistics().secured, 1u);
  world.disconnect();
}

TEST(TlsPeer, AReloadIsForNewConnectionsOnly) {
  TlsWorld world;
  tls::Client first{world.client_config(), world.entropy_};
  world.connect(first);
  world.run();
  ASSERT_TRUE(world.is_open());
  // The old connection goes on while the server has another certificate.
  static const TestAuthority another{"Another CA"};
  world.serve(another.issue(request_for("another", {"device.test"})));
  EXPECT_EQ(
      world.server.load({.credentials = {.certificate = tls::pem("none"), .key = tls::pem("none")}}).error(),
      Errc::invalid_argument);
  EXPECT_EQ(world.send(*world.client_end, *world.server_end, "still there"), "still there");
  EXPECT_EQ(world.send(*world.server_end, *world.client_end, "here, too"), "here, too");
  world.disconnect();
  // The session from before is not good any more, and neither is the trust.
  world.connect(first);
  world.run();
  EXPECT_FALSE(world.is_open());
  EXPECT_EQ(first.problem(), Problem::unknown_authority) << first.failure();
  world.disconnect();
  tls::ClientConfig config = world.client_config();
  config.authorities = another.pem();
  tls::Client second{config, world.entropy_};
  world.connect(second);
  world.run();
  EXPECT_TRUE(world.is_open()) << second.failure();
  world.disconnect();
}

}  // namespace
}  // namespace linnet
