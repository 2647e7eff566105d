// SPDX-License-Identifier: Apache-2.0
// Bytes through TLS: any sizes, any cuts, any failure of the stream below; and how it ends.
#include "linnet/tls/stream.hpp"

#include <gtest/gtest.h>

#include "support/tls_world.hpp"

namespace linnet {
namespace {

using namespace test;
using net::Stream;

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * 31 % 26);
  return text;
}

net::Faults cut_to(std::size_t limit) {
  return {.read_limit = limit, .write_limit = limit};
}

TEST(TlsStream, CarriesAnySizeBothWays) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  world.connect(client);
  world.run();
  ASSERT_TRUE(world.is_open()) << client.failure();
  for (const std::size_t size :
       {1u, 2u, 511u, 512u, 513u, 4'095u, 16'383u, 16'384u, 16'385u, 65'536u, 300'000u}) {
    SCOPED_TRACE(size);
    const std::string text = pattern(size);
    EXPECT_TRUE(world.send(*world.client_end, *world.server_end, text) == text);
    EXPECT_TRUE(world.send(*world.server_end, *world.client_end, text, 1000) == text);
  }
  world.disconnect();
}

TEST(TlsStream, IsTheSameForAnyCutOfTheBytesBelow) {
  for (const std::size_t limit : {1u, 7u, 64u}) {
    SCOPED_TRACE(limit);
    TlsWorld world;
    tls::Client client{world.client_config(), world.entropy_};
    world.connect(client, "device.test", cut_to(limit), cut_to(limit));
    world.run();
    ASSERT_TRUE(world.is_open()) << client.failure();
    const std::string text = pattern(20'000);
    EXPECT_TRUE(world.send(*world.client_end, *world.server_end, text) == text);
    EXPECT_TRUE(world.send(*world.server_end, *world.client_end, text) == text);
    world.disconnect();
  }
}

TEST(TlsStream, ShortPartsShareARecord) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  world.connect(client);
  world.run();
  const std::string body = pattern(100);
  const std::array parts{as_bytes("he"), as_bytes(""), as_bytes("ader"), as_bytes(body)};
  const std::uint64_t before = world.client_inner->crossed();
  EXPECT_EQ(*world.client_end->write(parts), 106u);
  EXPECT_LT(world.client_inner->crossed() - before, 106u + 40u);
  std::array<std::byte, 200> got;
  EXPECT_EQ(*world.server_end->read(got), 106u);
  EXPECT_EQ(as_text(Bytes{got}.first(106)), "header" + body);
  world.disconnect();
}

TEST(TlsStream, LongPartsAreWholeAndInOrder) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  world.connect(client);
  world.run();
  const std::string text = pattern(2'000);
  std::string got;
  std::array<std::byte, 4096> buffer;
  // Every cut into three parts around the size up to which they are gathered.
  for (std::size_t first = 0; first < 1'200; first += 37) {
    for (std::size_t second = 0; second < 700; second += 211) {
      const std::array parts{as_bytes(std::string_view{text}.substr(0, first)),
                             as_bytes(std::string_view{text}.substr(first, second)),
                             as_bytes(std::string_view{text}.substr(first + second))};
      EXPECT_EQ(*world.client_end->write(parts), text.size());
      EXPECT_EQ(*world.server_end->read(buffer), text.size());
      EXPECT_EQ(as_text(Bytes{buffer}.first(text.size())), text);
    }
  }
  world.disconnect();
}

