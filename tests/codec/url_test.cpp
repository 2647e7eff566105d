// SPDX-License-Identifier: Apache-2.0
// URLs as they are accepted and refused, and references against a base: RFC 3986, section 5.4.
#include "linnet/codec/url.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace linnet::codec {
namespace {

std::string text_of(const Url& url) {
  static const char* const schemes[] = {"ws", "wss", "http", "https"};
  static const char* const kinds[] = {"name", "ipv4", "ipv6"};
  std::string text = schemes[static_cast<std::size_t>(url.scheme)];
  text += std::string{" "} + kinds[static_cast<std::size_t>(url.host_kind)] + " " + std::string{url.host} +
          " " + std::to_string(url.port) + " " + std::string{url.host_field} + " " + std::string{url.path} +
          std::string{url.query};
  if (!url.user_info.empty())
    text += " user " + std::string{url.user()} + " password " + std::string{url.password()};
  return text;
}

std::string parsed(std::string_view text) {
  // A copy of just that size, so that AddressSanitizer sees a byte beyond.
  const std::vector<char> copy(text.begin(), text.end());
  const auto url = parse_url({copy.data(), copy.size()});
  if (url) return text_of(*url);
  EXPECT_EQ(url.error(), Error{Errc::bad_url});
  return "refused";
}

// RFC 6455: 3-1
TEST(Url, SchemesAndTheirPorts) {
  EXPECT_EQ(parsed("ws://example.com/chat"), "ws name example.com 80 example.com /chat");
  EXPECT_EQ(parsed("wss://example.com/chat"), "wss name example.com 443 example.com /chat");
  EXPECT_EQ(parsed("http://example.com/"), "http name example.com 80 example.com /");
  EXPECT_EQ(parsed("HTTPS://Example.COM"), "https name Example.COM 443 Example.COM /");
  EXPECT_FALSE(parse_url("ws://a")->secure());
  EXPECT_TRUE(parse_url("wss://a")->secure());
  EXPECT_FALSE(parse_url("http://a")->secure());
  EXPECT_TRUE(parse_url("https://a")->secure());
  for (std::string_view text :
       {"", "ws", "ws:", "ws:/", "ws://", "ws:example.com", "ws:/example.com", "ftp://example.com",
        "wsss://example.com", "example.com", "//example.com", "/chat", " ws://example.com",
        "w s://example.com", "wss//example.com", "http//example.com"}) {
    EXPECT_EQ(parsed(text), "refused") << text;
  }
}

// RFC 6455: 4.1-3
TEST(Url, Ports) {
  EXPECT_EQ(parsed("ws://h:1/"), "ws name h 1 h:1 /");
  EXPECT_EQ(parsed("ws://h:65535"), "ws name h 65535 h:65535 /");
  EXPECT_EQ(parsed("ws://h:80/"), "ws name h 80 h /");  // "when not using the default port"
  EXPECT_EQ(parsed("ws://h:443/"), "ws name h 443 h:443 /");
  EXPECT_EQ(parsed("wss://h:443/"), "wss name h 443 h /");
  EXPECT_EQ(parsed("wss://h:/"), "wss name h 443 h /");
  EXPECT_EQ(parsed("wss://h:?a"), "wss name h 443 h /?a");
  EXPECT_EQ(parsed("ws://h:008000/"), "ws name h 8000 h:008000 /");
  for (std::string_view port : {"0", "00", "65536", "99999", "4294967376", "18446744073709551696", "-1", "+1",
                                "8a", " 80", "80 ", "80:80", ":", ":80"}) {
    EXPECT_EQ(parsed("ws://h:" + std::string{port} + "/"), "refused") << port;
  }
}

// RFC 6455: 3-1 4.1-2
TEST(Url, PathAndQuery) {
  EXPECT_EQ(parsed("ws://h"), "ws name h 80 h /");
  EXPECT_EQ(parsed("ws://h?a=b"), "ws name h 80 h /?a=b");
  EXPECT_EQ(parsed("ws://h/?a=b?c/d"), "ws name h 80 h /?a=b?c/d");
  EXPECT_EQ(parsed("ws://h/?"), "ws name h 80 h /?");
  EXPECT_EQ(parsed("ws://h/a/../b//c:d@e;f=%20"), "ws name h 80 h /a/../b//c:d@e;f=%20");
  EXPECT_EQ(parsed("ws://h/?q={\"a\":[1|2]}"), "ws name h 80 h /?q={\"a\":[1|2]}");
  const auto url = parse_url("ws://h/a?b");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->path, "/a");
  EXPECT_EQ(url->query, "?b");
}

