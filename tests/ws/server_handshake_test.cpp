// SPDX-License-Identifier: Apache-2.0
// The server's opening handshake: what each field of a request is worth, and the answer to the byte. RFC
// 6455, section 4.2.
#include "linnet/ws/server_handshake.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/ws/client_handshake.hpp"
#include "support/handshake_text.hpp"

namespace linnet::ws {
namespace {

using Lines = std::vector<Field>;

/// What a client sends at least.
const Lines kRequest = {{"Host", "server.example.com"},
                        {"Upgrade", "websocket"},
                        {"Connection", "Upgrade"},
                        {"Sec-WebSocket-Key", test::kSampleKey},
                        {"Sec-WebSocket-Version", "13"}};

ServerHandshake read(const Lines& lines, std::span<const std::string_view> supported = {}) {
  ServerHandshake handshake{supported};
  for (const Field& line : lines) handshake.field(line.name, line.value);
  return handshake;
}

int verdict(const Lines& lines) {
  return read(lines).verdict("GET", 1);
}

/// kRequest without the field of that name, or with another value in its place, or with one more.
Lines without(std::string_view name) {
  Lines lines = kRequest;
  std::erase_if(lines, [&](const Field& line) { return line.name == name; });
  return lines;
}
Lines with(std::string_view name, std::string_view value) {
  Lines lines = kRequest;
  for (Field& line : lines) {
    if (line.name == name) line.value = value;
  }
  return lines;
}
Lines plus(std::string_view name, std::string_view value) {
  Lines lines = kRequest;
  lines.push_back({name, value});
  return lines;
}

Result<std::string> accept(const ServerHandshake& handshake, std::size_t room = 512) {
  const auto out = std::make_unique<std::byte[]>(room);
  const auto size = handshake.accept({out.get(), room});
  if (!size) return std::unexpected{size.error()};
  return std::string{as_text(Bytes{out.get(), *size})};
}

// RFC 6455: 4.2.2-4
TEST(Handshake, TheAcceptValueOfTheRfc) {
  const AcceptValue value = accept_for(test::kSampleKey);
  EXPECT_EQ((std::string_view{value.data(), value.size()}), test::kSampleAccept);
}

TEST(Handshake, ListsHaveTokensInAnyCase) {
  for (const std::string_view list :
       {"upgrade", "Upgrade", "keep-alive, Upgrade", " , ,UPGRADE\t,", "a;b=c,upgrade", "upgrade;q=1"})
    EXPECT_TRUE(list_has(list, "Upgrade")) << list;
  for (const std::string_view list :
       {"", "upgrad", "upgrades", "keep-alive", "\"upgrade\"", "@, upgrade", "a b, c"})
    EXPECT_FALSE(list_has(list, "Upgrade")) << list;
}

// RFC 6455: 4.2.2-2 4.2.2-3 4.2.2-4 11.3.3-1 11.3.4-1
TEST(ServerHandshake, AnswersAsTheRfcSays) {
  const ServerHandshake handshake = read(kRequest);
  EXPECT_TRUE(handshake.is_upgrade());
  EXPECT_EQ(handshake.verdict("GET", 1), 101);
  EXPECT_EQ(handshake.subprotocol(), "");
  const auto answer = accept(handshake);
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer,
            "HTTP/1.1 101 Switching Protocols\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            "\r\n");
}

// RFC 6455: 4.2.2-3
TEST(ServerHandshake, TakesUpNoExtension) {
  for (const std::string_view offer :
       {"permessage-deflate", "permessage-deflate; client_max_window_bits, x-foo"}) {
    const ServerHandshake handshake = read(plus("Sec-WebSocket-Extensions", offer));
    EXPECT_EQ(handshake.verdict("GET", 1), 101);
    const auto answer = accept(handshake);
    ASSERT_TRUE(answer);
    EXPECT_EQ(*answer, *accept(read(kRequest)));
  }
}

// RFC 6455: 4.2.2-2 11.3.4-1
TEST(ServerHandshake, AnswersWithTheSubprotocol) {
  const std::string_view supported[] = {"superchat", "chat"};
  const ServerHandshake handshake = read(plus("Sec-WebSocket-Protocol", "chat, superchat"), supported);
  const auto answer = accept(handshake);
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer,
            "HTTP/1.1 101 Switching Protocols\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            "Sec-WebSocket-Protocol: chat\r\n"
            "\r\n");
}

TEST(ServerHandshake, SaysWhenTheAnswerDoesNotFit) {
  const std::string name(100, 'n');
  const std::string_view supported[] = {name};
  const ServerHandshake handshake = read(plus("Sec-WebSocket-Protocol", name), supported);
  const auto whole = accept(handshake);
  ASSERT_TRUE(whole);
  EXPECT_LE(whole->size(), 160 + name.size());
  for (std::size_t room = 0; room < whole->size(); ++room) {
    const auto refused = accept(handshake, room);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), Errc::too_large);
  }
  EXPECT_TRUE(accept(handshake, whole->size()));
}

