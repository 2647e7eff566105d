// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/message.hpp"

#include <gtest/gtest.h>

#include <array>

namespace linnet::session {
namespace {

std::string_view text_of(MessageId id) {
  static std::array<char, kLongestId> buffer;
  return encode(id, buffer);
}

TEST(SessionMessage, IdsAreWrittenAndReadBack) {
  EXPECT_EQ(text_of({.epoch = 0x5f3c9a10, .sequence = 42}), "5f3c9a10-42");
  EXPECT_EQ(text_of({.epoch = 0, .sequence = 1}), "00000000-1");
  EXPECT_EQ(text_of({.epoch = UINT32_MAX, .sequence = UINT32_MAX}), "ffffffff-4294967295");
  for (const std::uint32_t sequence : {1u, 9u, 10u, 99u, 100u, 4'294'967'295u}) {
    const MessageId id{.epoch = 0xdeadbeefu ^ sequence, .sequence = sequence};
    EXPECT_EQ(decode_id(text_of(id)), id) << sequence;
  }
}

TEST(SessionMessage, WhatIsNoIdIsRefused) {
  for (const std::string_view text :
       {"", "5f3c9a10", "5f3c9a10-", "5f3c9a1-42", "5f3c9a10-0", "5f3c9a10-042", "5f3c9a10-4x", "5F3C9A10-42",
        "5f3c9a10_42", "5f3c9a10-4294967296", "5f3c9a10-99999999999", " 5f3c9a10-42", "5f3c9a10-42 ",
        "gf3c9a10-42"}) {
    EXPECT_FALSE(decode_id(text)) << text;
  }
}

TEST(SessionMessage, EveryOutcomeHasAWord) {
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    EXPECT_FALSE(describe(static_cast<Outcome>(i)).empty());
  }
  EXPECT_EQ(describe(Outcome::cleared), "cleared");
  EXPECT_FALSE(is_over(Outcome::in_flight));
  EXPECT_TRUE(is_over(Outcome::sent));
  EXPECT_FALSE(is_dropped(Outcome::acknowledged));
  EXPECT_TRUE(is_dropped(Outcome::superseded));
}

}  // namespace
}  // namespace linnet::session
