// SPDX-License-Identifier: Apache-2.0
// The client's opening handshake: the request to the byte, and every answer that a server may give, cut at
// every place. RFC 6455, section 4.1.
#include "linnet/ws/client_handshake.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/handshake_text.hpp"
#include "support/splits.hpp"

namespace linnet::ws {
namespace {

using test::accepting;
using test::Chunks;
using test::for_each_split;
using test::head_of;
using test::k101;
using test::kAcceptLine;
using test::kConnectionLine;
using test::kUpgradeLine;
using Kind = Event::Kind;

/// A handshake with its line buffer, exactly as large as said so that a sanitizer sees a step outside.
struct Shaken {
  explicit Shaken(std::size_t line_size = 256)
      : line{std::make_unique<std::byte[]>(line_size)}, handshake{MutableBytes{line.get(), line_size}} {}

  Result<std::string> start(const ClientRequest& request, std::size_t room = 1024) {
    const auto out = std::make_unique<std::byte[]>(room);
    const auto size = handshake.start(request, entropy, {out.get(), room});
    if (!size) return std::unexpected{size.error()};
    return std::string{as_text(Bytes{out.get(), *size})};
  }

  /// Fields as "name=value|", then how it ended, and what was left behind the head.
  std::string read(const Chunks& chunks) {
    std::string log, tail;
    bool ended = false;
    for (const std::string& chunk : chunks) {
      if (ended) {
        tail += chunk;
        continue;
      }
      const auto copy = std::make_unique<std::byte[]>(chunk.size());
      std::memcpy(copy.get(), chunk.data(), chunk.size());
      handshake.receive({copy.get(), chunk.size()});
      while (const auto event = handshake.poll()) {
        EXPECT_FALSE(ended) << "an event after the end";
        if (event->kind == Kind::field) log += field_of(event->text()) + "|";
        ended = event->kind != Kind::field;
        if (event->kind == Kind::opened) log += "opened";
        if (event->kind == Kind::refused) log += "refused " + std::to_string(event->error->detail);
        if (event->kind == Kind::closed) log.append("failed: ").append(describe(event->error->code));
        EXPECT_TRUE(event->kind != Kind::refused || event->error->code == Errc::handshake_refused);
      }
      if (ended) {
        tail += chunk.substr(handshake.consumed());
      } else {
        EXPECT_EQ(handshake.consumed(), chunk.size());
      }
    }
    return tail.empty() || log.contains("failed") ? log : log + " + " + tail;
  }

  /// "Name:  value" as "Name=value".
  static std::string field_of(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::size_t value = std::min(text.find_first_not_of(" \t", colon + 1), text.size());
    return std::string{text.substr(0, colon)} + "=" + std::string{text.substr(value)};
  }

