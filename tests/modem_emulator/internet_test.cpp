// SPDX-License-Identifier: Apache-2.0
// What is behind a PPP call: packets made by hand, and real sockets of this machine at the other side.
#include "tools/modem/program/internet.hpp"

#include <gtest/gtest.h>

#include <array>

#include "port/linux/listener.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

constexpr std::uint32_t kHost = 0x0a410002;
constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kTcp = 6;

/// RFC 1071.
std::uint16_t checksum(Bytes bytes, std::uint32_t sum = 0) {
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) sum += load_be16(&bytes[at]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

std::vector<std::byte> packet(std::uint8_t protocol, Bytes content) {
  std::vector<std::byte> bytes(20 + content.size());
  bytes[0] = std::byte{0x45};
  store_be16(&bytes[2], static_cast<std::uint16_t>(bytes.size()));
  bytes[8] = std::byte{64};
  bytes[9] = std::byte{protocol};
  store_be32(&bytes[12], kHost);
  store_be32(&bytes[16], emulator::IpNetwork::kGateway);
  store_be16(&bytes[10], checksum(Bytes{bytes}.first(20)));
  std::copy(content.begin(), content.end(), bytes.begin() + 20);
  return bytes;
}

std::vector<std::byte> ping() {
  std::array<std::byte, 12> content{std::byte{8}};
  content[11] = std::byte{7};
  store_be16(&content[2], checksum(content));
  return packet(kIcmp, content);
}

std::vector<std::byte> segment(std::uint16_t port, std::uint8_t flags, std::uint32_t number) {
  std::array<std::byte, 20> content{};
  store_be16(content.data(), 50'000);
  store_be16(&content[2], port);
  store_be32(&content[4], number);
  content[12] = std::byte{0x50};
  content[13] = std::byte{flags};
  store_be16(&content[14], 8000);
  const std::uint32_t pseudo = (kHost >> 16) + (kHost & 0xffff) + 0x0a00 + 0x0202 + kTcp + 20;
  store_be16(&content[16], checksum(content, pseudo));
  return packet(kTcp, content);
}

class Running {
 public:
  Running() { internet.begin(kHost); }

  /// The next packet for the host; empty: none came in time.
  std::vector<std::byte> wait() {
    const Instant give_up = poller.now() + 10s;
    while (poller.now() < give_up) {
      internet.poll(poller.now());
      if (const Bytes got = internet.next(); !got.empty()) {
        std::vector<std::byte> kept{got.begin(), got.end()};
        internet.pop();
        return kept;
      }
      poller.wait(std::min(give_up, internet.deadline()));
    }
    return {};
  }

  port::linux::Poller poller;
  Internet internet{poller};
};

TEST(ModemInternet, TheGatewayAnswersAPing) {
  Running it;
  it.internet.send(ping());
  const auto got = it.wait();
  ASSERT_EQ(got.size(), 32u);
  EXPECT_EQ(load_be32(&got[12]), emulator::IpNetwork::kGateway);
  EXPECT_EQ(load_be32(&got[16]), kHost);  // whoever the host is: it need not be of the gateway's network
  EXPECT_EQ(got[20], std::byte{0});       // echo reply
  EXPECT_EQ(got[31], std::byte{7});
}

TEST(ModemInternet, TheGatewayIsTheLoopback) {
  Running it;
  port::linux::Listener listener{it.poller};
  ASSERT_TRUE(listener.listen("127.0.0.1:0", &listener));
  it.internet.send(segment(listener.port(), 0x02, 1000));
  const auto got = it.wait();
  ASSERT_GE(got.size(), 40u);
  EXPECT_EQ(got[33], std::byte{0x12});  // SYN, ACK
  EXPECT_EQ(load_be32(&got[28]), 1001u);
  net::StreamSlot peer;
  EXPECT_TRUE(listener.accept(peer, nullptr));
  it.internet.send(segment(1, 0x02, 1000));
  const auto refused = it.wait();
  ASSERT_GE(refused.size(), 40u);
  EXPECT_EQ(refused[33] & std::byte{0x04}, std::byte{0x04});  // RST
}

TEST(ModemInternet, OverIsOver) {
  Running it;
  it.internet.send(ping());
  it.internet.end();
  EXPECT_TRUE(it.internet.next().empty());
  EXPECT_EQ(it.internet.deadline(), kNever);
  it.internet.send(ping());
  it.internet.poll(it.poller.now());
  EXPECT_TRUE(it.internet.next().empty());
  it.internet.begin(kHost);
  it.internet.begin(kHost);  // a call that nobody ended
  it.internet.send(ping());
  EXPECT_EQ(it.wait().size(), 32u);
}

TEST(ModemInternet, WhatIsNoPacketIsDropped) {
  Running it;
  it.internet.send({});
  it.internet.send(as_bytes("x"));
  it.internet.send(as_bytes(std::string(1501, 'E')));
  auto cut = ping();
  cut.resize(24);
  it.internet.send(cut);
  it.internet.send(ping());
  EXPECT_EQ(it.wait().size(), 32u);
}

TEST(ModemInternet, KeepsNoMoreThanItsLimit) {
  Running it;
  for (int n = 0; n < 1000; ++n) it.internet.send(ping());
  std::size_t count = 0;
  for (it.internet.poll(it.poller.now()); !it.internet.next().empty(); it.internet.pop()) ++count;
  EXPECT_EQ(count, 64u);
}

}  // namespace
}  // namespace linnet::tools
