// SPDX-License-Identifier: Apache-2.0
// A JSON text's tokens as one line, for tests: each token's raw text and a blank; "$" at the end, or "!" and
// the offset of the error. The text is scanned in a heap block of exactly its size, so that a sanitizer sees
// any read outside it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "linnet/codec/json.hpp"

namespace linnet::test {

class Exact {
 public:
  explicit Exact(std::string_view text) : bytes_{new char[text.size()]}, size_{text.size()} {
    std::copy(text.begin(), text.end(), bytes_.get());
  }
  std::string_view view() const { return {bytes_.get(), size_}; }
  std::span<char> span() { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

inline std::string tokens(std::string_view text, unsigned max_depth = json::kMaxDepth) {
  const Exact exact{text};
  json::Scanner scanner{exact.view(), max_depth};
  std::string line;
  for (;;) {
    const json::Token token = scanner.next();
    if (token.kind == json::Token::end) return line + "$";
    if (token.kind == json::Token::error) {
      EXPECT_EQ(scanner.error().detail, scanner.position());
      EXPECT_EQ(scanner.next().kind, json::Token::error) << "an error stays";
      return line + "!" + std::to_string(scanner.position());
    }
    EXPECT_FALSE(token.raw.empty());
    EXPECT_TRUE(token.raw.data() >= exact.view().data());
    EXPECT_TRUE(token.raw.data() + token.raw.size() <= exact.view().data() + text.size());
    line += std::string{token.raw} + (token.kind == json::Token::key ? ": " : " ");
  }
}

}  // namespace linnet::test
