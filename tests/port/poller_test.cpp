// SPDX-License-Identifier: Apache-2.0
// The loop's sleep: its ends, its tokens, and what a token may do while a batch is gone through.
#include "port/linux/poller.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace linnet::port::linux {
namespace {

using net::Interest;

struct Pair {
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()), 0); }
  ~Pair() {
    for (const int fd : fds) ::close(fd);
  }
  void send() const { EXPECT_EQ(::write(fds[1], "x", 1), 1); }
  std::array<int, 2> fds{};
};

TEST(Poller, ReturnsAtTheInstant) {
  Poller poller;
  const Instant until = poller.now() + 3ms;
  EXPECT_TRUE(poller.wait(until).empty());
  const Instant after = poller.now();
  EXPECT_GE(after, until);
  EXPECT_LT(after, until + 1s);  // a loaded machine is late
}

TEST(Poller, OnlyLooksForAnInstantInThePast) {
  Poller poller;
  EXPECT_TRUE(poller.wait(poller.now() - 1s).empty());
  EXPECT_TRUE(poller.wait(Instant{}).empty());
  EXPECT_TRUE(poller.wait(Instant::min()).empty());
}

TEST(Poller, EndsTheNextWaitWhenWoken) {
  Poller poller;
  poller.wake();
  poller.wake();
  EXPECT_TRUE(poller.wait(kNever).empty());
  const Instant until = poller.now() + 2ms;  // both wake-ups are used up
  poller.wait(until);
  EXPECT_GE(poller.now(), until);
}

TEST(Poller, IsWokenByAnotherThread) {
  Poller poller;
  for (int i = 0; i < 100; ++i) {
    std::thread other{[&poller] { poller.wake(); }};
    EXPECT_TRUE(poller.wait(kNever).empty());
    other.join();
  }
}

TEST(Poller, ReportsTokensUntilTheyAreRead) {
  Poller poller;
  Pair pair;
  ASSERT_TRUE(poller.watch(pair.fds[0], &pair, Interest::none, Interest::read));
  pair.send();
  for (int i = 0; i < 2; ++i) {  // level-triggered
    const auto ready = poller.wait(kNever);
    ASSERT_EQ(ready.size(), 1u);
    EXPECT_EQ(ready[0].token, &pair);
    EXPECT_TRUE(ready[0].readable);
    EXPECT_FALSE(ready[0].writable);
  }
  ASSERT_TRUE(poller.watch(pair.fds[0], &pair, Interest::read, Interest::both));
  const auto ready = poller.wait(kNever);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_TRUE(ready[0].readable && ready[0].writable);
  ASSERT_TRUE(poller.watch(pair.fds[0], &pair, Interest::both, Interest::none));
  EXPECT_TRUE(poller.wait(Instant{}).empty());
}

TEST(Poller, ReportsAHangUpAsBoth) {
  Poller poller;
  Pair pair;
  ASSERT_TRUE(poller.watch(pair.fds[0], &pair, Interest::none, Interest::read));
  ::shutdown(pair.fds[1], SHUT_RDWR);
  const auto ready = poller.wait(kNever);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_TRUE(ready[0].readable && ready[0].writable);
}

TEST(Poller, ABatchForgetsTheTokenThatIsNotWatchedAnyMore) {
  Poller poller;
  std::array<Pair, 3> pairs;
  for (Pair& pair : pairs) {
    ASSERT_TRUE(poller.watch(pair.fds[0], &pair, Interest::none, Interest::read));
    pair.send();
  }
  const auto ready = poller.wait(kNever);
  ASSERT_EQ(ready.size(), 3u);
  auto* last = static_cast<Pair*>(ready[2].token);
  ASSERT_TRUE(poller.watch(last->fds[0], last, Interest::read, Interest::none));
  EXPECT_NE(ready[0].token, nullptr);
  EXPECT_NE(ready[1].token, nullptr);
  EXPECT_EQ(ready[2].token, nullptr);
  EXPECT_EQ(poller.wait(kNever).size(), 2u);
}

TEST(Poller, ReportsMoreThanABatchInTurns) {
  Poller poller;
  std::array<Pair, 300> pairs;
  for (Pair& pair : pairs) {
    ASSERT_TRUE(poller.watch(pair.fds[0], &pair, Interest::none, Interest::read));
    pair.send();
  }
  std::size_t seen = 0;
  for (int turns = 0; turns < 3 && seen < pairs.size(); ++turns) {
    for (const net::Ready& ready : poller.wait(kNever)) {
      auto* pair = static_cast<Pair*>(ready.token);
      ASSERT_TRUE(poller.watch(pair->fds[0], pair, Interest::read, Interest::none));
      ++seen;
    }
  }
  EXPECT_EQ(seen, pairs.size());
}

TEST(Poller, RefusesWhatCannotBeWatched) {
  Poller poller;
  const auto watched = poller.watch(-1, nullptr, Interest::none, Interest::read);
  ASSERT_FALSE(watched);
  EXPECT_EQ(watched.error().code, Errc::io_failure);
}

}  // namespace
}  // namespace linnet::port::linux
