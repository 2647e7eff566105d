// SPDX-License-Identifier: Apache-2.0
// Every fault strikes at its byte, its call or its instant, and nowhere else.
#include "linnet/net/fault.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "linnet/net/memory.hpp"

namespace linnet::net {
namespace {

constexpr Instant at(int milliseconds) {
  return Instant{Duration{milliseconds * 1000}};
}

struct Fixture {
  explicit Fixture(const Faults& faults) : faulty{pair.first(), faults} {}
  std::array<std::byte, 64> forth{};
  std::array<std::byte, 64> back{};
  MemoryPair pair{forth, back};
  FaultStream faulty;
  MemoryStream& peer = pair.second();
};

Result<std::size_t> put(Stream& stream, std::string_view text) {
  const Bytes part = as_bytes(text);
  return stream.write({&part, 1});
}

std::string get(Stream& stream) {
  std::array<std::byte, 100> buffer{};
  const auto got = stream.read(buffer);
  return got ? std::string{as_text(Bytes{buffer}.first(*got))} : std::string{"error"};
}

Error read_error(Stream& stream) {
  std::array<std::byte, 8> buffer{};
  const auto got = stream.read(buffer);
  return got ? Error{} : got.error();
}

TEST(Fault, DoesNothingUnlessAsked) {
  Fixture f{Faults{}};
  EXPECT_EQ(put(f.faulty, "ping"), 4u);
  EXPECT_EQ(get(f.peer), "ping");
  EXPECT_EQ(put(f.peer, "pong"), 4u);
  EXPECT_EQ(get(f.faulty), "pong");
  EXPECT_EQ(f.faulty.operations(), 2u);
  EXPECT_EQ(f.faulty.crossed(), 8u);
  EXPECT_EQ(f.faulty.deadline(), kNever);
  f.faulty.want(Interest::write);
  EXPECT_TRUE(f.pair.first().interest() == Interest::write);
  f.faulty.shutdown_write();
  EXPECT_EQ(read_error(f.peer), Errc::end_of_stream);
  f.faulty.close();
  EXPECT_EQ(f.faulty.state(), Stream::State::closed);
}

TEST(Fault, LimitsACall) {
  Fixture f{{.read_limit = 3, .write_limit = 2}};
  EXPECT_EQ(put(f.faulty, "abcd"), 2u);
  EXPECT_EQ(get(f.peer), "ab");
  EXPECT_EQ(put(f.peer, "0123456"), 7u);
  EXPECT_EQ(get(f.faulty), "012");
  EXPECT_EQ(get(f.faulty), "345");
  EXPECT_EQ(get(f.faulty), "6");
}

TEST(Fault, LimitsAGatheredWrite) {
  Fixture f{{.write_limit = 4}};
  const std::array<Bytes, 4> parts{as_bytes("ab"), Bytes{}, as_bytes("cde"), as_bytes("f")};
  EXPECT_EQ(f.faulty.write(parts), 4u);
  EXPECT_EQ(get(f.peer), "abcd");
}

TEST(Fault, FailsTheNthOperation) {
  constexpr Error kFailure{Errc::io_failure, 5};
  for (std::uint64_t n = 1; n <= 4; ++n) {
    SCOPED_TRACE(n);
    Fixture f{{.fail_operation = n, .failure = kFailure}};
    for (std::uint64_t i = 1; i <= 6; ++i) {
      const auto done = i % 2 == 0 ? put(f.faulty, "x") : f.faulty.read({});
      EXPECT_EQ(done.has_value(), i < n);
      EXPECT_EQ(done ? kFailure : done.error(), kFailure);
    }
    EXPECT_EQ(f.faulty.state(), Stream::State::closed);
    EXPECT_EQ(f.pair.first().state(), Stream::State::closed);
  }
}

TEST(Fault, HoldsUntilAnInstant) {
  Fixture f{{.held_until = at(250)}};
  EXPECT_EQ(put(f.peer, "late"), 4u);
  EXPECT_EQ(get(f.faulty), "");
  EXPECT_EQ(f.faulty.deadline(), at(250));
  f.faulty.poll(at(249));
  EXPECT_EQ(get(f.faulty), "");
  EXPECT_EQ(put(f.faulty, "also"), 0u);
  f.faulty.poll(at(250));
  EXPECT_EQ(f.faulty.deadline(), kNever);
  EXPECT_EQ(get(f.faulty), "late");
  EXPECT_EQ(put(f.faulty, "also"), 4u);
}

TEST(Fault, CorruptsOneByteWhateverTheCuts) {
  for (std::size_t limit = 1; limit <= 6; ++limit) {
    SCOPED_TRACE(limit);
    Fixture f{{.read_limit = limit,
               .write_limit = limit,
               .corrupt_read_at = 4,
               .corrupt_write_at = 3,
               .corrupt_with = std::byte{0x20}}};
    const std::string text = "abcdefgh";
    std::string_view left = text;
    std::string arrived;
    while (!left.empty()) {
      const std::array<Bytes, 2> parts{as_bytes(left.substr(0, left.size() / 2)),
                                       as_bytes(left.substr(left.size() / 2))};
      const auto written = f.faulty.write(parts);
      ASSERT_TRUE(written.has_value());
      left.remove_prefix(*written);
      arrived += get(f.peer);
    }
    EXPECT_EQ(arrived, "abcDefgh");
    EXPECT_EQ(text, "abcdefgh");

    EXPECT_EQ(put(f.peer, text), 8u);
    arrived.clear();
    while (arrived.size() < 8) arrived += get(f.faulty);
    EXPECT_EQ(arrived, "abcdEfgh");
  }
}

TEST(Fault, GoesHalfOpenAfterSoManyBytes) {
  Fixture f{{.drop_after = 6}};
  EXPECT_EQ(put(f.peer, "0123"), 4u);
  EXPECT_EQ(get(f.faulty), "0123");
  EXPECT_EQ(put(f.faulty, "abcd"), 2u);
  EXPECT_EQ(put(f.faulty, "cd"), 2u);  // swallowed
  EXPECT_EQ(get(f.peer), "ab");
  EXPECT_EQ(put(f.peer, "more"), 4u);
  EXPECT_EQ(get(f.faulty), "");
  f.faulty.shutdown_write();
  EXPECT_EQ(get(f.peer), "");  // neither bytes nor their end
  EXPECT_EQ(f.faulty.state(), Stream::State::open);
}

TEST(Fault, CanBeSwitchedOnLater) {
  Fixture f{Faults{}};
  EXPECT_EQ(put(f.faulty, "ab"), 2u);
  f.faulty.faults().drop_after = f.faulty.crossed();
  EXPECT_EQ(put(f.faulty, "cd"), 2u);
  EXPECT_EQ(get(f.peer), "ab");
}

TEST(Fault, ClosesAfterSoManyBytes) {
  for (std::size_t n = 0; n <= 8; ++n) {
    SCOPED_TRACE(n);
    Fixture f{{.close_after = n}};
    EXPECT_EQ(put(f.peer, "01234567"), 8u);
    std::string seen;
    for (std::string got = get(f.faulty); got != "error"; got = get(f.faulty)) seen += got;
    EXPECT_EQ(seen, std::string{"01234567"}.substr(0, n));
    EXPECT_EQ(read_error(f.faulty), Errc::end_of_stream);
    EXPECT_EQ(put(f.faulty, "x").error(), Errc::end_of_stream);
    EXPECT_EQ(f.faulty.state(), Stream::State::closed);
    EXPECT_EQ(read_error(f.peer), Errc::end_of_stream);
  }
}

}  // namespace
}  // namespace linnet::net
