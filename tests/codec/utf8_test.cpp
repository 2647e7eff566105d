// SPDX-License-Identifier: Apache-2.0
#include "linnet/codec/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/splits.hpp"

namespace linnet::codec {
namespace {

std::string encode(unsigned value, unsigned bytes) {  // also what UTF-8 forbids: overlong, surrogates
  const auto tail = [&](unsigned shift) { return static_cast<char>(0x80 | ((value >> shift) & 0x3F)); };
  switch (bytes) {
    case 1: return {static_cast<char>(value)};
    case 2: return {static_cast<char>(0xC0 | (value >> 6)), tail(0)};
    case 3: return {static_cast<char>(0xE0 | (value >> 12)), tail(6), tail(0)};
    default: return {static_cast<char>(0xF0 | (value >> 18)), tail(12), tail(6), tail(0)};
  }
}

bool valid(const test::Chunks& chunks) {
  Utf8Validator validator;
  for (const auto& chunk : chunks) {
    if (!validator.accept(as_bytes(chunk))) {
      EXPECT_FALSE(validator.accept(as_bytes("a")));  // so it stays
      return false;
    }
  }
  return validator.complete();
}

/// The sample alone, and inside long texts, so that blocks of sixteen meet it at every offset.
void expect_everywhere(const std::string& sample, bool expected) {
  EXPECT_EQ(valid({sample}), expected);
  EXPECT_EQ(valid(test::byte_by_byte(sample)), expected);
  for (std::size_t offset = 0; offset < 20; ++offset) {
    const std::string text = std::string(offset, 'x') + sample + std::string(40, 'y');
    EXPECT_EQ(valid({text}), expected) << offset;
    const std::string after = "\xE2\x82\xAC" + std::string(offset, 'x') + sample;
    EXPECT_EQ(valid({after}), expected) << offset;
  }
}

TEST(Utf8, AcceptsEveryScalarValueAndNothingElse) {
  for (unsigned value = 0; value < 0x140000; ++value) {
    const bool scalar = value < 0x110000 && (value < 0xD800 || value > 0xDFFF);
    for (unsigned bytes = 1; bytes <= 4; ++bytes) {
      if (value >= (bytes == 1 ? 0x80u : bytes == 2 ? 0x800u : bytes == 3 ? 0x10000u : 0x200000u)) continue;
      const unsigned shortest = value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
      const bool expected = scalar && bytes == shortest;
      const std::string character = encode(value, bytes);
      Utf8Validator by_byte;
      bool accepted = true;
      for (char byte : character) accepted = accepted && by_byte.accept(as_bytes({&byte, 1}));
      if ((accepted && by_byte.complete()) != expected) FAIL() << value << " in " << bytes << " bytes";
      const std::string text = "0123456789" + character + "0123456789abcdefghij";
      Utf8Validator whole;
      if (whole.accept(as_bytes(text)) != expected) FAIL() << value << " in " << bytes << " bytes, in a text";
    }
  }
}

TEST(Utf8, FindsWhatIsWrongAtEveryOffset) {
  for (const char* bad : {"\x80",
                          "\xBF",
                          "\xC0\xAF",
                          "\xC1\xBF",
                          "\xE0\x80\x80",
                          "\xE0\x9F\xBF",
                          "\xED\xA0\x80",
                          "\xED\xBF\xBF",
                          "\xF0\x80\x80\x80",
                          "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80",
                          "\xFE",
                          "\xFF",
                          "\xC3(",
                          "\xE2\x82(",
                          "\xE2(\xA1",
                          "\xF0\x9F\x98(",
                          "\xF0\x28\x8C\xBC",
                          "\xC3\xA9\xA9",
                          "\xE2\x82\xAC\x80",
                          "\xF0\x9F\x98\x80\x80"}) {
    SCOPED_TRACE(bad);
    expect_everywhere(bad, false);
  }
  for (const char* good :
       {"", "a", "\xC3\xA9", "\xE2\x82\xAC", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x9F\x98\x80",
        "\xF4\x8F\xBF\xBF", "\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"}) {
    SCOPED_TRACE(good);
    expect_everywhere(good, true);
  }
}

TEST(Utf8, FailsAtTheFirstImpossibleByte) {
  // RFC 6455, section 8.1; F4 90 can begin no character, whatever follows.
  Utf8Validator validator;
  EXPECT_TRUE(validator.accept(as_bytes("\xF4")));
  EXPECT_FALSE(validator.complete());
  EXPECT_FALSE(validator.accept(as_bytes("\x90")));
}

TEST(Utf8, SaysTheSameOfEverySplit) {
  std::string text;
  for (unsigned i = 0; i < 300; ++i) {
    const unsigned kinds[] = {'a' + i % 26, 0xE0 + i % 31, 0x4E00 + i * 7, 0x1F600 + i};
    const unsigned kind = (i * i + i / 3) % 4;
    text += encode(kinds[kind], kind + 1);
  }
  test::for_each_split(text, [](const test::Chunks& chunks) { EXPECT_TRUE(valid(chunks)); });
  for (std::size_t at = 0; at < text.size(); at += 7) {
    std::string broken = text;
    broken[at] = '\xFF';
    EXPECT_FALSE(valid({broken})) << at;
    EXPECT_FALSE(valid(test::random_split(broken, static_cast<std::uint32_t>(at)))) << at;
  }
}

TEST(Utf8, ATextCutInsideACharacterIsNotComplete) {
  const std::string text = std::string(33, 'x') + "\xF0\x9F\x98\x80";
  for (std::size_t cut = 1; cut <= 3; ++cut) {
    Utf8Validator validator;
    EXPECT_TRUE(validator.accept(as_bytes(std::string_view{text}.substr(0, text.size() - cut))));
    EXPECT_FALSE(validator.complete());
    validator.reset();
    EXPECT_TRUE(validator.complete());
  }
}

}  // namespace
}  // namespace linnet::codec
