// SPDX-License-Identifier: Apache-2.0
// Strings of JSON: decoding into a buffer of exactly the needed size, and comparing without one.
#include "codec/json_tokens.hpp"

namespace linnet::json {
namespace {

using test::Exact;
using namespace std::string_view_literals;

struct Case {
  std::string_view raw;
  std::string_view text;
};

constexpr Case kEscaped[] = {
    {R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
    {R"("a\u0000b")", "a\0b"sv},
    {R"("\u007f\u0080\u07ff\u0800\uffff")", "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"},
    {R"("\ud800\udc00\uDBFF\uDFFF")", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
    {R"("\ud83d\ude00!")", "\xf0\x9f\x98\x80!"},
    {R"("gr\u00fc\u00DF")", "gr\xc3\xbc\xc3\x9f"},
    {"\"\xe2\x82\xac\\n\xf0\x9f\x98\x80\"", "\xe2\x82\xac\n\xf0\x9f\x98\x80"},
    {R"("\\u0041")", "\\u0041"},
};

TEST(JsonText, escapes_are_decoded_into_the_buffer) {
  for (const auto& [raw, text] : kEscaped) {
    SCOPED_TRACE(std::string{raw});
    const Exact exact{raw};
    Exact buffer{text};  // as large as the text
    std::fill(buffer.span().begin(), buffer.span().end(), '#');
    const auto decoded = to_text(exact.view(), buffer.span());
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(*decoded, text);
    EXPECT_EQ(decoded->data(), buffer.view().data());
    EXPECT_TRUE(equals(exact.view(), text));
    for (std::size_t size = 0; size < text.size(); ++size) {
      Exact small{text.substr(0, size)};
      EXPECT_EQ(to_text(exact.view(), small.span()).error(), Error{Errc::too_large});
      EXPECT_FALSE(equals(exact.view(), small.view()));
    }
  }
}

TEST(JsonText, without_an_escape_nothing_is_copied) {
  const Exact raw{
      "\"23 \xc2\xb0"
      "C\""};
  const auto text = to_text(raw.view(), {});
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(*text,
            "23 \xc2\xb0"
            "C");
  EXPECT_EQ(text->data(), raw.view().data() + 1);
  EXPECT_EQ(to_text("\"\"", {}), ""sv);
}

constexpr std::string_view kNoStrings[] = {
    "",        "\"",     "a",         "\"a",     "a\"",    "1",        "null",        "\"a\"b",
    "\"a\"\"", "\"\\\"", "\"\\u12\"", "\"\\q\"", "\"\n\"", "\"\xff\"", "\"\\ud800\"", "{\"a\":1}"};

TEST(JsonText, what_is_no_string_is_malformed) {
  for (const std::string_view raw : kNoStrings) {
    SCOPED_TRACE(std::string{raw});
    const Exact exact{raw};
    char buffer[16];
    EXPECT_EQ(to_text(exact.view(), buffer).error(), Error{Errc::malformed_json});
    for (const std::string_view text : {"", "a", "1", "null", "\"", "\xff"})
      EXPECT_FALSE(equals(exact.view(), text));
  }
}

TEST(JsonText, equals_compares_all_of_it) {
  EXPECT_TRUE(equals("\"params\"", "params"));
  EXPECT_TRUE(equals(R"("p\u0061rams")", "params"));
  EXPECT_TRUE(equals("\"\"", ""));
  EXPECT_FALSE(equals("\"params\"", "param"));
  EXPECT_FALSE(equals("\"param\"", "params"));
  EXPECT_FALSE(equals("\"params\"", "Params"));
  EXPECT_FALSE(equals("\"\"", "a"));
  EXPECT_FALSE(equals("\"a\"", ""));
  EXPECT_FALSE(equals("params", "params")) << "no quotes";
}

}  // namespace
}  // namespace linnet::json
