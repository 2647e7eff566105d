// SPDX-License-Identifier: Apache-2.0
// What the outbox promises of order, limits and outcomes; outbox_store_test.cpp has what a Store adds.
#include "linnet/session/outbox.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/allocations.hpp"
#include "support/outbox_world.hpp"

namespace linnet::session {
namespace {

using test::OutboxWorld;

TEST(SessionOutbox, NothingLeavesBeforeTheConnectionIsOpen) {
  OutboxWorld world;
  ASSERT_TRUE(world.event("a"));
  EXPECT_EQ(world.send(), "");
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "a");
  EXPECT_EQ(world.outbox.outcome(world.last), Outcome::in_flight);
  EXPECT_TRUE(world.outbox.acknowledge(world.last));
  EXPECT_FALSE(world.outbox.acknowledge(world.last));
  EXPECT_EQ(world.outbox.outcome(world.last), Outcome::acknowledged);
  EXPECT_EQ(world.reports(), "1 acknowledged");
  EXPECT_TRUE(world.outbox.backlog().empty());
  EXPECT_EQ(world.outbox.stats().count(Outcome::acknowledged), 1u);
}

TEST(SessionOutbox, TheHigherPriorityFirstAndInOrderWithinIt) {
  OutboxWorld world;
  for (const char* text : {"n1", "l1", "u1", "n2", "h1", "u2", "l2", "h2"}) {
    const auto priority = text[0] == 'l'   ? Priority::low
                          : text[0] == 'n' ? Priority::normal
                          : text[0] == 'h' ? Priority::high
                                           : Priority::urgent;
    ASSERT_TRUE(world.event(text, priority));
  }
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "u1 u2 h1 h2 n1 n2 l1 l2");
}

TEST(SessionOutbox, AMeteredLinkGetsOnlyWhatMatters) {
  OutboxWorld world;
  world.outbox.opened(world.now);
  world.outbox.set_least_priority(Priority::high);
  ASSERT_TRUE(world.event("n", Priority::normal));
  ASSERT_TRUE(world.event("u", Priority::urgent));
  EXPECT_EQ(world.send(), "u");
  world.outbox.set_least_priority(Priority::low);
  EXPECT_EQ(world.send(), "n");
}

TEST(SessionOutbox, AfterAReconnectionWhatIsNotAcknowledgedComesAgainInOrder) {
  OutboxWorld world;
  for (const char* text : {"a", "b", "c"}) ASSERT_TRUE(world.event(text));
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(2), "a b");
  EXPECT_TRUE(world.outbox.acknowledge({.epoch = world.last.epoch, .sequence = 1}));
  world.outbox.closed(world.now);
  EXPECT_EQ(world.send(), "");
  ASSERT_TRUE(world.event("d"));
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "b c d");
  EXPECT_EQ(world.outbox.stats().retransmitted, 1u);
}

TEST(SessionOutbox, OnlySoManyAreInFlight) {
  OutboxWorld world{{.acknowledged = true, .max_in_flight = 2}};
  for (const char* text : {"a", "b", "c", "d"}) ASSERT_TRUE(world.event(text));
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "a b");
  EXPECT_TRUE(world.outbox.acknowledge(world.last));
  EXPECT_EQ(world.send(), "c");
  EXPECT_EQ(world.outbox.backlog().in_flight, 2u);
}

TEST(SessionOutbox, WhatIsNotAcknowledgedInTimeIsSentAgain) {
  OutboxWorld world{{.acknowledged = true, .ack_timeout = 5s}};
  world.outbox.opened(world.now);
  ASSERT_TRUE(world.event("a"));
  EXPECT_EQ(world.send(), "a");
  EXPECT_EQ(world.outbox.deadline(), world.now + 5s);
  world.now += 4999ms;
  EXPECT_EQ(world.reports(), "");
  EXPECT_EQ(world.send(), "");
  world.now += 1ms;
  EXPECT_EQ(world.reports(), "");
  EXPECT_EQ(world.send(), "a");
  EXPECT_EQ(world.outbox.stats().retransmitted, 1u);
}

TEST(SessionOutbox, APeerThatDoesNotAcknowledge) {
  OutboxWorld world{{.acknowledged = false}};
  ASSERT_TRUE(world.event("a"));
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "a");
  EXPECT_EQ(world.reports(), "");
  world.outbox.closed(world.now);  // before it has left
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "a");
  world.outbox.flushed();
  EXPECT_EQ(world.reports(), "1 sent");
}

TEST(SessionOutbox, PlainMessagesGoAtMostOnce) {
  OutboxWorld world;
  world.outbox.opened(world.now);
  ASSERT_TRUE(world.post("a"));
  ASSERT_TRUE(world.post("b"));
  EXPECT_EQ(world.send(1), "a");
  world.outbox.closed(world.now);
  EXPECT_EQ(world.reports(), "1 lost");
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "b");
  world.outbox.flushed();
  EXPECT_EQ(world.reports(), "2 sent");
}