  test::SampleEntropy entropy;
  std::unique_ptr<std::byte[]> line;
  ClientHandshake handshake;
};

/// What a client that asked for `offer` makes of `answer`, the same however it is cut.
std::string outcome(const std::string& answer, std::string_view offer = {}, std::size_t line_size = 256) {
  std::string first;
  for_each_split(answer, [&](const Chunks& chunks) {
    Shaken shaken{line_size};
    EXPECT_TRUE(shaken.start({.host = "h", .subprotocols = offer}));
    const std::string log = shaken.read(chunks);
    if (first.empty()) first = log;
    EXPECT_EQ(log, first);
  });
  return first;
}

/// The same without the fields.
std::string verdict(const std::string& answer, std::string_view offer = {}) {
  const std::string log = outcome(answer, offer);
  return log.substr(log.rfind('|') + 1);
}

std::string failed(Errc what) {
  return "failed: " + std::string{describe(what)};
}

// ---- The request ----

// RFC 6455: 4.1-2 4.1-3 4.1-4 4.1-5 4.1-6 11.3.1-1 11.3.5-1
TEST(ClientHandshake, AsksAsTheRfcSays) {
  Shaken shaken;
  const auto request = shaken.start({.host = "server.example.com", .path = "/chat"});
  ASSERT_TRUE(request);
  EXPECT_EQ(*request,
            "GET /chat HTTP/1.1\r\n"
            "Host: server.example.com\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "\r\n");
}

// RFC 6455: 4.1-2 4.1-3
TEST(ClientHandshake, AsksForAllThatItIsTold) {
  Shaken shaken;
  const Field fields[] = {{"X-Device", "42"}, {"Cookie", "a=b; c=\xc3\xa9"}, {"X-Empty", ""}};
  const auto request = shaken.start({.host = "[::1]:8080",
                                     .path = "/a%20b",
                                     .query = "?x=1&y",
                                     .subprotocols = "chat, superchat",
                                     .origin = "http://example.com",
                                     .authorization = "Bearer abc",
                                     .fields = fields});
  ASSERT_TRUE(request);
  EXPECT_EQ(*request,
            "GET /a%20b?x=1&y HTTP/1.1\r\n"
            "Host: [::1]:8080\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: chat, superchat\r\n"
            "Origin: http://example.com\r\n"
            "Authorization: Bearer abc\r\n"
            "X-Device: 42\r\n"
            "Cookie: a=b; c=\xc3\xa9\r\n"
            "X-Empty: \r\n"
            "\r\n");
}

// RFC 6455: 4.1-5
TEST(ClientHandshake, KeysAreNew) {
  Shaken shaken;
  shaken.entropy.fill(MutableBytes{shaken.line.get(), 3});
  const auto request = shaken.start({.host = "h"});
  ASSERT_TRUE(request);
  EXPECT_FALSE(request->contains(test::kSampleKey));
}

TEST(ClientHandshake, NothingEndsALineEarly) {
  for (const std::string& bad : {std::string{"a\r\nX: y"}, std::string{"a\n"}, std::string{"\r"},
                                 std::string{"a\0b", 3}, std::string{"a\x7f"}, std::string{"\x1b[2J"}}) {
    SCOPED_TRACE(bad);
    const std::string bad_path = "/" + bad;
    const Field as_value[] = {{"X", bad}};
    const Field as_name[] = {{bad, "x"}};
    for (const ClientRequest& request :
         {ClientRequest{.host = bad}, ClientRequest{.host = "h", .path = bad_path},
          ClientRequest{.host = "h", .query = bad}, ClientRequest{.host = "h", .subprotocols = bad},
          ClientRequest{.host = "h", .origin = bad}, ClientRequest{.host = "h", .authorization = bad},
          ClientRequest{.host = "h", .fields = as_value}, ClientRequest{.host = "h", .fields = as_name}}) {
      const auto refused = Shaken{}.start(request);
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error(), Errc::invalid_argument);
    }
  }
}

TEST(ClientHandshake, RefusesTextThatHasNoPlaceInARequest) {
  const Field nameless[] = {{"", "x"}};
  const Field spaced[] = {{"X Y", "x"}};
  const Field colon[] = {{"X:", "x"}};
  for (const ClientRequest& request :
       {ClientRequest{.host = "h", .path = ""}, ClientRequest{.host = "h", .path = "/a b"},
        ClientRequest{.host = "h", .path = "/\xc3\xa9"}, ClientRequest{.host = ""},
        ClientRequest{.host = "h", .path = "x"}, ClientRequest{.host = "h", .fields = nameless},
        ClientRequest{.host = "h", .fields = spaced}, ClientRequest{.host = "h", .fields = colon}}) {
    const auto refused = Shaken{}.start(request);
    ASSERT_FALSE(refused) << *refused;
    EXPECT_EQ(refused.error(), Errc::invalid_argument);
  }
}

// RFC 6455: 4.1-7
TEST(ClientHandshake, SubprotocolsAreUniqueTokens) {
  for (const std::string_view bad : {"chat, chat", "a b", "chat;x", "\"chat\"", ",", " ", "chat/1", "a,b,c,a",
                                     "chat, @", "chat=1", "\xc3\xa9"}) {
    const auto refused = Shaken{}.start({.host = "h", .subprotocols = bad});
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error(), Errc::invalid_argument) << bad;
  }
  for (const std::string_view good :
       {"chat", "chat, Chat", "v12.stomp,v11.stomp", "a, b, c, d", "graphql-ws"})
    EXPECT_TRUE(Shaken{}.start({.host = "h", .subprotocols = good})) << good;
}

// RFC 6455: 11.3.1-1 11.3.5-1
TEST(ClientHandshake, FieldsOfTheHandshakeAreNotForTheUser) {
  for (const std::string_view name :
       {"Host", "host", "Upgrade", "CONNECTION", "Sec-WebSocket-Key", "sec-websocket-version",
        "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Sec-WebSocket-Accept"}) {
    const Field fields[] = {{name, "x"}};
    const auto refused = Shaken{}.start({.host = "h", .fields = fields});
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error(), Errc::invalid_argument) << name;
  }
  const Field fields[] = {{"Sec-Web", "x"}, {"Hostess", "x"}, {"User-Agent", "x"}};
  EXPECT_TRUE(Shaken{}.start({.host = "h", .fields = fields}));
}

