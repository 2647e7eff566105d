// SPDX-License-Identifier: Apache-2.0
// Signals end a loop's sleep; a second SIGINT ends the program.
#include "port/linux/signals.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "port/linux/poller.hpp"

namespace linnet::port::linux {
namespace {

TEST(Signals, WakeTheLoop) {
  for (const int number : {SIGINT, SIGTERM}) {
    Poller poller;
    const Signals signals{poller};
    EXPECT_FALSE(signals.stop_requested());
    ::raise(number);
    EXPECT_TRUE(poller.wait(kNever).empty());
    EXPECT_TRUE(signals.stop_requested());
    EXPECT_EQ(signals.received(), number);
  }
}

TEST(Signals, IgnoreABrokenPipeAndASecondTermination) {
  Poller poller;
  const Signals signals{poller};
  ::raise(SIGPIPE);
  EXPECT_FALSE(signals.stop_requested());
  ::raise(SIGTERM);
  ::raise(SIGTERM);
  EXPECT_TRUE(signals.stop_requested());
}

TEST(Signals, GiveBackWhatWasThere) {
  struct sigaction before{};
  ::sigaction(SIGINT, nullptr, &before);
  {
    Poller poller;
    const Signals signals{poller};
  }
  struct sigaction after{};
  ::sigaction(SIGINT, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

TEST(SignalsDeathTest, ASecondInterruptKills) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      {
        Poller poller;
        const Signals signals{poller};
        ::raise(SIGINT);
        if (!signals.stop_requested()) ::_exit(1);
        ::raise(SIGINT);
        ::_exit(2);
      },
      testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace linnet::port::linux
