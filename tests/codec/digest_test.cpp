// SPDX-License-Identifier: Apache-2.0
// SHA-1 against the vectors of FIPS 180 and RFC 3174, section 7.3; Base64 against RFC 4648, section 10; both
// against the example of RFC 6455, section 1.3. Every length around a block, in every split.
#include "linnet/codec/digest.hpp"

#include <gtest/gtest.h>

#include "support/splits.hpp"

namespace linnet::codec {
namespace {

std::string hex(const Sha1Digest& digest) {
  static const char digits[] = "0123456789abcdef";
  std::string text;
  for (std::byte byte : digest) {
    text += digits[std::to_integer<unsigned>(byte) >> 4];
    text += digits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

std::string encoded(std::string_view data) {
  std::vector<std::byte> out(base64_size(data.size()));
  const auto text = base64_encode(as_bytes(data), out);
  return text ? std::string{*text} : "error";
}

std::string decoded(std::string_view text) {
  std::vector<std::byte> out(text.size());
  const auto data = base64_decode(text, out);
  return data ? std::string{as_text(*data)} : "error";
}

TEST(Sha1, VectorsInEverySplit) {
  struct Vector {
    std::string input;
    std::string_view digest;
  };
  std::string repeated;  // RFC 3174, section 7.3, TEST4
  for (int i = 0; i < 10; ++i) repeated += "0123456701234567012345670123456701234567012345670123456701234567";
  const std::vector<Vector> vectors = {
      {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
      {"a", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"},
      {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopq"
       "rst"
       "nopqrstu",
       "a49b2446a02c645bf419f995b67091253a04a259"},
      {repeated, "dea356a2cddd90c7a7ecedc5ebb563934f460452"},
  };
  for (const Vector& vector : vectors) {
    SCOPED_TRACE(vector.input);
    EXPECT_EQ(hex(sha1(as_bytes(vector.input))), vector.digest);
    test::for_each_split(vector.input, [&](const test::Chunks& chunks) {
      Sha1 parts;
      for (const std::string& chunk : chunks) parts.update(as_bytes(chunk));
      EXPECT_EQ(hex(parts.finish()), vector.digest);
    });
  }
}

TEST(Sha1, AMillionTimesA) {
  Sha1 parts;
  const std::string thousand(1000, 'a');
  for (int i = 0; i < 1000; ++i) parts.update(as_bytes(thousand));
  EXPECT_EQ(hex(parts.finish()), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

// The padding has a case of its own at 55, 56, 63 and 64 bytes. The sum is over the digests of 0 to 200 times
// 'a', taken with Python's hashlib.
TEST(Sha1, EveryLengthAroundABlockInEveryTwoParts) {
  Sha1 sum;
  for (std::size_t size = 0; size <= 200; ++size) {
    const std::string data(size, 'a');
    const Sha1Digest whole = sha1(as_bytes(data));
    for (std::size_t cut = 0; cut <= size; ++cut) {
      Sha1 parts;
      parts.update(as_bytes(data).first(cut));
      parts.update(as_bytes(data).subspan(cut));
      ASSERT_EQ(parts.finish(), whole) << size << " bytes cut at " << cut;
    }
    sum.update(whole);
  }
  EXPECT_EQ(hex(sum.finish()), "f6f332e8f89c35ee3df74d34ef8fda777d9647b9");
}

TEST(Base64, VectorsBothWays) {
  struct Vector {
    std::string_view data, text;
  };
  const std::vector<Vector> vectors = {{"", ""},
                                       {"f", "Zg=="},
                                       {"fo", "Zm8="},
                                       {"foo", "Zm9v"},
                                       {"foob", "Zm9vYg=="},
                                       {"fooba", "Zm9vYmE="},
                                       {"foobar", "Zm9vYmFy"},
                                       {"\xfb\xff\xbf", "+/+/"}};
  for (const Vector& vector : vectors) {
    EXPECT_EQ(encoded(vector.data), vector.text);
    EXPECT_EQ(decoded(vector.text), vector.data);
    EXPECT_EQ(base64_size(vector.data.size()), vector.text.size());
  }
}

TEST(Base64, TheHandshakeOfRfc6455) {
  Sha1 parts;
  parts.update(as_bytes("dGhlIHNhbXBsZSBub25jZQ=="));
  parts.update(as_bytes("258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
  std::array<std::byte, base64_size(kSha1Size)> accept;
  EXPECT_EQ(base64_encode(parts.finish(), accept), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(decoded("dGhlIHNhbXBsZSBub25jZQ=="), "the sample nonce");
}

TEST(Base64, EveryByteValueAndLengthComesBack) {
  std::string data;
  for (unsigned i = 0; i < 256; ++i) {
    data += static_cast<char>(i * 167);
    EXPECT_EQ(decoded(encoded(data)), data);
  }
}

TEST(Base64, DecodesInPlace) {
  std::string text = "Zm9vYmE=";
  const MutableBytes out{reinterpret_cast<std::byte*>(text.data()), text.size()};
  const auto data = base64_decode(text, out);
  ASSERT_TRUE(data.has_value());
  EXPECT_EQ(as_text(*data), "fooba");
}

TEST(Base64, RefusesWhatIsNotCanonical) {
  for (std::string_view text : {"Z",     "Zg",   "Zg=",       "Zm8",      "Zm9vY", "=",     "==",
                                "===",   "====", "Z===",      "Zg==Zg==", "Zm=v",  "Z=9v",  "=m9v",
                                "Zh==",  "Zm9=", "Zm9vYmF/=", "Zm9-",     "Zm9_",  " Zm9v", "Zm9v\n",
                                "Zm9\n", "Zm9 ", "Zm9\xc3",   "Zm9*",     "Zm9@",  "Zm9[",  "Zm9`",
                                "Zm9{",  "Zm9:", "Zm9."}) {
    SCOPED_TRACE(text);
    std::array<std::byte, 32> out;
    const auto data = base64_decode(text, out);
    ASSERT_FALSE(data.has_value());
    EXPECT_EQ(data.error(), Error{Errc::invalid_argument});
  }
  EXPECT_EQ(decoded(std::string_view{"Zm\0v", 4}), "error");
}

TEST(Base64, BuffersExactlyLargeEnoughAndOneShort) {
  std::array<std::byte, 9> out;
  out.fill(std::byte{'#'});
  EXPECT_EQ(base64_encode(as_bytes("fooba"), MutableBytes{out}.first(8)), "Zm9vYmE=");
  EXPECT_EQ(out[8], std::byte{'#'});
  out.fill(std::byte{'#'});
  const auto text = base64_encode(as_bytes("fooba"), MutableBytes{out}.first(7));
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error(), Error{Errc::too_large});
  EXPECT_EQ(out[0], std::byte{'#'});

  const auto data = base64_decode("Zm9vYmE=", MutableBytes{out}.first(5));
  ASSERT_TRUE(data.has_value());
  EXPECT_EQ(data->size(), 5u);
  EXPECT_EQ(out[5], std::byte{'#'});
  const auto cut = base64_decode("Zm9vYmE=", MutableBytes{out}.first(4));
  ASSERT_FALSE(cut.has_value());
  EXPECT_EQ(cut.error(), Error{Errc::too_large});
}

}  // namespace
}  // namespace linnet::codec