TEST(SessionOutbox, TheLatestOfAKeyTakesTheOthersPlace) {
  OutboxWorld world;
  ASSERT_TRUE(world.status("s1"));
  ASSERT_TRUE(world.event("e"));
  ASSERT_TRUE(world.status("other", 2));
  ASSERT_TRUE(world.status("s2"));
  EXPECT_EQ(world.reports(), "1 superseded");
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "s2 e other");
  EXPECT_EQ(world.outbox.stats().count(Outcome::superseded), 1u);
}

TEST(SessionOutbox, ALatestThatWasLeavingComesBackUnlessANewerOneWaits) {
  OutboxWorld world;
  world.outbox.opened(world.now);
  ASSERT_TRUE(world.status("s1"));
  EXPECT_EQ(world.send(), "s1");
  world.outbox.closed(world.now);
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "s1");
  ASSERT_TRUE(world.status("s2"));
  world.outbox.closed(world.now);
  EXPECT_EQ(world.reports(), "1 superseded");
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "s2");
}

TEST(SessionOutbox, WhatIsTooOldIsDroppedAndTold) {
  OutboxWorld world;
  ASSERT_TRUE(world.post("a", {.policy = Policy::must_deliver, .lifetime = 10s}));
  ASSERT_TRUE(world.post("b", {.lifetime = 20s}));
  EXPECT_EQ(world.outbox.deadline(), world.now + 10s);
  world.now += 10s;
  EXPECT_EQ(world.reports(), "1 expired");
  EXPECT_EQ(world.outbox.deadline(), world.now + 10s);
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "b");
  world.now += 10s;
  EXPECT_EQ(world.reports(), "");  // in flight: it may be there already
  world.outbox.flushed();
  EXPECT_EQ(world.reports(), "2 sent");
}

TEST(SessionOutbox, ALimitIsAnAnswer) {
  OutboxWorld world{{.max_messages = 3}};
  for (const char* text : {"a", "b", "c"}) ASSERT_TRUE(world.event(text));
  EXPECT_EQ(world.event("d").error(), Errc::too_many);
  EXPECT_EQ(world.post(std::string(8192, 'x')).error(), Errc::too_large);
  EXPECT_EQ(world.outbox.stats().declined, 2u);
  EXPECT_EQ(world.outbox.stats().accepted, 3u);
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "a b c");
  EXPECT_TRUE(world.outbox.refuse(world.last));
  EXPECT_EQ(world.reports(), "3 refused");
  EXPECT_TRUE(world.event("e"));

  OutboxWorld bytes{{.max_messages = 512}};
  int fitted = 0;
  Result<MessageId> last = bytes.event(std::string(1000, 'x'));
  for (; last; last = bytes.event(std::string(1000, 'x'))) ++fitted;
  EXPECT_EQ(last.error(), Errc::would_block);
  EXPECT_EQ(fitted, 7);
  EXPECT_GT(bytes.outbox.stats().most_bytes, 7000u);
}

TEST(SessionOutbox, AReserveIsForWhatMustBeDelivered) {
  OutboxWorld world{{.max_messages = 512, .reserve = 4096}};
  while (world.post(std::string(500, 'x'))) {
  }
  EXPECT_LE(world.outbox.backlog().bytes, 4096u);
  EXPECT_TRUE(world.event(std::string(1000, 'e')));
  EXPECT_TRUE(world.event(std::string(1000, 'e')));
  EXPECT_EQ(world.status(std::string(500, 's')).error(), Errc::would_block);
}

TEST(SessionOutbox, PostedFasterThanCollected) {
  OutboxWorld world{{.max_messages = 512}};
  const std::string text(1000, 'x');
  int posted = 0;
  while (world.outbox.post({.payload = as_bytes(text)})) ++posted;
  EXPECT_EQ(posted, 3);  // of 4,096 bytes
  EXPECT_EQ(world.outbox.deadline(), Instant{});
  world.outbox.collect(world.now);
  EXPECT_TRUE(world.outbox.post({.payload = as_bytes(text)}));
  EXPECT_EQ(world.outbox.backlog().messages, 4u);
}

TEST(SessionOutbox, AReceiptTellsEachStep) {
  OutboxWorld world;
  Receipt receipt{};
  ASSERT_TRUE(
      world.outbox.post({.payload = as_bytes("a"), .policy = Policy::must_deliver, .receipt = &receipt}));
  EXPECT_EQ(receipt.load(), Outcome::posted);
  world.outbox.collect(world.now);
  EXPECT_EQ(receipt.load(), Outcome::queued);
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "a");
  EXPECT_EQ(receipt.load(), Outcome::in_flight);
  EXPECT_TRUE(world.outbox.acknowledge(world.last));
  EXPECT_EQ(receipt.load(), Outcome::acknowledged);
}

