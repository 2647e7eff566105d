// SPDX-License-Identifier: Apache-2.0
// The tracing stream reports what crossed, when and which way, and changes nothing.
#include "linnet/net/trace.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "linnet/net/memory.hpp"

namespace linnet::net {
namespace {

class Lines final : public Trace {
 public:
  void bytes(Instant now, std::string_view layer, Direction direction, Bytes data) override {
    text += std::to_string(now.time_since_epoch().count()) + " " + std::string{layer} +
            (direction == Direction::in ? " < " : " > ") + std::string{as_text(data)} + "\n";
  }
  void note(Instant, std::string_view, std::string_view) override {}
  std::string text;
};

TEST(TraceStream, ReportsWhatCrossed) {
  std::array<std::byte, 4> forth{};
  std::array<std::byte, 4> back{};
  MemoryPair pair{forth, back};
  Lines lines;
  TraceStream stream{pair.first(), lines, "tcp", Instant{Duration{5}}};

  const std::array<Bytes, 3> parts{as_bytes("ab"), Bytes{}, as_bytes("cde")};
  EXPECT_EQ(stream.write(parts), 4u);
  EXPECT_EQ(stream.write(parts), 0u);
  stream.poll(Instant{Duration{7}});
  std::array<std::byte, 8> buffer{};
  EXPECT_EQ(stream.read(buffer), 0u);
  EXPECT_EQ(pair.second().write(parts), 4u);
  EXPECT_EQ(stream.read(buffer), 4u);
  EXPECT_EQ(lines.text, "5 tcp > ab\n5 tcp > cd\n7 tcp < abcd\n");
}

TEST(TraceStream, PassesTheRestOn) {
  std::array<std::byte, 4> forth{};
  std::array<std::byte, 4> back{};
  MemoryPair pair{forth, back};
  Lines lines;
  TraceStream stream{pair.first(), lines, "tcp"};
  std::array<std::byte, 8> buffer{};

  EXPECT_EQ(stream.deadline(), kNever);
  stream.want(Interest::none);
  EXPECT_TRUE(pair.first().interest() == Interest::none);
  stream.shutdown_write();
  EXPECT_EQ(pair.second().read(buffer).error(), Errc::end_of_stream);
  pair.second().close();
  EXPECT_EQ(stream.read(buffer).error(), Errc::end_of_stream);
  stream.close();
  EXPECT_EQ(stream.state(), Stream::State::closed);
  EXPECT_EQ(stream.write({}).error(), Errc::bad_state);
  EXPECT_EQ(lines.text, "");
}

}  // namespace
}  // namespace linnet::net