TEST(ClientHandshake, SaysWhenTheRequestDoesNotFit) {
  const auto whole = Shaken{}.start({.host = "h"});
  ASSERT_TRUE(whole);
  for (std::size_t room = 0; room < whole->size(); ++room) {
    const auto refused = Shaken{}.start({.host = "h"}, room);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), Errc::too_large);
  }
  EXPECT_TRUE(Shaken{}.start({.host = "h"}, whole->size()));
}

// ---- The answer that opens ----

TEST(ClientHandshake, OpensAtTheAnswerOfTheRfc) {
  EXPECT_EQ(outcome(accepting()),
            "Upgrade=websocket|Connection=Upgrade|Sec-WebSocket-Accept=s3pPLMBiTxaQ9kYGzzhZRbK+xOo=|opened");
}

TEST(ClientHandshake, LeavesWhatFollowsTheHead) {
  EXPECT_EQ(verdict(accepting() + "\x81\x02hi"), "opened + \x81\x02hi");
  EXPECT_EQ(verdict(accepting() + "\r\n"), "opened + \r\n");
}

// RFC 6455: 4.1-10 4.1-11
TEST(ClientHandshake, TakesAnyOrderCaseAndSpacing) {
  EXPECT_EQ(verdict(head_of(k101, {kAcceptLine, kConnectionLine, kUpgradeLine})), "opened");
  EXPECT_EQ(verdict(head_of("HTTP/1.1 101", {"UPGRADE:WebSocket", "connection:\t keep-alive , uPGRADE\t",
                                             "sEC-wEBSOCKET-aCCEPT:   s3pPLMBiTxaQ9kYGzzhZRbK+xOo=   "})),
            "opened");
  EXPECT_EQ(verdict(head_of("HTTP/1.1  101  Hello  there",
                            {kUpgradeLine, "Connection: close", "Connection: Upgrade", kAcceptLine})),
            "opened");
  EXPECT_EQ(verdict("HTTP/1.1 101 \nUpgrade: websocket\nConnection: Upgrade\n" + std::string{kAcceptLine} +
                    "\n\nx"),
            "opened + x");
  EXPECT_EQ(verdict(head_of(k101, {kUpgradeLine, kConnectionLine,
                                   "Sec-WebSocket-Accept:\r\n  s3pPLMBiTxaQ9kYGzzhZRbK+xOo="})),
            "opened");
  EXPECT_EQ(verdict(head_of("HTTP/1.2 101 x", {kUpgradeLine, kConnectionLine, kAcceptLine})), "opened");
}

TEST(ClientHandshake, PassesOverFieldsOfAnyLength) {
  const std::string cookie = "Set-Cookie: " + std::string(5000, 'c');
  const std::string other = std::string(300, 'n') + ": v";
  EXPECT_EQ(
      verdict(head_of(k101, {cookie, kUpgradeLine, cookie, kConnectionLine, other, kAcceptLine, cookie}) +
              "tail"),
      "opened + tail");
  EXPECT_EQ(outcome(accepting({"X-Empty:", "X-Spaces:   "})),
            "Upgrade=websocket|Connection=Upgrade|Sec-WebSocket-Accept=s3pPLMBiTxaQ9kYGzzhZRbK+xOo=|X-Empty=|"
            "X-Spaces=|opened");
}

TEST(ClientHandshake, TakesOneSubprotocolThatItOffered) {
  for (const std::string& chosen : {std::string{"chat"}, std::string{"superchat"}}) {
    for_each_split(accepting({"Sec-WebSocket-Protocol: " + chosen}), [&](const Chunks& chunks) {
      Shaken shaken;
      const std::string offer = "chat, superchat";
      ASSERT_TRUE(shaken.start({.host = "h", .subprotocols = offer}));
      EXPECT_TRUE(shaken.read(chunks).ends_with("opened"));
      EXPECT_EQ(shaken.handshake.subprotocol(), chosen);
      EXPECT_TRUE(shaken.handshake.subprotocol().data() >= offer.data() &&
                  shaken.handshake.subprotocol().data() < offer.data() + offer.size());
      EXPECT_EQ(shaken.handshake.status(), 101);
    });
  }
  EXPECT_EQ(verdict(accepting(), "chat"), "opened");
}

