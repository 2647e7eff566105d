// SPDX-License-Identifier: Apache-2.0
// The reader of HTTP/1.1 heads: every case whole, byte by byte and at random cuts, with a tail behind the
// head that must come back untouched.
#include "linnet/codec/http1.hpp"

#include <gtest/gtest.h>

#include "support/splits.hpp"

namespace linnet::http1 {
namespace {

std::string text_of(const Event& event) {
  const auto quoted = [](std::string_view text) { return " '" + std::string{text} + "'"; };
  switch (event.kind) {
    case Event::Kind::request_line:
      return "request" + quoted(event.method()) + quoted(event.target()) + " 1." +
             std::to_string(event.minor_version) + "\n";
    case Event::Kind::status_line:
      return "status " + std::to_string(event.status) + quoted(event.reason()) + " 1." +
             std::to_string(event.minor_version) + "\n";
    case Event::Kind::field: return "field" + quoted(event.name()) + quoted(event.value()) + "\n";
    case Event::Kind::long_field:
      EXPECT_TRUE(event.value().empty());
      return "long" + quoted(event.name()) + "\n";
    case Event::Kind::end: return "end\n";
    case Event::Kind::error: return "error " + std::to_string(event.status) + "\n";
  }
  return "?";
}

struct Options {
  Head head = Head::request;
  LongField long_field = LongField::refuse;
  std::size_t line_size = 128;
  Limits limits = {};
};

constexpr Options kRequest{};
constexpr Options kResponse{.head = Head::response, .long_field = LongField::skip};

/// The events of one head, and behind them what the reader left of the input.
template <Head head>
std::string read_as(const Options& options, const test::Chunks& chunks) {
  // Exactly as large as needed, so that AddressSanitizer sees a byte beyond.
  std::vector<std::byte> line(options.line_size);
  HeadReader<head> reader{options.long_field, line, options.limits};
  std::string events;
  std::string rest;
  for (const std::string& chunk : chunks) {
    if (reader.done()) {
      rest += chunk;
      continue;
    }
    std::vector<std::byte> copy;
    for (std::byte byte : as_bytes(chunk)) copy.push_back(byte);
    reader.receive(copy);
    while (const auto event = reader.poll()) events += text_of(*event);
    EXPECT_FALSE(reader.poll().has_value());
    EXPECT_LE(reader.consumed(), copy.size());
    if (reader.done()) {
      rest += chunk.substr(reader.consumed());
    } else if (!reader.failed()) {
      EXPECT_EQ(reader.consumed(), copy.size());
    }
  }
  EXPECT_EQ(reader.done(), events.ends_with("end\n"));
  EXPECT_EQ(reader.failed(), events.find("error") != std::string::npos);
  return events + rest;
}

std::string read(const Options& options, const test::Chunks& chunks) {
  return options.head == Head::request ? read_as<Head::request>(options, chunks)
                                       : read_as<Head::response>(options, chunks);
}

void expect(const Options& options, std::string_view input, std::string_view events) {
  SCOPED_TRACE(std::string{input});
  test::for_each_split(input, [&](const test::Chunks& chunks) { EXPECT_EQ(read(options, chunks), events); });
}

TEST(HeadReader, ARequestAndWhatFollowsIt) {
  expect(kRequest,
         "GET /chat?a=1 HTTP/1.1\r\nHost: example.com:8000\r\nUpgrade:websocket\r\nX-Empty:\r\n"
         "x-spaces: \t a b\tc \t\r\n\r\n\x81\x85\r\n\r\n",
         "request 'GET' '/chat?a=1' 1.1\nfield 'Host' 'example.com:8000'\nfield 'Upgrade' 'websocket'\n"
         "field 'X-Empty' ''\nfield 'x-spaces' 'a b\tc'\nend\n\x81\x85\r\n\r\n");
}

TEST(HeadReader, AResponseAndWhatFollowsIt) {
  expect(kResponse,
         "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nServer: \xc3\xa9\r\n\r\n\r\n\x81",
         "status 101 'Switching Protocols' 1.1\nfield 'Upgrade' 'websocket'\nfield 'Server' "
         "'\xc3\xa9'\nend\n\r\n\x81");
}

TEST(HeadReader, AHeadWithoutFields) {
  expect(kRequest, "GET / HTTP/1.0\r\n\r\ntail", "request 'GET' '/' 1.0\nend\ntail");
  expect(kResponse, "HTTP/1.0 200 OK\r\n\r\n tail", "status 200 'OK' 1.0\nend\n tail");
}

TEST(HeadReader, ALineFeedAloneEndsALine) {
  expect(kRequest, "GET / HTTP/1.1\nA: b\nC: d\r\n\n\n",
         "request 'GET' '/' 1.1\nfield 'A' 'b'\nfield 'C' 'd'\nend\n\n");
  expect(kResponse, "HTTP/1.1 200 OK\nA: b\n\nbody", "status 200 'OK' 1.1\nfield 'A' 'b'\nend\nbody");
}

TEST(HeadReader, EmptyLinesBeforeARequestArePassedOver) {
  expect(kRequest, "\r\n\n\r\nGET / HTTP/1.1\r\n\r\n", "request 'GET' '/' 1.1\nend\n");
  expect(kResponse, "\r\nHTTP/1.1 200 OK\r\n\r\n", "error 400\n");
}

TEST(HeadReader, RequestLinesThatAreNone) {
  for (std::string_view line : {"GET",
                                "GET /",
                                "GET / ",
                                "GET /  HTTP/1.1",
                                "GET  / HTTP/1.1",
                                " GET / HTTP/1.1",
                                "GET / HTTP/1.1 ",
                                "GET / HTTP/1.1x",
                                "GET\t/ HTTP/1.1",
                                "GET /\tx HTTP/1.1",
                                "GET /\xc3\xa9 HTTP/1.1",
                                "G:T / HTTP/1.1",
                                "GET / http/1.1",
                                "GET / HTTP/1.",
                                "GET / HTTP/11",
                                "GET / HTTP/1,1",
                                "GET / HTTP/x.1",
                                "GET / HTTP/1.x",
                                "GET / HTTPS/1.1",
                                "/ HTTP/1.1",
                                "GET HTTP/1.1",
                                "HTTP/1.1 200 OK",
                                ":",
                                " "}) {
    expect(kRequest, std::string{line} + "\r\nA: b\r\n\r\n", "error 400\n");
  }
}

TEST(HeadReader, StatusLinesAsServersSendThem) {
  const auto expect_status = [](std::string_view line, std::string_view event) {
    expect(kResponse, std::string{line} + "\r\n\r\n", std::string{event} + "\nend\n");
  };
  expect_status("HTTP/1.1 404 Not Found", "status 404 'Not Found' 1.1");
  expect_status("HTTP/1.1 200 ", "status 200 '' 1.1");
  expect_status("HTTP/1.1 200", "status 200 '' 1.1");
  expect_status("HTTP/1.1  503\tBusy\tnow", "status 503 'Busy\tnow' 1.1");
  expect_status("HTTP/1.9 999 x", "status 999 'x' 1.9");
  expect_status("HTTP/1.1 100 x", "status 100 'x' 1.1");
}

TEST(HeadReader, StatusLinesThatAreNone) {
  for (std::string_view line :
       {"HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000", "HTTP/1.1 099 x", "HTTP/1.1 000",
        "HTTP/1.1 2x0 OK", "HTTP/1.1 200OK", "HTTP/1.1200 OK", "http/1.1 200 OK", "HTTP/1 200 OK",
        "HTTP/1.12 200 OK", "ICY 200 OK", " HTTP/1.1 200 OK", "GET / HTTP/1.1", "HTTP/1.1 -200 OK",
        "HTTP/1.1 99999999999 OK"}) {
    expect(kResponse, std::string{line} + "\r\n\r\n", "error 400\n");
  }
}

TEST(HeadReader, OtherVersionsOfHttp) {
  expect(kRequest, "GET / HTTP/2.0\r\n\r\n", "error 505\n");
  expect(kRequest, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "error 505\n");
  expect(kRequest, "GET / HTTP/0.9\r\n\r\n", "error 505\n");
  expect(kResponse, "HTTP/2.0 200 OK\r\n\r\n", "error 505\n");
}

TEST(HeadReader, FieldsThatAreNone) {
  for (std::string_view line : {"A", "A b", ": b", " : b", "A[]: b", "A\"b: c", "A(b): c", "A/b: c",
                                "\xc3\xa9: b", "A\tb: c", "A\x7f: b", "@: b", "A,B: c"}) {
    const std::string field = std::string{line} + "\r\n\r\n";
    expect(kRequest, "GET / HTTP/1.1\r\n" + field, "request 'GET' '/' 1.1\nerror 400\n");
    expect(kResponse, "HTTP/1.1 200 OK\r\n" + field, "status 200 'OK' 1.1\nerror 400\n");
  }
}

TEST(HeadReader, ControlsAreRefusedEverywhere) {
  for (int control = 0; control < 0x80; ++control) {
    if ((control >= 0x20 && control != 0x7f) || control == '\t' || control == '\n') continue;
    const std::string bad(1, static_cast<char>(control));
    SCOPED_TRACE(control);
    expect(kRequest, "GET / HTTP/1.1\r\nA: b\r\nC: d" + bad + "e\r\n\r\n",
           "request 'GET' '/' 1.1\nfield 'A' 'b'\nerror 400\n");
    expect(kResponse, "HTTP/1.1 200 OK\r\nA: b\r\nC: d" + bad + "e\r\n\r\n",
           "status 200 'OK' 1.1\nfield 'A' 'b'\nerror 400\n");
    expect(kRequest, "GET /" + bad + "x HTTP/1.1\r\n\r\n", "error 400\n");
    expect(kResponse, "HTTP/1.1 200 O" + bad + "K\r\n\r\n", "error 400\n");
  }
}

TEST(HeadReader, ABareCarriageReturnEndsNoLine) {
  expect(kRequest, "GET / HTTP/1.1\rA: b\r\n\r\n", "error 400\n");
  expect(kRequest, "GET / HTTP/1.1\r\r\n\r\n", "error 400\n");
  expect(kRequest, "GET / HTTP/1.1\r\nA: b\r\n\r\r\n", "request 'GET' '/' 1.1\nfield 'A' 'b'\nerror 400\n");
  expect(kResponse, "HTTP/1.1 200 OK\r\nA: b\rX: y\r\n\r\n", "status 200 'OK' 1.1\nerror 400\n");
}

// "A server MUST reject [...] whitespace between a header field name and colon"; of a response it is removed
// (RFC 9112, section 5.1).
TEST(HeadReader, WhiteSpaceBeforeTheColon) {
  for (std::string_view line : {"A : b", "A\t: b", "A \t : b"}) {
    const std::string field = std::string{line} + "\r\n\r\n";
    expect(kRequest, "GET / HTTP/1.1\r\n" + field, "request 'GET' '/' 1.1\nerror 400\n");
    expect(kResponse, "HTTP/1.1 200 OK\r\n" + field, "status 200 'OK' 1.1\nfield 'A' 'b'\nend\n");
  }
}

TEST(HeadReader, AFoldedLineOfARequestIsRefused) {
  expect(kRequest, "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
         "request 'GET' '/' 1.1\nfield 'A' 'b'\nerror 400\n");
  expect(kRequest, "GET / HTTP/1.1\r\n A: b\r\n\r\n", "request 'GET' '/' 1.1\nerror 400\n");
  expect(kRequest, "GET / HTTP/1.1\r\n \r\n\r\n", "request 'GET' '/' 1.1\nerror 400\n");
}

TEST(HeadReader, AFoldedLineOfAResponseBecomesOne) {
  const auto expect_fields = [](std::string_view fields, std::string_view events) {
    expect(kResponse, "HTTP/1.1 200 OK\r\n" + std::string{fields},
           "status 200 'OK' 1.1\n" + std::string{events});
  };
  expect_fields("A: b\r\n c\r\nD: e\r\n\r\n tail", "field 'A' 'b   c'\nfield 'D' 'e'\nend\n tail");
  expect_fields("A: b\n\tc\n d\n\ntail", "field 'A' 'b \tc  d'\nend\ntail");
  expect_fields("A:\r\n  b\r\n\r\n", "field 'A' 'b'\nend\n");
  expect_fields("A: b\r\n \r\n \r\n\r\n", "field 'A' 'b'\nend\n");
  expect_fields("A\r\n : b\r\n\r\n", "field 'A' 'b'\nend\n");
  expect_fields(" A: b\r\n\r\n", "error 400\n");          // between start line and first field
  expect_fields("A: b\r\n c\rd\r\n\r\n", "error 400\n");  // the folded field is not over when the CR comes
}

TEST(HeadReader, ALineExactlyAsLongAsTheBufferAndOneLonger) {
  Options options = kRequest;
  options.line_size = 16;  // "GET / HTTP/1.1\r\n"
  expect(options, "GET / HTTP/1.1\r\nA: 3456789abcd\r\nB: 3456789abcde\n\r\n",
         "request 'GET' '/' 1.1\nfield 'A' '3456789abcd'\nfield 'B' '3456789abcde'\nend\n");
  expect(options, "GET / HTTP/1.1\r\nA: 3456789abcde\r\n\r\n", "request 'GET' '/' 1.1\nerror 431\n");
  expect(options, "GET /x HTTP/1.1\r\n\r\n", "error 414\n");
  expect(options, "GET /xy HTTP/1.1\r\n\r\n", "error 414\n");
  options.line_size = 0;
  expect(options, "GET / HTTP/1.1\r\n\r\n", "error 414\n");
}

TEST(HeadReader, AStartLineThatIsTooLongIsAlwaysRefused) {
  Options options = kResponse;
  options.line_size = 17;
  expect(options, "HTTP/1.1 200 OK\r\n\r\n", "status 200 'OK' 1.1\nend\n");
  options.line_size = 16;
  expect(options, "HTTP/1.1 200 OK\r\n\r\n", "error 431\n");
}

TEST(HeadReader, LongFieldsAreSkippedByName) {
  Options options = kResponse;
  options.line_size = 20;
  const std::string cookie = "Set-Cookie: " + std::string(500, 'c');
  expect(options, "HTTP/1.1 200 OK\r\n" + cookie + "\r\nA: b\r\n" + cookie + "\n\r\ntail",
         "status 200 'OK' 1.1\nlong 'Set-Cookie'\nfield 'A' 'b'\nlong 'Set-Cookie'\nend\ntail");
  // Never mistaken for a wanted one: a name that goes on behind the buffer is not reported at all.
  expect(options, "HTTP/1.1 200 OK\r\nSec-WebSocket-Accept-Not: x\r\nSec-WebSocket-Accept: x\r\n\r\n",
         "status 200 'OK' 1.1\nlong ''\nlong ''\nend\n");
  expect(options, "HTTP/1.1 200 OK\r\nA: " + std::string(40, ' ') + "\r\n\r\n",
         "status 200 'OK' 1.1\nlong 'A'\nend\n");
  expect(options, "HTTP/1.1 200 OK\r\nA" + std::string(40, ' ') + ": b\r\n\r\n",
         "status 200 'OK' 1.1\nlong ''\nend\n");
}

TEST(HeadReader, LongFieldsAreSkippedWithTheirFolds) {
  Options options = kResponse;
  options.line_size = 20;
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::string status = "status 200 'OK' 1.1\n";
  expect(options, head + "A: " + std::string(40, 'x') + "\r\n Accept: no\r\n\tB: no\r\nC: d\r\n\r\n",
         status + "long 'A'\nfield 'C' 'd'\nend\n");
  expect(options, head + "A: b\r\n c\r\n d\r\n e\r\n f\r\nC: d\r\n\r\n",
         status + "long 'A'\nfield 'C' 'd'\nend\n");
  expect(options, head + "A: 3456789abcdefgh\r\n i\r\nC: d\r\n\r\n",
         status + "long 'A'\nfield 'C' 'd'\nend\n");
  expect(options, head + "A: 3456789abcdefgh\r\nC: d\r\n\r\n",
         status + "field 'A' '3456789abcdefgh'\nfield 'C' 'd'\nend\n");
}

TEST(HeadReader, ALongFieldIsStillAField) {
  Options options = kResponse;
  options.line_size = 20;
  const std::string head = "HTTP/1.1 200 OK\r\n";
  for (std::string field : {std::string(40, ' ') + "A: b", "(): " + std::string(40, 'x'),
                            std::string(40, ':'), "A b: " + std::string(40, 'x')}) {
    expect(options, head + field + "\r\n\r\n", "status 200 'OK' 1.1\nerror 400\n");
  }
  for (std::string bad : {std::string(1, '\0'), std::string{"\rx"}, std::string{"\x7f"}}) {
    expect(options, head + "A: " + std::string(40, 'x') + bad + "\r\n\r\n",
           "status 200 'OK' 1.1\nlong 'A'\nerror 400\n");
    expect(options, head + "A: 3456789abcdefghij" + bad + "\r\n\r\n",
           "status 200 'OK' 1.1\nlong 'A'\nerror 400\n");
  }
}

TEST(HeadReader, AServerMaySkipToo) {
  Options options = kRequest;
  options.long_field = LongField::skip;
  options.line_size = 20;
  expect(options, "GET / HTTP/1.1\r\nCookie: " + std::string(40, 'x') + "\r\nA: b\r\n\r\n",
         "request 'GET' '/' 1.1\nlong 'Cookie'\nfield 'A' 'b'\nend\n");
  expect(options, "GET / HTTP/1.1\r\nCookie: " + std::string(40, 'x') + "\r\n fold\r\n\r\n",
         "request 'GET' '/' 1.1\nlong 'Cookie'\nerror 400\n");
}

TEST(HeadReader, AsManyFieldsAsAllowedAndOneMore) {
  Options options = kRequest;
  options.limits.max_fields = 2;
  expect(options, "GET / HTTP/1.1\r\nA: b\r\nC: d\r\n\r\n",
         "request 'GET' '/' 1.1\nfield 'A' 'b'\nfield 'C' 'd'\nend\n");
  expect(options, "GET / HTTP/1.1\r\nA: b\r\nC: d\r\nE: f\r\n\r\n",
         "request 'GET' '/' 1.1\nfield 'A' 'b'\nfield 'C' 'd'\nerror 431\n");
  options = kResponse;
  options.line_size = 17;
  options.limits.max_fields = 1;
  expect(options, "HTTP/1.1 200 OK\r\nA: " + std::string(40, 'x') + "\r\nC: d\r\n\r\n",
         "status 200 'OK' 1.1\nlong 'A'\nerror 431\n");
}

TEST(HeadReader, AHeadExactlyAsLargeAsAllowedAndOneLarger) {
  for (const Options& base : {kRequest, kResponse}) {
    const bool request = base.head == Head::request;
    const std::string start = request ? "GET / HTTP/1.1\r\n" : "HTTP/1.1 200 OK\r\n";
    const std::string started = request ? "request 'GET' '/' 1.1\n" : "status 200 'OK' 1.1\n";
    const std::string head = start + "A: b\r\n\r\n";
    for (std::size_t limit = 0; limit <= head.size(); ++limit) {
      Options options = base;
      options.limits.max_head_bytes = static_cast<std::uint32_t>(limit);
      std::string events;
      if (limit >= start.size()) events += started;
      if (limit >= head.size() - 2) events += "field 'A' 'b'\n";
      events += limit == head.size() ? "end\ntail" : "error 431\n";
      expect(options, head + "tail", events);
    }
  }
}

TEST(HeadReader, EmptyLinesCountTowardsTheHead) {
  Options options = kRequest;
  options.limits.max_head_bytes = 100;
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "\r\n";
  expect(options, lines, "error 431\n");
}

TEST(HeadReader, ALongSkippedFieldCountsTowardsTheHead) {
  Options options = kResponse;
  options.limits.max_head_bytes = 300;
  expect(options, "HTTP/1.1 200 OK\r\nA: " + std::string(1000, 'x') + "\r\n\r\n",
         "status 200 'OK' 1.1\nlong 'A'\nerror 431\n");
}

TEST(HeadReader, AnUnfinishedHeadWaits) {
  const std::string head = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
  for (std::size_t size = 0; size < head.size(); ++size) {
    std::string events;
    if (size >= 17) events += "status 200 'OK' 1.1\n";
    if (size >= 24)
      events += "field 'A' 'b'\n";  // one byte later than its line end: it might have been folded
    expect(kResponse, std::string_view{head}.substr(0, size), events);
  }
}

TEST(HeadReader, ALineThatIsThereAtOnceIsSeenInPlace) {
  const std::string head = "GET /path HTTP/1.1\r\nHost: h\r\n\r\n";
  std::vector<std::byte> line(64);
  HeadReader<Head::request> reader{LongField::refuse, line};
  reader.receive(as_bytes(head));
  const auto start = reader.poll();
  ASSERT_TRUE(start.has_value());
  EXPECT_EQ(static_cast<const void*>(start->target().data()), static_cast<const void*>(head.data() + 4));
  const auto field = reader.poll();
  ASSERT_TRUE(field.has_value());
  EXPECT_EQ(static_cast<const void*>(field->value().data()), static_cast<const void*>(head.data() + 26));
}

TEST(HeadReader, PipelinedHeadsOneAfterTheOther) {
  const std::string input = "GET /1 HTTP/1.1\r\nA: b\r\n\r\nGET /2 HTTP/1.1\r\n\r\n";
  std::vector<std::byte> line(64);
  HeadReader<Head::request> reader{LongField::refuse, line, {.max_fields = 1}};
  std::string events;
  Bytes rest = as_bytes(input);
  while (!rest.empty()) {
    reader.receive(rest);
    while (const auto event = reader.poll()) events += text_of(*event);
    ASSERT_TRUE(reader.done());
    rest = rest.subspan(reader.consumed());
    reader.restart();
    EXPECT_FALSE(reader.done());
  }
  EXPECT_EQ(events, "request 'GET' '/1' 1.1\nfield 'A' 'b'\nend\nrequest 'GET' '/2' 1.1\nend\n");
}

TEST(HeadReader, NothingIsReadAfterTheEndOrAnError) {
  std::vector<std::byte> line(64);
  for (std::string_view head : {"GET / HTTP/1.1\r\n\r\n", "GET /\r\n"}) {
    HeadReader<Head::request> reader{LongField::refuse, line};
    reader.receive(as_bytes(head));
    while (reader.poll()) continue;
    EXPECT_TRUE(reader.done() || reader.failed());
    reader.receive(as_bytes("GET / HTTP/1.1\r\n\r\n"));
    EXPECT_FALSE(reader.poll().has_value());
    EXPECT_EQ(reader.consumed(), 0u);
  }
}

}  // namespace
}  // namespace linnet::http1
