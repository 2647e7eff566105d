// SPDX-License-Identifier: Apache-2.0
#include "tools/client/line_source.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

namespace linnet::tools {
namespace {

class LineSourceTest : public ::testing::Test {
 protected:
  ~LineSourceTest() override {
    ::close(ends_[0]);
    end();
  }
  void write(std::string_view text) {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  /// The next line; "-" if there is none now, "error" if there never will be.
  std::string next(LineSource& lines) {
    const auto line = lines.peek();
    if (!line) return line.error() == Errc::too_large ? "error" : "other error";
    if (!*line) return "-";
    std::string text{**line};
    lines.drop();
    return text;
  }

  static std::array<int, 2> made() {
    std::array<int, 2> ends{-1, -1};
    EXPECT_EQ(::pipe(ends.data()), 0);
    return ends;
  }

  std::array<int, 2> ends_ = made();
  port::linux::Poller poller_;
  port::linux::Input input_{poller_, ends_[0], nullptr};
};

TEST_F(LineSourceTest, LinesAsTheyBecomeWhole) {
  LineSource lines{input_, 10};
  EXPECT_EQ(next(lines), "-");
  write("one\ntw");
  EXPECT_EQ(next(lines), "one");
  EXPECT_EQ(next(lines), "-");
  write("o\n\nlast");
  EXPECT_EQ(next(lines), "two");
  EXPECT_EQ(next(lines), "");
  EXPECT_EQ(next(lines), "-");
  EXPECT_FALSE(lines.ended());
  end();
  EXPECT_EQ(next(lines), "last");
  EXPECT_TRUE(lines.ended());
  EXPECT_EQ(next(lines), "-");
}

TEST_F(LineSourceTest, ALineStaysUntilItIsDropped) {
  LineSource lines{input_, 10};
  write("one\n");
  EXPECT_EQ(*lines.peek(false), std::nullopt);  // it would have to be read
  EXPECT_EQ(*lines.peek(), "one");
  EXPECT_EQ(*lines.peek(false), "one");
  lines.drop();
  EXPECT_EQ(*lines.peek(), std::nullopt);
}

TEST_F(LineSourceTest, ExactlyTheLimitIsAccepted) {
  LineSource lines{input_, 5};
  write("12345\n123456\n");
  EXPECT_EQ(next(lines), "12345");
  EXPECT_EQ(next(lines), "error");
}

TEST_F(LineSourceTest, ALineWithoutAnEndIsBoundedToo) {
  LineSource lines{input_, 5};
  write("123456");
  EXPECT_EQ(next(lines), "error");
}

}  // namespace
}  // namespace linnet::tools
