// SPDX-License-Identifier: Apache-2.0
// The queue of what is to be sent: order, bounds, and bytes that are lent to it.
#include "linnet/ws/workspace.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>

namespace linnet::ws {
namespace {

constexpr std::size_t kSize = Workspace::kMinimum;

/// A workspace over storage of exactly its size.
struct Fixture {
  std::unique_ptr<std::byte[]> storage = std::make_unique<std::byte[]>(kSize);
  Workspace workspace{MutableBytes{storage.get(), kSize}};

  bool put(const std::string& text, std::size_t reserve = 0) {
    std::byte* const at = workspace.room(text.size(), reserve);
    if (at == nullptr) return false;
    std::memcpy(at, text.data(), text.size());
    workspace.commit(text.size());
    return true;
  }
  std::string all() const {
    std::string text;
    for (Bytes part : workspace.output().parts) text += as_text(part);
    return text;
  }
};

void expect_no_gap(const Output& output) {
  bool ended = false;
  for (Bytes part : output.parts) {
    EXPECT_TRUE(!ended || part.empty()) << "a part behind an empty one";
    ended = ended || part.empty();
  }
}

TEST(Workspace, KeepsTheOrderAndTheCount) {
  Fixture fixture;
  Workspace& workspace = fixture.workspace;
  EXPECT_TRUE(workspace.empty());
  EXPECT_TRUE(workspace.output().empty());
  ASSERT_TRUE(fixture.put("one"));
  ASSERT_TRUE(fixture.put("two"));
  EXPECT_FALSE(workspace.empty());
  EXPECT_EQ(workspace.queued(), 6u);
  EXPECT_EQ(fixture.all(), "onetwo");
  workspace.sent(4);
  EXPECT_EQ(fixture.all(), "wo");
  ASSERT_TRUE(fixture.put("three"));
  EXPECT_EQ(fixture.all(), "wothree");
  workspace.sent(7);
  EXPECT_TRUE(workspace.empty());
  workspace.sent(1);  // more than there is
  EXPECT_TRUE(workspace.empty());
  EXPECT_EQ(workspace.queued(), 0u);
}

TEST(Workspace, GivesExactlyTheRoomThatItHas) {
  Fixture fixture;
  Workspace& workspace = fixture.workspace;
  EXPECT_EQ(workspace.capacity(), kSize);
  EXPECT_TRUE(workspace.room(kSize, 0) != nullptr);
  EXPECT_TRUE(workspace.room(kSize + 1, 0) == nullptr);
  EXPECT_TRUE(workspace.room(kSize - 100, 100) != nullptr);
  EXPECT_TRUE(workspace.room(kSize - 99, 100) == nullptr);
  ASSERT_TRUE(fixture.put(std::string(kSize - 100, 'x')));
  EXPECT_TRUE(workspace.room(100, 0) != nullptr);
  EXPECT_TRUE(workspace.room(101, 0) == nullptr);
  // What has left makes room in front, and it is used.
  workspace.sent(50);
  EXPECT_TRUE(workspace.room(151, 0) == nullptr);
  ASSERT_TRUE(fixture.put(std::string(150, 'y')));
  EXPECT_EQ(fixture.all(), std::string(kSize - 150, 'x') + std::string(150, 'y'));
  EXPECT_EQ(workspace.queued(), kSize);
}

TEST(Workspace, SendsWhatIsLentInItsPlace) {
  // Every place of a first cut and of a second.
  const std::string lent = "lent bytes";
  const std::string expected = "before" + lent + "behind";
  for (std::size_t first = 0; first <= expected.size(); ++first) {
    for (std::size_t second = 0; first + second <= expected.size(); ++second) {
      Fixture fixture;
      Workspace& workspace = fixture.workspace;
      ASSERT_TRUE(fixture.put("before"));
      workspace.borrow(as_bytes(lent));
      EXPECT_TRUE(workspace.has_borrowed());
      ASSERT_TRUE(fixture.put("behind"));
      EXPECT_EQ(workspace.queued(), expected.size());
      expect_no_gap(workspace.output());
      std::string sent = fixture.all().substr(0, first);
      workspace.sent(first);
      expect_no_gap(workspace.output());
      sent += fixture.all().substr(0, second);
      workspace.sent(second);
      expect_no_gap(workspace.output());
      EXPECT_EQ(workspace.queued(), expected.size() - first - second);
      EXPECT_EQ(workspace.output().size(), workspace.queued());
      EXPECT_EQ(sent + fixture.all(), expected);
    }
  }
}

TEST(Workspace, IsNotCopiedFromWhatIsLent) {
  Fixture fixture;
  const std::string lent(100000, 'z');
  ASSERT_TRUE(fixture.put("head"));
  fixture.workspace.borrow(as_bytes(lent));
  EXPECT_EQ(fixture.workspace.output().parts[1].data(), as_bytes(lent).data());
  EXPECT_EQ(fixture.workspace.queued(), 4 + lent.size());
}

TEST(Workspace, MovesTogetherAroundWhatIsLent) {
  const std::string lent = "lent";
  Fixture fixture;
  ASSERT_TRUE(fixture.put(std::string(300, 'a')));
  fixture.workspace.borrow(as_bytes(lent));
  ASSERT_TRUE(fixture.put(std::string(100, 'b')));
  fixture.workspace.sent(200);
  ASSERT_TRUE(fixture.put(std::string(300, 'c')));  // only where the first 200 were
  EXPECT_EQ(fixture.all(), std::string(100, 'a') + lent + std::string(100, 'b') + std::string(300, 'c'));
  fixture.workspace.sent(102);
  ASSERT_TRUE(fixture.put(std::string(100, 'd')));
  EXPECT_EQ(fixture.all(), "nt" + std::string(100, 'b') + std::string(300, 'c') + std::string(100, 'd'));
}

TEST(Workspace, SaysWhenItHasDrained) {
  Fixture fixture;
  Workspace& workspace = fixture.workspace;
  ASSERT_TRUE(fixture.put(std::string(kSize / 4 + 1, 'x')));
  EXPECT_FALSE(workspace.has_drained(0));  // not for every byte that leaves
  workspace.sent(1);
  EXPECT_TRUE(workspace.has_drained(0));
  EXPECT_TRUE(workspace.has_drained(kSize - kSize / 4));
  EXPECT_FALSE(workspace.has_drained(kSize - kSize / 4 + 1));
  const std::string lent = "l";
  workspace.borrow(as_bytes(lent));
  EXPECT_FALSE(workspace.has_drained(0));
  workspace.clear();
  EXPECT_TRUE(workspace.empty());
  EXPECT_TRUE(workspace.has_drained(kSize));
}

TEST(Workspace, GivesRoomAtItsEndWithoutMovingAnything) {
  Fixture fixture;
  Workspace& workspace = fixture.workspace;
  ASSERT_TRUE(fixture.put(std::string(400, 'x')));
  workspace.sent(300);
  EXPECT_TRUE(workspace.fits_behind(kSize - 400, 0));
  EXPECT_FALSE(workspace.fits_behind(kSize - 399, 0));
  EXPECT_TRUE(workspace.room(kSize - 399, 0) != nullptr);
  EXPECT_EQ(workspace.free().size(), kSize - 100);  // moved now
}

}  // namespace
}  // namespace linnet::ws