TEST(TlsStream, WhatDoesNotLeaveIsKeptAndWantsToBeWritten) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  world.connect(client);
  world.run();
  world.client_end->want(net::Interest::read);
  const std::string text = pattern(100'000);
  const Bytes bytes = as_bytes(text);
  const auto written = world.client_end->write({&bytes, 1});
  ASSERT_TRUE(written);
  EXPECT_GT(*written, 0u);
  EXPECT_LT(*written, text.size());
  EXPECT_EQ(world.pair().first().interest(), net::Interest::both);
  EXPECT_EQ(*world.client_end->write({&bytes, 1}), 0u);
  // Without another write, what was taken arrives whole.
  std::string got;
  std::array<std::byte, 5000> buffer;
  for (int i = 0; i < 100; ++i) {
    world.client_end->poll(world.now);
    got.append(as_text(Bytes{buffer}.first(*world.server_end->read(buffer))));
  }
  EXPECT_EQ(got, text.substr(0, *written));
  EXPECT_EQ(world.pair().first().interest(), net::Interest::read);
  world.disconnect();
}

TEST(TlsStream, SaysWhatTheHandshakeWaitsFor) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  net::Faults full;
  full.held_until = world.now + 1s;
  world.connect(client, "device.test", full);
  world.client_end->poll(world.now);
  EXPECT_EQ(world.pair().first().interest(), net::Interest::write);
  EXPECT_EQ(world.client_end->state(), Stream::State::opening);
  const Bytes bytes = as_bytes("early");
  EXPECT_EQ(*world.client_end->write({&bytes, 1}), 0u);
  std::array<std::byte, 8> none;
  EXPECT_EQ(*world.client_end->read(none), 0u);
  world.now += 1s;
  world.client_end->poll(world.now);
  EXPECT_EQ(world.pair().first().interest(), net::Interest::read);
  world.run();
  EXPECT_TRUE(world.is_open()) << client.failure();
  world.disconnect();
}

// ---- The end ----

TEST(TlsStream, ACloseIsToldFromACut) {
  for (const bool in_good_order : {true, false}) {
    for (const bool by_server : {true, false}) {
      TlsWorld world;
      tls::Client client{world.client_config(), world.entropy_};
      world.connect(client);
      world.run();
      Stream& one = by_server ? *world.server_end : *world.client_end;
      Stream& other = by_server ? *world.client_end : *world.server_end;
      const Bytes last = as_bytes("the last");
      EXPECT_EQ(*one.write({&last, 1}), last.size());
      if (in_good_order) {
        one.shutdown_write();
      } else {
        (by_server ? world.pair().second() : world.pair().first()).shutdown_write();
      }
      std::array<std::byte, 64> buffer;
      EXPECT_EQ(*other.read(buffer), last.size());
      EXPECT_EQ(other.read(buffer).error(), in_good_order ? Errc::end_of_stream : Errc::truncated);
      EXPECT_EQ(other.read(buffer).error(), in_good_order ? Errc::end_of_stream : Errc::truncated);
      // The other direction is still there.
      EXPECT_EQ(*other.write({&last, 1}), last.size());
      EXPECT_EQ(*one.read(buffer), last.size());
      EXPECT_EQ(one.write({&last, 1}).error(), in_good_order ? Errc::bad_state : Errc::bad_state);
      world.disconnect();
    }
  }
}

TEST(TlsStream, CloseTellsThePeer) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  world.connect(client);
  world.run();
  world.client_end->close();
  std::array<std::byte, 64> buffer;
  EXPECT_EQ(world.server_end->read(buffer).error(), Errc::end_of_stream);
  EXPECT_EQ(world.client_end->read(buffer).error(), Errc::bad_state);
  EXPECT_EQ(world.client_end->state(), Stream::State::closed);
  world.disconnect();
}

TEST(TlsStream, AShutdownWaitsForWhatWasWritten) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  world.connect(client);
  world.run();
  const std::string text = pattern(16'000);
  const Bytes bytes = as_bytes(text);
  const std::size_t written = *world.client_end->write({&bytes, 1});
  world.client_end->shutdown_write();
  std::string got;
  std::array<std::byte, 1000> buffer;
  Error end{};
  for (int i = 0; i < 100 && end == Error{}; ++i) {
    world.client_end->poll(world.now);
    const auto read = world.server_end->read(buffer);
    if (read) got.append(as_text(Bytes{buffer}.first(*read)));
    if (!read) end = read.error();
  }
  EXPECT_EQ(got.size(), written);
  EXPECT_EQ(end, Errc::end_of_stream);
  world.disconnect();
}

