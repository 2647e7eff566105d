// SPDX-License-Identifier: Apache-2.0
// The JSON writer: commas, escapes, every buffer that is too small, and every misuse.
#include "codec/json_tokens.hpp"

namespace linnet::json {
namespace {

using test::Exact;
using test::tokens;
using namespace std::string_view_literals;

std::string text_of(std::string_view value) {
  char buffer[256];
  const auto text = Writer{buffer}.value(value).finish();
  return text ? std::string{*text} : "failed";
}

/// A status message with everything in it.
Result<std::string_view> write_status(std::span<char> buffer) {
  Writer writer{buffer};
  writer.begin_object().member("jsonrpc", "2.0").member("method", "status");
  writer.key("params").begin_object();
  writer.member("uptime_ms", 5).member("led", true).member("button", false).member("error", nullptr);
  writer.member("temperature", 21.7f).member("name", "a\"b");
  writer.key("adc")
      .begin_array()
      .value(1023u)
      .value(-1.25)
      .begin_array()
      .end_array()
      .begin_object()
      .end_object()
      .end_array();
  writer.key("id").raw("\"7\"").key("empty").begin_object().end_object();
  return writer.end_object().end_object().finish();
}

constexpr std::string_view kStatus =
    R"({"jsonrpc":"2.0","method":"status","params":{"uptime_ms":5,"led":true,"button":false,"error":null,)"
    R"("temperature":21.7,"name":"a\"b","adc":[1023,-1.25,[],{}],"id":"7","empty":{}}})";

TEST(JsonWriter, commas_come_by_themselves) {
  Exact exact{kStatus};  // a buffer of exactly the size
  EXPECT_EQ(write_status(exact.span()), kStatus);
  EXPECT_EQ(tokens(kStatus).back(), '$');
}

TEST(JsonWriter, every_smaller_buffer_is_too_small) {
  for (std::size_t size = 0; size < kStatus.size(); ++size) {
    Exact exact{kStatus.substr(0, size)};
    EXPECT_EQ(write_status(exact.span()).error(), Error{Errc::too_large}) << size;
  }
}

TEST(JsonWriter, a_scalar_is_a_text_too) {
  EXPECT_EQ(text_of("x"), "\"x\"");
  char buffer[8];
  EXPECT_EQ(Writer{buffer}.value(true).finish(), "true"sv);
  EXPECT_EQ(Writer{buffer}.null().finish(), "null"sv);
  EXPECT_EQ(Writer{buffer}.raw("[1]").finish(), "[1]"sv);
  EXPECT_EQ(Writer{buffer}.begin_array().end_array().finish(), "[]"sv);
  std::byte bytes[4];
  EXPECT_EQ(Writer{MutableBytes{bytes}}.value(1234).finish(), "1234"sv);
}

