// SPDX-License-Identifier: Apache-2.0
// The JSON scanner against RFC 8259: what it must accept and refuse, every truncation, depth, skipping,
// members.
#include "codec/json_tokens.hpp"

namespace linnet::json {
namespace {

using test::Exact;
using test::tokens;
using namespace std::string_view_literals;

TEST(JsonScanner, gives_every_kind_of_token) {
  EXPECT_EQ(tokens(R"({"a":[1,-2.5e3,"x",true,false,null,{}],"b":{"c":[]}})"),
            R"({ "a": [ 1 -2.5e3 "x" true false null { } ] "b": { "c": [ ] } } $)");

  Scanner scanner{R"({"a":["x",1,true,null]})"};
  for (const auto kind :
       {Token::object_begin, Token::key, Token::array_begin, Token::string, Token::number, Token::boolean,
        Token::null, Token::array_end, Token::object_end, Token::end, Token::end}) {
    EXPECT_EQ(scanner.next().kind, kind);
  }
}

struct Accepted {
  std::string_view text;
  std::string_view tokens;
};

// Section 2: "JSON-text = ws value ws", any value.
constexpr Accepted kAccepted[] = {
    {"{}", "{ } $"},
    {"[]", "[ ] $"},
    {"0", "0 $"},
    {"-0", "-0 $"},
    {"\"\"", "\"\" $"},
    {"null", "null $"},
    {" \t\r\n[ \t\r\n1 \t\r\n, \t\r\n2 \t\r\n] \t\r\n", "[ 1 2 ] $"},
    {" { \"a\" : 1 , \"b\" : { } } ", "{ \"a\": 1 \"b\": { } } $"},
    {"[[],[[]]]", "[ [ ] [ [ ] ] ] $"},
    {"{\"\":0}", "{ \"\": 0 } $"},
    {R"({"a":1,"a":2})", R"({ "a": 1 "a": 2 } $)"},
    {"[1e5,1E5,1e+5,1e-05,0e0,0.0,-0.10e10,123456789012345678901234567890]",
     "[ 1e5 1E5 1e+5 1e-05 0e0 0.0 -0.10e10 123456789012345678901234567890 ] $"},
    {R"("\"\\\/\b\f\n\r\t\u0000\uaBcD")", R"("\"\\\/\b\f\n\r\t\u0000\uaBcD" $)"},
    {R"("\ud83d\ude00\uD800\uDC00\uDBFF\uDFFF")", R"("\ud83d\ude00\uD800\uDC00\uDBFF\uDFFF" $)"},
    {R"("\u0022\u005c")", R"("\u0022\u005c" $)"},
    {"\"\x7f\"", "\"\x7f\" $"},                          // DEL is no control character of section 7
    {"\"\xc2\x80\xdf\xbf\"", "\"\xc2\x80\xdf\xbf\" $"},  // the first and last of each length
    {"\"\xe0\xa0\x80\xef\xbf\xbf\"", "\"\xe0\xa0\x80\xef\xbf\xbf\" $"},
    {"\"\xed\x9f\xbf\xee\x80\x80\"", "\"\xed\x9f\xbf\xee\x80\x80\" $"},
    {"\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"", "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\" $"},
    {"\"\xe2\x80\xa8\xe2\x80\xa9\"", "\"\xe2\x80\xa8\xe2\x80\xa9\" $"},  // line separators need no escape
};

TEST(JsonScanner, accepts_what_the_grammar_allows) {
  for (const auto& [text, expected] : kAccepted) {
    SCOPED_TRACE(std::string{text});
    EXPECT_EQ(tokens(text), expected);
    EXPECT_TRUE(parse(text).has_value());
  }
}

struct Rejected {
  std::string_view text;
  std::size_t at;  // offset of the first byte that cannot be right
};

constexpr Rejected kRejected[] = {
    // nothing, or too much
    {"", 0},
    {" \n", 2},
    {"1 2", 2},
    {"{}{}", 2},
    {"[]]", 2},
    {"{}}", 2},
    {"null,", 4},
    {"1,", 1},
    {"\"a\"b", 3},
    {"\xef\xbb\xbf{}", 0},
    {"{}\0"sv, 2},
    {"\0"sv, 0},
    {"[1]\f", 3},
    {"\v1", 0},
    {"\xc2\xa0"
     "1",
     0},
    {"/**/1", 0},
    {"[1]//", 3},
    {"[1]#", 3},
    // structure
    {"[", 1},
    {"]", 0},
    {"{", 1},
    {"}", 0},
    {",", 0},
    {":", 0},
    {"[1", 2},
    {"[1,", 3},
    {"[1,]", 3},
    {"[,1]", 1},
    {"[,]", 1},
    {"[1,,2]", 3},
    {"[1 2]", 3},
    {"[1}", 2},
    {"[}", 1},
    {"{]", 1},
    {"[:]", 1},
    {"[\"a\":1]", 4},
    {"{\"a\"", 4},
    {"{\"a\":", 5},
    {"{\"a\":1", 6},
    {"{\"a\":1,", 7},
    {"{\"a\":1,}", 7},
    {"{,}", 1},
    {"{\"a\":1]", 6},
    {"{\"a\"}", 4},
    {"{\"a\",1}", 4},
    {"{\"a\" 1}", 5},
    {"{\"a\":}", 5},
    {"{\"a\"::1}", 5},
    {"{\"a\":1 \"b\":2}", 7},
    {"{\"a\":1,,\"b\":2}", 7},
    {"{a:1}", 1},
    {"{1:1}", 1},
    {"{'a':1}", 1},
    {"{null:1}", 1},
    {"{[]:1}", 1},
    {"[{\"a\":[}]", 7},
    {"[[]", 3},
    {"{\"a\":1,2}", 7},
    // literals
    {"t", 1},
    {"tru", 3},
    {"truth", 3},
    {"True", 0},
    {"TRUE", 0},
    {"truee", 4},
    {"nul", 3},
    {"nulL", 3},
    {"fals", 4},
    {"falsE", 4},
    {"undefined", 0},
    {"NaN", 0},
    {"nan", 1},
    {"Infinity", 0},
    {"-Infinity", 1},
    {"[nul]", 4},
    // numbers
    {"-", 1},
    {"+1", 0},
    {"--1", 1},
    {"- 1", 1},
    {"01", 1},
    {"-01", 2},
    {"00", 1},
    {"1.", 2},
    {".5", 0},
    {"-.5", 1},
    {"1.e5", 2},
    {"1e", 2},
    {"1e+", 3},
    {"1e-", 3},
    {"1e+-1", 3},
    {"1ee1", 2},
    {"1.5.5", 3},
    {"0x10", 1},
    {"1a", 1},
    {"1_000", 1},
    {"[1.]", 3},
    {"[-]", 2},
    {"[0e]", 3},
    {"1e1.5", 3},
    {"\xef\xbc\x91", 0},
    {"[1-2]", 2},
    {"-a", 1},
    // strings
    {"\"", 1},
    {"\"a", 2},
    {"'a'", 0},
    {"\"\\\"", 3},
    {"\"a\nb\"", 2},
    {"\"\t\"", 1},
    {"\"\x1f\"", 1},
    {"\"a\0b\""sv, 2},
    {"\"\\", 2},
    {"\"\\x41\"", 2},
    {"\"\\a\"", 2},
    {"\"\\'\"", 2},
    {"\"\\U0041\"", 2},
    {"\"\\\n\"", 2},
    {"\"\\0\"", 2},
    {"\"\\\xc3\xa9\"", 2},
    {"\"\\u\"", 3},
    {"\"\\u1\"", 4},
    {"\"\\u12\"", 5},
    {"\"\\u123\"", 6},
    {"\"\\u123g\"", 6},
    {"\"\\u12 4\"", 5},
    {"\"\\u-123\"", 3},
    {"\"\\u123", 6},
    {"\"\\u00:0\"", 5},
    {"\"\\u00@0\"", 5},
    {"\"\\u00`0\"", 5},
    {"\"\\u00G0\"", 5},
    // surrogates without the other half have no UTF-8 form
    {R"("\ud800")", 7},
    {R"("\udc00")", 7},
    {R"("\ud800x")", 7},
    {R"("\ud800\n")", 8},
    {R"("\ud800\ud800")", 13},
    {R"("\udc00\ud800")", 13},
    {R"("\ud800\u0041")", 13},
    {R"("\udfff")", 7},
    {R"("\ud800\u")", 9},
    {R"("\ud800\)", 8},
    {R"("\ud800)", 7},
    {R"("\ud800\udc0")", 12},
    // UTF-8 (RFC 3629)
    {"\"\x80\"", 1},
    {"\"\xbf\"", 1},
    {"\"\xc3\"", 1},
    {"\"\xc3", 1},
    {"\"\xc0\x80\"", 1},
    {"\"\xc1\xbf\"", 1},
    {"\"\xe0\x80\x80\"", 1},
    {"\"\xe0\x9f\xbf\"", 1},
    {"\"\xe2\x82\"", 1},
    {"\"\xe2\x82", 1},
    {"\"\xed\xa0\x80\"", 1},
    {"\"\xed\xbf\xbf\"", 1},
    {"\"\xf0\x80\x80\x80\"", 1},
    {"\"\xf0\x8f\xbf\xbf\"", 1},
    {"\"\xf0\x9f\x98\"", 1},
    {"\"\xf4\x90\x80\x80\"", 1},
    {"\"\xf5\x80\x80\x80\"", 1},
    {"\"\xf8\x88\x80\x80\x80\"", 1},
    {"\"\xff\"", 1},
    {"\"\xfe\"", 1},
    {"\"a\xe9\"", 2},
    {"{\"\xff\":1}", 2},
    {"[\xc3\xa9]", 1},
};

TEST(JsonScanner, refuses_everything_else_and_says_where) {
  for (const auto& [text, at] : kRejected) {
    SCOPED_TRACE(std::string{text});
    const std::string line = tokens(text);
    EXPECT_EQ(line.substr(line.find('!') + 1), std::to_string(at)) << line;
    EXPECT_TRUE(line.find('!') != line.npos);
    const auto whole = parse(text);
    ASSERT_FALSE(whole.has_value());
    EXPECT_EQ(whole.error(), (Error{Errc::malformed_json, static_cast<std::uint16_t>(at)}));
  }
}

TEST(JsonScanner, every_truncation_is_an_error_at_its_end) {
  const std::string_view text =
      R"( { "jsonrpc" : "2.0" , "p\u00e4\ud83d\ude00" : [ true , false , null , -12.5e-3 , { } , [ ] , "\n" ] } )";
  ASSERT_EQ(tokens(text).back(), '$');
  for (std::size_t size = 0; size < text.size() - 1; ++size) {  // without the last blank it is whole
    SCOPED_TRACE(size);
    const std::string line = tokens(text.substr(0, size));
    EXPECT_EQ(line.substr(line.find('!')), "!" + std::to_string(size));
    EXPECT_FALSE(member(Exact{text.substr(0, size)}.view(), "jsonrpc").has_value());
  }
}

TEST(JsonScanner, a_number_may_be_cut_without_notice_so_texts_must_be_whole) {
  EXPECT_EQ(tokens("12"), "12 $");
  EXPECT_EQ(tokens("1"), "1 $");
}

TEST(JsonScanner, depth_is_bounded) {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  EXPECT_EQ(tokens(nested(kMaxDepth)).back(), '$');
  EXPECT_EQ(parse(nested(kMaxDepth + 1)).error(), (Error{Errc::too_large, kMaxDepth}));
  EXPECT_EQ(parse(nested(100'000)).error(), (Error{Errc::too_large, kMaxDepth}));

  EXPECT_EQ(tokens("[[1]]", 2), "[ [ 1 ] ] $");
  EXPECT_EQ(tokens("[[1]]", 1), "[ !1");
  EXPECT_EQ(tokens("1", 0), "1 $");
  EXPECT_EQ(tokens("{}", 0), "!0");
  EXPECT_EQ(tokens(nested(33), 1000).find('!'), 64u) << "more than kMaxDepth is kMaxDepth";
  EXPECT_EQ(tokens("[[],[],[[]]]", 2), "[ [ ] [ ] [ !8");

  std::string mixed = "1";  // each level remembers what it is
  for (unsigned i = 0; i < kMaxDepth / 2; ++i) mixed = "{\"a\":[" + mixed + "]}";
  EXPECT_EQ(tokens(mixed).back(), '$');
  mixed[mixed.size() - 2] = '}';
  EXPECT_EQ(tokens(mixed).back(), '0' + static_cast<char>((mixed.size() - 2) % 10));
}

TEST(JsonScanner, position_of_an_error_beyond_16_bits) {
  const std::string text = "[" + std::string(70'000, ' ') + "x]";
  Scanner scanner{text};
  scanner.next();
  EXPECT_EQ(scanner.next().kind, Token::error);
  EXPECT_EQ(scanner.position(), 70'001u);
  EXPECT_EQ(scanner.error(), (Error{Errc::malformed_json, 65535}));
}

TEST(JsonScanner, skip_value_visits_an_array) {
  Scanner scanner{R"([ 1 , "a,]" , [ [] , {} ] , { "k" : [1] } , null ] )"};
  ASSERT_EQ(scanner.next().kind, Token::array_begin);
  std::string seen;
  while (const auto element = scanner.skip_value())
    seen += std::to_string(element->kind) + std::string{element->raw} + ";";
  EXPECT_EQ(seen, R"(31;2"a,]";1[ [] , {} ];0{ "k" : [1] };5null;)");
  EXPECT_EQ(scanner.next().kind, Token::end);
}

TEST(JsonScanner, skip_value_after_a_key_and_where_there_is_no_value) {
  Scanner scanner{R"({"a":{"x":[1,2]},"b":3})"};
  scanner.next();
  EXPECT_EQ(scanner.next().raw, "\"a\"");
  const auto value = scanner.skip_value();
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->kind, Value::object);
  EXPECT_EQ(value->raw, R"({"x":[1,2]})");
  EXPECT_FALSE(scanner.skip_value().has_value()) << "a key comes next";
  EXPECT_EQ(scanner.next().raw, "3");
  EXPECT_FALSE(scanner.skip_value().has_value()) << "the object ends";
  EXPECT_FALSE(scanner.skip_value().has_value()) << "the text ends";
  EXPECT_EQ(scanner.next().kind, Token::end);

  Scanner bad{"[[1,2}]"};
  bad.next();
  EXPECT_FALSE(bad.skip_value().has_value());
  EXPECT_EQ(bad.error(), (Error{Errc::malformed_json, 5}));
}

TEST(JsonScanner, parse_answers_with_the_value_without_blanks) {
  const auto object = parse(" {\"a\" : 1} \n");
  ASSERT_TRUE(object.has_value());
  EXPECT_EQ(object->kind, Value::object);
  EXPECT_EQ(object->raw, "{\"a\" : 1}");
  EXPECT_EQ(parse("[]")->kind, Value::array);
  EXPECT_EQ(parse("\"\"")->kind, Value::string);
  EXPECT_EQ(parse("1")->kind, Value::number);
  EXPECT_EQ(parse("false")->kind, Value::boolean);
  EXPECT_EQ(parse(" null")->kind, Value::null);
}

TEST(JsonMember, takes_a_request_apart) {
  const std::string_view message =
      R"({"jsonrpc":"2.0","id":"\u0037","method":"gpio.set","params":{"device":"relay","state":1,"on":true}})";
  ASSERT_TRUE(parse(message).has_value());
  const auto method = member(message, "method");
  const auto params = member(message, "params");
  ASSERT_TRUE(method.has_value());
  ASSERT_TRUE(params.has_value());
  EXPECT_TRUE(equals(method->raw, "gpio.set"));
  EXPECT_EQ(member(message, "id")->raw, R"("\u0037")") << "to be given back as it came";
  EXPECT_EQ(to_text(member(params->raw, "device")->raw, {}), "relay");
  EXPECT_EQ(to_int(member(params->raw, "state")->raw), 1);
  EXPECT_EQ(to_bool(member(params->raw, "on")->raw), true);
  EXPECT_EQ(to_bool("false"), false);
  EXPECT_EQ(to_bool("1").error(), Error{Errc::malformed_json});
  EXPECT_EQ(to_bool("").error(), Error{Errc::malformed_json});
  EXPECT_FALSE(member(message, "device").has_value()) << "a member of a member is not one";
  EXPECT_FALSE(member(message, "2.0").has_value()) << "a value is no name";
}

TEST(JsonMember, nothing_where_there_is_none) {
  EXPECT_FALSE(member("{}", "a").has_value());
  EXPECT_FALSE(member("[\"a\",1]", "a").has_value());
  EXPECT_FALSE(member("\"a\"", "a").has_value());
  EXPECT_FALSE(member("", "a").has_value());
  EXPECT_FALSE(member(R"({"a":1,"b":})", "a").has_value()) << "malformed after it";
  EXPECT_FALSE(member(R"({"a":1,"b":[})", "a").has_value());
  EXPECT_FALSE(member(R"({"a":1} x)", "a").has_value());
  EXPECT_FALSE(member(R"({"a":1,)", "a").has_value());
  EXPECT_FALSE(member(R"({"ab":1,"A":2,"":3})", "a").has_value());
  EXPECT_TRUE(member(R"({"ab":1,"A":2,"":3})", "").has_value());
}

TEST(JsonMember, last_of_several_counts_also_if_escaped) {
  EXPECT_EQ(member(R"({"a":1,"b":2,"a":[3]})", "a")->raw, "[3]");
  EXPECT_EQ(member(R"({"a":1,"\u0061":2})", "a")->raw, "2");
}

}  // namespace
}  // namespace linnet::json