TEST(ClientHandshake, WaitsBehindInterimAnswers) {
  const std::string early = head_of("HTTP/1.1 103 Early Hints", {"Link: </a>; rel=preload", kUpgradeLine});
  const std::string wait = "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(verdict(wait + accepting() + "tail"), "opened + tail");
  EXPECT_EQ(verdict(early + wait + early + accepting() + "tail"), "opened + tail");
  EXPECT_EQ(verdict(early + head_of("HTTP/1.1 401 No", {})), "refused 401");
  // The proofs of an interim answer prove nothing.
  EXPECT_EQ(verdict(head_of("HTTP/1.1 103 x", {kUpgradeLine, kConnectionLine, kAcceptLine}) +
                    head_of(k101, {kUpgradeLine, kConnectionLine})),
            failed(Errc::bad_accept));
  std::string many;
  for (int i = 0; i < 20; ++i) many += wait;
  EXPECT_EQ(verdict(many + accepting() + "tail"), "opened + tail");
}

TEST(ClientHandshake, InterimAnswersAreNotWithoutEnd) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(verdict(many), failed(Errc::malformed_http));
}

// ---- The answers that do not ----

// RFC 6455: 4.1-12 11.3.3-1
TEST(ClientHandshake, TheAcceptMustBeExact) {
  const auto with = [](std::string_view value) {
    return verdict(
        head_of(k101, {kUpgradeLine, kConnectionLine, "Sec-WebSocket-Accept: " + std::string{value}}));
  };
  EXPECT_EQ(with(test::kSampleAccept), "opened");
  for (const std::string_view value :
       {"", "=", "s", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo==",
        "s3pPLMBiTxaQ9kYGzzhZRbK+xO", "S3PPLMBITXAQ9KYGZZHZRBK+XOO=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=x",
        "xs3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo= x",
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "\"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\"",
        "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK-xOo="}) {
    EXPECT_EQ(with(value), failed(Errc::bad_accept)) << value;
  }
  EXPECT_EQ(with("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" + std::string(300, 'x')), failed(Errc::bad_accept));
  EXPECT_EQ(verdict(head_of(k101, {kUpgradeLine, kConnectionLine})), failed(Errc::bad_accept));
  EXPECT_EQ(verdict(accepting({kAcceptLine})), failed(Errc::bad_accept));
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Accept:"})), failed(Errc::bad_accept));
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Accept: " + std::string(300, 'x')})), failed(Errc::bad_accept));
}

// RFC 6455: 4.1-10 4.1-11
TEST(ClientHandshake, TheUpgradeMustBeOne) {
  for (const std::string_view line :
       {"Upgrade: http/2", "Upgrade: websockets", "Upgrade:", "Upgrade: websocket, foo",
        "Upgrade: foo, websocket", "Upgraded: websocket", "Upgrade: websocket\r\nUpgrade: foo",
        "Upgrade: foo\r\nUpgrade: websocket"}) {
    EXPECT_EQ(verdict(head_of(k101, {line, kConnectionLine, kAcceptLine})), failed(Errc::bad_upgrade))
        << line;
  }
  EXPECT_EQ(verdict(head_of(k101, {kConnectionLine, kAcceptLine})), failed(Errc::bad_upgrade));
  EXPECT_EQ(verdict(accepting({"Upgrade: websocket" + std::string(300, 'x')})), failed(Errc::bad_upgrade));
  for (const std::string_view line : {"Connection:", "Connection: close", "Connection: Upgraded",
                                      "Connection: \"Upgrade\"", "Connection: keep-alive"}) {
    EXPECT_EQ(verdict(head_of(k101, {kUpgradeLine, line, kAcceptLine})), failed(Errc::bad_upgrade)) << line;
  }
  EXPECT_EQ(verdict(head_of(k101, {kUpgradeLine, kAcceptLine})), failed(Errc::bad_upgrade));
}

// RFC 6455: 4.1-14 11.3.4-1
TEST(ClientHandshake, NoSubprotocolThatWasNotOffered) {
  const std::string bad = failed(Errc::bad_subprotocol);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Protocol: chat"})), bad);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Protocol: other"}), "chat"), bad);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Protocol: CHAT"}), "chat"), bad);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Protocol: chat, superchat"}), "chat, superchat"), bad);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Protocol:"}), "chat"), bad);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Protocol: cha"}), "chat"), bad);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: chat"}), "chat"),
            bad);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: b"}), "chat, b"),
            bad);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Protocol: " + std::string(300, 'x')}), "chat"), bad);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Protocol: chat" + std::string(300, ' ') + "x"}), "chat"), bad);
}

