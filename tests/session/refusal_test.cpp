// SPDX-License-Identifier: Apache-2.0
// The body of a refusal: its three ends, in any split, and what is malformed.
#include "linnet/session/refusal.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace linnet::session {
namespace {

struct Kept {
  std::string text;
  bool whole = false;
};

Kept take(std::string_view field, std::string_view value, const std::vector<std::string_view>& pieces) {
  Refusal refusal;
  if (!field.empty()) refusal.take_field(field, value);
  std::array<std::byte, 1024> buffer{};
  for (const std::string_view piece : pieces) refusal.take(as_bytes(piece), buffer);
  return {.text = std::string{as_text(Bytes{buffer}.first(refusal.size()))}, .whole = refusal.is_whole()};
}

Kept take_chunked(std::string_view body) {
  return take("Transfer-Encoding", "chunked", {body});
}

TEST(Refusal, ALengthEndsIt) {
  EXPECT_TRUE(take("content-length", "0", {}).whole);
  EXPECT_FALSE(take("Content-Length", "5", {"toke"}).whole);
  const Kept kept = take("Content-Length", "5", {"tok", "en and a tail"});
  EXPECT_EQ(kept.text, "token");
  EXPECT_TRUE(kept.whole);
  EXPECT_EQ(take("Content-Length", "nonsense", {"token"}).text, "token");
}

TEST(Refusal, OrTheEndOfTheConnection) {
  const Kept kept = take("", "", {"token ", "expired"});
  EXPECT_EQ(kept.text, "token expired");
  EXPECT_FALSE(kept.whole);
}

TEST(Refusal, OrTheLastOfItsChunks) {
  const std::string body = "6\r\ntoken \r\n00a;name=\"value\"\r\nis expired\r\n0\r\n\r\n";
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    SCOPED_TRACE(cut);
    const std::string_view all = body;
    const Kept kept = take("Transfer-Encoding", "Chunked", {all.substr(0, cut), all.substr(cut)});
    EXPECT_EQ(kept.text, "token is expired");
    EXPECT_TRUE(kept.whole);
  }
  std::vector<std::string_view> bytes;
  for (const char& byte : body) bytes.push_back({&byte, 1});
  EXPECT_EQ(take("Transfer-Encoding", "chunked", bytes).text, "token is expired");
  EXPECT_FALSE(take_chunked("6\r\ntoken \r\n").whole);
}

TEST(Refusal, ChunksOverrideALength) {
  for (const bool length_first : {true, false}) {
    Refusal refusal;
    if (length_first) refusal.take_field("Content-Length", "2");
    refusal.take_field("Transfer-Encoding", "chunked");
    if (!length_first) refusal.take_field("Content-Length", "2");
    std::array<std::byte, 16> buffer{};
    refusal.take(as_bytes("5\r\ntoken\r\n0\r\n"), buffer);
    EXPECT_EQ(as_text(Bytes{buffer}.first(refusal.size())), "token");
  }
}

TEST(Refusal, MalformedChunksEndIt) {
  for (const std::string_view body : {"5\r\ntokenX", "\r\n", "fffffffffffffffff\r\n", "-1\r\n"}) {
    SCOPED_TRACE(body);
    EXPECT_TRUE(take_chunked(body).whole);
  }
}

TEST(Refusal, NoMoreIsKeptThanThereIsRoomFor) {
  const std::string page(2000, 'p');
  EXPECT_EQ(take("", "", {page}).text.size(), Refusal::kMost);
  EXPECT_TRUE(take("", "", {page}).whole);
  Refusal refusal;
  std::array<std::byte, 3> buffer{};
  refusal.take(as_bytes(page), buffer);
  EXPECT_EQ(refusal.size(), 3u);
  EXPECT_TRUE(refusal.is_whole());
}

}  // namespace
}  // namespace linnet::session
