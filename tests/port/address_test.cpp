// SPDX-License-Identifier: Apache-2.0
// Text to addresses, hosts and endpoints, and what is refused.
#include "port/bsd/address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace linnet::port::linux {
namespace {

TEST(Address, IsReadFromText) {
  const auto v4 = parse_address("192.0.2.1");
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->generic.sa_family, AF_INET);
  EXPECT_EQ(v4->size(), sizeof(sockaddr_in));
  auto v6 = parse_address("2001:db8::1");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->generic.sa_family, AF_INET6);
  EXPECT_EQ(v6->size(), sizeof(sockaddr_in6));
  EXPECT_EQ(v6->port(), 0);
  v6->set_port(8080);
  EXPECT_EQ(v6->port(), 8080);
  EXPECT_EQ(parse_address("fe80::1%lo")->v6.sin6_scope_id, parse_address("fe80::1%1")->v6.sin6_scope_id);
}

TEST(Address, IsNotReadFromAnythingElse) {
  for (const std::string& text :
       {std::string{}, std::string{"localhost"}, std::string{"192.0.2"}, std::string{"192.0.2.256"},
        std::string{"[::1]"}, std::string{"::1%nosuchzone"}, std::string{"::1%"}, std::string{"127.0.0.1 "},
        std::string{"127.0.0.1\0", 10}, std::string(500, '1')}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(Host, IsANameOrAnAddress) {
  std::string longest;
  for (const std::size_t label : {63u, 63u, 63u, 61u}) longest.append(label, 'a').push_back('.');
  longest.pop_back();
  ASSERT_EQ(longest.size(), kLongestHost);
  for (const std::string& host : {std::string{"a"}, std::string{"example.com"}, std::string{"example.com."},
                                  std::string{"xn--bcher-kva.example"}, std::string{"_srv.a-b.c"}, longest,
                                  std::string{"127.0.0.1"}, std::string{"::1"}}) {
    EXPECT_TRUE(is_host(host)) << host;
  }
  for (const std::string& host :
       {std::string{}, std::string{"."}, std::string{".a"}, std::string{"a..b"}, std::string(254, 'a'),
        std::string(64, 'a'), std::string{"a b"}, std::string{"a/b"}, std::string{"a@b"},
        std::string{"a\0b", 3}, std::string{"b\xc3\xbc"}, std::string{"a:b"}}) {
    EXPECT_FALSE(is_host(host)) << host;
  }
}

TEST(Endpoint, IsAHostAndAPort) {
  const auto v4 = parse_endpoint("127.0.0.1:80");
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->host, "127.0.0.1");
  EXPECT_EQ(v4->port, 80);
  const auto v6 = parse_endpoint("[::1]:65535");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->port, 65535);
  EXPECT_EQ(parse_endpoint("example.com:0")->host, "example.com");
}

}  // namespace
}  // namespace linnet::port::linux
