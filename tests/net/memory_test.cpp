// SPDX-License-Identifier: Apache-2.0
// The in-process pair: bytes in order through any ring and any limits, and each way to end.
#include "linnet/net/memory.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace linnet::net {
namespace {

struct Fixture {
  std::array<std::byte, 8> forth{};
  std::array<std::byte, 8> back{};
  MemoryPair pair{forth, back};
  MemoryStream& a = pair.first();
  MemoryStream& b = pair.second();
};

Result<std::size_t> put(Stream& stream, std::string_view text) {
  const Bytes part = as_bytes(text);
  return stream.write({&part, 1});
}

std::string get(Stream& stream, std::size_t most = 100) {
  std::array<std::byte, 100> buffer{};
  const auto got = stream.read(MutableBytes{buffer}.first(most));
  return got ? std::string{as_text(Bytes{buffer}.first(*got))} : std::string{"error"};
}

Error read_error(Stream& stream) {
  std::array<std::byte, 8> buffer{};
  const auto got = stream.read(buffer);
  return got ? Error{} : got.error();
}

TEST(Memory, CarriesBytesBothWays) {
  Fixture f;
  EXPECT_EQ(put(f.a, "hello"), 5u);
  EXPECT_EQ(put(f.b, "HI"), 2u);
  EXPECT_EQ(f.b.waiting(), 5u);
  EXPECT_EQ(get(f.b), "hello");
  EXPECT_EQ(get(f.a), "HI");
  EXPECT_EQ(get(f.a), "");
}

TEST(Memory, GathersParts) {
  Fixture f;
  const std::array<Bytes, 3> parts{as_bytes("ab"), Bytes{}, as_bytes("cde")};
  EXPECT_EQ(f.a.write(parts), 5u);
  EXPECT_EQ(get(f.b), "abcde");
}

TEST(Memory, TakesNoMoreThanTheRingHolds) {
  Fixture f;
  EXPECT_EQ(put(f.a, "0123456789"), 8u);
  EXPECT_EQ(put(f.a, "89"), 0u);
  EXPECT_EQ(get(f.b, 3), "012");
  EXPECT_EQ(put(f.a, "89"), 2u);  // wraps
  EXPECT_EQ(get(f.b), "3456789");
}

TEST(Memory, KeepsTheOrderUnderEveryLimit) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>('a' + i % 26);
  for (const std::size_t limit : {1u, 2u, 3u, 7u, 8u, 64u}) {
    SCOPED_TRACE(limit);
    Fixture f;
    f.a.set_limits({.write = limit});
    f.b.set_limits({.read = 9 - std::min<std::size_t>(limit, 8)});
    std::string_view left = text;
    std::string seen;
    while (seen.size() < text.size()) {
      const auto written = put(f.a, left);
      ASSERT_TRUE(written.has_value());
      EXPECT_LE(*written, limit);
      left.remove_prefix(*written);
      const std::string got = get(f.b);
      ASSERT_NE(got, "error");
      ASSERT_TRUE(*written > 0 || !got.empty());
      seen += got;
    }
    EXPECT_EQ(seen, text);
  }
}

TEST(Memory, HalfClose) {
  Fixture f;
  EXPECT_EQ(put(f.a, "last"), 4u);
  f.a.shutdown_write();
  EXPECT_EQ(put(f.a, "more").error(), Errc::bad_state);
  EXPECT_EQ(get(f.b), "last");
  EXPECT_EQ(read_error(f.b), Errc::end_of_stream);
  EXPECT_EQ(read_error(f.b), Errc::end_of_stream);
  EXPECT_EQ(put(f.b, "answer"), 6u);
  EXPECT_EQ(get(f.a), "answer");
  EXPECT_EQ(f.a.state(), Stream::State::open);
}

TEST(Memory, Close) {
  Fixture f;
  EXPECT_EQ(put(f.a, "bye"), 3u);
  EXPECT_EQ(put(f.b, "lost"), 4u);
  f.a.close();
  f.a.close();
  EXPECT_EQ(f.a.state(), Stream::State::closed);
  EXPECT_EQ(read_error(f.a), Errc::bad_state);
  EXPECT_EQ(put(f.a, "x").error(), Errc::bad_state);
  EXPECT_EQ(f.b.state(), Stream::State::open);
  EXPECT_EQ(put(f.b, "x").error(), Errc::connection_reset);
  EXPECT_EQ(get(f.b), "bye");
  EXPECT_EQ(read_error(f.b), Errc::end_of_stream);
}

TEST(Memory, ResetLosesWhatIsOnItsWay) {
  Fixture f;
  EXPECT_EQ(put(f.a, "lost"), 4u);
  f.b.reset();
  EXPECT_EQ(read_error(f.b), Errc::connection_reset);
  EXPECT_EQ(read_error(f.a), Errc::connection_reset);
  EXPECT_EQ(put(f.a, "x").error(), Errc::connection_reset);
  EXPECT_EQ(f.a.state(), Stream::State::closed);
  EXPECT_EQ(f.b.state(), Stream::State::closed);
}

TEST(Memory, RemembersTheInterest) {
  Fixture f;
  EXPECT_TRUE(f.a.interest() == Interest::read);
  f.a.want(Interest::both);
  EXPECT_TRUE(f.a.interest() == Interest::both);
  EXPECT_TRUE(f.b.interest() == Interest::read);
}

}  // namespace
}  // namespace linnet::net
