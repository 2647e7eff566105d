// SPDX-License-Identifier: Apache-2.0
#include "linnet/codec/http1_field.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace linnet::http1 {
namespace {

/// Elements and parameters of a list, `!` at the end if it is malformed.
std::string read(std::string_view value, bool with_parameters = true) {
  ListReader list{value};
  std::string text;
  while (const auto element = list.next_element()) {
    text += "[" + std::string{*element} + "]";
    while (with_parameters) {
      const auto parameter = list.next_parameter();
      if (!parameter) break;
      text += ";" + std::string{parameter->name};
      if (parameter->value) text += (parameter->quoted ? "=\"" : "=") + std::string{*parameter->value};
    }
  }
  EXPECT_FALSE(list.next_element().has_value());
  EXPECT_FALSE(list.next_parameter().has_value());
  return text + (list.malformed() ? "!" : "");
}

TEST(Http1Field, TokenCharactersAreThoseOfRfc9110) {
  const std::string others = "!#$%&'*+-.^_`|~";
  for (int code = 0; code < 256; ++code) {
    const bool expected = (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
                          (code >= 'A' && code <= 'Z') ||
                          (code != 0 && others.find(static_cast<char>(code)) != std::string::npos);
    EXPECT_EQ(is_tchar(static_cast<char>(code)), expected) << code;
    EXPECT_EQ(is_vchar(static_cast<char>(code)), code >= 0x21 && code <= 0x7e) << code;
    EXPECT_EQ(is_field_character(static_cast<char>(code)), code == 9 || (code >= 32 && code != 127)) << code;
  }
  EXPECT_TRUE(is_token("Sec-WebSocket-Key"));
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token("a b"));
}

TEST(Http1Field, CaseIsIgnoredInAsciiOnly) {
  EXPECT_TRUE(equal_ignoring_case("WebSocket", "webSOCKET"));
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_FALSE(equal_ignoring_case("websocket", "websocke"));
  EXPECT_FALSE(equal_ignoring_case("websocke", "websocket"));
  EXPECT_FALSE(equal_ignoring_case("@[", "`{"));  // the neighbours of the letters
  EXPECT_FALSE(equal_ignoring_case("\xc4", "\xe4"));
}

TEST(Http1Field, Decimals) {
  EXPECT_EQ(parse_decimal("0"), 0u);
  EXPECT_EQ(parse_decimal("0013"), 13u);
  EXPECT_EQ(parse_decimal("4294967296"), 4294967296u);
  EXPECT_EQ(parse_decimal("9999999999999999999"), 9999999999999999999u);
  for (std::string_view text : {"", "-1", "+1", " 1", "1 ", "1,1", "0x1", "1.0", "a", "1/",
                                "1:", "10000000000000000000", "99999999999999999999999999"}) {
    EXPECT_FALSE(parse_decimal(text).has_value()) << text;
  }
}

TEST(ListReader, Elements) {
  EXPECT_EQ(read("Upgrade"), "[Upgrade]");
  EXPECT_EQ(read("keep-alive, Upgrade"), "[keep-alive][Upgrade]");
  EXPECT_EQ(read(" \ta\t ,\tb,c "), "[a][b][c]");
  EXPECT_EQ(read("h2c, HTTP/2.0, websocket"), "[h2c][HTTP/2.0][websocket]");
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read(" , ,, "), "");
  EXPECT_EQ(read(",a,,b, ,"), "[a][b]");
}

TEST(ListReader, Parameters) {
  EXPECT_EQ(
      read("permessage-deflate; client_max_window_bits; server_max_window_bits=10, x-webkit-deflate-frame"),
      "[permessage-deflate];client_max_window_bits;server_max_window_bits=10[x-webkit-deflate-frame]");
  EXPECT_EQ(read("permessage-deflate;client_max_window_bits=\"15\""),
            "[permessage-deflate];client_max_window_bits=\"15");
  EXPECT_EQ(read("a ; b = c\t;\td=\"e, f; g\" , h"), "[a];b=c;d=\"e, f; g[h]");
  EXPECT_EQ(read("a;b=\"\""), "[a];b=\"");
  EXPECT_EQ(read("a;b=\"\\\"\\\\\";c"), "[a];b=\"\\\"\\\\;c");
}

TEST(ListReader, ParametersMayBePassedOver) {
  EXPECT_EQ(read("a;b=\"x,y\";c, d;e=1, f", false), "[a][d][f]");
  EXPECT_EQ(read("a;b=, d", false), "[a]!");
  ListReader list{"a"};
  EXPECT_FALSE(list.next_parameter().has_value());  // no element yet
  EXPECT_FALSE(list.malformed());
  EXPECT_EQ(list.next_element(), "a");
}

TEST(ListReader, WhatIsNoList) {
  EXPECT_EQ(read("a b"), "[a]!");
  EXPECT_EQ(read("a, (b)"), "[a]!");
  EXPECT_EQ(read("\"a\""), "!");
  EXPECT_EQ(read(";a"), "!");
  EXPECT_EQ(read("a;"), "[a]!");
  EXPECT_EQ(read("a;, b"), "[a]!");
  EXPECT_EQ(read("a;;b"), "[a]!");
  EXPECT_EQ(read("a;b="), "[a]!");
  EXPECT_EQ(read("a;b=,c"), "[a]!");
  EXPECT_EQ(read("a;=b"), "[a]!");
  EXPECT_EQ(read("a;b=c d"), "[a];b=c!");
  EXPECT_EQ(read("a;b=\"c"), "[a]!");
  EXPECT_EQ(read("a;b=\"c\\\""), "[a]!");
  EXPECT_EQ(read("a;b=\"c\\"), "[a]!");
  EXPECT_EQ(read("a;b=\"c\"d"), "[a];b=\"c!");
  EXPECT_EQ(read("a;b=\"c\nd\""), "[a]!");
  EXPECT_EQ(read(std::string_view{"a;b=\"\0\"", 7}), "[a]!");
  EXPECT_EQ(read("\xc3\xa9"), "!");
}

TEST(ListReader, QuotedPairsAreUnescaped) {
  std::array<std::byte, 8> out;
  EXPECT_EQ(unescape("1\\5", out), "15");
  EXPECT_EQ(unescape("\\\"\\\\", out), "\"\\");
  EXPECT_EQ(unescape("", out), "");
  EXPECT_EQ(unescape("12345678", out), "12345678");
  const auto longer = unescape("123456789", out);
  ASSERT_FALSE(longer.has_value());
  EXPECT_EQ(longer.error(), Error{Errc::too_large});
  const auto cut = unescape("1\\", out);
  ASSERT_FALSE(cut.has_value());
  EXPECT_EQ(cut.error(), Error{Errc::invalid_argument});
}

}  // namespace
}  // namespace linnet::http1
