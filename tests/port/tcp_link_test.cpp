// SPDX-License-Identifier: Apache-2.0
// Connections from a name to their end: every address in turn, every failure told by read(), nothing left
// open behind them.
#include "port/linux/tcp_link.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "support/loopback.hpp"

namespace linnet::port::linux {
namespace {

using test::put;
using test::read_error;
using test::State;
using test::turn_until;

/// A port of 127.0.0.1 on which nobody listens, and on which nobody will while this lives.
class ClosedPort {
 public:
  ClosedPort() {
    Address address = *parse_address("127.0.0.1");
    socklen_t size = address.size();
    EXPECT_EQ(::bind(fd_, &address.generic, size), 0);
    EXPECT_EQ(::getsockname(fd_, &address.generic, &size), 0);
    number = address.port();
  }
  ~ClosedPort() { ::close(fd_); }
  std::uint16_t number = 0;

 private:
  int fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

/// A listener whose queue is full, so that a further connection attempt is left without an answer.
class SilentPort {
 public:
  SilentPort() {
    EXPECT_TRUE(listener.listen("127.0.0.2:0", nullptr, {.backlog = 0}));
    Address address = *parse_address("127.0.0.2");
    address.set_port(listener.port());
    for (int i = 0; i < 4; ++i) {
      fds_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      ::connect(fds_.back(), &address.generic, address.size());
    }
  }
  ~SilentPort() {
    for (const int fd : fds_) ::close(fd);
  }
  Poller poller;
  Listener listener{poller};

 private:
  std::vector<int> fds_;
};

std::vector<std::string> answers;  // what the look-up below says

Result<Addresses> scripted_look_up(std::string_view) {
  Addresses addresses;
  for (const std::string& text : answers) addresses.list[addresses.count++] = *parse_address(text);
  return addresses;
}

struct Fixture {
  Poller poller;
  Resolver resolver{poller, 4, &scripted_look_up};
  Listener listener{poller};
  TcpLink link{poller, resolver, 2, &link};