// RFC 6455: 3-1
TEST(Url, FragmentsAreRefused) {
  for (std::string_view text :
       {"ws://h#", "ws://h#a", "ws://h/#a", "ws://h/a#b", "ws://h/?a#b", "ws://u#p@h/", "ws://#h"}) {
    EXPECT_EQ(parsed(text), "refused") << text;
  }
}

TEST(Url, NothingInItCanEndALine) {
  for (int code = 0; code < 256; ++code) {
    if (code > 0x20 && code < 0x7f) continue;
    SCOPED_TRACE(code);
    const std::string bad(1, static_cast<char>(code));
    for (const std::string& text :
         {"ws://h/a" + bad, "ws://h/a?" + bad + "b", "ws://h" + bad + "/", "ws://h:80" + bad + "/",
          "ws://u" + bad + "@h/", "ws://" + bad + "h/", "ws://[::1" + bad + "]/"}) {
      EXPECT_EQ(parsed(text), "refused") << text;
    }
  }
}

TEST(Url, UserInfo) {
  EXPECT_EQ(parsed("ws://user:pass@h/"), "ws name h 80 h / user user password pass");
  EXPECT_EQ(parsed("ws://user@h:81/"), "ws name h 81 h:81 / user user password ");
  EXPECT_EQ(parsed("ws://:pass@h/"), "ws name h 80 h / user  password pass");
  EXPECT_EQ(parsed("ws://u:p:q@h/"), "ws name h 80 h / user u password p:q");
  EXPECT_EQ(parsed("ws://u%40x:p%3A!$&'()*+,;=~@[::1]/"),
            "ws ipv6 ::1 80 [::1] / user u%40x password p%3A!$&'()*+,;=~");
  EXPECT_EQ(parsed("ws://@h/"), "ws name h 80 h /");
  EXPECT_EQ(parsed("ws://h/a@b"), "ws name h 80 h /a@b");
  for (std::string_view text :
       {"ws://a@b@h/", "ws://a\"@h/", "ws://a\\@h/", "ws://a[@h/", "ws://u:p@", "ws://u:p@/", "ws://@"}) {
    EXPECT_EQ(parsed(text), "refused") << text;
  }
}

TEST(Url, Names) {
  EXPECT_EQ(parsed("ws://my_host-1.local./"), "ws name my_host-1.local. 80 my_host-1.local. /");
  EXPECT_EQ(parsed("ws://1a.2b/"), "ws name 1a.2b 80 1a.2b /");
  EXPECT_EQ(parsed("ws://4.example/"), "ws name 4.example 80 4.example /");
  const std::string longest(253, 'a');
  EXPECT_EQ(parsed("ws://" + longest), "ws name " + longest + " 80 " + longest + " /");
  EXPECT_EQ(parsed("ws://" + longest + "a"), "refused");
  for (std::string_view text :
       {"ws:///", "ws://?a", "ws://:80/", "ws://a%41/", "ws://a,b/", "ws://a(b)/", "ws://a\\b/", "ws://a*b/",
        "ws://m\xc3\xbcller.de/", "ws://a;b/", "ws://[a]/", "ws://a]/", "ws://."}) {
    EXPECT_EQ(parsed(text), "refused") << text;
  }
}

TEST(Url, Ipv4Addresses) {
  EXPECT_EQ(parsed("ws://127.0.0.1:8080/"), "ws ipv4 127.0.0.1 8080 127.0.0.1:8080 /");
  EXPECT_EQ(parsed("ws://255.255.255.255"), "ws ipv4 255.255.255.255 80 255.255.255.255 /");
  for (std::string_view host :
       {"256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.04", "1.2.3.", "1.2.3.4.", ".1.2.3.4", "1..2.3",
        "127.1", "2130706433", "0x7f.1", "0x7f000001", "0X7F.0.0.1", "1.2.3.0x4", "a.1",
        "99999999999999999999.1.1.1"}) {
    EXPECT_EQ(parsed("ws://" + std::string{host} + "/"), "refused") << host;
  }
}

