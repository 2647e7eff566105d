// SPDX-License-Identifier: Apache-2.0
// Sockets over loopback: bytes both ways, and every way in which a connection ends.
#include "port/bsd/socket.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include "support/loopback.hpp"

namespace linnet::port::linux {
namespace {

using net::Interest;
using test::get;
using test::Loopback;
using test::put;
using test::read_error;
using test::State;
using test::turn_until;

/// Waits until the peer's end or failure has arrived.
void wait_for_end(Loopback& loopback, net::Stream& stream) {
  EXPECT_TRUE(turn_until(loopback.poller, nullptr, [&] { return !get(stream).has_value(); }));
}

std::size_t entries_of(Loopback& loopback, const void* token) {
  std::size_t count = 0;
  for (const net::Ready& ready : loopback.poller.wait(Instant{})) count += ready.token == token ? 1 : 0;
  return count;
}

class SocketOver : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Families, SocketOver, testing::Values("127.0.0.1", "::1", "localhost"));

TEST_P(SocketOver, CarriesBytesBothWays) {
  Loopback loopback{GetParam()};
  ASSERT_TRUE(loopback.is_connected());
  EXPECT_EQ(get(loopback.server()), "");
  EXPECT_EQ(put(loopback.client(), "ping"), 4u);
  EXPECT_EQ(test::get_all(loopback.poller, loopback.server(), 4), "ping");
  const std::array<Bytes, 4> parts{as_bytes("po"), Bytes{}, as_bytes("n"), as_bytes("g")};
  EXPECT_EQ(loopback.server().write(parts), 4u);
  EXPECT_EQ(test::get_all(loopback.poller, loopback.client(), 4), "pong");
  EXPECT_EQ(loopback.server().write({}), 0u);
  EXPECT_EQ(loopback.server().read({}), 0u);
}

TEST(Socket, TakesManyPartsInSeveralWrites) {
  Loopback loopback;
  ASSERT_TRUE(loopback.is_connected());
  const std::vector<Bytes> parts(40, as_bytes("ab"));
  std::size_t sent = 0;
  while (sent < 80) {
    const auto written = loopback.client().write(std::span{parts}.subspan(sent / 2));
    ASSERT_TRUE(written && *written > 0);
    sent += *written;
  }
  EXPECT_EQ(test::get_all(loopback.poller, loopback.server(), 80).size(), 80u);
}

TEST(Socket, TakesNoMoreThanTheKernelHolds) {
  Loopback loopback;
  ASSERT_TRUE(loopback.is_connected());
  const std::string block(65536, 'x');
  std::size_t sent = 0;
  for (;;) {
    const auto written = put(loopback.client(), block);
    ASSERT_TRUE(written);
    if (*written == 0) break;
    sent += *written;
  }
  loopback.client().want(Interest::both);
  EXPECT_EQ(entries_of(loopback, &loopback.link), 0u);
  EXPECT_EQ(test::get_all(loopback.poller, loopback.server(), sent).size(), sent);
  EXPECT_TRUE(turn_until(loopback.poller, nullptr, [&] { return put(loopback.client(), "x") == 1u; }));
}

TEST(Socket, SendsSmallMessagesAtOnce) {
  const int before = ::dup(0);
  ::close(before);
  Loopback loopback;
  ASSERT_TRUE(loopback.is_connected());
  int found = 0;
  for (int fd = before; fd < before + 16; ++fd) {
    int type = 0;
    int listens = 0;
    int no_delay = 0;
    socklen_t size = sizeof type;
    if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM) continue;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens != 0) continue;
    EXPECT_EQ(::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size), 0);
    EXPECT_NE(no_delay, 0);
    ++found;
  }
  EXPECT_EQ(found, 2);  // the client's and the accepted one
}

