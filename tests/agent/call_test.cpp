// SPDX-License-Identifier: Apache-2.0
// A call's parameters: by name, by position, every type, every way of being wrong.
#include "linnet/agent/call.hpp"

#include <gtest/gtest.h>

#include <string>

namespace linnet::agent {
namespace {

Call call(std::string_view params, Signature signature = "f(a, b)") {
  return Call{signature, params, Instant{}};
}

std::string failure(const Call& call) {
  if (!call.error()) return "none";
  std::string text = std::to_string(call.error()->code) + " " + std::string{call.error()->message} + " " +
                     std::string{call.error()->param};
  const auto [min, max] = std::pair{call.error()->min, call.error()->max};
  if (min != max) text += " " + std::to_string(min) + ".." + std::to_string(max);
  return text;
}

TEST(Signature, is_taken_apart) {
  for (const char* text : {"gpio.write(pin, state)", "gpio.write(pin,state)", "gpio.write ( pin , state )",
                           "gpio.write(pin, state"}) {
    const Signature signature{text};
    EXPECT_EQ(signature.name(), "gpio.write");
    EXPECT_EQ(signature.param(0), "pin");
    EXPECT_EQ(signature.param(1), "state");
    EXPECT_EQ(signature.param(2), "");
    EXPECT_EQ(signature.param(4'000'000'000u), "");
  }
  for (const char* text : {"f", "f()", "f( )"}) {
    EXPECT_EQ(Signature{text}.name(), "f");
    EXPECT_EQ(Signature{text}.param(0), "");
  }
  EXPECT_EQ(Signature{}.name(), "");
  EXPECT_EQ(Signature{}.param(0), "");
}

TEST(Call, parameters_come_by_name) {
  Call it = call(R"({"b":2,"a":1,"\u0063":3})");
  EXPECT_EQ(it.method(), "f");
  EXPECT_EQ(it.integer("a"), 1);
  EXPECT_EQ(it.integer("b"), 2);
  EXPECT_EQ(it.integer("c"), 3) << "a name that the signature has not";
  EXPECT_TRUE(it.has("a"));
  EXPECT_FALSE(it.has("d"));
  EXPECT_EQ(failure(it), "none");
}

TEST(Call, parameters_come_by_position) {
  Call it = call("[1, [2, 3], 4]");
  EXPECT_EQ(it.integer("a"), 1);
  EXPECT_EQ(it.value("b")->raw, "[2, 3]");
  EXPECT_FALSE(it.has("c"));
  EXPECT_FALSE(call("[1]").has("b"));
  EXPECT_FALSE(call("[]").has("a"));
}

TEST(Call, a_missing_parameter_is_named) {
  for (const char* params : {"", "{}", "[]", R"({"A":1})"}) {
    Call it = call(params);
    EXPECT_FALSE(it.integer("a").has_value());
    EXPECT_FALSE(it.boolean("b").has_value());
    EXPECT_EQ(failure(it), "-32602 parameter missing a") << "the first failure counts";
  }
}

TEST(Call, integers_have_a_range) {
  EXPECT_EQ(call("[-5]").integer("a", -5, 5), -5);
  EXPECT_EQ(call("[5]").integer("a", -5, 5), 5);
  EXPECT_EQ(call("[9223372036854775807]").integer("a"), INT64_MAX);
  for (const char* params : {"[-6]", "[6]", "[99999999999999999999]", "[-99999999999999999999]"}) {
    Call it = call(params);
    EXPECT_FALSE(it.integer("a", -5, 5).has_value());
    EXPECT_EQ(failure(it), "-32602 out of range a -5..5");
  }
  for (const char* params : {"[1.0]", "[1e3]", "[\"1\"]", "[true]", "[null]", "[[]]", "[{}]"}) {
    Call it = call(params);
    EXPECT_FALSE(it.integer("a").has_value());
    EXPECT_EQ(failure(it), "-32602 not a whole number a");
  }
}

TEST(Call, booleans_may_be_numbers) {
  EXPECT_EQ(call("[true]").boolean("a"), true);
  EXPECT_EQ(call("[1]").boolean("a"), true);
  EXPECT_EQ(call("[false]").boolean("a"), false);
  EXPECT_EQ(call("[0]").boolean("a"), false);
  for (const char* params : {"[2]", "[-1]", "[0.0]", "[\"true\"]", "[null]", "[[]]"}) {
    Call it = call(params);
    EXPECT_FALSE(it.boolean("a").has_value());
    EXPECT_EQ(failure(it), "-32602 neither true nor false a");
  }
}

TEST(Call, numbers_have_fractions) {
  EXPECT_EQ(call("[2.5]").number("a"), 2.5);
  for (const char* params : {"[\"2.5\"]", "[1e999]", "[null]"}) {
    Call it = call(params);
    EXPECT_FALSE(it.number("a").has_value());
    EXPECT_EQ(failure(it), "-32602 not a number, or too large a");
  }
}

TEST(Call, texts_are_without_escapes_and_bounded) {
  char buffer[6];
  EXPECT_EQ(call(R"(["abcdef"])").text("a", buffer), "abcdef");
  EXPECT_EQ(call(R"([""])").text("a", buffer), "");
  EXPECT_EQ(call(R"(["\u00e9\ud83d\ude00"])").text("a", buffer), "\xc3\xa9\xf0\x9f\x98\x80");
  for (const char* params : {R"(["abcdefg"])", R"(["\u00e9\ud83d\ude00x"])"}) {
    Call it = call(params);
    EXPECT_FALSE(it.text("a", buffer).has_value());
    EXPECT_EQ(failure(it), "-32602 string too long a");
  }
  Call it = call("[7]");
  EXPECT_FALSE(it.text("a", buffer).has_value());
  EXPECT_EQ(failure(it), "-32602 not a string a");
}

TEST(FunctionRef, calls_what_it_refers_to) {
  FunctionRef<int(int)> twice = [](int number) { return 2 * number; };
  int sum = 0;
  auto add = [&sum](int number) { return sum += number; };
  FunctionRef<int(int)> sums = add;
  EXPECT_EQ(twice(21), 42);
  sums(1);
  FunctionRef<int(int)> copy = sums;
  EXPECT_EQ(copy(2), 3);
  EXPECT_EQ(sum, 3);
  EXPECT_TRUE(static_cast<bool>(copy));
  EXPECT_FALSE(static_cast<bool>(FunctionRef<int(int)>{}));
  EXPECT_FALSE(static_cast<bool>(FunctionRef<int(int)>{nullptr}));
}

}  // namespace
}  // namespace linnet::agent