TEST(Url, Ipv6Addresses) {
  EXPECT_EQ(parsed("ws://[::1]:8080/"), "ws ipv6 ::1 8080 [::1]:8080 /");
  EXPECT_EQ(parsed("wss://[2001:db8::1]:443/"), "wss ipv6 2001:db8::1 443 [2001:db8::1] /");
  for (std::string_view host :
       {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::8", "FE80::aBcD",
        "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1::1.2.3.4", "1:2:3:4:5::1.2.3.4", "::1.2.3.4"}) {
    const std::string text{host};
    EXPECT_EQ(parsed("ws://[" + text + "]"), "ws ipv6 " + text + " 80 [" + text + "] /");
  }
  for (std::string_view host : {"",
                                ":",
                                ":::",
                                "1",
                                "1:",
                                ":1",
                                "1:2:3:4:5:6:7",
                                "1:2:3:4:5:6:7:",
                                ":2:3:4:5:6:7:8",
                                "1:2:3:4:5:6:7:8:9",
                                "1:2:3:4:5:6:7:8::",
                                "::1:2:3:4:5:6:7:8",
                                "1::2::3",
                                "1:::2",
                                "12345::",
                                "g::",
                                "::1.2.3",
                                "::1.2.3.4:5",
                                "::1.2.3.256",
                                "1:2:3:4:5:6:7:1.2.3.4",
                                "1.2.3.4",
                                "1.2.3.4::",
                                "fe80::1%25eth0",
                                "fe80::1%eth0",
                                "::1 ",
                                "v1.a",
                                "[::1"}) {
    EXPECT_EQ(parsed("ws://[" + std::string{host} + "]/"), "refused") << host;
  }
  for (std::string_view text : {"ws://[::1", "ws://[::1/", "ws://::1/", "ws://[::1]a/", "ws://[::1]]/",
                                "ws://[::1]80/", "ws://a[::1]/"}) {
    EXPECT_EQ(parsed(text), "refused") << text;
  }
}

std::string resolved(std::string_view base, std::string_view location, std::size_t room = 256) {
  const auto url = parse_url(base);
  if (!url) return "bad base";
  std::vector<std::byte> out(room);
  const auto target = resolve_redirect(*url, location, out);
  if (!target) return target.error() == Error{Errc::too_large} ? "too_large" : "refused";
  static const char* const schemes[] = {"ws://", "wss://", "http://", "https://"};
  std::string text = schemes[static_cast<std::size_t>(target->scheme)];
  if (!target->user_info.empty()) text += std::string{target->user_info} + "@";
  return text + std::string{target->host_field} + std::string{target->path} + std::string{target->query};
}

// The base of RFC 3986, section 5.4, with another scheme. Fragments are dropped here; what leaves our schemes
// or has no host is refused.
TEST(Redirect, ExamplesOfRfc3986) {
  struct Example {
    std::string_view reference, target;
  };
  const std::vector<Example> examples = {
      {"g:h", "refused"},
      {"g", "/b/c/g"},
      {"./g", "/b/c/g"},
      {"g/", "/b/c/g/"},
      {"/g", "/g"},
      {"//g", "ws://g/"},
      {"?y", "/b/c/d;p?y"},
      {"g?y", "/b/c/g?y"},
      {"#s", "/b/c/d;p?q"},
      {"g#s", "/b/c/g"},
      {"g?y#s", "/b/c/g?y"},
      {";x", "/b/c/;x"},
      {"g;x", "/b/c/g;x"},
      {"g;x?y#s", "/b/c/g;x?y"},
      {"", "/b/c/d;p?q"},
      {".", "/b/c/"},
      {"./", "/b/c/"},
      {"..", "/b/"},
      {"../", "/b/"},
      {"../g", "/b/g"},
      {"../..", "/"},
      {"../../", "/"},
      {"../../g", "/g"},
      {"../../../g", "/g"},
      {"../../../../g", "/g"},
      {"/./g", "/g"},
      {"/../g", "/g"},
      {"g.", "/b/c/g."},
      {".g", "/b/c/.g"},
      {"g..", "/b/c/g.."},
      {"..g", "/b/c/..g"},
      {"./../g", "/b/g"},
      {"./g/.", "/b/c/g/"},
      {"g/./h", "/b/c/g/h"},
      {"g/../h", "/b/c/h"},
      {"g;x=1/./y", "/b/c/g;x=1/y"},
      {"g;x=1/../y", "/b/c/y"},
      {"g?y/./x", "/b/c/g?y/./x"},
      {"g?y/../x", "/b/c/g?y/../x"},
      {"g#s/./x", "/b/c/g"},
      {"ws:g", "refused"},
  };
  for (const Example& example : examples) {
    std::string target{example.target};
    if (target.starts_with('/')) target = "ws://a" + target;
    EXPECT_EQ(resolved("ws://a/b/c/d;p?q", example.reference), target) << example.reference;
  }
}