TEST(ServerHandshake, WithoutAKeyThereIsNothingToAccept) {
  const auto refused = accept(read(without("Sec-WebSocket-Key")));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), Errc::invalid_argument);
}

// RFC 6455: 4.2.1-3 4.2.1-4
TEST(ServerHandshake, TakesAnyOrderAndCase) {
  EXPECT_EQ(verdict({{"sec-websocket-version", "13"},
                     {"SEC-WEBSOCKET-KEY", test::kSampleKey},
                     {"CONNECTION", "keep-alive, uPGRADE"},
                     {"upgrade", "WebSocket"},
                     {"X", ""},
                     {"hOST", "h"}}),
            101);
  EXPECT_EQ(verdict(with("Upgrade", "foo, WebSocket")), 101);
  Lines two = plus("Connection", "keep-alive");
  two.push_back({"Upgrade", "h2c"});
  EXPECT_EQ(verdict(two), 101);
  EXPECT_EQ(read(kRequest).verdict("GET", 2), 101);
}

// RFC 6455: 4.2.1-3 4.2.1-4
TEST(ServerHandshake, IsAnUpgradeOrNot) {
  for (const Lines& lines : {without("Upgrade"), without("Connection"), with("Upgrade", "h2c"),
                             with("Upgrade", ""), with("Upgrade", "websockets"), with("Connection", "close"),
                             with("Connection", ""), with("Connection", "Upgraded"), Lines{}}) {
    EXPECT_FALSE(read(lines).is_upgrade());
    EXPECT_EQ(verdict(lines), 426);
  }
}

// RFC 6455: 4.2.1-1
TEST(ServerHandshake, OnlyGetAndOnlyHttp11) {
  for (const std::string_view method : {"POST", "HEAD", "get", "GET ", "", "CONNECT", "GETX"})
    EXPECT_EQ(read(kRequest).verdict(method, 1), 405) << method;
  EXPECT_EQ(read(kRequest).verdict("GET", 0), 400);
}

// RFC 6455: 4.2.1-2
TEST(ServerHandshake, OneHost) {
  EXPECT_EQ(verdict(without("Host")), 400);
  EXPECT_EQ(verdict(plus("Host", "server.example.com")), 400);
  Lines many = kRequest;
  for (int i = 0; i < 256; ++i) many.push_back({"Host", "h"});
  EXPECT_EQ(verdict(many), 400);
}

// RFC 6455: 4.2.1-6 11.3.5-1
TEST(ServerHandshake, OneVersionWhichIs13) {
  for (const std::string_view version :
       {"12", "14", "0", "8", "7", "", "13, 8", "8, 13", "013", "1 3", "+13", "x"})
    EXPECT_EQ(verdict(with("Sec-WebSocket-Version", version)), 426) << version;
  EXPECT_EQ(verdict(without("Sec-WebSocket-Version")), 400);
  EXPECT_EQ(verdict(plus("Sec-WebSocket-Version", "8")), 426);
  EXPECT_NE(verdict(plus("Sec-WebSocket-Version", "13")), 101);
  Lines first_wrong = with("Sec-WebSocket-Version", "8");
  first_wrong.push_back({"Sec-WebSocket-Version", "13"});
  EXPECT_EQ(verdict(first_wrong), 426);
  // The version is negotiated before anything else of the handshake is judged.
  Lines lines = with("Sec-WebSocket-Version", "8");
  std::erase_if(lines, [](const Field& line) { return line.name == "Sec-WebSocket-Key"; });
  EXPECT_EQ(verdict(lines), 426);
}