TEST(JsonWriter, strings_are_escaped) {
  EXPECT_EQ(text_of(""), R"("")");
  EXPECT_EQ(text_of("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(text_of("\n\r\t\b\f\x1f\x7f"), "\"\\u000a\\u000d\\u0009\\u0008\\u000c\\u001f\x7f\"");
  EXPECT_EQ(text_of("\0"sv), R"("\u0000")");
  EXPECT_EQ(text_of("\x1e"), R"("\u001e")");
  EXPECT_EQ(text_of("gr\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80"), "\"gr\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

TEST(JsonWriter, what_is_not_utf8_is_replaced) {
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(text_of("a\xff"
                    "b"),
            "\"a" + bad + "b\"");
  EXPECT_EQ(text_of("\xc3"), "\"" + bad + "\"");
  EXPECT_EQ(text_of("\xe2\x82"), "\"" + bad + bad + "\"");
  EXPECT_EQ(text_of("\xe2\x82\""), "\"" + bad + bad + "\\\"\"");
  EXPECT_EQ(text_of("\xc0\x80"), "\"" + bad + bad + "\"");
  EXPECT_EQ(text_of("\xed\xa0\x80"), "\"" + bad + bad + bad + "\"");
  EXPECT_EQ(text_of("\xf4\x90\x80\x80"), "\"" + bad + bad + bad + bad + "\"");
  EXPECT_EQ(text_of("\x80\xc3\xa9"), "\"" + bad + "\xc3\xa9\"");
  for (int byte = 0; byte < 256; ++byte) {
    const char text[] = {static_cast<char>(byte), 'x'};
    EXPECT_EQ(tokens(text_of({text, 2})).back(), '$') << byte;
  }
}

TEST(JsonWriter, keys_are_escaped_too) {
  char buffer[32];
  EXPECT_EQ(Writer{buffer}.begin_object().member("a\"\n", 1).end_object().finish(), R"({"a\"\u000a":1})"sv);
}

using Misuse = void (*)(Writer&);
constexpr Misuse kMisuse[] = {
    [](Writer&) {},                                           // nothing
    [](Writer& w) { w.value(1).value(2); },                   // two texts
    [](Writer& w) { w.value(1).begin_array(); },              //
    [](Writer& w) { w.key("a"); },                            // a key outside an object
    [](Writer& w) { w.begin_array().key("a"); },              //
    [](Writer& w) { w.begin_array().end_array().key("a"); },  //
    [](Writer& w) { w.begin_object().value(1); },             // a value where a key is wanted
    [](Writer& w) { w.begin_object().member("a", 1).value(2).end_object(); },  //
    [](Writer& w) { w.begin_object().begin_object(); },                        //
    [](Writer& w) { w.begin_object().raw("1"); },                              //
    [](Writer& w) { w.begin_object().null(); },                                //
    [](Writer& w) { w.begin_object().value("a"); },                            //
    [](Writer& w) { w.begin_object().value(1.5); },                            //
    [](Writer& w) { w.begin_object().key("a").key("b"); },                     // two keys
    [](Writer& w) { w.begin_object().key("a").end_object(); },                 // a key without a value
    [](Writer& w) { w.begin_object().end_array(); },                           // the wrong end
    [](Writer& w) { w.begin_array().end_object(); },                           //
    [](Writer& w) { w.end_array(); },                                          // an end too many
    [](Writer& w) { w.end_object(); },                                         //
    [](Writer& w) { w.value(1).end_array(); },                                 //
    [](Writer& w) { w.begin_array().end_array().end_array(); },                //
    [](Writer& w) { w.begin_array(); },                                        // not ended
    [](Writer& w) { w.begin_object(); },                                       //
    [](Writer& w) { w.begin_object().key("a"); },                              //
    [](Writer& w) { w.begin_array().begin_array().end_array(); },              //
};

TEST(JsonWriter, misuse_is_told) {
  std::size_t row = 0;
  for (const Misuse misuse : kMisuse) {
    SCOPED_TRACE(row++);
    char buffer[64];
    Writer writer{buffer};
    misuse(writer);
    EXPECT_EQ(writer.finish().error(), Error{Errc::bad_state});
  }
}

TEST(JsonWriter, the_first_failure_stays) {
  char buffer[64];
  Writer writer{buffer};
  writer.raw("");
  EXPECT_EQ(writer.finish().error(), Error{Errc::invalid_argument});
  writer.value(1).end_object().key("a").value(std::string(100, 'x'));
  EXPECT_EQ(writer.finish().error(), Error{Errc::invalid_argument});

  Writer full{std::span{buffer, 4}};
  full.begin_array().value("too long").value(1).end_array();
  EXPECT_EQ(full.finish().error(), Error{Errc::too_large}) << "what came later would have fitted";
  EXPECT_EQ(Writer{std::span<char>{}}.null().finish().error(), Error{Errc::too_large});
}

TEST(JsonWriter, depth_is_bounded) {
  char buffer[4 * kMaxDepth];
  Writer writer{buffer};
  for (unsigned i = 0; i < kMaxDepth; ++i) writer.begin_array();
  Writer deeper = writer;
  for (unsigned i = 0; i < kMaxDepth; ++i) writer.end_array();
  EXPECT_EQ(writer.finish(), std::string(kMaxDepth, '[') + std::string(kMaxDepth, ']'));
  EXPECT_EQ(tokens(*writer.finish()).back(), '$') << "our scanner reads as deep";

  for (unsigned i = 0; i < 1000; ++i) deeper.begin_object();
  for (unsigned i = 0; i < 2000; ++i) deeper.end_array();
  EXPECT_EQ(deeper.finish().error(), Error{Errc::too_large});
}

TEST(JsonWriter, finish_may_be_asked_twice) {
  char buffer[8];
  Writer writer{buffer};
  writer.begin_array();
  EXPECT_FALSE(writer.finish().has_value());
  writer.end_array();
  EXPECT_EQ(writer.finish(), "[]"sv);
  EXPECT_EQ(writer.finish(), "[]"sv);
}

}  // namespace
}  // namespace linnet::json
