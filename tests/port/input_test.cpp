// SPDX-License-Identifier: Apache-2.0
// Standard input's kinds: a pipe that is empty, has bytes, ends; a file, which epoll refuses; no descriptor.
#include "port/linux/input.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>

namespace linnet::port::linux {
namespace {

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() { EXPECT_EQ(::pipe(ends.data()), 0); }
  ~Pipe() {
    ::close(ends[0]);
    close_writer();
  }
  void write(std::string_view text) const {
    EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void close_writer() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
};

TEST(Input, APipeGivesWhatIsThereAndNeverBlocks) {
  Poller poller;
  Pipe pipe;
  Input input{poller, pipe.ends[0], &pipe};
  std::array<std::byte, 16> buffer;
  EXPECT_EQ(input.read(buffer), 0u);
  pipe.write("hello");
  const auto size = input.read(buffer);
  ASSERT_TRUE(size.has_value());
  EXPECT_EQ(as_text(Bytes{buffer}.first(*size)), "hello");
  EXPECT_EQ(input.read(buffer), 0u);
  pipe.close_writer();
  EXPECT_EQ(input.read(buffer).error(), Errc::end_of_stream);
  EXPECT_EQ(input.read(buffer).error(), Errc::end_of_stream);
}

TEST(Input, WakesThePollerOnlyWhileWanted) {
  Poller poller;
  Pipe pipe;
  Input input{poller, pipe.ends[0], &pipe};
  pipe.write("x");
  EXPECT_TRUE(poller.wait(Instant{}).empty());
  input.want(true);
  EXPECT_EQ(input.deadline(), kNever);
  const auto ready = poller.wait(kNever);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].token, &pipe);
  EXPECT_TRUE(ready[0].readable);
  input.want(false);
  EXPECT_TRUE(poller.wait(Instant{}).empty());
}

TEST(Input, AFileIsDueAtOnceWhileWanted) {
  Poller poller;
  std::FILE* const file = std::tmpfile();
  ASSERT_TRUE(file != nullptr);
  std::fputs("line\n", file);
  std::rewind(file);
  {
    Input input{poller, ::fileno(file), nullptr};
    EXPECT_EQ(input.deadline(), kNever);
    input.want(true);
    EXPECT_EQ(input.deadline(), Instant{});
    std::array<std::byte, 16> buffer;
    EXPECT_EQ(input.read(buffer), 5u);
    EXPECT_EQ(input.read(buffer).error(), Errc::end_of_stream);
    input.want(false);
    EXPECT_EQ(input.deadline(), kNever);
    input.want(true);
    EXPECT_EQ(input.deadline(), Instant{});
  }
  std::fclose(file);
}

TEST(Input, NoDescriptorIsAFailureAndNotSilence) {
  Poller poller;
  Input input{poller, 1'000, nullptr};  // not open
  input.want(true);
  EXPECT_EQ(input.deadline(), Instant{});
  std::array<std::byte, 16> buffer;
  EXPECT_FALSE(input.read(buffer).has_value());
}

}  // namespace
}  // namespace linnet::port::linux
