// SPDX-License-Identifier: Apache-2.0
// PPP's frames: escapes, check sequence, headers in each form, and lines that lose and invent bytes.
#include <gtest/gtest.h>

#include <random>

#include "modem_emulator/ppp_host.hpp"

namespace linnet::emulator::test {
namespace {

using ppp::FrameReader;
using ppp::Framing;

struct Got {
  std::uint16_t protocol;
  std::string information;
  bool operator==(const Got&) const = default;
};

std::vector<Got> read(FrameReader& reader, std::string_view bytes) {
  std::vector<Got> all;
  for (const char c : bytes) {
    if (const auto got = reader.receive(static_cast<std::byte>(c)))
      all.push_back({got->protocol, std::string{as_text(got->information)}});
  }
  return all;
}
std::vector<Got> read(std::string_view bytes, std::uint32_t map = 0) {
  FrameReader reader;
  reader.set_async_map(map);
  return read(reader, bytes);
}

TEST(PppFrame, ChecksAsTheRfcSays) {
  // "123456789" is the check value of CRC-16/X-25, which RFC 1662's FCS is.
  std::uint16_t fcs = ppp::kFcsStart;
  for (const char c : std::string_view{"123456789"}) fcs = ppp::fcs16(fcs, static_cast<std::byte>(c));
  EXPECT_EQ(static_cast<std::uint16_t>(~fcs), 0x906e);
}

TEST(PppFrame, TheFirstOfAModemIsThatOfTheLog) {
  const std::string bytes = packet(ppp::kLcp, 1, 1, "020600000000 0304c023");
  EXPECT_EQ(to_hex(as_bytes(bytes)).substr(0, 28), "7eff7d23c0217d217d217d207d2e");
}

TEST(PppFrame, ComesBackAsItWentInEveryForm) {
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  for (const std::uint16_t protocol : {ppp::kIp, ppp::kIpcp, ppp::kLcp, std::uint16_t{0x00fd}}) {
    for (const std::uint32_t map : {0u, 0xffffffffu, 0x000a0000u}) {
      for (const bool is_short : {false, true}) {
        const Framing how{.async_map = map, .short_protocol = is_short, .short_address = is_short};
        for (const std::string& information :
             {std::string{}, std::string{"x"}, all, std::string(1500, '~')}) {
          const std::string bytes = frame(protocol, information, how);
          EXPECT_EQ(read(bytes, map), (std::vector<Got>{{protocol, information}}));
          for (const char c : bytes) {
            EXPECT_TRUE(static_cast<unsigned char>(c) >= 32 || (map >> c & 1) == 0) << int{c};
          }
        }
      }
    }
  }
}

TEST(PppFrame, HeadersAreAsShortAsAgreed) {
  EXPECT_EQ(frame(ppp::kIp, "x", kShort).size(), 1 + 1 + 1 + 2 + 1u);
  EXPECT_EQ(frame(ppp::kIpcp, "x", kShort).size(), 1 + 2 + 1 + 2 + 1u);
  EXPECT_EQ(frame(ppp::kLcp, "x", kShort).size(), 1 + 4 + 1 + 2 + 1u);  // LCP keeps address and control
}

TEST(PppFrame, FlagsMayBeSharedOrMany) {
  const std::string one = frame(ppp::kIp, "one", kShort);
  const std::string two = frame(ppp::kIp, "two", kShort);
  const std::vector<Got> both{{ppp::kIp, "one"}, {ppp::kIp, "two"}};
  EXPECT_EQ(read(one + two), both);
  EXPECT_EQ(read(one + two.substr(1)), both);
  EXPECT_EQ(read("~~~" + one + "~~" + two + "~"), both);
}

TEST(PppFrame, WhatIsDamagedIsLeftOutAndTheNextOneIsNot) {
  const std::string good = frame(ppp::kIp, std::string{"a\x00~\x7d", 4}, kShort);
  for (std::size_t at = 1; at + 1 < good.size(); ++at) {
    for (const char flip : {'\x01', '\x40'}) {
      FrameReader reader;
      reader.set_async_map(0);
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ flip);
      EXPECT_TRUE(read(reader, bad).empty()) << at;
      EXPECT_EQ(read(reader, good).size(), 1u) << at;
      EXPECT_GE(reader.counters().damaged, 1u);
    }
    FrameReader reader;
    reader.set_async_map(0);
    EXPECT_TRUE(read(reader, std::string{good}.erase(at, 1)).empty()) << at;  // a byte is lost
    EXPECT_EQ(read(reader, good).size(), 1u);
  }
  FrameReader reader;
  reader.set_async_map(0);
  EXPECT_TRUE(read(reader, good.substr(0, 3) + "}~").empty());  // given up by its sender
  EXPECT_TRUE(read(reader, "ab~AT\rAT\r~").empty());
  EXPECT_EQ(reader.counters().damaged, 3u);
  EXPECT_EQ(read(reader, good).size(), 1u);
}

TEST(PppFrame, TooLongIsNotKept) {
  FrameReader reader;
  reader.set_async_map(0);
  EXPECT_EQ(read(reader, frame(ppp::kLcp, std::string(1500, 'x'))).size(), 1u);
  EXPECT_TRUE(read(reader, frame(ppp::kLcp, std::string(1501, 'x'))).empty());
  EXPECT_TRUE(read(reader, frame(ppp::kIp, std::string(1501, 'x'), kShort)).empty());
  EXPECT_TRUE(read(reader, std::string(1'000'000, 'x') + "~").empty());
  EXPECT_EQ(reader.counters().too_long, 3u);
  EXPECT_EQ(read(reader, frame(ppp::kIp, "x", kShort)).size(), 1u);
}

TEST(PppFrame, ControlCharactersOfTheLineAreNotTheHosts) {
  const std::string good = frame(ppp::kIp, "x");
  std::string with_xon;
  for (const char c : good) with_xon += std::string{"\x11"} + c;
  EXPECT_EQ(read(with_xon, 0x000a0000).size(), 1u);
  EXPECT_TRUE(read(with_xon, 0).empty());
}

TEST(PppFrame, NoiseHarmsNobody) {
  std::mt19937 random{1};
  FrameReader reader;
  std::size_t frames = 0;
  for (int n = 0; n < 200'000; ++n) frames += read(reader, std::string{static_cast<char>(random())}).size();
  EXPECT_LT(frames, 5u);
}

}  // namespace
}  // namespace linnet::emulator::test
