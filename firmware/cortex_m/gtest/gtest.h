// SPDX-License-Identifier: Apache-2.0
// As much of GoogleTest as the unit tests use (CONTRIBUTING.md names it), for a target without files, threads
// and streams: the same test sources compile against this there, and against GoogleTest elsewhere. runner.cpp
// runs what registered.
#pragma once
#pragma GCC system_header  // as GoogleTest's is one: what its macros expand to is not the tests' fault

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

// The tests get these with GoogleTest's own header.
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

namespace testing {

/// What a failed check says beside its values: text in the making.
class Message {
 public:
  template <typename T>
  Message& operator<<(const T& value) {
    if constexpr (std::convertible_to<const T&, std::string_view>) {
      text_ += std::string_view{value};
    } else if constexpr (std::same_as<T, bool>) {
      text_ += value ? "true" : "false";
    } else if constexpr (std::same_as<T, char>) {
      text_ += value;
    } else if constexpr (std::is_enum_v<T>) {
      *this << static_cast<long long>(value);
    } else if constexpr (std::unsigned_integral<T>) {
      text_ += std::to_string(static_cast<unsigned long long>(value));
    } else if constexpr (std::signed_integral<T>) {
      text_ += std::to_string(static_cast<long long>(value));
    } else if constexpr (std::floating_point<T>) {  // a float's text is no part of newlib-nano: its whole
                                                    // part does
      text_ += "about " + std::to_string(static_cast<long long>(value));
    } else {
      text_ += "<" + std::to_string(sizeof(T)) + " bytes>";
    }
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class Test {
 public:
  Test() = default;
  Test(const Test&) = delete;
  Test& operator=(const Test&) = delete;
  virtual ~Test() = default;
  virtual void TestBody() = 0;  // NOLINT(readability-identifier-naming): the names are GoogleTest's
  virtual void SetUp() {}
  virtual void TearDown() {}
  static void RecordProperty(std::string_view /*key*/, std::string_view /*value*/) {}
  /// Whether the running test has failed so far.
  static bool HasFailure();  // NOLINT(readability-identifier-naming): as above
};

namespace detail {

/// A test, as one of a list that the constructors of globals build.
struct Registered {
  Registered(std::string_view suite_name, std::string_view test_name, std::string_view file_name,
             void (*body)());
  std::string_view suite;
  std::string_view name;
  std::string_view file;
  void (*run)();
  Registered* next;
};

/// Prints a failure of the running test. `return Failure{…} = Message{} << …;` leaves a function that returns
/// nothing.
class Failure {
 public:
  Failure(const char* file, int line, std::string what) : file_{file}, line_{line}, what_{std::move(what)} {}
  void operator=(const Message& more) const;  // NOLINT: it is how `return … << …` is spelt

 private:
  const char* file_;
  int line_;
  std::string what_;
};

class ScopedTrace {
 public:
  explicit ScopedTrace(Message message);
  ~ScopedTrace();
  ScopedTrace(const ScopedTrace&) = delete;
  ScopedTrace& operator=(const ScopedTrace&) = delete;

 private:
  friend class Failure;
  std::string text_;
  ScopedTrace* outer_;
};

/// Empty: the check holds.
struct Checked {
  std::string failure;
  bool has_failed() const { return !failure.empty(); }
};

template <typename A, typename B>
Checked checked(bool holds, std::string_view what, const A& a, const B& b) {
  if (holds) return {};
  return {(Message{} << what << "\n  left:  " << a << "\n  right: " << b).text()};
}

struct Equal {
  bool operator()(const auto& a, const auto& b) const { return a == b; }
};
struct NotEqual {
  bool operator()(const auto& a, const auto& b) const { return !(a == b); }
};
struct Less {
  bool operator()(const auto& a, const auto& b) const { return a < b; }
};
struct LessEqual {
  bool operator()(const auto& a, const auto& b) const { return a <= b; }
};
struct Greater {
  bool operator()(const auto& a, const auto& b) const { return a > b; }
};
struct GreaterEqual {
  bool operator()(const auto& a, const auto& b) const { return a >= b; }
};

template <typename Compare, typename A, typename B>
Checked compare(std::string_view what, const A& a, const B& b) {
  return checked(Compare{}(a, b), what, a, b);
}

inline Checked truth(std::string_view what, bool holds) {
  return holds ? Checked{} : Checked{std::string{what}};
}

inline Checked near(std::string_view what, double a, double b, double distance) {
  const double apart = a < b ? b - a : a - b;
  return checked(apart <= distance, what, a, b);  // not so for what is no number
}

template <typename OneTest>
void run_test() {
  OneTest test;
  test.SetUp();
  test.TestBody();
  test.TearDown();
}

}  // namespace detail
}  // namespace testing

// A loop of at most one turn: unlike an `if` it leaves an `else` of the test's alone.
#define LINNET_TEST_CHECK(check, leave)                                                  \
  for (::testing::detail::Checked linnet_checked = (check); linnet_checked.has_failed(); \
       linnet_checked.failure.clear())                                                   \
    leave ::testing::detail::Failure{__FILE__, __LINE__, linnet_checked.failure} = ::testing::Message {}

#define LINNET_TEST_COMPARE(type, a, b, leave)                                                           \
  LINNET_TEST_CHECK(::testing::detail::compare<::testing::detail::type>(#type "(" #a ", " #b ")", a, b), \
                    leave)
#define LINNET_TEST_TRUTH(condition, text, leave) \
  LINNET_TEST_CHECK(::testing::detail::truth(text, static_cast<bool>(condition)), leave)

#define EXPECT_EQ(a, b) LINNET_TEST_COMPARE(Equal, a, b, )
#define EXPECT_NE(a, b) LINNET_TEST_COMPARE(NotEqual, a, b, )
#define EXPECT_LT(a, b) LINNET_TEST_COMPARE(Less, a, b, )
#define EXPECT_LE(a, b) LINNET_TEST_COMPARE(LessEqual, a, b, )
#define EXPECT_GT(a, b) LINNET_TEST_COMPARE(Greater, a, b, )
#define EXPECT_GE(a, b) LINNET_TEST_COMPARE(GreaterEqual, a, b, )
#define EXPECT_TRUE(condition) LINNET_TEST_TRUTH(condition, "is not true: " #condition, )
#define EXPECT_FALSE(condition) LINNET_TEST_TRUTH(!(condition), "is not false: " #condition, )
#define ASSERT_EQ(a, b) LINNET_TEST_COMPARE(Equal, a, b, return)
#define ASSERT_NE(a, b) LINNET_TEST_COMPARE(NotEqual, a, b, return)
#define ASSERT_LT(a, b) LINNET_TEST_COMPARE(Less, a, b, return)
#define ASSERT_LE(a, b) LINNET_TEST_COMPARE(LessEqual, a, b, return)
#define ASSERT_GT(a, b) LINNET_TEST_COMPARE(Greater, a, b, return)
#define ASSERT_GE(a, b) LINNET_TEST_COMPARE(GreaterEqual, a, b, return)
#define ASSERT_TRUE(condition) LINNET_TEST_TRUTH(condition, "is not true: " #condition, return)
#define ASSERT_FALSE(condition) LINNET_TEST_TRUTH(!(condition), "is not false: " #condition, return)
#define EXPECT_NEAR(a, b, distance) \
  LINNET_TEST_CHECK(::testing::detail::near("Near(" #a ", " #b ")", a, b, distance), )
#define ADD_FAILURE() \
  ::testing::detail::Failure{__FILE__, __LINE__, "failed"} = ::testing::Message {}
#define FAIL() return ADD_FAILURE()

#define LINNET_TEST_JOIN_(a, b) a##b
#define LINNET_TEST_JOIN(a, b) LINNET_TEST_JOIN_(a, b)
#define SCOPED_TRACE(message)                                                      \
  const ::testing::detail::ScopedTrace LINNET_TEST_JOIN(linnet_trace_, __LINE__) { \
    ::testing::Message{} << message                                                \
  }

#define LINNET_TEST_CLASS(suite, name, base)                                        \
  class suite##_##name##_Test final : public base {                                 \
   public:                                                                          \
    void TestBody() override;                                                       \
  };                                                                                \
  static ::testing::detail::Registered linnet_registered_##suite##_##name{          \
      #suite, #name, __FILE__, ::testing::detail::run_test<suite##_##name##_Test>}; \
  void suite##_##name##_Test::TestBody()
#define TEST(suite, name) LINNET_TEST_CLASS(suite, name, ::testing::Test)
#define TEST_F(fixture, name) LINNET_TEST_CLASS(fixture, name, fixture)
