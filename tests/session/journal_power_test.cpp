// SPDX-License-Identifier: Apache-2.0
// The power is cut at every byte of every write, and between all other steps, of a journal that lives through
// messages that come and go, named things and several moves from area to area; and once more while it
// recovers. Then: what was committed is there, what was erased and committed is not, and nothing is there
// that was never written.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>

#include "linnet/session/journal.hpp"
#include "support/power_medium.hpp"

namespace linnet::session {
namespace {

using test::PowerMedium;

class Life {
 public:
  explicit Life(const Medium::Shape& shape) : medium{shape} {}

  static std::string text_of(int which) {
    std::string text = "m" + std::to_string(which) + ":";
    for (int i = 0; i < which * 7 % 40; ++i) text += static_cast<char>('a' + (which + i) % 26);
    return text;
  }

  /// Opens the journal and goes on with it, until the steps are done or the power is off.
  void run(Journal& journal, int steps) {
    for (; steps > 0 && !medium.is_off(); --steps) {
      random_ = random_ * 1664525u + 1013904223u;
      const unsigned dice = random_ >> 16;
      if (dice % 16 < 7) {
        append(journal);
      } else if (dice % 16 < 12) {
        erase(journal, dice >> 4);
      } else if (dice % 16 < 14) {
        commit(journal);
      } else {
        put(journal);
      }
    }
  }

  void append(Journal& journal) {
    const std::string text = text_of(++last_);
    maybe.insert(text);  // whatever the answer, if the power goes now
    const auto number = journal.append(as_bytes(text).first(2), as_bytes(text).subspan(2));
    if (number) {
      numbers[*number] = text;
    } else if (!medium.is_off()) {
      EXPECT_EQ(number.error(), Errc::would_block);
      maybe.erase(text);
    }
  }
  void erase(Journal& journal, unsigned dice) {
    if (numbers.empty()) return;
    const auto which = std::next(numbers.begin(), static_cast<std::ptrdiff_t>(dice % numbers.size()));
    maybe.insert(which->second);
    certain.erase(which->second);
    (void)journal.erase(which->first);
    erased.insert(which->second);
    numbers.erase(which);
  }
  void commit(Journal& journal) {
    if (!journal.commit()) return;
    for (const std::string& each : erased) maybe.erase(each);
    erased.clear();
    for (const std::string& each : maybe) certain.insert(each);
    maybe.clear();
  }
  void put(Journal& journal) {
    next_thing = "thing " + std::to_string(++last_);
    if (journal.put("ticket", as_bytes(next_thing))) {
      thing = next_thing;
      commit(journal);  // put() has done so
    } else if (!medium.is_off()) {
      next_thing = thing;
    }
  }

  /// What a journal opened now has to hold.
  void check(Journal& journal) {
    std::set<std::string> found;
    numbers.clear();
    std::array<std::byte, 256> buffer;
    for (Store::Number each = journal.next(0); each != 0; each = journal.next(each)) {
      const auto size = journal.read(each, buffer);
      ASSERT_TRUE(size);
      std::string text{as_text(Bytes{buffer}.first(*size))};
      EXPECT_TRUE(certain.contains(text) || maybe.contains(text)) << "invented or resurrected: " << text;
      EXPECT_TRUE(found.insert(text).second) << "twice: " << text;
      numbers[each] = text;
    }
    for (const std::string& each : certain) EXPECT_TRUE(found.contains(each)) << "lost: " << each;
    const auto size = journal.get("ticket", buffer);
    ASSERT_TRUE(size);
    std::string now{as_text(Bytes{buffer}.first(*size))};
    EXPECT_TRUE(now == thing || now == next_thing) << now << " instead of " << thing << " or " << next_thing;
    thing = next_thing = now;
    certain = found;
    maybe.clear();
    erased.clear();
  }

  PowerMedium medium;
  std::map<Store::Number, std::string> numbers;  // live, as this life's journal says
  std::set<std::string> certain;                 // has to be there after a power cut
  std::set<std::string> maybe;                   // may be there or not
  std::set<std::string> erased;                  // since the last commit
  std::string thing;
  std::string next_thing;

 private:
  std::uint32_t random_ = 7;
  int last_ = 0;
};

using Table = std::array<Journal::Entry, 32>;
constexpr int kSteps = 60;

void live_with_a_cut_at(std::uint64_t cut, const Medium::Shape& shape, std::uint32_t seed) {
  SCOPED_TRACE(::testing::Message() << "cut at " << cut << ", unit " << shape.unit << ", seed " << seed);
  Life life{shape};
  life.medium.cut_after(cut);
  Table table;
  {
    Journal journal{life.medium, table};
    if (journal.open()) life.run(journal, kSteps);
  }
  life.medium.restore(seed);
  // Recovery may be cut, too.
  life.medium.cut_after(1 + cut % 200);
  {
    Journal journal{life.medium, table};
    (void)journal.open();
  }
  life.medium.restore(seed != 0 ? seed + 1 : 0);
  {
    Journal journal{life.medium, table};
    const auto recovery = journal.open();
    ASSERT_TRUE(recovery);
    ASSERT_NE(recovery->condition, Journal::Condition::foreign);
    life.check(journal);
    life.run(journal, 20);  // and it is as good as any
    life.commit(journal);
  }
  Journal journal{life.medium, table};
  const auto recovery = journal.open();
  ASSERT_TRUE(recovery);
  EXPECT_EQ(recovery->condition, Journal::Condition::clean);
  life.check(journal);
}

std::uint64_t steps_of_a_life(const Medium::Shape& shape) {
  Life life{shape};
  Table table;
  Journal journal{life.medium, table};
  EXPECT_TRUE(journal.open());
  life.run(journal, kSteps);
  EXPECT_GE(journal.stats().compactions, 3u);  // or the test says less than it should
  return life.medium.steps();
}

void cut_everywhere(std::uint32_t unit, std::uint32_t seed) {
  const Medium::Shape shape{.area_size = 512, .unit = unit};
  const std::uint64_t steps = steps_of_a_life(shape);
  for (std::uint64_t cut = 1; cut <= steps; ++cut) {
    live_with_a_cut_at(cut, shape, seed == 0 ? 0 : seed + static_cast<std::uint32_t>(cut));
    if (testing::Test::HasFailure()) return;
  }
}

TEST(SessionJournalPower, CutAtEveryByte) {
  cut_everywhere(1, 0);
}

TEST(SessionJournalPower, CutAtEveryByteOfUnitsOfFour) {
  cut_everywhere(4, 0);
}

TEST(SessionJournalPower, CutAtEveryByteOfUnitsOfThirtyTwo) {
  cut_everywhere(32, 0);
}

TEST(SessionJournalPower, SectorsThatWereNotSyncedAreThereOrNotAtRandom) {
  for (const std::uint32_t seed : {1u, 1'000'000u, 2'000'000u}) cut_everywhere(1, seed);
  cut_everywhere(16, 3'000'000u);
}

}  // namespace
}  // namespace linnet::session
