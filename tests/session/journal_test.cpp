// SPDX-License-Identifier: Apache-2.0
// What a journal does while all goes well, and with media that are full, foreign or damaged;
// journal_power_test.cpp has the power cuts.
#include "linnet/session/journal.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "support/allocations.hpp"
#include "support/power_medium.hpp"

namespace linnet::session {
namespace {

using test::PowerMedium;
using Condition = Journal::Condition;

struct Opened {
  explicit Opened(Medium& medium) : journal{medium, table}, recovery{journal.open()} {}

  Result<Store::Number> add(std::string_view head, std::string_view body = {}) {
    return journal.append(as_bytes(head), as_bytes(body));
  }
  std::string read(Store::Number number) {
    std::array<std::byte, 2048> buffer;
    const auto size = journal.read(number, buffer);
    return size ? std::string{as_text(Bytes{buffer}.first(*size))} : "error";
  }
  std::string get(std::string_view name) {
    std::array<std::byte, 2048> buffer;
    const auto size = journal.get(name, buffer);
    return size ? std::string{as_text(Bytes{buffer}.first(*size))} : "error";
  }
  /// All messages, in order.
  std::string all() {
    std::string text;
    for (Store::Number each = journal.next(0); each != 0; each = journal.next(each)) {
      text += (text.empty() ? "" : " ") + read(each);
    }
    return text;
  }
  Condition condition() const { return recovery ? recovery->condition : Condition::unopened; }