// RFC 6455: 4.1-13 9.1-1
TEST(ClientHandshake, NoExtensionAtAll) {
  const std::string bad = failed(Errc::bad_extension);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Extensions: permessage-deflate"})), bad);
  EXPECT_EQ(verdict(accepting({"sec-websocket-extensions:foo; bar=\"x\", baz"})), bad);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Extensions: @"})), bad);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Extensions: permessage-deflate; x=" + std::string(300, 'x')})),
            bad);
  EXPECT_EQ(verdict(accepting({"Sec-WebSocket-Extensions: ", "Sec-WebSocket-Extensions: x-foo"})), bad);
}

// RFC 6455: 4.1-9
TEST(ClientHandshake, TellsEveryOtherStatusAndLeavesTheBody) {
  for (const int status : {200, 204, 301, 302, 400, 401, 403, 404, 426, 500, 503, 599, 999}) {
    const std::string line = "HTTP/1.1 " + std::to_string(status) + " No";
    EXPECT_EQ(verdict(head_of(line, {"Content-Length: 4"}) + "body"),
              "refused " + std::to_string(status) + " + body");
    // An extension or a wrong Accept is no matter where nothing is upgraded.
    EXPECT_EQ(verdict(head_of(line, {"Sec-WebSocket-Accept: x", "Sec-WebSocket-Extensions: x"})),
              "refused " + std::to_string(status));
  }
  EXPECT_EQ(verdict("HTTP/1.0 401 No\r\n\r\nbody"), "refused 401 + body");
}

TEST(ClientHandshake, WhatIsNotHttpFails) {
  const std::string bad = failed(Errc::malformed_http);
  for (const std::string_view text :
       {"SSH-2.0-OpenSSH_9.2\r\n", "\r\n", "HTTP/1.1 101\x01\r\n", "HTTP/1.1 1010 x\r\n", "HTTP/1.1 10 x\r\n",
        "HTTP/1.1 099 x\r\n", "HTTP/1.1 abc x\r\n", "HTTP/1.1\r\n", "http/1.1 101 x\r\n", "HTTP/2 101 x\r\n",
        "HTTP/2.0 101 x\r\n", "HTTP/1.1 101 x\r\n : y\r\n\r\n", "HTTP/1.1 101 x\r\nno colon\r\n\r\n",
        "HTTP/1.1 101 x\r\n: y\r\n\r\n", "HTTP/1.1 101 x\rUpgrade: websocket\r\n",
        "\x16\x03\x01\x02\x03\n"}) {
    EXPECT_EQ(verdict(std::string{text}), bad) << text;
  }
  EXPECT_EQ(verdict(std::string(1, '\0') + "\r\n"), bad);
  // Upgrade is of HTTP/1.1 (4.1: "the method ... and the HTTP version MUST be at least 1.1").
  EXPECT_EQ(verdict(head_of("HTTP/1.0 101 x", {kUpgradeLine, kConnectionLine, kAcceptLine})), bad);
}

TEST(ClientHandshake, HeadsAreBounded) {
  const std::string bad = failed(Errc::malformed_http);
  std::string fields;
  for (int i = 0; i < 197; ++i) fields += "X: y\r\n";
  const std::string good = accepting();
  const std::string start = good.substr(0, good.size() - 2);
  EXPECT_EQ(verdict(start + fields + "\r\n"), "opened");
  EXPECT_EQ(verdict(start + fields + "X: y\r\n\r\n"), bad);
  EXPECT_EQ(verdict("HTTP/1.1 101 " + std::string(300, 'x') + "\r\n\r\n"), bad);
  const std::string fill = "X: " + std::string(65'536 - good.size() - 5, 'x') + "\r\n";
  EXPECT_EQ(verdict(start + fill + "\r\n"), "opened");
  EXPECT_EQ(verdict(start + "X" + fill + "\r\n"), bad);
}

TEST(ClientHandshake, ALargerLineBufferShowsLongerFields) {
  const std::string cookie(700, 'c');
  const std::string answer = accepting({"Set-Cookie: " + cookie});
  EXPECT_FALSE(outcome(answer, {}, 256).contains("Set-Cookie"));
  EXPECT_TRUE(outcome(answer, {}, 1024).contains("Set-Cookie=" + cookie + "|opened"));
}

TEST(ClientHandshake, SaysNothingOfHalfAHead) {
  const std::string answer = accepting();
  for (std::size_t size = 0; size < answer.size(); ++size) {
    Shaken shaken;
    ASSERT_TRUE(shaken.start({.host = "h"}));
    const std::string log = shaken.read({answer.substr(0, size)});
    EXPECT_FALSE(log.contains("opened") || log.contains("failed") || log.contains("refused")) << log;
  }
}

}  // namespace
}  // namespace linnet::ws
