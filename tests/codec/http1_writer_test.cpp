// SPDX-License-Identifier: Apache-2.0
#include "linnet/codec/http1_writer.hpp"

#include <gtest/gtest.h>

#include "linnet/codec/http1.hpp"

namespace linnet::http1 {
namespace {

/// What `write` makes of a writer, or the name of its error.
template <typename Write>
std::string written(Write write, std::size_t room = 256) {
  std::vector<std::byte> out(room);
  HeadWriter writer{out};
  write(writer);
  const auto head = writer.finish();
  if (head) return std::string{as_text(*head)};
  if (head.error() == Error{Errc::too_large}) return "too_large";
  if (head.error() == Error{Errc::invalid_argument}) return "invalid_argument";
  return "another error";
}

TEST(HeadWriter, ARequest) {
  EXPECT_EQ(written([](HeadWriter& writer) {
              writer.request_line("GET", "/chat", "?a=1");
              writer.field("Host", "example.com");
              writer.field("X-Empty", "");
              writer.field("X-Text", "\xc3\xa9\tb");
            }),
            "GET /chat?a=1 HTTP/1.1\r\nHost: example.com\r\nX-Empty: \r\nX-Text: \xc3\xa9\tb\r\n\r\n");
}

TEST(HeadWriter, AResponse) {
  EXPECT_EQ(written([](HeadWriter& writer) {
              writer.status_line(426);
              writer.field("Sec-WebSocket-Version", 13u);
              writer.field("Content-Length", 0u);
              writer.field("X-Large", 18446744073709551615u);
            }),
            "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nContent-Length: 0\r\n"
            "X-Large: 18446744073709551615\r\n\r\n");
  EXPECT_EQ(written([](HeadWriter& writer) { writer.status_line(299, "Fine"); }),
            "HTTP/1.1 299 Fine\r\n\r\n");
  EXPECT_EQ(written([](HeadWriter& writer) { writer.status_line(299); }), "HTTP/1.1 299 \r\n\r\n");
}

TEST(HeadWriter, NothingThatIsWrittenEndsALine) {
  for (int code = 0; code < 256; ++code) {
    SCOPED_TRACE(code);
    const std::string text = "a" + std::string(1, static_cast<char>(code)) + "b";
    const bool control = (code < 0x20 && code != '\t') || code == 0x7f;
    const bool visible = code > 0x20 && code < 0x7f;
    EXPECT_EQ(written([&](HeadWriter& writer) { writer.field("X", text); }) == "invalid_argument", control);
    EXPECT_EQ(written([&](HeadWriter& writer) { writer.status_line(200, text); }) == "invalid_argument",
              control);
    EXPECT_EQ(written([&](HeadWriter& writer) { writer.request_line("GET", text); }) == "invalid_argument",
              !visible);
    EXPECT_EQ(
        written([&](HeadWriter& writer) { writer.request_line("GET", "/", text); }) == "invalid_argument",
        !visible);
  }
}

TEST(HeadWriter, NamesMethodsAndStatusesAreChecked) {
  for (std::string_view name : {"", "a b", "a:", "a\r\n", "\xc3\xa9", "a/b"}) {
    EXPECT_EQ(written([&](HeadWriter& writer) { writer.field(name, "x"); }), "invalid_argument") << name;
    EXPECT_EQ(written([&](HeadWriter& writer) { writer.field(name, 1u); }), "invalid_argument") << name;
    EXPECT_EQ(written([&](HeadWriter& writer) { writer.request_line(name, "/"); }), "invalid_argument")
        << name;
  }
  EXPECT_EQ(written([](HeadWriter& writer) { writer.request_line("GET", ""); }), "invalid_argument");
  EXPECT_EQ(written([](HeadWriter& writer) { writer.status_line(99, ""); }), "invalid_argument");
  EXPECT_EQ(written([](HeadWriter& writer) { writer.status_line(1000, ""); }), "invalid_argument");
}

TEST(HeadWriter, ABufferExactlyLargeEnoughAndEachThatIsShorter) {
  const auto write = [](HeadWriter& writer) {
    writer.status_line(200);
    writer.field("A", "b");
  };
  const std::string head = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
  EXPECT_EQ(written(write, head.size()), head);
  for (std::size_t room = 0; room < head.size(); ++room) EXPECT_EQ(written(write, room), "too_large") << room;
}

TEST(HeadWriter, TheFirstErrorSticks) {
  const auto write = [](HeadWriter& writer) {
    writer.request_line("GET", "/0123456789");
    writer.field("A", "\n");
  };
  EXPECT_EQ(written(write, 8), "too_large");
  EXPECT_EQ(written(write, 64), "invalid_argument");
}

TEST(HeadWriter, EveryReasonPhraseCanBeSent) {
  int known = 0;
  for (std::uint16_t status = 100; status < 1000; ++status) {
    if (!reason_phrase(status).empty()) ++known;
    EXPECT_NE(written([&](HeadWriter& writer) { writer.status_line(status); }), "invalid_argument");
  }
  EXPECT_EQ(known, 23);
  EXPECT_EQ(reason_phrase(101), "Switching Protocols");
  EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
}

TEST(HeadWriter, OurReaderAcceptsIt) {
  std::vector<std::byte> out(256);
  HeadWriter writer{out};
  writer.status_line(503);
  writer.field("Retry-After", 30u);
  const auto head = writer.finish();
  ASSERT_TRUE(head.has_value());
  std::vector<std::byte> line(64);
  HeadReader<Head::response> reader{LongField::skip, line};
  reader.receive(*head);
  const auto start = reader.poll();
  ASSERT_TRUE(start.has_value());
  EXPECT_EQ(start->status, 503);
  EXPECT_EQ(start->reason(), "Service Unavailable");
  const auto field = reader.poll();
  ASSERT_TRUE(field.has_value());
  EXPECT_EQ(field->name(), "Retry-After");
  EXPECT_EQ(field->value(), "30");
  const auto end = reader.poll();
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->kind, Event::Kind::end);
  EXPECT_EQ(reader.consumed(), head->size());
}

}  // namespace
}  // namespace linnet::http1
