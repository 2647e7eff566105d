// SPDX-License-Identifier: Apache-2.0
// What TLS costs on the heap: nothing that stays beyond the first connection, and nothing that breaks where
// there is none.
#include <gtest/gtest.h>

#include <memory>

#include "support/allocations.hpp"
#include "support/failing_calloc.hpp"
#include "support/tls_world.hpp"

namespace linnet {
namespace {

using namespace test;

/// A connection, a message each way, and its end; false: it came to nothing.
bool converse(TlsWorld& world, tls::Client& client) {
  world.connect(client);
  if (world.client_end == nullptr || world.server_end == nullptr) {
    world.disconnect();
    return false;
  }
  world.run();
  const std::string_view text = "a message that is longer than nothing";
  const bool good = world.is_open() && world.send(*world.client_end, *world.server_end, text) == text &&
                    world.send(*world.server_end, *world.client_end, text) == text;
  world.disconnect();
  return good;
}

/// Connects `count` times, one in ten of which fails in the middle of its handshake; returns how many were
/// good.
int reconnect(TlsWorld& world, tls::Client& client, int count) {
  int good = 0;
  for (int i = 0; i < count; ++i) {
    if (i % 10 != 9) {
      good += converse(world, client) ? 1 : 0;
      continue;
    }
    world.connect(client, "device.test", {.close_after = 400});
    world.run();
    EXPECT_FALSE(world.is_open());
    world.disconnect();
  }
  return good;
}

TEST(TlsMemory, AThousandReconnectsGrowNothing) {
  for (const bool resume : {true, false}) {
    SCOPED_TRACE(resume);
    TlsWorld world;
    tls::ClientConfig config = world.client_config();
    config.resume = resume;
    tls::Client client{config, world.entropy_};
    // Until nothing is new: the server remembers 64 sessions, and the C library counts what it keeps for the
    // next allocation as in use.
    tls::ClientConfig stranger = config;
    stranger.resume = false;
    tls::Client strangers{stranger, world.entropy_};
    reconnect(world, strangers, 80);
    reconnect(world, client, 50);
    const std::size_t before = heap_in_use();
    const int count = resume ? 1'000 : 100;
    EXPECT_EQ(reconnect(world, client, count), count / 10 * 9);
    // 2 bytes a connection would show.
    EXPECT_LE(heap_in_use(), before + static_cast<std::size_t>(2 * count));
  }
}

/// What has to be in one piece is taken before the first connection; what comes later is small, so that a
/// heap that is in pieces does not matter.
TEST(TlsMemory, TheLargePiecesAreReservedByPrepare) {
  TlsWorld world;
  converse(world,
           *std::make_unique<tls::Client>(world.client_config(), world.entropy_));  // the server's, too
  tls::Client client{world.client_config(), world.entropy_};
  {
    const FailingCalloc watched;
    ASSERT_TRUE(client.prepare());
    EXPECT_GE(watched.largest(), 16'384u);
    EXPECT_LE(watched.largest(), 16'384u + 512u);
    RecordProperty("largest", static_cast<int>(watched.largest()));
  }
  for (int i = 0; i < 3; ++i) {
    const FailingCalloc watched;
    EXPECT_TRUE(converse(world, client));
    EXPECT_LE(watched.largest(), 4'096u);
    RecordProperty("largest in a connection", static_cast<int>(watched.largest()));
  }
}

TEST(TlsMemory, NothingIsAllocatedForAMessage) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  world.connect(client);
  world.run();
  ASSERT_TRUE(world.is_open());
  const std::array parts{as_bytes("a header"), as_bytes("a body")};
  std::array<std::byte, 64> buffer;
  (void)world.client_end->write(parts);
  (void)world.server_end->read(buffer);
  (void)world.server_end->write(parts);
  (void)world.client_end->read(buffer);  // and its session is kept
  const std::size_t news = allocations();
  const FailingCalloc none;
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(*world.client_end->write(parts), 14u);
    ASSERT_EQ(*world.server_end->read(buffer), 14u);
    ASSERT_EQ(*world.server_end->write(parts), 14u);
    ASSERT_EQ(*world.client_end->read(buffer), 14u);
  }
  EXPECT_EQ(allocations(), news);
  EXPECT_EQ(none.calls(), 0u);
  world.disconnect();
}

/// `n`-th allocation of a client and a server, from their configuration to their end, finds no memory: false,
/// and then nothing did. Whatever it was, it is said, nothing is held back, and the next attempt is as good
/// as ever.
bool fails_at(std::uint64_t n, bool resume, int& refused) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  if (resume) {
    EXPECT_TRUE(converse(world, client));
  }
  bool good = false;
  bool failed = false;
  {
    const FailingCalloc fails{n};
    good = converse(world, client);
    failed = fails.has_failed();
  }
  if (!good) ++refused;
  EXPECT_TRUE(failed || good);
  EXPECT_TRUE(converse(world, client)) << client.failure();
  return failed;
}

TEST(TlsMemory, TheNthAllocationOfAResumedConnectionMayFail) {
  std::uint64_t n = 1;
  int refused = 0;
  while (fails_at(n, true, refused)) ++n;
  EXPECT_GT(n, 20u);
  EXPECT_GT(refused, 10);
}

/// The arithmetic of a full handshake allocates 36,000 times, in the same few places: each of the first, and
/// then every 499th, another one in each pass of a loop.
TEST(TlsMemory, TheNthAllocationOfAFullHandshakeMayFail) {
  std::uint64_t n = 1;
  int refused = 0;
  while (fails_at(n, false, refused)) n += n < 100 ? 1 : 1'499;
  EXPECT_GT(n, 5'000u);
  EXPECT_GT(refused, 80);
}

}  // namespace
}  // namespace linnet