  std::array<Journal::Entry, 64> table;
  Journal journal;
  Result<Journal::Recovery> recovery;
};

TEST(SessionJournal, KeepsMessagesInOrderAcrossOpenings) {
  for (const std::uint32_t unit : {1u, 4u, 16u, 32u}) {
    PowerMedium medium{{.area_size = 1024, .unit = unit}};
    {
      Opened first{medium};
      EXPECT_EQ(first.condition(), Condition::fresh);
      EXPECT_EQ(first.add("one"), 1u);
      EXPECT_EQ(first.add("tw", "o"), 2u);
      EXPECT_EQ(first.add("", ""), 3u);
      EXPECT_EQ(first.add("three"), 4u);
      EXPECT_TRUE(first.journal.erase(1));
      EXPECT_EQ(first.journal.erase(1).error(), Errc::invalid_argument);
      EXPECT_TRUE(first.journal.commit());
    }
    Opened second{medium};
    EXPECT_EQ(second.condition(), Condition::clean);
    EXPECT_EQ(second.recovery->messages, 3u);
    EXPECT_EQ(second.all(), "two  three");
    EXPECT_EQ(second.read(1), "error");
    EXPECT_EQ(second.add("four"), 6u);  // numbers are not used again: 5 says that 1 is gone
  }
}

TEST(SessionJournal, NamedThingsAreReplaced) {
  PowerMedium medium{{.area_size = 1024, .unit = 4}};
  {
    Opened first{medium};
    EXPECT_EQ(first.get("ticket"), "");
    EXPECT_TRUE(first.journal.put("ticket", as_bytes("old")));
    EXPECT_TRUE(first.journal.put("other", as_bytes("thing")));
    EXPECT_TRUE(first.journal.put("ticket", as_bytes("the new one")));
    EXPECT_EQ(first.get("ticket"), "the new one");
    EXPECT_TRUE(first.journal.remove("other"));
    EXPECT_TRUE(first.journal.remove("other"));
    EXPECT_TRUE(first.journal.put("t", as_bytes("")));
    for (const std::string_view name : {"", "sixteen_letters_", "a b", "ä"}) {
      EXPECT_EQ(first.journal.put(name, {}).error(), Errc::invalid_argument) << name;
    }
  }
  Opened second{medium};
  EXPECT_EQ(second.recovery->things, 2u);
  EXPECT_EQ(second.recovery->messages, 0u);
  EXPECT_EQ(second.get("ticket"), "the new one");
  EXPECT_EQ(second.get("other"), "");
  std::array<std::byte, 4> small{};
  EXPECT_EQ(second.journal.get("ticket", small), 11u);
  EXPECT_EQ(small[0], std::byte{});
}

TEST(SessionJournal, MovesWhenAnAreaIsFullAndKeepsWhatCounts) {
  PowerMedium medium{{.area_size = 512, .unit = 4}};
  Opened opened{medium};
  ASSERT_TRUE(opened.journal.put("ticket", as_bytes("secret")));
  ASSERT_TRUE(opened.add("stays"));
  for (int i = 0; i < 1000; ++i) {
    const auto number = opened.add("comes and goes");
    ASSERT_TRUE(number);
    ASSERT_TRUE(opened.journal.commit());
    ASSERT_TRUE(opened.journal.erase(*number));
  }
  EXPECT_EQ(opened.all(), "stays");
  EXPECT_EQ(opened.get("ticket"), "secret");
  // 52 bytes a message, at least a quarter of 480 for each time that an area is cleared.
  EXPECT_GT(opened.journal.stats().compactions, 100u);
  EXPECT_LT(opened.journal.stats().compactions, 1000u * 52 / 120);
  Opened again{medium};
  EXPECT_EQ(again.condition(), Condition::clean);
  EXPECT_EQ(again.all(), "stays");
}

TEST(SessionJournal, AFullJournalIsAnAnswer) {
  PowerMedium medium{{.area_size = 512, .unit = 1}};
  Opened opened{medium};
  EXPECT_EQ(opened.journal.capacity(), 360u);
  EXPECT_EQ(opened.add(std::string(345, 'x')).error(), Errc::too_large);
  const std::string text(74, 'x');
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(opened.add(text));
  EXPECT_EQ(opened.journal.used(), 360u);
  EXPECT_EQ(opened.add("").error(), Errc::would_block);
  EXPECT_EQ(opened.journal.put("t", {}).error(), Errc::would_block);
  ASSERT_TRUE(opened.journal.erase(2));
  EXPECT_TRUE(opened.add(text));
  EXPECT_EQ(opened.journal.used(), 360u);

  PowerMedium large{{.area_size = 8192, .unit = 1}};
  Opened many{large};
  for (int i = 0; i < 64; ++i) ASSERT_TRUE(many.add("x"));
  EXPECT_EQ(many.add("x").error(), Errc::too_many);
  std::array<Journal::Entry, 63> shorter;
  Journal journal{large, shorter};
  EXPECT_EQ(journal.open().error(), Errc::too_many);
}

TEST(SessionJournal, OfImpossibleShapesNoneIsMade) {
  for (const Medium::Shape& shape : {Medium::Shape{.area_size = 64, .unit = 1}, Medium::Shape{512, 3},
                                     Medium::Shape{512, 64}, Medium::Shape{514, 4}, Medium::Shape{512, 0}}) {
    PowerMedium medium{shape};
    Opened opened{medium};
    EXPECT_EQ(opened.recovery.error(), Errc::invalid_argument);
    EXPECT_EQ(opened.add("x").error(), Errc::bad_state);
    EXPECT_EQ(opened.journal.commit().error(), Errc::bad_state);
    EXPECT_EQ(opened.journal.put("x", {}).error(), Errc::bad_state);
  }
}

TEST(SessionJournal, WhatIsNoJournalIsNotTouched) {
  PowerMedium medium{{.area_size = 512, .unit = 1}};
  const std::string_view text = "root:x:0:0:root:/root:/bin/bash";
  std::memcpy(medium.bytes(0).data(), text.data(), text.size());
  const auto before = medium.bytes(0);
  Opened opened{medium};
  EXPECT_EQ(opened.condition(), Condition::foreign);
  EXPECT_EQ(opened.add("x").error(), Errc::bad_state);
  EXPECT_EQ(medium.bytes(0), before);
  ASSERT_TRUE(opened.journal.format());
  EXPECT_TRUE(opened.add("x"));
  EXPECT_TRUE(opened.journal.commit());
  Opened again{medium};
  EXPECT_EQ(again.all(), "x");
}

// Every single byte of a journal is changed in turn; whatever else it holds is kept, and nothing is invented.
TEST(SessionJournal, ADamagedByteCostsAtMostItsRecord) {
  PowerMedium good{{.area_size = 512, .unit = 1}};
  {
    Opened opened{good};
    for (const char* text : {"alpha", "beta", "gamma", "delta"}) ASSERT_TRUE(opened.add(text));
    ASSERT_TRUE(opened.journal.commit());
  }
  const std::uint32_t written = 32 + 4 * 16 + 5 + 4 + 5 + 5;
  for (std::uint32_t at = 0; at < written; ++at) {
    for (const unsigned flip : {0x01u, 0x80u, 0xffu}) {
      PowerMedium medium{good.shape()};
      medium.bytes(0) = good.bytes(0);
      medium.bytes(0)[at] ^= static_cast<std::byte>(flip);
      Opened opened{medium};
      ASSERT_TRUE(opened.recovery);
      const bool is_last = at >= written - 21;
      EXPECT_EQ(opened.condition(), is_last ? Condition::torn : Condition::damaged) << at;
      EXPECT_GT(opened.recovery->damaged, 0u);
      const std::string expected = at < 32        ? "alpha beta gamma delta"
                                   : at < 32 + 21 ? "beta gamma delta"
                                   : at < 32 + 41 ? "alpha gamma delta"
                                   : at < 32 + 62 ? "alpha beta delta"
                                                  : "alpha beta gamma";
      EXPECT_EQ(opened.all(), expected) << at;
      ASSERT_TRUE(opened.add("new"));
      ASSERT_TRUE(opened.journal.commit());
      Opened again{medium};
      EXPECT_EQ(again.condition(), Condition::clean);
      EXPECT_EQ(again.all(), expected + " new");
    }
  }
}

TEST(SessionJournal, AMediumThatFailsLosesNothingThatWasThere) {
  for (int which = 0; which < 12; ++which) {
    PowerMedium medium{{.area_size = 256, .unit = 1}};
    Opened opened{medium};
    ASSERT_TRUE(opened.add("kept"));
    ASSERT_TRUE(opened.journal.commit());
    medium.fail_write(which);
    int failed = 0;
    std::string expected = "kept";
    for (int i = 0; i < 4; ++i) {
      const auto number = opened.add("more");
      number ? void(expected += " more") : void(++failed);
    }
    if (failed > 0) {
      EXPECT_EQ(opened.add("more").error().code, Errc::io_failure);
    }
    medium.mend();
    ASSERT_TRUE(opened.journal.commit());
    EXPECT_EQ(opened.all(), expected);
    if (failed > 0) {
      ASSERT_TRUE(opened.add("again"));
      ASSERT_TRUE(opened.journal.commit());
      expected += " again";
    }
    Opened again{medium};
    EXPECT_EQ(again.condition(), Condition::clean) << which;
    EXPECT_EQ(again.all(), expected) << which;
  }
}

TEST(SessionJournal, WhatRotsIsNotCopied) {
  PowerMedium medium{{.area_size = 512, .unit = 1}};
  Opened opened{medium};
  ASSERT_TRUE(opened.add("alpha"));
  ASSERT_TRUE(opened.add("beta"));
  medium.bytes(0)[32 + 16] ^= std::byte{1};
  while (opened.journal.stats().compactions == 0) {
    const auto number = opened.add("comes and goes");
    ASSERT_TRUE(number);
    ASSERT_TRUE(opened.journal.erase(*number));
  }
  EXPECT_EQ(opened.journal.stats().rotten, 1u);
  EXPECT_EQ(opened.all().substr(0, 4), "beta");
}

TEST(SessionJournal, APieceOfRamThatIsKept) {
  std::array<std::byte, 1024> ram;
  ram.fill(std::byte{0x5a});  // after power-on
  MemoryMedium medium{ram};
  {
    Opened first{medium};
    EXPECT_EQ(first.condition(), Condition::foreign);
    ASSERT_TRUE(first.journal.format());
    ASSERT_TRUE(first.add("sleeps"));
  }
  MemoryMedium awake{ram};
  Opened second{awake};
  EXPECT_EQ(second.condition(), Condition::clean);
  EXPECT_EQ(second.all(), "sleeps");
}

TEST(SessionJournal, AsksForNoMemory) {
  PowerMedium medium{{.area_size = 512, .unit = 4}};
  const std::size_t before = test::allocations();
  Opened opened{medium};
  for (int i = 0; i < 100; ++i) {
    const auto number = opened.add("comes and goes");
    (void)opened.journal.commit();
    (void)opened.journal.put("ticket", as_bytes("secret"));
    (void)opened.journal.erase(*number);
  }
  EXPECT_EQ(test::allocations(), before);
}

}  // namespace
}  // namespace linnet::session