  bool finish(net::Stream& stream) {
    return turn_until(poller, &stream, [&] { return stream.state() != State::opening; });
  }
};

TEST(TcpLink, IsNamed) {
  Fixture f;
  EXPECT_EQ(f.link.name(), "tcp");
  EXPECT_EQ(&f.link.poller(), &f.poller);
}

TEST(TcpLink, GivesNothingWhileOpening) {
  Fixture f;
  answers = {"127.0.0.1"};
  const auto stream = f.link.open("host.example", 1, f.poller.now());
  ASSERT_TRUE(stream);
  EXPECT_EQ((*stream)->state(), State::opening);
  EXPECT_EQ(test::get(**stream), "");
  EXPECT_EQ(put(**stream, "early"), 0u);
  (*stream)->shutdown_write();
  (*stream)->want(net::Interest::both);
  (*stream)->close();
  EXPECT_EQ((*stream)->state(), State::closed);
  EXPECT_EQ(read_error(**stream), Errc::bad_state);
  EXPECT_EQ(put(**stream, "late").error().code, Errc::bad_state);
}

TEST(TcpLink, ReportsARefusedConnection) {
  Fixture f;
  const ClosedPort port;
  for (int i = 0; i < 3; ++i) {
    const auto stream = f.link.open("127.0.0.1", port.number, f.poller.now());
    ASSERT_TRUE(stream);
    ASSERT_TRUE(f.finish(**stream));
    EXPECT_EQ((*stream)->state(), State::closed);
    EXPECT_EQ(read_error(**stream), Errc::connection_refused);
    EXPECT_EQ(put(**stream, "x").error().code, Errc::connection_refused);
    EXPECT_EQ((*stream)->deadline(), kNever);
    EXPECT_TRUE(f.poller.wait(Instant{}).empty());
    (*stream)->close();
  }
}

TEST(TcpLink, ReportsAnUnknownHostWhileTheLoopTurns) {
  Poller poller;
  Resolver resolver{poller};
  TcpLink link{poller, resolver};
  const auto stream = link.open("no.such.host.invalid", 80, poller.now());
  ASSERT_TRUE(stream);
  int turns = 0;
  EXPECT_TRUE(turn_until(poller, *stream, [&] {
    if (++turns < 100) poller.wake();  // other things to do
    return (*stream)->state() != State::opening;
  }));
  EXPECT_GT(turns, 1);
  EXPECT_EQ(read_error(**stream), Errc::host_not_found);
}

TEST(TcpLink, RefusesWhatCannotBeAHost) {
  Fixture f;
  for (const std::string& host :
       {std::string{}, std::string(254, 'a'), std::string{"[::1]"}, std::string{"a/b"}, std::string{"a b"},
        std::string{"a\0b", 3}, std::string(64, 'a')}) {
    const auto stream = f.link.open(host, 80, f.poller.now());
    ASSERT_FALSE(stream) << host;
    EXPECT_EQ(stream.error().code, Errc::invalid_argument) << host;
  }
}

TEST(TcpLink, HandsOutAsManyStreamsAsItHas) {
  Fixture f;
  answers = {"127.0.0.1"};
  const auto first = f.link.open("a.example", 1, f.poller.now());
  const auto second = f.link.open("b.example", 1, f.poller.now());
  ASSERT_TRUE(first && second);
  EXPECT_EQ(f.link.open("127.0.0.1", 1, f.poller.now()).error().code, Errc::too_many);
  (*first)->close();
  (*first)->close();
  const auto third = f.link.open("127.0.0.1", 1, f.poller.now());
  ASSERT_TRUE(third);
  EXPECT_EQ(*third, *first);
}

TEST(TcpLink, TakesTheNextAddressAtOnceWhenOneFails) {
  Fixture f;
  ASSERT_TRUE(f.listener.listen("127.0.0.1:0", nullptr));
  answers = {"::1", "127.0.0.3", "127.0.0.1"};  // the first two refuse
  const auto stream = f.link.open("host.example", f.listener.port(), f.poller.now());
  ASSERT_TRUE(stream);
  const Instant begun = f.poller.now();
  ASSERT_TRUE(f.finish(**stream));
  EXPECT_EQ((*stream)->state(), State::open);
  EXPECT_LT(f.poller.now(), begun + 250ms);
}

TEST(TcpLink, DoesNotWaitForAnAddressThatIsSilent) {
  Fixture f;
  const SilentPort silent;
  const std::string at = "127.0.0.1:" + std::to_string(silent.listener.port());
  ASSERT_TRUE(f.listener.listen(at, nullptr));
  const std::size_t before = test::open_descriptors();
  answers = {"127.0.0.2", "127.0.0.1"};
  const auto stream = f.link.open("host.example", f.listener.port(), f.poller.now());
  ASSERT_TRUE(stream);
  ASSERT_TRUE(turn_until(f.poller, *stream, [&] {
    return (*stream)->deadline() != kNever && (*stream)->deadline() > f.poller.now();
  }));
  const Instant begun = f.poller.now();
  EXPECT_LE((*stream)->deadline(), begun + 250ms);
  (*stream)->poll(begun + 1ms);
  EXPECT_EQ((*stream)->state(), State::opening);
  (*stream)->poll(begun + 250ms);  // virtual time: the delay is over
  EXPECT_EQ((*stream)->deadline(), kNever);
  ASSERT_TRUE(f.finish(**stream));
  EXPECT_EQ((*stream)->state(), State::open);
  EXPECT_EQ(test::open_descriptors(), before + 1);  // the silent attempt is gone
  (*stream)->close();
  EXPECT_EQ(test::open_descriptors(), before);
}

TEST(TcpLink, CloseEndsEveryAttempt) {
  Fixture f;
  const SilentPort silent;
  const std::size_t before = test::open_descriptors();
  const auto stream = f.link.open("127.0.0.2", silent.listener.port(), f.poller.now());
  ASSERT_TRUE(stream);
  EXPECT_EQ((*stream)->state(), State::opening);
  EXPECT_EQ(test::open_descriptors(), before + 1);
  (*stream)->close();
  EXPECT_EQ(test::open_descriptors(), before);
}

TEST(TcpLink, TellsTheCauseThatSaysMost) {
  Fixture f;
  const ClosedPort port;
  // Linux has no route for TCP to a multicast group: the attempt fails before a packet leaves.
  using Answers = std::vector<std::string>;
  for (const Answers& order : {Answers{"224.0.0.1", "127.0.0.1"}, Answers{"127.0.0.1", "224.0.0.1"}}) {
    answers = order;
    const auto stream = f.link.open("host.example", port.number, f.poller.now());
    ASSERT_TRUE(stream);
    ASSERT_TRUE(f.finish(**stream));
    EXPECT_EQ(read_error(**stream), Errc::connection_refused);
    (*stream)->close();
  }
  const auto stream = f.link.open("224.0.0.1", port.number, f.poller.now());
  ASSERT_TRUE(stream);
  EXPECT_EQ((*stream)->state(), State::closed);  // at once, and still told by read()
  EXPECT_EQ(read_error(**stream), Errc::host_unreachable);
}

TEST(TcpLink, KeepsTheInterestOfTheTimeBefore) {
  Fixture f;
  ASSERT_TRUE(f.listener.listen("127.0.0.1:0", nullptr));
  const auto stream = f.link.open("127.0.0.1", f.listener.port(), f.poller.now());
  ASSERT_TRUE(stream);
  (*stream)->want(net::Interest::both);
  ASSERT_TRUE(f.finish(**stream));
  bool writable = false;
  for (const net::Ready& ready : f.poller.wait(kNever)) writable |= ready.token == &f.link && ready.writable;
  EXPECT_TRUE(writable);
}

}  // namespace
}  // namespace linnet::port::linux