TEST(SessionOutbox, ReportsThatNobodyTakesAreCounted) {
  OutboxWorld world{{.max_messages = 512}};
  world.outbox.opened(world.now);
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(world.post("x"));
    world.send();
    world.outbox.flushed();
  }
  EXPECT_EQ(world.outbox.stats().reports_missed, 36u);
  EXPECT_EQ(world.reports().substr(0, 7), "37 sent");
}

TEST(SessionOutbox, AnIdOfTheCallersOwn) {
  OutboxWorld world;
  const MessageId id = world.outbox.next_id();
  EXPECT_EQ(id, (MessageId{.epoch = 0x5f3c9a10, .sequence = 1}));
  const auto posted = world.post("a", {.policy = Policy::must_deliver, .id = id});
  ASSERT_TRUE(posted);
  EXPECT_EQ(*posted, id);
  EXPECT_EQ(world.event("b")->sequence, 2u);
}

TEST(SessionOutbox, ClearingTellsEach) {
  OutboxWorld world;
  ASSERT_TRUE(world.event("a"));
  ASSERT_TRUE(world.status("s"));
  world.outbox.clear();
  EXPECT_EQ(world.reports(), "1 cleared, 2 cleared");
  EXPECT_TRUE(world.outbox.backlog().empty());
}

// An urgent flood may pass what the peer has perhaps seen, but not for ever: see kDedupeWindow.
TEST(SessionOutbox, DoubtfulMessagesAreNotOvertakenWithoutEnd) {
  OutboxWorld world;
  world.outbox.opened(world.now);
  ASSERT_TRUE(world.event("doubtful", Priority::low));
  EXPECT_EQ(world.send(), "doubtful");
  world.outbox.closed(world.now);
  world.outbox.opened(world.now);
  int passed = 0;
  for (; passed < 1000; ++passed) {
    ASSERT_TRUE(world.event("urgent", Priority::urgent));
    if (world.send(1) == "doubtful") break;
    EXPECT_TRUE(world.outbox.acknowledge(world.last));
  }
  EXPECT_EQ(passed, 256);
}

// Every message of a random life ends in exactly one outcome, and order holds within each priority.
TEST(SessionOutbox, RandomLivesKeepTheirPromises) {
  std::uint32_t random = 1;
  const auto roll = [&random](std::uint32_t sides) {
    random = random * 1664525u + 1013904223u;
    return (random >> 8) % sides;
  };
  for (int life = 0; life < 50; ++life) {
    OutboxWorld world{{.max_messages = static_cast<std::uint16_t>(4 + roll(60)),
                       .acknowledged = true,
                       .max_in_flight = static_cast<std::uint16_t>(1 + roll(8))}};
    std::vector<MessageId> flying;
    std::uint32_t accepted = 0;
    bool is_open = false;
    for (int step = 0; step < 2000; ++step) {
      world.now += std::chrono::milliseconds{roll(500)};
      switch (roll(8)) {
        case 0:
        case 1:
        case 2:
          accepted +=
              world
                  .post(std::string(roll(300), 'x'), {.policy = static_cast<Policy>(roll(3)),
                                                      .priority = static_cast<Priority>(roll(4)),
                                                      .key = roll(3),
                                                      .lifetime = std::chrono::seconds{roll(2) * roll(30)}})
                  .has_value();
          break;
        case 3:
          is_open = !is_open;
          is_open ? world.outbox.opened(world.now) : world.outbox.closed(world.now);
          flying.clear();
          break;
        case 4:
          while (const auto out = world.outbox.next()) {
            world.outbox.handed(out->id, world.now);
            flying.push_back(out->id);
          }
          break;
        case 5:
          if (!flying.empty()) {
            world.outbox.acknowledge(flying.front());
            flying.erase(flying.begin());
          }
          break;
        case 6: world.outbox.flushed(); break;
        default: world.reports();
      }
      const Backlog there = world.outbox.backlog();
      std::uint32_t over = 0;
      for (const std::uint32_t each : world.outbox.stats().over) over += each;
      ASSERT_EQ(accepted, over + there.messages);
      ASSERT_LE(there.messages, world.outbox.config().max_messages);
      ASSERT_LE(there.bytes, 8192u);
    }
  }
}

TEST(SessionOutbox, AsksForNoMemory) {
  OutboxWorld world;
  const std::size_t before = test::allocations();
  for (int i = 0; i < 1000; ++i) {
    (void)world.outbox.post({.payload = as_bytes("event"), .policy = Policy::must_deliver});
    world.outbox.opened(world.now);
    world.outbox.collect(world.now);
    while (const auto out = world.outbox.next()) {
      world.outbox.handed(out->id, world.now);
      if (i % 3 == 0) world.outbox.acknowledge(out->id);
    }
    world.outbox.closed(world.now);
    while (world.outbox.poll(world.now)) {
    }
  }
  EXPECT_EQ(test::allocations(), before);
}

}  // namespace
}  // namespace linnet::session
