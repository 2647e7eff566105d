// SPDX-License-Identifier: Apache-2.0
// Listening: the endpoints, the errors, many connections, and a descriptor table that is full.
#include "port/linux/listener.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "support/loopback.hpp"

namespace linnet::port::linux {
namespace {

using test::turn_until;

Errc listen_error(Listener& listener, std::string_view endpoint) {
  const auto listening = listener.listen(endpoint, nullptr);
  return listening ? Errc{} : listening.error().code;
}

/// A blocking connection, -1 when it is refused.
int connect_to(std::string_view address, std::uint16_t port) {
  auto to = parse_address(address);
  to->set_port(port);
  const int fd = ::socket(to->generic.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, &to->generic, to->size()) == 0) return fd;
  ::close(fd);
  return -1;
}

bool can_connect(std::string_view address, std::uint16_t port) {
  const int fd = connect_to(address, port);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

TEST(Listener, ListensWhereItIsTold) {
  Poller poller;
  Listener listener{poller};
  EXPECT_EQ(listener.port(), 0);
  ASSERT_TRUE(listener.listen("127.0.0.1:0", nullptr));
  EXPECT_NE(listener.port(), 0);
  EXPECT_TRUE(can_connect("127.0.0.1", listener.port()));
  EXPECT_FALSE(can_connect("::1", listener.port()));
  EXPECT_EQ(listen_error(listener, "127.0.0.1:0"), Errc::bad_state);
  const std::uint16_t port = listener.port();
  listener.close();
  listener.close();
  EXPECT_EQ(listener.port(), 0);
  EXPECT_FALSE(can_connect("127.0.0.1", port));
  net::StreamSlot slot;
  EXPECT_EQ(listener.accept(slot, nullptr).error().code, Errc::bad_state);
}

TEST(Listener, ListensOnEveryAddress) {
  Poller poller;
  Listener both{poller};
  ASSERT_TRUE(both.listen("[::]:0", nullptr));
  EXPECT_TRUE(can_connect("127.0.0.1", both.port()));
  EXPECT_TRUE(can_connect("::1", both.port()));
  Listener v4{poller};
  ASSERT_TRUE(v4.listen("0.0.0.0:0", nullptr));
  EXPECT_TRUE(can_connect("127.0.0.1", v4.port()));
  Listener v6{poller};
  ASSERT_TRUE(v6.listen("[::1]:0", nullptr));
  EXPECT_TRUE(can_connect("::1", v6.port()));
  Listener name{poller};
  ASSERT_TRUE(name.listen("localhost:0", nullptr));
  EXPECT_TRUE(can_connect("127.0.0.1", name.port()));
}

TEST(Listener, SaysWhatIsWrong) {
  Poller poller;
  Listener first{poller};
  ASSERT_TRUE(first.listen("127.0.0.1:0", nullptr));
  Listener listener{poller};
  EXPECT_EQ(listen_error(listener, "127.0.0.1:" + std::to_string(first.port())), Errc::address_in_use);
  EXPECT_EQ(listen_error(listener, "no.such.host.invalid:0"), Errc::host_not_found);
  for (const char* endpoint : {"", "127.0.0.1", ":", ":80", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                               "::1:80", "[127.0.0.1]:80", "[::1]80", "[::1:80", "a b:80", "127.0.0.1:80 "}) {
    EXPECT_EQ(listen_error(listener, endpoint), Errc::invalid_argument) << endpoint;
  }
  EXPECT_FALSE(listener.listen("192.0.2.1:0", nullptr));  // not one of ours (RFC 5737)
  EXPECT_EQ(listener.port(), 0);
}

TEST(Listener, SharesAPort) {
  Poller poller;
  Listener first{poller};
  Listener second{poller};
  ASSERT_TRUE(first.listen("127.0.0.1:0", nullptr, {.reuse_port = true}));
  ASSERT_TRUE(second.listen("127.0.0.1:" + std::to_string(first.port()), nullptr, {.reuse_port = true}));
  EXPECT_EQ(first.port(), second.port());
}

TEST(Listener, AcceptsUntilNoneWaits) {
  Poller poller;
  Listener listener{poller};
  ASSERT_TRUE(listener.listen("127.0.0.1:0", &listener));
  net::StreamSlot slot;
  EXPECT_EQ(listener.accept(slot, &slot).error().code, Errc::would_block);
  const int fd = connect_to("127.0.0.1", listener.port());
  const auto ready = poller.wait(kNever);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].token, &listener);
  EXPECT_TRUE(ready[0].readable);
  EXPECT_TRUE(listener.accept(slot, &slot));
  net::StreamSlot other;
  EXPECT_EQ(listener.accept(other, &other).error().code, Errc::would_block);
  EXPECT_EQ(other.get(), nullptr);
  listener.close();  // what was accepted goes on
  EXPECT_EQ(::write(fd, "x", 1), 1);
  EXPECT_EQ(test::get_all(poller, *slot.get(), 1), "x");
  ::close(fd);
}

TEST(Listener, LeaksNoDescriptorInAThousandConnections) {
  Poller poller;
  Resolver resolver{poller};
  TcpLink link{poller, resolver, 1};
  Listener listener{poller};
  ASSERT_TRUE(listener.listen("127.0.0.1:0", &listener));
  const std::size_t before = test::open_descriptors();
  for (int i = 0; i < 1000; ++i) {
    const auto client = link.open("127.0.0.1", listener.port(), poller.now());
    ASSERT_TRUE(client);
    net::StreamSlot slot;
    ASSERT_TRUE(turn_until(poller, *client, [&] { return listener.accept(slot, &slot).has_value(); }));
    if (i % 2 == 0) (*client)->close();  // either end first, and a client that is still connecting
    slot.reset();
    (*client)->close();
  }
  EXPECT_EQ(test::open_descriptors(), before);
}

/// No descriptor is left while it lives.
class FullTable {
 public:
  FullTable() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(0);
    ::close(next);
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~FullTable() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(Listener, RefusesConnectionsWhenTheTableIsFull) {
  Poller poller;
  Listener listener{poller};
  ASSERT_TRUE(listener.listen("127.0.0.1:0", &listener));
  const int first = connect_to("127.0.0.1", listener.port());
  const int second = connect_to("127.0.0.1", listener.port());
  net::StreamSlot slot;
  {
    const FullTable full;
    ASSERT_LT(::dup(0), 0);
    EXPECT_FALSE(poller.wait(Instant{}).empty());
    EXPECT_EQ(listener.accept(slot, &slot).error().code, Errc::too_many);
    EXPECT_EQ(listener.accept(slot, &slot).error().code, Errc::too_many);
    EXPECT_EQ(listener.accept(slot, &slot).error().code, Errc::would_block);
    EXPECT_TRUE(poller.wait(Instant{}).empty());  // the loop does not spin
  }
  char byte = 0;
  EXPECT_EQ(::read(first, &byte, 1), 0);  // refused: closed at once
  EXPECT_EQ(::read(second, &byte, 1), 0);
  const int third = connect_to("127.0.0.1", listener.port());
  EXPECT_TRUE(turn_until(poller, nullptr, [&] { return listener.accept(slot, &slot).has_value(); }));
  for (const int fd : {first, second, third}) ::close(fd);
}

}  // namespace
}  // namespace linnet::port::linux
