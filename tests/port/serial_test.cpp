// SPDX-License-Identifier: Apache-2.0
// A serial device and a pseudo-terminal, each other's ends.
#include "port/linux/serial.hpp"

#include <unistd.h>

#include <string>

#include "port/linux/pty.hpp"
#include "support/loopback.hpp"

namespace linnet::port::linux::test {
namespace {

class Line {
 public:
  Line() { EXPECT_TRUE(pty.open()); }
  Result<void> open(std::uint32_t baud = 115200) {
    return serial.open(pty.path().c_str(), baud, FlowControl::none);
  }

  Poller poller;
  Pty pty{poller, &pty};
  Serial serial{poller, &serial};
};

TEST(Serial, CarriesEveryByteBothWays) {
  Line line;
  ASSERT_TRUE(line.open());
  std::string all;
  for (int round = 0; round < 8; ++round) {
    for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  }
  EXPECT_EQ(*put(line.serial, all), all.size());
  EXPECT_EQ(get_all(line.poller, line.pty, all.size()), all);
  EXPECT_EQ(*put(line.pty, all), all.size());
  EXPECT_EQ(get_all(line.poller, line.serial, all.size()), all);
  EXPECT_EQ(line.serial.damaged(), 0u);
}

TEST(Serial, AFullLineTakesNoMoreAndGoesOnWhenItIsRead) {
  Line line;
  ASSERT_TRUE(line.open());
  const std::string part(1000, 'x');
  std::size_t sent = 0;
  for (std::size_t count = 1; count > 0; sent += count) {
    count = *put(line.serial, part);
    ASSERT_LT(sent, 1u << 20);
  }
  EXPECT_GT(sent, 0u);
  EXPECT_EQ(get_all(line.poller, line.pty, sent), std::string(sent, 'x'));
  EXPECT_GT(*put(line.serial, part), 0u);
}

TEST(Serial, TheOtherEndSeesTheSpeed) {
  Line line;
  EXPECT_EQ(line.pty.host_baud(), 115200u);
  ASSERT_TRUE(line.open(9600));
  EXPECT_EQ(line.pty.host_baud(), 9600u);
  EXPECT_TRUE(line.serial.set_baud(460800));
  EXPECT_EQ(line.pty.host_baud(), 460800u);
  EXPECT_EQ(line.serial.set_baud(12345).error(), Errc::invalid_argument);
}

TEST(Serial, OneProgramAtATime) {
  Line line;
  ASSERT_TRUE(line.open());
  Serial second{line.poller, nullptr};
  EXPECT_EQ(second.open(line.pty.path().c_str(), 115200, FlowControl::none).error(), Errc::address_in_use);
  line.serial.close();
  EXPECT_TRUE(second.open(line.pty.path().c_str(), 115200, FlowControl::none));
}

TEST(Serial, ProgramsComeAndGo) {
  Line line;
  for (int n = 0; n < 3; ++n) {
    ASSERT_TRUE(line.open());
    EXPECT_EQ(*put(line.serial, "AT\r"), 3u);
    EXPECT_EQ(get_all(line.poller, line.pty, 3), "AT\r");
    line.serial.close();
    EXPECT_EQ(line.pty.state(), State::open);
  }
}

TEST(Serial, WhatWasNotReadCanBeDropped) {
  Line line;
  ASSERT_TRUE(line.open());
  EXPECT_EQ(*put(line.pty, "RDY"), 3u);
  line.serial.discard_input();
  EXPECT_EQ(*get(line.serial), "");
}

TEST(Serial, EndsWhenTheDeviceGoes) {
  Line line;
  ASSERT_TRUE(line.open());
  line.pty.close();
  EXPECT_TRUE(
      turn_until(line.poller, nullptr, [&] { return read_error(line.serial) == Errc::end_of_stream; }));
  EXPECT_EQ(line.serial.state(), State::closed);
}

TEST(Serial, RefusesWhatIsNoLine) {
  Line line;
  EXPECT_EQ(line.serial.open("/dev/null", 115200, FlowControl::none).error(), Errc::invalid_argument);
  EXPECT_EQ(line.serial.open("/dev/there-is-none", 115200, FlowControl::none).error(), Errc::host_not_found);
  EXPECT_EQ(line.open(17).error(), Errc::invalid_argument);
  EXPECT_EQ(read_error(line.serial), Errc::bad_state);
}

TEST(Serial, NoDescriptorIsLeft) {
  const std::size_t before = open_descriptors();
  {
    Line line;
    ASSERT_TRUE(line.open());
    EXPECT_FALSE(line.serial.open("/dev/null", 115200, FlowControl::none));
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace linnet::port::linux::test
