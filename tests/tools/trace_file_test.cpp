// SPDX-License-Identifier: Apache-2.0
// What is recorded is what crossed, but for the secrets, however the network cuts it; and the decoder tells
// the same of it in any split.
#include "tools/wire/trace_file.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>

#include "linnet/codec/digest.hpp"
#include "linnet/codec/json.hpp"
#include "tools/cli/file.hpp"
#include "tools/wire/trace_decoder.hpp"

namespace linnet::tools {
namespace {

/// A file's name that nobody else uses; the file is gone with the object.
struct Temporary {
  std::string name = ::testing::TempDir() + "linnet_trace_" +
                     std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "_" +
                     std::to_string(reinterpret_cast<std::uintptr_t>(this));
  ~Temporary() { std::remove(name.c_str()); }
};

std::string recorded(const std::string& name) {
  std::string all;
  const std::string content = read_file(name, 1 << 24).value_or("");
  std::string_view rest = content;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    EXPECT_TRUE(json::parse(line).has_value()) << line;
    const auto data = json::member(line, "data_base64");
    if (!data) continue;
    const std::string_view encoded = data->raw.substr(1, data->raw.size() - 2);
    std::vector<std::byte> decoded(encoded.size());
    all += as_text(*codec::base64_decode(encoded, decoded));
  }
  return all;
}

constexpr std::string_view kHead =
    "GET /x?token=abc&n=1 HTTP/1.1\r\nCookie: id=77\r\n more\r\nHost: h\r\n\r\n";
constexpr std::string_view kShown =
    "GET /x?token=***&n=1 HTTP/1.1\r\nCookie: *****\r\n*****\r\nHost: h\r\n\r\n";
constexpr std::string_view kBehind =
    "\x81\x85"
    "Cookie: not a head any more\r\n";

TEST(TraceFile, CoversSecretsInAnySplit) {
  std::string all{kHead};
  all += kBehind;
  std::string wanted{kShown};
  wanted += kBehind;
  for (std::size_t piece = 1; piece <= all.size(); ++piece) {
    SCOPED_TRACE(piece);
    const Temporary file;
    {
      TraceFile trace{file.name, Instant{}};
      ASSERT_TRUE(trace.is_open());
      for (std::size_t at = 0; at < all.size(); at += piece)
        trace.bytes(Instant{}, "tcp", Direction::out, as_bytes(std::string_view{all}.substr(at, piece)));
    }
    EXPECT_EQ(recorded(file.name), wanted);
  }
}

TEST(TraceFile, AHeadThatBreaksOffIsCoveredAsFarAsItCame) {
  const Temporary file;
  {
    TraceFile trace{file.name, Instant{}};
    trace.bytes(Instant{}, "tcp", Direction::out, as_bytes("GET / HTTP/1.1\r\nAuthorization: Bas"));
    trace.note(Instant{}, "session", "connecting");
    trace.bytes(Instant{}, "tcp", Direction::out, as_bytes("GET / HTTP/1.1\r\nAuthorization: Bearer"));
  }
  EXPECT_EQ(recorded(file.name),
            "GET / HTTP/1.1\r\nAuthorization: ***GET / HTTP/1.1\r\nAuthorization: ******");
}

TEST(TraceFile, ALineOfAnyLengthIsCovered) {
  const Temporary file;
  const std::string secret(TraceFile::kLongestLine * 2, 's');
  {
    TraceFile trace{file.name, Instant{}};
    for (const std::string_view part :
         {std::string_view{"GET / HTTP/1.1\r\nCookie: "}, std::string_view{secret}, std::string_view{secret},
          std::string_view{"\r\nHost: h\r\n\r\nsss"}})
      trace.bytes(Instant{}, "tcp", Direction::out, as_bytes(part));
  }
  const std::string all = recorded(file.name);
  EXPECT_EQ(all.size(),
            std::string_view{"GET / HTTP/1.1\r\nCookie: \r\nHost: h\r\n\r\nsss"}.size() + 2 * secret.size());
  EXPECT_EQ(all.substr(0, all.size() - 3).find("ss"), all.npos);
  EXPECT_TRUE(all.ends_with("*\nHost: h\r\n\r\nsss"));
}

TEST(TraceFile, AnswersAfterAnInterimOneAreHeadsToo) {
  const Temporary file;
  {
    TraceFile trace{file.name, Instant{}};
    trace.bytes(Instant{}, "tcp", Direction::in,
                as_bytes("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nSet-Cookie: "
                         "a\r\n\r\nSet-Cookie: a\r\n"));
  }
  EXPECT_EQ(recorded(file.name),
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nSet-Cookie: "
            "*\r\n\r\nSet-Cookie: a\r\n");
}

TEST(TraceFile, OtherLayersPassAsTheyAre) {
  const Temporary file;
  {
    TraceFile trace{file.name, Instant{}};
    trace.bytes(Instant{}, "at", Direction::out, as_bytes("AT+CREG?\r"));
    trace.bytes(Instant{}, "tcp", Direction::out, as_bytes("\x16\x03\x01"));
  }
  EXPECT_EQ(recorded(file.name), "AT+CREG?\r\x16\x03\x01");
}

TEST(TraceFile, LongPiecesBecomeSeveralLines) {
  const Temporary file;
  std::string data(TraceFile::kMostBytes * 2 + 5, '\x01');
  {
    TraceFile trace{file.name, Instant{}};
    trace.bytes(Instant{1'500'000us}, "tcp", Direction::in, as_bytes(data));
  }
  EXPECT_EQ(recorded(file.name), data);
  EXPECT_TRUE(read_file(file.name, 1 << 24)->find("\"t\":1.500000,") != std::string::npos);
}

TEST(TraceFile, AFileThatCannotBeMade) {
  TraceFile trace{"/nonexistent/trace", Instant{}};
  EXPECT_FALSE(trace.is_open());
  trace.bytes(Instant{}, "tcp", Direction::in, as_bytes("x"));
  trace.note(Instant{}, "tcp", "x");
}

// ---- Told for people ----

std::vector<std::string> told(std::string_view bytes, std::size_t piece) {
  TraceDecoder decoder;
  std::vector<std::string> all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    for (std::string& entry : decoder.decode(as_bytes(bytes.substr(at, piece))))
      all.push_back(std::move(entry));
  }
  for (std::string& entry : decoder.finish()) all.push_back(std::move(entry));
  return all;
}

