// SPDX-License-Identifier: Apache-2.0
// Messages put together in storage that is exactly as large as said.
#include "linnet/ws/message.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace linnet::ws {
namespace {

using Outcome = Assembler::Outcome;

Event piece(std::string_view text, bool first, bool last, std::uint64_t announced = 0) {
  return {.kind = Event::Kind::data,
          .type = MessageType::text,
          .first = first,
          .last = last,
          .payload = as_bytes(text),
          .announced = announced};
}

struct Storage {
  explicit Storage(std::size_t size) : bytes{std::make_unique<std::byte[]>(size)}, all{bytes.get(), size} {}
  std::unique_ptr<std::byte[]> bytes;
  MutableBytes all;
};

TEST(Assembler, PassesAWholeMessageOnWhereItLies) {
  Assembler assembler;  // without any storage
  const std::string text(1000, 'x');
  Event event = piece(text, true, true);
  EXPECT_EQ(assembler.add(event), Outcome::whole);
  EXPECT_EQ(event.payload.data(), as_bytes(text).data());
  EXPECT_EQ(event.payload.size(), text.size());
  Event empty = piece("", true, true);
  EXPECT_EQ(assembler.add(empty), Outcome::whole);
  EXPECT_TRUE(empty.payload.empty());
}

TEST(Assembler, PutsPiecesTogether) {
  const Storage storage{6};
  Assembler assembler{storage.all};
  for (int round = 0; round < 3; ++round) {
    Event one = piece("ab", true, false, 1);
    EXPECT_EQ(assembler.add(one), Outcome::incomplete);
    Event two = piece("c", false, false);
    EXPECT_EQ(assembler.add(two), Outcome::incomplete);
    EXPECT_EQ(assembler.size(), 3u);
    Event none = piece("", false, false);
    EXPECT_EQ(assembler.add(none), Outcome::incomplete);
    Event three = piece("def", false, true);
    EXPECT_EQ(assembler.add(three), Outcome::whole);
    EXPECT_TRUE(three.is_whole());
    EXPECT_EQ(three.type, MessageType::text);
    EXPECT_EQ(three.text(), "abcdef");
    EXPECT_EQ(assembler.size(), 0u);
  }
}

TEST(Assembler, EmptyPiecesNeedNoStorage) {
  Assembler assembler;
  Event first = piece("", true, false);
  EXPECT_EQ(assembler.add(first), Outcome::incomplete);
  Event last = piece("", false, true);
  EXPECT_EQ(assembler.add(last), Outcome::whole);
  EXPECT_TRUE(last.is_whole() && last.payload.empty());
}

TEST(Assembler, JudgesByWhatIsAnnounced) {
  const Storage storage{8};
  Assembler assembler{storage.all};
  Event fits = piece("ab", true, false, 6);
  EXPECT_EQ(assembler.add(fits), Outcome::incomplete);
  for (const std::uint64_t announced : {std::uint64_t{7}, std::uint64_t{1} << 32, UINT64_MAX >> 1}) {
    Event larger = piece("ab", true, false, announced);
    EXPECT_EQ(assembler.add(larger), Outcome::too_large);
    EXPECT_EQ(assembler.size(), 0u);
  }
}

TEST(Assembler, WhatIsTooLargeIsForgottenToItsEnd) {
  const Storage storage{4};
  Assembler assembler{storage.all};
  Event one = piece("ab", true, false);
  EXPECT_EQ(assembler.add(one), Outcome::incomplete);
  Event two = piece("cde", false, false);
  EXPECT_EQ(assembler.add(two), Outcome::too_large);
  EXPECT_EQ(assembler.size(), 0u);
  Event three = piece("f", false, false);
  EXPECT_EQ(assembler.add(three), Outcome::too_large);
  Event four = piece("g", false, true);
  EXPECT_EQ(assembler.add(four), Outcome::too_large) << "half a message is none";
  Event next = piece("hi", true, false);
  EXPECT_EQ(assembler.add(next), Outcome::incomplete);
  Event last = piece("jk", false, true);
  EXPECT_EQ(assembler.add(last), Outcome::whole);
  EXPECT_EQ(last.text(), "hijk");
}

TEST(Assembler, ANewMessageForgetsAnUnfinishedOne) {
  const Storage storage{4};
  Assembler assembler{storage.all};
  Event one = piece("abc", true, false);
  EXPECT_EQ(assembler.add(one), Outcome::incomplete);
  Event two = piece("de", true, false);
  EXPECT_EQ(assembler.add(two), Outcome::incomplete);
  Event three = piece("fg", false, true);
  EXPECT_EQ(assembler.add(three), Outcome::whole);
  EXPECT_EQ(three.text(), "defg");
}

TEST(Assembler, MovesToLargerStorage) {
  const Storage small{3};
  const Storage large{6};
  Assembler assembler;
  EXPECT_TRUE(assembler.move_to(small.all).empty());
  Event one = piece("abc", true, false);
  EXPECT_EQ(assembler.add(one), Outcome::incomplete);
  EXPECT_EQ(assembler.move_to(large.all).data(), small.all.data());
  Event two = piece("def", false, true);
  EXPECT_EQ(assembler.add(two), Outcome::whole);
  EXPECT_EQ(two.text(), "abcdef");
  EXPECT_EQ(two.payload.data(), large.all.data());
  EXPECT_EQ(assembler.move_to({}).data(), large.all.data());
}

}  // namespace
}  // namespace linnet::ws
