// SPDX-License-Identifier: Apache-2.0
// No secret is left where logs and traces take their text from, and nothing else is covered.
#include "tools/wire/secrets.hpp"

#include <gtest/gtest.h>

namespace linnet::tools {
namespace {

std::string masked_line(std::string line) {
  HeadMask mask;
  mask.apply(line);
  return line;
}

TEST(Secrets, Urls) {
  EXPECT_EQ(masked_url("ws://example.com/x?a=b"), "ws://example.com/x?a=b");
  EXPECT_EQ(masked_url("ws://user:pass@example.com:80/x"), "ws://***@example.com:80/x");
  EXPECT_EQ(masked_url("ws://us@er:p@ss@example.com"), "ws://***@example.com");
  EXPECT_EQ(masked_url("ws://example.com/@home?mail=a@b"), "ws://example.com/@home?mail=a@b");
  EXPECT_EQ(masked_url("ws://h/?token=abc&n=1&API_KEY=x&Access_Token=y"),
            "ws://h/?token=***&n=1&API_KEY=***&Access_Token=***");
  EXPECT_EQ(masked_url("ws://h/?key=1;jwt=2;keys=3"), "ws://h/?key=***;jwt=***;keys=3");
  EXPECT_EQ(masked_url("ws://h/?token=&token"), "ws://h/?token=&token");
  EXPECT_EQ(masked_url(""), "");
  EXPECT_EQ(masked_url("://@?="), "://@?=");
}

TEST(Secrets, FieldsOfAHead) {
  EXPECT_EQ(masked_line("Authorization: Bearer x\r\n"), "Authorization: ********\r\n");
  EXPECT_EQ(masked_line("aUTHORIZATION:\tBearer x\n"), "aUTHORIZATION:\t********\n");
  EXPECT_EQ(masked_line("Proxy-Authorization: x\r\n"), "Proxy-Authorization: *\r\n");
  EXPECT_EQ(masked_line("Cookie: a=b; c=d\r\n"), "Cookie: ********\r\n");
  EXPECT_EQ(masked_line("Set-Cookie: id=1"), "Set-Cookie: ****");
  EXPECT_EQ(masked_line("X-Api-Key: 1\r\n"), "X-Api-Key: *\r\n");
  EXPECT_EQ(masked_line("X-Device-Token: 1\r\n"), "X-Device-Token: *\r\n");
  EXPECT_EQ(masked_line("WWW-Authenticate: Basic\r\n"), "WWW-Authenticate: Basic\r\n");
  EXPECT_EQ(masked_line("Sec-WebSocket-Key: abc=\r\n"), "Sec-WebSocket-Key: abc=\r\n");
  EXPECT_EQ(masked_line("Location: ws://a:b@h/?token=c\r\n"), "Location: ws://***@h/?token=*\r\n");
  EXPECT_EQ(masked_line("GET /x?token=abc HTTP/1.1\r\n"), "GET /x?token=*** HTTP/1.1\r\n");
  EXPECT_EQ(masked_line("GET /x?token=abc"), "GET /x?token=***");
  EXPECT_EQ(masked_line("HTTP/1.1 401 Not: you\r\n"), "HTTP/1.1 401 Not: you\r\n");
  EXPECT_EQ(masked_line("\r\n"), "\r\n");
  EXPECT_EQ(masked_line(""), "");
}

TEST(Secrets, AFoldedLineBelongsToItsField) {
  HeadMask mask;
  std::string first = "Cookie: a=b;\r\n";
  std::string second = "\tc=d\r\n";
  std::string third = "Host: h\r\n";
  std::string fourth = " folded\r\n";
  for (std::string* line : {&first, &second, &third, &fourth}) mask.apply(*line);
  EXPECT_EQ(second, "****\r\n");
  EXPECT_EQ(third, "Host: h\r\n");
  EXPECT_EQ(fourth, " folded\r\n");
}

}  // namespace
}  // namespace linnet::tools
