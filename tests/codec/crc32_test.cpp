// SPDX-License-Identifier: Apache-2.0
#include "linnet/codec/crc32.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace linnet::codec {
namespace {

std::uint32_t of(std::string_view text, std::uint32_t before = 0) {
  return crc32(as_bytes(text), before);
}

TEST(CodecCrc32, KnownValues) {
  EXPECT_EQ(of(""), 0u);
  EXPECT_EQ(of("123456789"), 0xcbf43926u);  // the check value of every catalogue of CRCs
  EXPECT_EQ(of("a"), 0xe8b7be43u);
  EXPECT_EQ(of("The quick brown fox jumps over the lazy dog"), 0x414fa339u);
  EXPECT_EQ(of(std::string_view{"\0\0\0\0", 4}), 0x2144df1cu);
}

TEST(CodecCrc32, InPieces) {
  const std::string_view text = "123456789";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(of(text.substr(cut), of(text.substr(0, cut))), 0xcbf43926u) << cut;
  }
}

}  // namespace
}  // namespace linnet::codec
