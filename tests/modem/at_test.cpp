// SPDX-License-Identifier: Apache-2.0
#include "linnet/modem/at.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>

#include "linnet/modem/fields.hpp"
#include "support/splits.hpp"

namespace linnet::modem {
namespace {

/// What a reader says of `input`, payload joined. `next` may tell it what comes after a line.
template <typename Next>
std::string tokens(const test::Chunks& chunks, Next next, std::size_t line_size = 64) {
  std::array<std::byte, 512> storage;
  AtReader reader{MutableBytes{storage}.first(line_size)};
  reader.expect_prompt(true);
  std::string said;
  char last = 0;
  for (const std::string& chunk : chunks) {
    reader.receive(as_bytes(chunk));
    while (const auto token = reader.poll()) {
      const bool joins = token->kind == AtToken::Kind::payload || token->kind == AtToken::Kind::data;
      const char mark = "LPYD"[static_cast<int>(token->kind)];
      if (!joins || mark != last) said += std::string{"|"} + mark;
      last = mark;
      said += token->text();
      if (token->is_cut) said += "~";
      if (!joins) next(reader, *token);
    }
    EXPECT_TRUE(reader.wants_input());
  }
  return said;
}

TEST(AtReader, TellsLinesPromptsAndPayloadApartInEverySplit) {
  // The payload holds all that lines hold.
  std::string payload{"\r\nOK\r\n+IPCLOSE: 0,1\r\n> \0\x1a\x1b+++", 29};
  const std::string input = "AT\r\r\nOK\r\n\r\n+CIPRXGET: 1,0\r\n\r\n> \r\n+CIPRXGET: 2,0,29,812\r\n" +
                            payload + "\r\n+CEREG: 5\r\n\r\n\r\nOK\r\n";
  test::for_each_split(input, [&](const test::Chunks& chunks) {
    const std::string said = tokens(chunks, [](AtReader& reader, const AtToken& token) {
      if (token.text().starts_with("+CIPRXGET: 2")) reader.take_payload(29);
    });
    EXPECT_EQ(said, "|LAT|LOK|L+CIPRXGET: 1,0|P|L+CIPRXGET: 2,0,29,812|Y" + payload + "|L+CEREG: 5|LOK");
  });
}

TEST(AtReader, TakesAPromptOnlyWhereOneIsExpectedAndOnlyOnce) {
  test::for_each_split("\r\na>b\r\n>\r\n>c\r\n", [](const test::Chunks& chunks) {
    EXPECT_EQ(tokens(chunks, [](AtReader&, const AtToken&) {}), "|La>b|P|L>c");
  });
}

TEST(AtReader, CutsWhatIsLongerThanItsBufferAndGoesOn) {
  test::for_each_split(std::string(200, 'x') + "\r\nOK\r\n", [](const test::Chunks& chunks) {
    EXPECT_EQ(tokens(chunks, [](AtReader&, const AtToken&) {}, 8), "|Lxxxxxxxx~|LOK");
  });
}

TEST(AtReader, LeavesBehindAPayloadSaysWhetherItIsWhole) {
  struct Case {
    std::string_view tail;
    bool torn;
    int blanks;
  };
  for (const Case& one : {Case{"\r\nOK\r\n", false, 1}, Case{"\r\n\r\nOK\r\n", false, 2},
                          Case{"\nOK\r\n", true, 1}, Case{"OK\r\n", true, 0}}) {
    std::array<std::byte, 64> storage;
    AtReader reader{storage};
    reader.take_payload(3);
    const std::string input = "abc" + std::string{one.tail};
    reader.receive(as_bytes(input));
    std::string last;
    while (const auto token = reader.poll()) last = token->text();
    EXPECT_EQ(last, "OK");
    EXPECT_EQ(reader.is_torn(), one.torn);
    EXPECT_EQ(reader.blank_lines(), one.blanks);
  }
}

TEST(AtReader, GivesDataAsFarAsThereIsRoom) {
  std::array<std::byte, 16> storage;
  AtReader reader{storage};
  reader.take_data(true);
  reader.limit_data(3);
  reader.receive(as_bytes("a\r\nOK\r\n"));
  EXPECT_EQ(reader.poll()->text(), "a\r\n");
  EXPECT_FALSE(reader.poll().has_value());
  EXPECT_FALSE(reader.wants_input());
  reader.limit_data(100);
  EXPECT_EQ(reader.poll()->text(), "OK\r\n");
  EXPECT_TRUE(reader.wants_input());
}

TEST(AtReader, ForgetsOnReset) {
  std::array<std::byte, 16> storage;
  AtReader reader{storage};
  reader.receive(as_bytes("garbage"));
  EXPECT_FALSE(reader.poll().has_value());
  reader.take_payload(100);
  reader.reset();
  reader.receive(as_bytes("OK\r\n"));
  EXPECT_EQ(reader.poll()->text(), "OK");
}

TEST(FinalResult, KnowsThemAll) {
  EXPECT_EQ(final_result("OK").kind, Final::Kind::ok);
  EXPECT_EQ(final_result("ERROR").kind, Final::Kind::error);
  EXPECT_EQ(final_result("NO CARRIER").kind, Final::Kind::error);
  EXPECT_EQ(final_result("CONNECT FAIL").kind, Final::Kind::error);
  EXPECT_EQ(final_result("CONNECT").kind, Final::Kind::connect);
  EXPECT_EQ(final_result("CONNECT 115200").kind, Final::Kind::connect);
  EXPECT_EQ(final_result("+CME ERROR: 14").code, 14);
  EXPECT_EQ(final_result("+CMS ERROR: 500").code, 500);
  EXPECT_EQ(final_result("+CME ERROR: SIM busy").kind, Final::Kind::error);
  EXPECT_EQ(final_result("+CME ERROR: SIM busy").code, Final::kNoCode);
  for (const std::string_view line : {"OKAY", "+CPIN: READY", "ERRORS", ""}) {
    EXPECT_EQ(final_result(line).kind, Final::Kind::none) << line;
  }
}

TEST(BootBanner, OfEachFamily) {
  EXPECT_TRUE(is_boot_banner("QCRDY"));
  EXPECT_TRUE(is_boot_banner("*ATREADY: 1"));
  EXPECT_TRUE(is_boot_banner("RDY"));
  EXPECT_FALSE(is_boot_banner("+CPIN: READY"));
}

TEST(Fields, WalksOverCommasAndQuotes) {
  Fields fields{" 0,\"a,b\",,-17,\"\""};
  EXPECT_EQ(fields.count(), 5);
  EXPECT_EQ(fields.number(), 0);
  EXPECT_EQ(fields.next(), "a,b");
  EXPECT_TRUE(fields.was_quoted());
  EXPECT_EQ(fields.next(), "");
  EXPECT_EQ(fields.number(), -17);
  EXPECT_EQ(fields.next(), "");
  EXPECT_FALSE(fields.next().has_value());
  EXPECT_FALSE(Fields{""}.next().has_value());
  EXPECT_EQ(Fields{"1,"}.count(), 2);
  EXPECT_EQ(Fields{"\"never closed, "}.next(), "\"never closed,");
}

TEST(Fields, TakesOnlyNumbersThatFit) {
  EXPECT_EQ(parse_number("999999999"), 999999999);
  EXPECT_FALSE(parse_number("1234567890").has_value());
  EXPECT_FALSE(parse_number("").has_value());
  EXPECT_FALSE(parse_number("-").has_value());
  EXPECT_FALSE(parse_number("1a").has_value());
}

TEST(TextWriter, SaysWhenItIsFull) {
  std::array<std::byte, 10> storage;
  TextWriter writer{storage};
  writer.put("AT").put(4294967u).put("\r");
  EXPECT_FALSE(writer.overflowed());
  EXPECT_EQ(as_text(Bytes{storage}.first(writer.size())), "AT4294967\r");
  writer.put("x").put("");
  EXPECT_TRUE(writer.overflowed());
}

}  // namespace
}  // namespace linnet::modem
