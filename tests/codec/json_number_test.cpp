// SPDX-License-Identifier: Apache-2.0
// Numbers of JSON, read and written: integers exactly, doubles and floats there and back. The compiler's own
// conversion of literals is what they are compared with.
#include <bit>
#include <cstdlib>
#include <limits>

#include "codec/json_tokens.hpp"

namespace linnet::json {
namespace {

using test::Exact;

template <typename T>
std::string written(T number) {
  char buffer[kMaxNumber];
  const auto text = Writer{buffer}.value(number).finish();
  return text ? std::string{*text} : "failed";
}

std::uint64_t bits(double number) {
  return std::bit_cast<std::uint64_t>(number);
}

TEST(JsonNumber, integers_are_exact_up_to_the_limits) {
  const auto read = [](std::string_view text) { return to_int(Exact{text}.view()); };
  EXPECT_EQ(read("0"), 0);
  EXPECT_EQ(read("-0"), 0);
  EXPECT_EQ(read("42"), 42);
  EXPECT_EQ(read("-1"), -1);
  EXPECT_EQ(read("9007199254740993"), 9007199254740993);
  EXPECT_EQ(read("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(read("-9223372036854775808"), INT64_MIN);
  for (const std::string_view text :
       {"9223372036854775808", "-9223372036854775809", "9223372036854775810", "18446744073709551616",
        "92233720368547758070", "100000000000000000000000000000"}) {
    EXPECT_EQ(read(text).error(), Error{Errc::too_large}) << text;
  }
  for (const std::string_view text :
       {"", "-", "1.0", "1e3", "1E3", "01", "+1", "1 ", " 1", "1a", "\"1\"", "true", "0x1", "1-"}) {
    EXPECT_EQ(read(text).error(), Error{Errc::malformed_json}) << text;
  }
}

TEST(JsonNumber, integers_are_written_whole) {
  EXPECT_EQ(written(0), "0");
  EXPECT_EQ(written(-7), "-7");
  EXPECT_EQ(written(std::uint8_t{255}), "255");
  EXPECT_EQ(written(std::int8_t{-128}), "-128");
  EXPECT_EQ(written(1'000'000'000u), "1000000000");
  EXPECT_EQ(written(INT64_MAX), "9223372036854775807");
  EXPECT_EQ(written(INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(written(UINT64_MAX), "18446744073709551615");
  std::uint64_t power = 1;
  for (std::size_t zeros = 0; zeros < 20; power *= 10, ++zeros)
    EXPECT_EQ(written(power), "1" + std::string(zeros, '0'));
}

struct Case {
  std::string_view text;
  double number;
};

#define SAME(number) {#number, number}
constexpr Case kDoubles[] = {
    SAME(0),
    SAME(-0.0),
    SAME(1),
    SAME(0.1),
    SAME(0.2),
    SAME(0.3),
    SAME(-21.7),
    SAME(3.3),
    SAME(1013.25),
    SAME(0.001),
    SAME(1.5e3),
    SAME(1E5),
    SAME(1e+5),
    SAME(123456789012345678e0),
    SAME(9007199254740992e0),
    SAME(9007199254740993e0),
    SAME(9007199254740995e0),
    SAME(9007199254740993.0000000000001),
    SAME(0.30000000000000004),
    SAME(2.2250738585072014e-308),
    SAME(2.2250738585072011e-308),
    SAME(5e-324),
    SAME(1.7976931348623157e308),
    SAME(1e22),
    SAME(1e23),
    SAME(1e27),
    SAME(1e-27),
    SAME(8.5e-26),
    SAME(7.2057594037927933e16),
    SAME(1e-7),
    SAME(4503599627370497.5),
    SAME(0.000000000000000000000000000000000000000000000000000000001),
    SAME(3.141592653589793238462643383279),
    SAME(0.5e-5),
    SAME(100000000000000000000000000e-26),
    {"1e-400", 0},
    {"-1e-99999999999999999999", -0.0},
    {"0e99999999999999999999", 0},
    {"2e-324", 0},
    {"3e-324", 5e-324},
    {"0.0000000000000000000000000000000000000000e400", 0},
};
#undef SAME

TEST(JsonNumber, doubles_are_read_as_the_compiler_reads_them) {
  for (const auto& [text, number] : kDoubles) {
    SCOPED_TRACE(std::string{text});
    const auto read = to_double(Exact{text}.view());
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(bits(*read), bits(number)) << *read;
  }
}

TEST(JsonNumber, many_digits_and_large_exponents) {
  EXPECT_EQ(to_double("1" + std::string(300, '0')), 1e300);
  EXPECT_EQ(to_double("0." + std::string(300, '0') + "1e301"), 1.0);
  EXPECT_EQ(to_double("1" + std::string(1000, '0') + "e-1000"), 1.0);
  EXPECT_EQ(to_double("0." + std::string(100'000, '0') + "1e100001"), 1.0);
  EXPECT_EQ(to_double(std::string(400, '9')).error(), Error{Errc::too_large});
  for (const std::string_view text :
       {"1e309", "-1e309", "1.7976931348623159e308", "1e99999999999999999999", "1e401"}) {
    EXPECT_EQ(to_double(text).error(), Error{Errc::too_large}) << text;
  }
  for (const std::string_view text :
       {"", "-", ".5", "1.", "1e", "01", "NaN", "Infinity", "\"1\"", "1 ", "0x1p3"}) {
    EXPECT_EQ(to_double(Exact{text}.view()).error(), Error{Errc::malformed_json}) << text;
  }
}

TEST(JsonNumber, doubles_are_written_with_the_fewest_digits) {
  EXPECT_EQ(written(0.0), "0");
  EXPECT_EQ(written(-0.0), "-0");
  EXPECT_EQ(written(5.0), "5");
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(-21.75), "-21.75");
  EXPECT_EQ(written(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(written(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(written(100.0), "100");
  EXPECT_EQ(written(9.999999999999998), "9.999999999999998");
  EXPECT_EQ(written(0.9999999999999999), "0.9999999999999999");
  EXPECT_EQ(written(123456789.125), "123456789.125");
  EXPECT_EQ(written(9007199254740993.0), "9007199254740992");
  EXPECT_EQ(written(1e20), "100000000000000000000");
  for (const double number : {1e-20, 1e-27, 1.5e-15})
    EXPECT_LE(written(number).size(), 7u) << written(number);
  EXPECT_EQ(written(123e18), "123000000000000000000");
  EXPECT_EQ(written(1e21), "1e+21");
  EXPECT_EQ(written(1.5e21), "1.5e+21");
  EXPECT_EQ(written(0.000001), "0.000001");
  EXPECT_EQ(written(0.00000012), "1.2e-7");
  EXPECT_EQ(written(-1.2345678901234567e-6), "-0.0000012345678901234567");
  EXPECT_EQ(written(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(written(5e-324), "4.94065645841247e-324");
  EXPECT_EQ(written(2.2250738585072014e-308), "2.2250738585072014e-308");
}

TEST(JsonNumber, floats_are_written_as_floats) {
  EXPECT_EQ(written(21.7f), "21.7");
  EXPECT_EQ(written(0.1f), "0.1");
  EXPECT_EQ(written(-40.0f), "-40");
  EXPECT_EQ(written(16777216.0f), "16777216");
  EXPECT_EQ(written(1.0f / 3), "0.33333334");
  EXPECT_EQ(written(3.4028235e38f), "3.4028235e+38");
  EXPECT_EQ(written(1e-45f), "1.4012985e-45");
}

TEST(JsonNumber, what_json_has_not_is_null) {
  for (const double number :
       {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(written(number), "null");
    EXPECT_EQ(written(static_cast<float>(number)), "null");
  }
}

/// A generator good enough to choose numbers (Knuth's MMIX constants, upper bits).
std::uint64_t random(std::uint64_t& seed) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  const std::uint64_t high = seed >> 32;
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return high << 32 | seed >> 32;
}

TEST(JsonNumber, random_doubles_come_back) {
  std::uint64_t seed = 1;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t exponent = 1023 - 33 + random(seed) % 160;  // 1e-10 to 1e38, where float ends
    const double number = std::bit_cast<double>(exponent << 52 | random(seed) >> 12);
    const std::string text = written(number);
    EXPECT_EQ(to_double(text), number) << text;
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), number) << text;
    const auto small = static_cast<float>(number);
    EXPECT_EQ(std::strtof(written(small).c_str(), nullptr), small) << written(small);
  }
}

TEST(JsonNumber, any_double_comes_back_but_for_its_last_bit) {
  std::uint64_t seed = 2;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t exponent = random(seed) % 2047;
    const std::uint64_t pattern = exponent << 52 | random(seed) >> 12;
    const std::string text = written(std::bit_cast<double>(pattern));
    EXPECT_LE(text.size(), kMaxNumber);
    const auto read = to_double(text);
    ASSERT_TRUE(read.has_value()) << text;
    const double exact = std::strtod(text.c_str(), nullptr);
    EXPECT_LE(bits(*read), bits(exact) + 1) << text;
    EXPECT_GE(bits(*read) + 1, bits(exact)) << text;
    EXPECT_LE(bits(exact), pattern + 1) << text;
    EXPECT_GE(bits(exact) + 1, pattern) << text;
  }
}

TEST(JsonNumber, decimals_of_a_sensor_are_written_as_they_were_read) {
  for (int i = -20'000; i <= 20'000; i += 7) {  // hundredths
    const int whole = i < 0 ? -i : i;
    std::string text = (i < 0 ? "-" : "") + std::to_string(whole / 100);
    if (whole % 100 != 0) text += "." + std::to_string(whole % 100 / 10);
    if (whole % 10 != 0) text += std::to_string(whole % 10);
    const auto number = to_double(text);
    ASSERT_TRUE(number.has_value());
    EXPECT_EQ(bits(*number), bits(i / 100.0)) << text;
    EXPECT_EQ(written(*number), text);
    EXPECT_EQ(written(static_cast<float>(*number)), text);
  }
}

}  // namespace
}  // namespace linnet::json