// ---- Failures of the stream below ----

/// The whole of a small conversation; how far it came.
enum class Reached { handshake, data, end };
Reached converse(TlsWorld& world) {
  world.run();
  if (!world.is_open()) return Reached::handshake;
  const std::string text = pattern(3'000);
  if (world.send(*world.client_end, *world.server_end, text) != text) return Reached::data;
  if (world.send(*world.server_end, *world.client_end, text) != text) return Reached::data;
  world.client_end->shutdown_write();
  std::array<std::byte, 64> buffer;
  const auto end = world.server_end->read(buffer);
  return !end && end.error() == Errc::end_of_stream ? Reached::end : Reached::data;
}

TEST(TlsStream, TheNthOperationMayFail) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  for (const bool at_server : {false, true}) {
    world.connect(client);
    ASSERT_EQ(converse(world), Reached::end);
    const std::uint64_t all = (at_server ? *world.server_inner : *world.client_inner).operations();
    world.disconnect();
    client.forget_sessions();
    for (std::uint64_t n = 1; n <= all; ++n) {
      SCOPED_TRACE(n);
      const net::Faults faults{.fail_operation = n, .failure = Error{Errc::io_failure, 5}};
      world.connect(client, "device.test", at_server ? net::Faults{} : faults,
                    at_server ? faults : net::Faults{});
      EXPECT_NE(converse(world), Reached::end);
      Stream& failed = at_server ? *world.server_end : *world.client_end;
      std::array<std::byte, 64> buffer;
      const auto read = failed.read(buffer);
      // The last operations are the close_notify's, whose failure nobody is told but the peer.
      if (failed.state() == Stream::State::closed) {
        EXPECT_EQ(read.error(), (Error{Errc::io_failure, 5}));
      }
      world.disconnect();
      client.forget_sessions();
    }
  }
  world.connect(client);
  EXPECT_EQ(converse(world), Reached::end);  // nothing of it stays
  world.disconnect();
}

TEST(TlsStream, TheNthByteMayBeWrong) {
  TlsWorld world;
  tls::Client client{world.client_config(), world.entropy_};
  std::uint64_t n = 0;  // of those that the client reads
  for (; n < 20'000; n += n < 1'200 ? 17 : 401) {
    SCOPED_TRACE(n);
    world.connect(client, "device.test", {.corrupt_read_at = n, .corrupt_with = std::byte{0x10}});
    const Reached reached = converse(world);
    world.disconnect();
    client.forget_sessions();
    if (reached == Reached::end) break;  // that byte never came: all that did come were wrong once
  }
  EXPECT_GT(n, 3'000u);
  EXPECT_LT(n, 20'000u);
}

TEST(TlsStream, AStalledHandshakeEnds) {
  TlsWorld world;
  tls::ClientConfig config = world.client_config();
  config.handshake_timeout = 5s;
  tls::Client client{config, world.entropy_};
  world.connect(client, "device.test", {.drop_after = 300});
  world.run();
  EXPECT_EQ(world.client_end->deadline(), world.now + 5s);
  EXPECT_EQ(world.server_end->deadline(), world.now + 10s);
  world.now += 5s;
  world.run();
  std::array<std::byte, 8> none;
  EXPECT_EQ(world.client_end->read(none).error(), Errc::handshake_timeout);
  EXPECT_EQ(client.problem(), tls::Problem::too_slow);
  EXPECT_EQ(client.failure(), "the TLS handshake with device.test took too long");
  world.now += 5s;
  world.run();
  EXPECT_EQ(world.server_end->read(none).error(), Errc::handshake_timeout);
  EXPECT_EQ(world.client_end->deadline(), kNever);
  world.disconnect();
}

}  // namespace
}  // namespace linnet