// RFC 6455: 4.2.1-5 11.3.1-1
TEST(ServerHandshake, OneKeyOfSixteenBytes) {
  for (const std::string_view key :
       {"", "=", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZQ==x", "dGhlIHNhbXBsZSBub25j",  // 15 bytes
        "dGhlIHNhbXBsZSBub25jZQo=", "dGhlIHNhbXBsZSBub25jZQoK",                            // 17 and 18
        "dGhlIHNhbXBsZSBub25jZ===", "dGhlIHNhbXBsZSBub25jZQ=A",
        "dGhlIHNhbXBsZSBub25j====", "dGhlIHNhbXBs=SBub25jZQ==", "dGhlIHNhbXBsZSBub25j*Q==",
        "dGhlIHNhbXBs ZSBub25jZQ==", "dGhl-HNhbXBsZSBub25jZQ==", "========================"}) {
    EXPECT_EQ(verdict(with("Sec-WebSocket-Key", key)), 400) << key;
  }
  EXPECT_EQ(verdict(without("Sec-WebSocket-Key")), 400);
  EXPECT_EQ(verdict(plus("Sec-WebSocket-Key", test::kSampleKey)), 400);
  Lines many = kRequest;
  for (int i = 0; i < 256; ++i) many.push_back({"Sec-WebSocket-Key", test::kSampleKey});
  EXPECT_EQ(verdict(many), 400);
}

// RFC 6455: 4.2.2-4
TEST(ServerHandshake, TakesTheKeyThatTheRfcShows) {
  // 4.1, item 7: bytes 0x01 to 0x10; its last character has bits set that encode nothing. And there are
  // clients who make up the 22 characters.
  for (const std::string_view key :
       {"AQIDBAUGBwgJCgsMDQ4PEC==", "AQIDBAUGBwgJCgsMDQ4PEA==", "0123456789012345678901=="}) {
    EXPECT_EQ(verdict(with("Sec-WebSocket-Key", key)), 101) << key;
    const auto answer = accept(read(with("Sec-WebSocket-Key", key)));
    const AcceptValue value = accept_for(key);
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->contains(std::string_view{value.data(), value.size()}));
  }
}

// RFC 6455: 9.1-1
TEST(ServerHandshake, ExtensionsAreAList) {
  for (const std::string_view value : {"permessage-deflate", "permessage-deflate; client_max_window_bits",
                                       "foo; a=1; b=\"2\", bar", "a,,b", ""})
    EXPECT_EQ(verdict(plus("Sec-WebSocket-Extensions", value)), 101) << value;
  for (const std::string_view value :
       {"@", "foo bar", "foo;", "foo; =1", "foo; a=", "foo; a=\"1", "a, \"b\"", "a; b c"})
    EXPECT_EQ(verdict(plus("Sec-WebSocket-Extensions", value)), 400) << value;
  Lines two = plus("Sec-WebSocket-Extensions", "@");
  two.push_back({"Sec-WebSocket-Extensions", "foo"});
  EXPECT_EQ(verdict(two), 400);
}

// RFC 6455: 4.2.2-2
TEST(ServerHandshake, ChoosesTheClientsFirst) {
  const std::string_view supported[] = {"a", "b", "c"};
  const auto chosen = [&](std::initializer_list<std::string_view> values) {
    Lines lines = kRequest;
    for (const std::string_view value : values) lines.push_back({"Sec-WebSocket-Protocol", value});
    const ServerHandshake handshake = read(lines, supported);
    EXPECT_EQ(handshake.verdict("GET", 1), 101);
    return std::string{handshake.subprotocol()};
  };
  EXPECT_EQ(chosen({}), "");
  EXPECT_EQ(chosen({"c, b, a"}), "c");
  EXPECT_EQ(chosen({"x, b"}), "b");
  EXPECT_EQ(chosen({"x", "y, c", "a"}), "c");
  EXPECT_EQ(chosen({"b", "a"}), "b");
  EXPECT_EQ(chosen({"x, y"}), "");
  EXPECT_EQ(chosen({"A"}), "");  // with its case
  EXPECT_EQ(chosen({""}), "");
  EXPECT_EQ(chosen({",,a"}), "a");
  EXPECT_EQ(read(plus("Sec-WebSocket-Protocol", "a")).subprotocol(), "");
}

}  // namespace
}  // namespace linnet::ws
