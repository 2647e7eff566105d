// SPDX-License-Identifier: Apache-2.0
#include "src/tls/ip_literal.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace linnet::tls {
namespace {

/// What the system makes of it.
IpLiteral by_system(const std::string& text) {
  IpLiteral literal;
  if (::inet_pton(AF_INET, text.c_str(), literal.bytes.data()) == 1) {
    literal.size = 4;
  } else if (::inet_pton(AF_INET6, text.c_str(), literal.bytes.data()) == 1) {
    literal.size = 16;
  }
  return literal;
}

TEST(IpLiteral, IsReadAsTheSystemReadsIt) {
  for (const std::string text : {"127.0.0.1",
                                 "0.0.0.0",
                                 "255.255.255.255",
                                 "256.0.0.1",
                                 "1.2.3",
                                 "1.2.3.4.5",
                                 "1.2.3.",
                                 ".1.2.3",
                                 "01.2.3.4",
                                 "1.2.3.04",
                                 "1.2.3.4 ",
                                 "",
                                 "a",
                                 "::",
                                 "::1",
                                 "1::",
                                 "1::2",
                                 "1:2:3:4:5:6:7:8",
                                 "1:2:3:4:5:6:7",
                                 "1:2:3:4:5:6:7:8:9",
                                 "1:2:3:4:5:6:7::",
                                 "::2:3:4:5:6:7:8",
                                 "1::3::4",
                                 ":1",
                                 "1:",
                                 ":::",
                                 "1:::2",
                                 "2001:db8::ff00:42:8329",
                                 "2001:DB8::FF00:42:8329",
                                 "12345::",
                                 "g::",
                                 "::ffff:192.0.2.1",
                                 "::ffff:192.0.2.256",
                                 "1:2:3:4:5:6:1.2.3.4",
                                 "1:2:3:4:5:6:7:1.2.3.4",
                                 "1.2.3.4::",
                                 "::1.2.3.4:5",
                                 "example.com",
                                 "1234",
                                 "::1 "}) {
    SCOPED_TRACE(text);
    const IpLiteral ours = parse_ip_literal(text);
    const IpLiteral theirs = by_system(text);
    EXPECT_EQ(ours.size, theirs.size);
    EXPECT_EQ(std::memcmp(ours.bytes.data(), theirs.bytes.data(), ours.size), 0);
  }
}

TEST(IpLiteral, AZoneIsPassedOver) {
  EXPECT_EQ(parse_ip_literal("fe80::1%eth0").size, 16u);
  EXPECT_EQ(parse_ip_literal("%eth0").size, 0u);
}

}  // namespace
}  // namespace linnet::tls
