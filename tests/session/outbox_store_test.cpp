// SPDX-License-Identifier: Apache-2.0
// What a Store adds to an outbox: messages that outlive it, and power cuts at any byte of a life in which a
// server acknowledges, and drops what it has seen.
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <set>
#include <string>

#include "linnet/session/journal.hpp"
#include "support/outbox_world.hpp"
#include "support/power_medium.hpp"

namespace linnet::session {
namespace {

using test::OutboxWorld;
using test::PowerMedium;

struct Disk {
  explicit Disk(PowerMedium& medium) : journal{medium, table} { opened = journal.open().has_value(); }

  std::array<Journal::Entry, 64> table;
  Journal journal;
  bool opened = false;
};

const OutboxConfig kConfig{.max_messages = 16, .acknowledged = true, .max_in_flight = 4};

TEST(SessionOutboxStore, WhatMustBeDeliveredOutlivesARestartWithItsIds) {
  PowerMedium medium{{.area_size = 2048, .unit = 4}};
  MessageId second;
  {
    Disk disk{medium};
    OutboxWorld world{kConfig, &disk.journal};
    Receipt receipt{};
    ASSERT_TRUE(world.post("one", {.policy = Policy::must_deliver, .receipt = &receipt}));
    EXPECT_EQ(receipt.load(), Outcome::stored);
    second = *world.event("two", Priority::high);
    ASSERT_TRUE(world.post("plain"));
    ASSERT_TRUE(world.status("status"));
    ASSERT_TRUE(world.event("three"));
    world.outbox.opened(world.now);
    EXPECT_EQ(world.send(2), "two one");
    EXPECT_TRUE(world.outbox.acknowledge(world.last));
    EXPECT_EQ(world.outbox.backlog().stored, 2u);
  }
  Disk disk{medium};
  OutboxWorld world{kConfig, &disk.journal, 0x12345678};
  ASSERT_TRUE(world.outbox.recover(world.now));
  EXPECT_EQ(world.outbox.stats().recovered, 2u);
  EXPECT_EQ(world.outbox.outcome(second), Outcome::stored);
  ASSERT_TRUE(world.event("four", Priority::high));
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(1), "two");
  EXPECT_EQ(world.last, second);  // the name that the server may know already
  EXPECT_EQ(world.send(), "four three");
}

TEST(SessionOutboxStore, WhatFindsNoRoomAtTheStartFollows) {
  PowerMedium medium{{.area_size = 2048, .unit = 1}};
  {
    Disk disk{medium};
    OutboxWorld world{kConfig, &disk.journal};
    for (int i = 1; i <= 6; ++i) ASSERT_TRUE(world.event(std::to_string(i)));
  }
  Disk disk{medium};
  OutboxWorld world{{.max_messages = 2, .acknowledged = true}, &disk.journal, 2};
  ASSERT_TRUE(world.outbox.recover(world.now));
  world.outbox.opened(world.now);
  std::string order;
  for (int i = 0; i < 6; ++i) {
    order += world.send(1);
    EXPECT_TRUE(world.outbox.acknowledge(world.last));
    world.reports();
  }
  EXPECT_EQ(order, "123456");
  EXPECT_EQ(disk.journal.next(0), 0u);
}

TEST(SessionOutboxStore, ALifetimeBeginsAnewAfterARestart) {
  PowerMedium medium{{.area_size = 2048, .unit = 1}};
  {
    Disk disk{medium};
    OutboxWorld world{kConfig, &disk.journal};
    ASSERT_TRUE(world.post("x", {.policy = Policy::must_deliver, .lifetime = 10s}));
    world.now += 9s;
    EXPECT_EQ(world.reports(), "");
  }
  Disk disk{medium};
  OutboxWorld world{kConfig, &disk.journal, 2};
  ASSERT_TRUE(world.outbox.recover(world.now));
  EXPECT_EQ(world.outbox.deadline(), world.now + 10s);
  world.now += 10s;
  EXPECT_EQ(world.reports(), "1 expired");
  EXPECT_EQ(disk.journal.next(0), 0u);
}

TEST(SessionOutboxStore, AStoreThatFailsIsTriedAgain) {
  PowerMedium medium{{.area_size = 2048, .unit = 1}};
  Disk disk{medium};
  OutboxWorld world{kConfig, &disk.journal};
  medium.fail_write(0);
  Receipt receipt{};
  ASSERT_TRUE(world.post("x", {.policy = Policy::must_deliver, .receipt = &receipt}));
  EXPECT_EQ(receipt.load(), Outcome::queued);  // it waits in memory, and may leave
  EXPECT_GT(world.outbox.stats().store_failures, 0u);
  EXPECT_EQ(world.outbox.deadline(), world.now + 10s);
  medium.mend();
  world.now += 10s;
  EXPECT_EQ(world.reports(), "");
  EXPECT_EQ(receipt.load(), Outcome::stored);
  EXPECT_EQ(world.outbox.deadline(), kNever);
}

TEST(SessionOutboxStore, AFullStoreIsTriedAgainWhenOthersAreGone) {
  PowerMedium medium{{.area_size = 256, .unit = 1}};
  Disk disk{medium};
  OutboxWorld world{kConfig, &disk.journal};
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(world.event(std::string(16, 'x')));
  EXPECT_EQ(world.outbox.backlog().stored, 3u);
  world.outbox.opened(world.now);
  world.send(1);
  EXPECT_TRUE(world.outbox.acknowledge(world.last));
  world.now += 10s;
  world.reports();
  EXPECT_EQ(world.outbox.backlog().stored, 3u);
  EXPECT_EQ(world.outbox.backlog().messages, 3u);
}

TEST(SessionOutboxStore, WhatAnotherVersionStoredIsNotSentAndNotLost) {
  PowerMedium medium{{.area_size = 1024, .unit = 1}};
  {
    Disk disk{medium};
    ASSERT_TRUE(disk.journal.append(as_bytes("\x09 of the future"), {}));
    ASSERT_TRUE(disk.journal.commit());
  }
  Disk disk{medium};
  OutboxWorld world{kConfig, &disk.journal};
  EXPECT_EQ(world.outbox.recover(world.now).error(), Errc::unsupported);
  world.outbox.opened(world.now);
  EXPECT_EQ(world.send(), "");
  EXPECT_TRUE(world.outbox.backlog().empty());
  EXPECT_NE(disk.journal.next(0), 0u);
  ASSERT_TRUE(world.event("new"));
  EXPECT_EQ(world.send(), "new");
}

/// Takes messages, remembers their ids, and says which it has taken twice.
struct Server {
  void take(MessageId id, std::string_view text) {
    if (seen.insert({id.epoch, id.sequence}).second) {
      EXPECT_TRUE(texts.insert(std::string{text}).second) << "another id for " << text;
    }
  }
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  std::set<std::string> texts;
};

/// A device's life up to a power cut: it says "stored" for each that it promises.
void live(PowerMedium& medium, Server& server, std::set<std::string>& promised, std::uint32_t epoch,
          int& last, int steps) {
  Disk disk{medium};
  if (!disk.opened) return;
  std::deque<Receipt> receipts;
  OutboxWorld world{kConfig, &disk.journal, epoch};
  (void)world.outbox.recover(world.now);
  std::uint32_t random = epoch;
  for (int step = 0; step < steps && !medium.is_off(); ++step) {
    random = random * 1664525u + 1013904223u;
    switch (random >> 16 & 7u) {
      case 0:
      case 1:
      case 2: {
        const std::string text = "event " + std::to_string(++last);
        Receipt& receipt = receipts.emplace_back();
        (void)world.post(text, {.policy = Policy::must_deliver,
                                .priority = static_cast<Priority>(random >> 20 & 3u),
                                .receipt = &receipt});
        if (receipt.load() == Outcome::stored) promised.insert(text);
        break;
      }
      case 3: world.outbox.closed(world.now); break;
      case 4:
      case 5:
        world.outbox.opened(world.now);
        while (const auto out = world.outbox.next()) {
          server.take(out->id, as_text(out->payload));
          const MessageId id = out->id;
          world.outbox.handed(id, world.now);
          if ((random >> 24 & 1u) != 0) world.outbox.acknowledge(id);  // or the answer is lost
          random = random * 1664525u + 1013904223u;
        }
        break;
      default: world.reports();
    }
    world.now += 1s;
  }
}

TEST(SessionOutboxStore, PowerCutsAtAnyByteLoseNothingThatWasPromised) {
  const Medium::Shape shape{.area_size = 1024, .unit = 4};
  for (std::uint64_t cut = 1; cut < 4000; cut += 3) {
    PowerMedium medium{shape};
    Server server;
    std::set<std::string> promised;
    int last = 0;
    for (std::uint32_t life = 1; life <= 3; ++life) {
      medium.cut_after(cut);
      live(medium, server, promised, life * 7919 + static_cast<std::uint32_t>(cut), last, 60);
      medium.restore(cut % 2 == 0 ? static_cast<std::uint32_t>(cut) : 0);
    }
    Disk disk{medium};
    ASSERT_TRUE(disk.opened);
    OutboxWorld world{kConfig, &disk.journal, 99};
    ASSERT_TRUE(world.outbox.recover(world.now));
    world.outbox.opened(world.now);
    for (auto out = world.outbox.next(); out; out = world.outbox.next()) {
      server.take(out->id, as_text(out->payload));
      const MessageId id = out->id;
      world.outbox.handed(id, world.now);
      world.outbox.acknowledge(id);
      world.outbox.collect(world.now);
    }
    for (const std::string& each : promised) {
      ASSERT_TRUE(server.texts.contains(each)) << "lost " << each << ", cut " << cut;
    }
  }
}

}  // namespace
}  // namespace linnet::session