TEST(TraceDecoder, TellsHeadsAndFramesInAnySplit) {
  using namespace std::string_view_literals;
  const std::string stream{
      "GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n"
      "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"  // RFC 6455, section 5.7: a masked "Hello"
      "\x01\x03Hel\x80\x02lo\x89\x00\x82\x03\x00\xff\x7f\x88\x05\x03\xe8"
      "bye"sv};
  const std::vector<std::string> wanted{
      "GET /chat HTTP/1.1\n    Host: h\n    Upgrade: websocket",
      "text, masked, 5 bytes \"Hello\"",
      "text, more follows, 3 bytes \"Hel\"",
      "continuation, 2 bytes \"lo\"",
      "ping, 0 bytes",
      "binary, 3 bytes: the first 3 bytes\n    00 ff 7f                                         ...",
      "close, 5 bytes: 1000 (normal closure) \"bye\"",
  };
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    SCOPED_TRACE(piece);
    EXPECT_EQ(told(stream, piece), wanted);
  }
}

TEST(TraceDecoder, TellsWhatIsNotComplete) {
  EXPECT_EQ(told("GET / HTTP/1.1\r\nHo", 7).back(), "GET / HTTP/1.1\n    Ho\n    (the head is not complete)");
  const std::string head = "HTTP/1.1 101 X\r\n\r\n";
  EXPECT_TRUE(told(head + "\x81", 100).back().starts_with("a frame's header that is not complete"));
  EXPECT_EQ(told(head + "\x81\x05He", 100).back(), "text, 5 bytes \"He…\"\n    (only 2 bytes of it came)");
}

TEST(TraceDecoder, WhatItDoesNotKnowIsHexadecimal) {
  EXPECT_TRUE(told("\x16\x03\x01", 3).front().starts_with("3 bytes\n    16 03 01 "));
  const std::string head = "HTTP/1.1 101 X\r\n\r\n";
  EXPECT_TRUE(told(head + "\xf1\x01more", 100)[1].starts_with("no frame that RFC 6455 knows: 2 bytes"));
  EXPECT_EQ(told("HTTP/1.1 404 X\r\n\r\nbody", 100).size(), 2u);
  EXPECT_EQ(told("HTTP/1.1 100 X\r\n\r\nHTTP/1.1 101 X\r\n\r\n", 100).size(), 2u);
}

TEST(TraceDecoder, BytesAtRandomDoNoHarm) {
  std::minstd_rand random{1};
  for (int round = 0; round < 300; ++round) {
    std::string bytes = round % 2 == 0 ? "HTTP/1.1 101 X\r\n\r\n" : "";
    for (int i = 0; i < 400; ++i) bytes += static_cast<char>(random());
    (void)told(bytes, 1 + random() % 50);
  }
}

}  // namespace
}  // namespace linnet::tools
