// SPDX-License-Identifier: Apache-2.0
// Several threads post while one drives the outbox: for ThreadSanitizer, and that nothing is lost or mixed
// up.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "support/outbox_world.hpp"

namespace linnet::session {
namespace {

constexpr unsigned kThreads = 4;
constexpr unsigned kEach = 2000;

TEST(SessionOutboxThreads, EachThreadsMessagesArriveWholeAndInOrder) {
  test::OutboxWorld world{{.max_messages = 32, .acknowledged = true}};
  world.outbox.opened(world.now);
  std::atomic<unsigned> running = kThreads;
  std::vector<std::thread> threads;
  std::array<std::array<Receipt, 16>, kThreads> receipts{};
  for (unsigned thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (unsigned i = 0; i < kEach;) {
        const std::string text = std::to_string(thread) + ":" + std::to_string(i) + std::string(i % 200, '.');
        Receipt& receipt = receipts[thread][i % 16];
        if (!is_over(receipt.load()) && receipt.load() != Outcome::unknown) {
          std::this_thread::yield();
          continue;
        }
        const auto posted = world.outbox.post({.payload = as_bytes(text),
                                               .policy = i % 2 == 0 ? Policy::must_deliver : Policy::plain,
                                               .receipt = &receipt});
        if (posted)
          ++i;
        else
          std::this_thread::yield();
      }
      --running;
    });
  }
  std::array<unsigned, kThreads> next{};
  unsigned wrong = 0;
  unsigned taken = 0;
  while (taken < kThreads * kEach) {
    while (world.outbox.poll(world.now)) {
    }
    bool any = false;
    while (const auto out = world.outbox.next()) {
      any = true;
      unsigned thread = 0;
      unsigned number = 0;
      std::sscanf(std::string{as_text(out->payload)}.c_str(), "%u:%u", &thread, &number);
      wrong += number != next[thread]++;
      const std::string whole = std::to_string(thread) + ":" + std::to_string(number);
      wrong += out->payload.size() != whole.size() + number % 200;
      world.outbox.handed(out->id, world.now);
      if (number % 2 == 0) world.outbox.acknowledge(out->id);
      world.outbox.flushed();
      ++taken;
    }
    if (!any) std::this_thread::yield();
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(world.outbox.stats().accepted, kThreads * kEach);
  EXPECT_EQ(running, 0u);
}

}  // namespace
}  // namespace linnet::session
