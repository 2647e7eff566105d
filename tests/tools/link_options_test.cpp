// SPDX-License-Identifier: Apache-2.0
#include "tools/client/link_options.hpp"

#include <gtest/gtest.h>

namespace linnet::tools {
namespace {

using Kind = LinkChoice::Kind;

std::string wrong(std::string_view text) {
  const auto choice = parse_link(text);
  return choice ? "" : choice.error();
}
bool has(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

TEST(LinkOptions, TheHostsOwnNetwork) {
  const auto choice = parse_link("tcp");
  ASSERT_TRUE(choice.has_value());
  EXPECT_EQ(choice->name, "tcp");
  EXPECT_FALSE(choice->is_modem());
  EXPECT_EQ(LinkOptions::default_timeout(*choice), Duration{30s});
}

TEST(LinkOptions, AModemOnASerialDevice) {
  const auto choice = parse_link("modem:/dev/ttyUSB2");
  ASSERT_TRUE(choice.has_value());
  EXPECT_EQ(choice->kind, Kind::serial_modem);
  EXPECT_EQ(choice->name, "modem:/dev/ttyUSB2");
  EXPECT_EQ(choice->device, "/dev/ttyUSB2");
  EXPECT_EQ(choice->baud, 0u);
  EXPECT_EQ(choice->mode, modem::Mode::command);
  EXPECT_FALSE(choice->flow_control);
  EXPECT_EQ(LinkOptions::default_timeout(*choice), Duration{180s});
}

TEST(LinkOptions, SettingsOfAModem) {
  const auto choice = parse_link("modem:/dev/pts/3,baud=460800,mode=transparent,flow=rtscts,dtr=yes,dcd=yes");
  ASSERT_TRUE(choice.has_value());
  EXPECT_EQ(choice->name, "modem:/dev/pts/3");
  EXPECT_EQ(choice->baud, 460800u);
  EXPECT_EQ(choice->mode, modem::Mode::transparent);
  EXPECT_TRUE(choice->flow_control);
  EXPECT_TRUE(choice->dtr);
  EXPECT_TRUE(choice->dcd);
  const auto plain = parse_link("modem:/dev/pts/3,flow=none,mode=command,dtr=no,dcd=no");
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->mode, modem::Mode::command);
  EXPECT_FALSE(plain->flow_control || plain->dtr || plain->dcd);
}

TEST(LinkOptions, AModemBehindASerialServer) {
  const auto choice = parse_link("modem:tcp:[::1]:7670,baud=230400");
  ASSERT_TRUE(choice.has_value());
  EXPECT_EQ(choice->kind, Kind::network_modem);
  EXPECT_EQ(choice->name, "modem:tcp:[::1]:7670");
  EXPECT_EQ(choice->device, "::1");
  EXPECT_EQ(choice->port, 7670);
  EXPECT_EQ(choice->baud, 230400u);
}

TEST(LinkOptions, SaysWhatIsWrong) {
  EXPECT_TRUE(has(wrong(""), "a link is tcp or modem:DEVICE"));
  EXPECT_TRUE(has(wrong("wifi"), "'wifi'"));
  EXPECT_TRUE(has(wrong("tcp,baud=9600"), "a link is"));
  EXPECT_TRUE(has(wrong("modem:"), "which modem?"));
  EXPECT_TRUE(has(wrong("modem:,baud=9600"), "which modem?"));
  EXPECT_TRUE(has(wrong("modem:tcp:localhost"), "tcp:HOST:PORT"));
  EXPECT_TRUE(has(wrong("modem:tcp:localhost:0"), "tcp:HOST:PORT"));
  EXPECT_TRUE(has(wrong("modem:/dev/x,baud=115201"), "no speed"));
  EXPECT_TRUE(has(wrong("modem:/dev/x,baud="), "no speed"));
  EXPECT_TRUE(has(wrong("modem:/dev/x,baud"), "no speed"));
  EXPECT_TRUE(has(wrong("modem:/dev/x,mode=fast"), "command or transparent"));
  EXPECT_TRUE(has(wrong("modem:/dev/x,flow=xonxoff"), "none or rtscts"));
  EXPECT_TRUE(has(wrong("modem:/dev/x,dtr=1"), "yes or no"));
  EXPECT_TRUE(has(wrong("modem:/dev/x,"), "no setting"));
  EXPECT_TRUE(has(wrong("modem:/dev/x,speed=9600"), "'speed=9600' is no setting"));
  EXPECT_TRUE(has(wrong("modem:tcp:h:1,dtr=yes"), "no lines"));
}

}  // namespace
}  // namespace linnet::tools
