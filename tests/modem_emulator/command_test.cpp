// SPDX-License-Identifier: Apache-2.0
// The grammar of command lines, and what a log may show of them.
#include "tools/modem/command.hpp"

#include <gtest/gtest.h>

#include <string>

namespace linnet::emulator::test {
namespace {

/// "+CSQ! +CREG? +CIPOPEN=0|TCP|80": names, forms and arguments of what was read; "-" when nothing was.
std::string read(std::string_view line) {
  const auto commands = parse_line(line);
  if (!commands) return "-";
  std::string text;
  for (const Command& command : *commands) {
    if (!text.empty()) text += ' ';
    text += command.name;
    text += command.form == Command::execute ? "!"
            : command.form == Command::read  ? "?"
            : command.form == Command::test  ? "=?"
                                             : "=";
    for (std::size_t n = 0; n < command.arguments.size(); ++n)
      text += (n > 0 ? "|" : "") + command.arguments[n].text;
  }
  return text;
}

TEST(ModemCommand, ReadsOneOfEachForm) {
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read("+CSQ"), "+CSQ!");
  EXPECT_EQ(read("+csq"), "+CSQ!");
  EXPECT_EQ(read("+CREG?"), "+CREG?");
  EXPECT_EQ(read("+CREG=?"), "+CREG=?");
  EXPECT_EQ(read("+CREG=2"), "+CREG=2");
  EXPECT_EQ(read("E0"), "E!0");
  EXPECT_EQ(read("&C1"), "&C!1");
  EXPECT_EQ(read("I"), "I!");
  EXPECT_EQ(read("S3?"), "S3?");
  EXPECT_EQ(read("S0=1"), "S0=1");
  EXPECT_EQ(read("D*99#"), "D!");
}

TEST(ModemCommand, ReadsSeveralOnALine) {
  EXPECT_EQ(read("+CSQ;+CREG?;+CGMM"), "+CSQ! +CREG? +CGMM!");
  EXPECT_EQ(read("E0+CMEE=1;+CSQ"), "E!0 +CMEE=1 +CSQ!");
  EXPECT_EQ(read("E0;+CSQ;"), "E!0 +CSQ!");
  EXPECT_EQ(read("E0V1&D2"), "E!0 V!1 &D!2");
  EXPECT_EQ(read(" +CSQ ; +CREG? "), "+CSQ! +CREG?");
}

TEST(ModemCommand, ReadsArguments) {
  EXPECT_EQ(read("+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443"), "+CIPOPEN=0|TCP|gw.example.net|8443");
  EXPECT_EQ(read("+CIPOPEN=0,\"UDP\",,,5000"), "+CIPOPEN=0|UDP|||5000");
  EXPECT_EQ(read("+CGDCONT=1,\"IP\",\"a;b,c\";+CSQ"), "+CGDCONT=1|IP|a;b,c +CSQ!");
  const auto commands = parse_line("+X=\"\",,7");
  EXPECT_TRUE((*commands)[0].has(0));  // an empty text is a text
  EXPECT_FALSE((*commands)[0].has(1));
  EXPECT_EQ((*commands)[0].number(2, 0, 9), 7);
  EXPECT_EQ((*commands)[0].number(2, 0, 6), std::nullopt);
  EXPECT_EQ((*commands)[0].number(1, 0, 6, 5), 5);
  EXPECT_EQ((*commands)[0].number(3, 0, 6), std::nullopt);
}

TEST(ModemCommand, RefusesWhatIsNoCommand) {
  for (const char* line : {"+", "+CSQ?1", "+CSQ=?1", "+CSQ!", "1", "&", "&1", "+X=\"open", "?", "+CSQ;?"}) {
    EXPECT_EQ(read(line), "-") << line;
  }
}

TEST(ModemCommand, SecretsAreAsterisks) {
  EXPECT_EQ(without_secrets("AT+CPIN=1234"), "AT+CPIN=****");
  EXPECT_EQ(without_secrets("at+cgauth=1,1,\"pass\",\"me\""), "at+cgauth=*,*,\"****\",\"**\"");
  EXPECT_EQ(without_secrets("AT+CSSLCFG=\"password\",0,\"x1\""), "AT+CSSLCFG=\"password\",*,\"**\"");
  EXPECT_EQ(without_secrets("AT+CPIN?"), "AT+CPIN?");
}

}  // namespace
}  // namespace linnet::emulator::test
