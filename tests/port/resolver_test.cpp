// SPDX-License-Identifier: Apache-2.0
// Look-ups that the loop never waits for, with the system's resolver and with one that hangs on purpose.
#include "port/linux/resolver.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <string>

#include "support/loopback.hpp"

namespace linnet::port::linux {
namespace {

using test::turn_until;

// A name server under the test's control: every look-up waits for its leave. A test ends when as many were
// answered as were asked, for the workers of its resolvers may live longer than those.
std::counting_semaphore<64> leave{0};
std::atomic<int> asked{0};
std::atomic<int> answered{0};

Result<Addresses> slow_look_up(std::string_view host) {
  ++asked;
  leave.acquire();
  ++answered;
  if (host == "none.example") return fail(Errc::host_not_found);
  Addresses addresses;
  addresses.list[addresses.count++] = *parse_address("127.0.0.1");
  return addresses;
}

bool turn_until_equal(Poller& poller, const std::atomic<int>& counter, int count) {
  return turn_until(poller, nullptr, [&] {
    poller.wake();
    return counter == count;
  });
}

class SlowResolver : public testing::Test {
 protected:
  SlowResolver() {
    asked = 0;
    answered = 0;
  }
  ~SlowResolver() override { EXPECT_EQ(asked, answered); }
  Poller poller;
};

TEST(Resolver, FindsAName) {
  Poller poller;
  Resolver resolver{poller};
  const auto ticket = resolver.begin("localhost");
  ASSERT_TRUE(ticket);
  ASSERT_TRUE(turn_until(poller, nullptr, [&] { return resolver.is_done(*ticket); }));
  const auto answer = resolver.take(*ticket);
  ASSERT_TRUE(answer && *answer);
  EXPECT_GE((*answer)->count, 1u);
}

TEST(Resolver, DoesNotFindWhatIsNotThere) {
  Poller poller;
  Resolver resolver{poller};
  const auto ticket = resolver.begin("no.such.host.invalid");
  ASSERT_TRUE(ticket);
  ASSERT_TRUE(turn_until(poller, nullptr, [&] { return resolver.is_done(*ticket); }));
  const auto answer = resolver.take(*ticket);
  ASSERT_TRUE(answer && !*answer);
  EXPECT_EQ(answer->error().code, Errc::host_not_found);
}

TEST(Resolver, RefusesWhatCannotBeAHost) {
  Poller poller;
  Resolver resolver{poller};
  for (const std::string& host :
       {std::string{}, std::string(254, 'a'), std::string{"a..b"}, std::string{"a b"}}) {
    EXPECT_EQ(resolver.begin(host).error().code, Errc::invalid_argument) << host;
  }
}

TEST_F(SlowResolver, AsksInOrderWhileTheLoopTurns) {
  Resolver resolver{poller, 16, &slow_look_up};
  const auto first = resolver.begin("a.example");
  const auto second = resolver.begin("none.example");
  ASSERT_TRUE(first && second);
  ASSERT_TRUE(turn_until_equal(poller, asked, 1));
  const Instant until = poller.now() + 2ms;
  EXPECT_TRUE(poller.wait(until).empty());  // the loop has its time for itself
  EXPECT_FALSE(resolver.take(*first));
  leave.release();
  ASSERT_TRUE(turn_until(poller, nullptr, [&] { return resolver.is_done(*first); }));
  EXPECT_FALSE(resolver.is_done(*second));
  EXPECT_TRUE(resolver.take(*first)->has_value());
  leave.release();
  ASSERT_TRUE(turn_until(poller, nullptr, [&] { return resolver.is_done(*second); }));
  EXPECT_EQ(resolver.take(*second)->error().code, Errc::host_not_found);
}

TEST_F(SlowResolver, IsBoundedAndCancels) {
  Resolver resolver{poller, 2, &slow_look_up};
  const auto stuck = resolver.begin("stuck.example");
  ASSERT_TRUE(stuck);
  ASSERT_TRUE(turn_until_equal(poller, asked, 1));
  const auto queued = resolver.begin("queued.example");
  ASSERT_TRUE(queued);
  EXPECT_EQ(resolver.begin("third.example").error().code, Errc::too_many);
  resolver.cancel(*queued);  // its place is free at once
  const auto third = resolver.begin("third.example");
  ASSERT_TRUE(third);
  resolver.cancel(*stuck);  // this one's not before the system is done with it
  EXPECT_EQ(resolver.begin("fourth.example").error().code, Errc::too_many);
  leave.release(2);
  ASSERT_TRUE(turn_until(poller, nullptr, [&] { return resolver.is_done(*third); }));
  EXPECT_EQ(asked, 2);      // "queued.example" never was
  resolver.cancel(*third);  // with its answer unread
  EXPECT_TRUE(resolver.begin("a.example"));
  EXPECT_TRUE(resolver.begin("b.example"));
  leave.release(2);
  EXPECT_TRUE(turn_until_equal(poller, answered, 4));
}

TEST_F(SlowResolver, EndsWithoutItsWorker) {
  {
    Resolver resolver{poller, 4, &slow_look_up};
    ASSERT_TRUE(resolver.begin("stuck.example"));
    ASSERT_TRUE(turn_until_equal(poller, asked, 1));
  }
  leave.release();  // the worker finds nobody, and ends
  EXPECT_TRUE(turn_until_equal(poller, answered, 1));
}

}  // namespace
}  // namespace linnet::port::linux
