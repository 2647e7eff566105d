// SPDX-License-Identifier: Apache-2.0
// Sessions that are taken up again: over reconnects, over a reset of the device, and where they must not be.
#include <gtest/gtest.h>

#include "support/tls_world.hpp"

namespace linnet {
namespace {

using namespace test;

/// A connection with a message from the server, whose session is kept then.
net::SecurityReport converse(TlsWorld& world, tls::Client& client, std::string_view host = "device.test") {
  world.connect(client, host);
  world.run();
  EXPECT_TRUE(world.is_open()) << client.failure();
  if (world.is_open()) {
    EXPECT_EQ(world.send(*world.server_end, *world.client_end, "hello"), "hello");
  }
  const net::SecurityReport report = client.report();
  world.disconnect();
  return report;
}

TEST(TlsSession, IsTakenUpAgainWithFewerBytes) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  const net::SecurityReport full = converse(world, client);
  const net::SecurityReport resumed = converse(world, client);
  EXPECT_FALSE(full.resumed);
  EXPECT_TRUE(resumed.resumed);
  EXPECT_TRUE(resumed.verified);
  EXPECT_LT(resumed.handshake_bytes, full.handshake_bytes * 3 / 4);
  EXPECT_EQ(world.server.statistics().resumed, 1u);
  EXPECT_EQ(world.server.statistics().secured, 2u);
  RecordProperty("full", static_cast<int>(full.handshake_bytes));
  RecordProperty("resumed", static_cast<int>(resumed.handshake_bytes));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(converse(world, client).resumed);
}

TEST(TlsSession, IsOfItsHost) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  EXPECT_FALSE(converse(world, client, "device.test").resumed);
  EXPECT_FALSE(converse(world, client, "127.0.0.1").resumed);
  EXPECT_FALSE(converse(world, client, "::1").resumed);
  EXPECT_TRUE(converse(world, client, "Device.Test.").resumed);  // the same one
  EXPECT_TRUE(converse(world, client, "127.0.0.1").resumed);
  // A session of one host is no way around another's certificate.
  world.connect(client, "other.test");
  world.run();
  EXPECT_FALSE(world.is_open());
  EXPECT_EQ(client.problem(), tls::Problem::wrong_host);
  world.disconnect();
}

TEST(TlsSession, IsNotKeptWithoutDataNorWhereNobodyWantsIt) {
  TlsWorld world;
  tls::ClientConfig config = world.client_config();
  config.resume = false;
  tls::Client client{config, world.entropy_};
  EXPECT_FALSE(converse(world, client).resumed);
  EXPECT_FALSE(converse(world, client).resumed);
}

TEST(TlsSession, EndsWithItsCertificate) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  EXPECT_FALSE(converse(world, client).resumed);
  world.clock.time = kTodayUnix + 31 * 86'400;  // its certificate has expired meanwhile
  world.connect(client);
  world.run();
  EXPECT_FALSE(world.is_open());
  EXPECT_EQ(client.problem(), tls::Problem::expired) << client.failure();
  world.disconnect();
}

TEST(TlsSession, AServerThatForgotItIsNoFailure) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  EXPECT_FALSE(converse(world, client).resumed);
  world.serve(test_server());  // has other keys for its tickets now
  EXPECT_FALSE(converse(world, client).resumed);
  EXPECT_TRUE(converse(world, client).resumed);
}

TEST(TlsSession, OutlivesTheClientAsBytes) {
  TlsWorld world;
  std::array<std::byte, 8192> bytes;
  std::size_t size = 0;
  {
    tls::Client client{world.client_config(), world.entropy_};
    size = *client.export_sessions(bytes);
    EXPECT_LT(size, 64u);  // none yet
    converse(world, client);
    converse(world, client, "127.0.0.1");
    size = *client.export_sessions(bytes);
    EXPECT_GT(size, 200u);
    EXPECT_EQ(client.export_sessions(MutableBytes{bytes}.first(100)).error(), Errc::too_large);
    // Where only one fits, it is the newest.
    const auto one = client.export_sessions(MutableBytes{bytes}.first(size - 1));
    ASSERT_TRUE(one);
    EXPECT_LT(*one, size);
    size = *client.export_sessions(bytes);
  }
  const Bytes saved = Bytes{bytes}.first(size);
  tls::Client woken{world.client_config(), world.entropy_};
  ASSERT_TRUE(woken.import_sessions(saved));
  EXPECT_TRUE(converse(world, woken).resumed);
  EXPECT_TRUE(converse(world, woken, "127.0.0.1").resumed);
}

TEST(TlsSession, DamagedBytesAreRefused) {
  TlsWorld world;
  std::array<std::byte, 8192> bytes;
  tls::Client client{world.client_config(), world.entropy_};
  converse(world, client);
  const std::size_t size = *client.export_sessions(bytes);
  for (std::size_t at = 0; at < size; ++at) {
    bytes[at] ^= std::byte{1};
    EXPECT_EQ(client.import_sessions(Bytes{bytes}.first(size)).error(), Errc::invalid_argument) << at;
    bytes[at] ^= std::byte{1};
  }
  for (std::size_t cut = 0; cut < size; cut += 7)
    EXPECT_EQ(client.import_sessions(Bytes{bytes}.first(cut)).error(), Errc::invalid_argument) << cut;
  EXPECT_TRUE(client.import_sessions(Bytes{bytes}.first(size)));
}

TEST(TlsSession, BytesOfAnotherTrustAreRefused) {
  TlsWorld world;
  std::array<std::byte, 8192> bytes;
  tls::ClientConfig lax = world.client_config();
  lax.insecure = true;
  tls::Client from{lax, world.entropy_};
  converse(world, from);
  const std::size_t size = *from.export_sessions(bytes);
  tls::Client strict{world.client_config(), world.entropy_};
  EXPECT_EQ(strict.import_sessions(Bytes{bytes}.first(size)).error(), Errc::invalid_argument);
}

TEST(TlsSession, OutlivesANetworkThatIsNotThere) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  converse(world, client);
  net::MemoryPair pair{{}, {}};
  pair.first().reset();
  net::Stream& stream = **client.secure(pair.first(), "device.test", world.now);
  stream.poll(world.now);
  std::array<std::byte, 8> none;
  EXPECT_EQ(stream.read(none).error(), Errc::connection_reset);
  EXPECT_TRUE(client.failure().empty());  // it is no failure of TLS
  stream.close();
  EXPECT_TRUE(converse(world, client).resumed);
}

TEST(TlsSession, ASessionThatBreaksIsForgotten) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  converse(world, client);
  world.connect(client, "device.test", {.close_after = 200});
  world.run();
  EXPECT_FALSE(world.is_open());
  world.disconnect();
  EXPECT_FALSE(converse(world, client).resumed);
  EXPECT_TRUE(converse(world, client).resumed);
}

}  // namespace
}  // namespace linnet