TEST(Socket, HalfCloses) {
  Loopback loopback;
  ASSERT_TRUE(loopback.is_connected());
  EXPECT_EQ(put(loopback.client(), "last"), 4u);
  loopback.client().shutdown_write();
  loopback.client().shutdown_write();
  const auto refused = put(loopback.client(), "x");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::bad_state);
  EXPECT_EQ(test::get_all(loopback.poller, loopback.server(), 4), "last");
  wait_for_end(loopback, loopback.server());
  EXPECT_EQ(read_error(loopback.server()), Errc::end_of_stream);
  EXPECT_EQ(read_error(loopback.server()), Errc::end_of_stream);
  EXPECT_EQ(loopback.server().state(), State::open);

  loopback.server().want(Interest::read);  // what has ended does not keep the loop awake
  EXPECT_EQ(entries_of(loopback, &loopback.slot), 0u);
  loopback.server().want(Interest::both);
  EXPECT_EQ(entries_of(loopback, &loopback.slot), 1u);

  EXPECT_EQ(put(loopback.server(), "answer"), 6u);
  EXPECT_EQ(test::get_all(loopback.poller, loopback.client(), 6), "answer");
  loopback.server().close();
  wait_for_end(loopback, loopback.client());
  EXPECT_EQ(read_error(loopback.client()), Errc::end_of_stream);
}

TEST(Socket, Closes) {
  Loopback loopback;
  ASSERT_TRUE(loopback.is_connected());
  loopback.server().close();
  loopback.server().close();
  EXPECT_EQ(loopback.server().state(), State::closed);
  EXPECT_EQ(read_error(loopback.server()), Errc::bad_state);
  EXPECT_EQ(put(loopback.server(), "x").error().code, Errc::bad_state);
  loopback.server().want(Interest::both);
  loopback.server().shutdown_write();
  wait_for_end(loopback, loopback.client());
  EXPECT_EQ(read_error(loopback.client()), Errc::end_of_stream);
}

TEST(Socket, ReportsAReset) {
  Loopback loopback;
  ASSERT_TRUE(loopback.is_connected());
  EXPECT_EQ(put(loopback.client(), "unread"), 6u);
  EXPECT_TRUE(turn_until(loopback.poller, nullptr, [&] { return get(loopback.server(), 1) == "u"; }));
  loopback.server().close();  // with bytes unread: a reset
  wait_for_end(loopback, loopback.client());
  EXPECT_EQ(read_error(loopback.client()), Errc::connection_reset);
  EXPECT_EQ(loopback.client().state(), State::closed);
  EXPECT_EQ(put(loopback.client(), "x").error().code, Errc::connection_reset);
  EXPECT_EQ(entries_of(loopback, &loopback.link), 0u);
}

TEST(Socket, AFailedWriteLeavesWhatThePeerSaid) {
  Loopback loopback;
  ASSERT_TRUE(loopback.is_connected());
  EXPECT_EQ(put(loopback.client(), "unread"), 6u);
  EXPECT_TRUE(turn_until(loopback.poller, nullptr, [&] { return get(loopback.server(), 1) == "u"; }));
  EXPECT_EQ(put(loopback.server(), "goodbye"), 7u);
  loopback.server().close();
  Result<std::size_t> written = 0u;
  EXPECT_TRUE(turn_until(loopback.poller, nullptr, [&] {
    written = put(loopback.client(), "x");
    return !written.has_value();
  }));
  EXPECT_EQ(written.error().code, Errc::connection_reset);
  EXPECT_EQ(loopback.client().state(), State::open);
  EXPECT_EQ(get(loopback.client(), 7), "goodbye");
  EXPECT_EQ(read_error(loopback.client()), Errc::connection_reset);
  EXPECT_EQ(loopback.client().state(), State::closed);
}

TEST(Socket, IsNotReportedWhenNothingIsWanted) {
  Loopback loopback;
  ASSERT_TRUE(loopback.is_connected());
  EXPECT_EQ(put(loopback.client(), "x"), 1u);
  EXPECT_TRUE(
      turn_until(loopback.poller, nullptr, [&] { return entries_of(loopback, &loopback.slot) == 1; }));
  loopback.server().want(Interest::none);
  EXPECT_EQ(entries_of(loopback, &loopback.slot), 0u);
  loopback.client().close();
  EXPECT_EQ(entries_of(loopback, &loopback.slot), 0u);
  loopback.server().want(Interest::read);
  EXPECT_EQ(entries_of(loopback, &loopback.slot), 1u);
}

TEST(Socket, IsClosedWhenThePollerCannotWatchIt) {
  Poller poller;
  Socket socket{poller, ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC), nullptr};  // a regular file
  EXPECT_EQ(socket.state(), State::closed);
  EXPECT_EQ(read_error(socket), Errc::permission_denied);
}

}  // namespace
}  // namespace linnet::port::linux