TEST(Redirect, ToAnotherServer) {
  EXPECT_EQ(resolved("ws://u:p@a:81/b?c", "https://h:8443/x?y"), "https://h:8443/x?y");
  EXPECT_EQ(resolved("ws://u:p@a:81/b?c", "HTTP://h"), "http://h/");
  EXPECT_EQ(resolved("ws://u:p@a:81/b?c", "wss://v:q@h/./x/../y#z"), "wss://v:q@h/y");
  EXPECT_EQ(resolved("wss://u:p@a:81/b?c", "//h:82/x"), "wss://h:82/x");
  EXPECT_EQ(resolved("wss://a/b?c", "//[::1]?y"), "wss://[::1]/?y");
  EXPECT_EQ(resolved("wss://a/b?c", "//h/a?b:c"), "wss://h/a?b:c");
}

TEST(Redirect, OnTheSameServer) {
  EXPECT_EQ(resolved("wss://u:p@a:81/b/c?d", "/x?y"), "wss://u:p@a:81/x?y");
  EXPECT_EQ(resolved("ws://[::1]:81", "x"), "ws://[::1]:81/x");
  EXPECT_EQ(resolved("ws://a?q", ""), "ws://a/?q");
  EXPECT_EQ(resolved("ws://a?q", "?"), "ws://a/?");
  EXPECT_EQ(resolved("ws://a/b", "/x:y"), "ws://a/x:y");
  EXPECT_EQ(resolved("ws://a/b", "./x:y"), "ws://a/x:y");
  EXPECT_EQ(resolved("ws://a/b", "/x//y/..//z"), "ws://a/x///z");
}

TEST(Redirect, WhatCannotBeFollowed) {
  for (std::string_view location :
       {"ftp://h/", "mailto:a@b", "javascript:x", "http:/x", "http:x", "http://", "//", "///x", "//:80",
        "ws://h:0/", "/a b", "/a\r\nX: y", "/\xc3\xa9", "//h\r\n/", "x:y", ":x", "https:"}) {
    EXPECT_EQ(resolved("ws://a/b/c", location), "refused") << location;
  }
  EXPECT_EQ(resolved("ws://a/b/c", std::string_view{"/a\0b", 4}), "refused");
}

TEST(Redirect, ABufferAsLargeAsPromisedAndEachThatIsShorter) {
  EXPECT_EQ(resolved("ws://a", "x", 8), "ws://a/x");
  const std::string base = "ws://u:p@a:81/b?c";
  const std::string target = "ws://u:p@a:81/x/y?z";
  EXPECT_EQ(resolved(base, "x/y?z", target.size()), target);
  for (std::size_t room = 0; room < target.size(); ++room)
    EXPECT_EQ(resolved(base, "x/y?z", room), "too_large") << room;
}

TEST(Url, PercentDecoding) {
  const auto decoded = [](std::string_view text, std::size_t room) -> std::string {
    std::vector<std::byte> out(room);
    const auto bytes = percent_decode(text, out);
    if (bytes) return std::string{as_text(*bytes)};
    return bytes.error() == Error{Errc::too_large} ? "too_large" : "refused";
  };
  EXPECT_EQ(decoded("", 0), "");
  EXPECT_EQ(decoded("p%40ss+w%c3%A9%25", 9), "p@ss+w\xc3\xa9%");
  EXPECT_EQ(decoded("p%40ss+w%c3%A9%25", 8), "too_large");
  for (std::string_view text :
       {"%", "a%", "%4", "%4g", "%g4", "%%41", "% 1", "%4\x10", "%@0", "%`0", "%:0", "%/0", "%G0"}) {
    EXPECT_EQ(decoded(text, 16), "refused") << text;
  }
}

}  // namespace
}  // namespace linnet::codec
