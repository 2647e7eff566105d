// SPDX-License-Identifier: Apache-2.0
// PPP calls: who may dial, what the line does meanwhile, and each way in which a call ends.
#include "modem_emulator/emulated.hpp"
#include "modem_emulator/ppp_host.hpp"

namespace linnet::emulator::test {
namespace {

using ppp::kIp;
using ppp::kLcp;

constexpr std::string_view kConnected = "\r\nCONNECT 115200\r\n";
constexpr std::string_view kNoCarrier = "\r\nNO CARRIER\r\n";

/// A modem in the middle of a call.
class Call {
 public:
  explicit Call(std::initializer_list<std::string_view> more = {}) : it{"sim7670g", variants(more)} {}
  bool in_data() { return it.modem->data_mode.is_in(); }
  std::string take() { return std::exchange(it.heard, {}); }

  Emulated it;

 private:
  static std::vector<std::string_view> variants(std::initializer_list<std::string_view> more) {
    std::vector<std::string_view> all{"warm=ppp"};
    all.insert(all.end(), more);
    return all;
  }
};

TEST(ModemCall, NeedsANetworkAndAContext) {
  const std::pair<const char*, bool> numbers[] = {
      {"ATD*99#", true},          {"ATDT*99#", true},       {"ATDP*99#", true},     {"ATD*99***1#", true},
      {"ATD*99**PPP*1#", true},   {"ATD*99***#", true},     {"ATD*99***2#", false},  // no such context
      {"ATD*99***0#", false},     {"ATD*99***1*1#", false}, {"ATD*99", false},      {"ATD*98#", false},
      {"ATD+4930123456;", false}, {"ATD*991#", false},      {"ATD", false}};
  for (const auto& [number, connects] : numbers) {
    SCOPED_TRACE(number);
    Emulated it{"sim7670g", {"warm=1"}};
    const std::string heard = it.ask(number);
    EXPECT_EQ(heard.starts_with(kConnected), connects) << heard;
    EXPECT_TRUE(connects || heard == kNoCarrier) << heard;
    EXPECT_EQ(it.packets.calls, connects ? 1u : 0u);
  }
  Emulated booting{"sim7670g", {"boot=silent"}};
  EXPECT_EQ(booting.ask("ATE0D*99#"), "ATE0D*99#\r\r\nNO CARRIER\r\n");
  Emulated unwelcome{"sim7670g", {"warm=1", "need-apn=right", "apn=wrong"}};
  EXPECT_EQ(unwelcome.ask("ATD*99#"), kNoCarrier);
  EXPECT_TRUE(unwelcome.ask("AT+CGDCONT=2,\"IP\",\"right\";D*99***2#").starts_with(kConnected));
}

TEST(ModemCall, LcpBeginsAtOnceAndIsRepeated) {
  Emulated it{"sim7670g", {"warm=1"}};
  it.host("ATD*99#\r");
  EXPECT_TRUE(it.heard.starts_with(std::string{kConnected} + "~\xff}#\xc0!")) << it.heard;
  EXPECT_EQ(it.control("dcd"), "on");
  EXPECT_EQ(it.packets.address, 0x0a410002u);
  it.advance(3s);
  EXPECT_EQ(read_frames(it.heard).size(), 2u);
  it.heard.clear();
  it.advance(60s);
  EXPECT_EQ(read_frames(it.heard).size(), 8u);
  EXPECT_TRUE(it.heard.ends_with(kNoCarrier));
  EXPECT_EQ(it.control("dcd"), "off");
  EXPECT_EQ(it.packets.address, 0u);
  EXPECT_EQ(it.ask("AT"), "\r\nOK\r\n");
}

TEST(ModemCall, CarriesPacketsBothWays) {
  Call line;
  EXPECT_EQ(line.take(), "");
  EXPECT_EQ(line.it.packets.address, 0x0a410002u);
  line.it.host(frame(kIp, "there", kShort) + frame(kIp, "too", kShort));
  EXPECT_EQ(line.it.packets.from_host, (std::vector<std::string>{"there", "too"}));
  line.it.packets.to_host = {"back", std::string(1501, 'x'), "again"};  // larger than the host's MRU: dropped
  line.it.run();
  EXPECT_EQ(read_frames(line.take()), (std::vector<std::string>{"0021 6261636b", "0021 616761696e"}));
  EXPECT_TRUE(line.it.control("counters").contains("\"packets_up\":2,\"packets_down\":2"));
}

TEST(ModemCall, PacketsWaitForTheLine) {
  Call line{"paced"};
  for (int n = 0; n < 200; ++n) line.it.packets.to_host.emplace_back(1000, 'x');
  line.it.advance(1s);
  EXPECT_GT(line.it.packets.to_host.size(), 185u);  // 11.5 kB/s, and what is on its way
  line.it.advance(20s);
  EXPECT_EQ(read_frames(line.take()).size(), 200u);
}

TEST(ModemCall, WithoutASignalNothingFlowsAndTheCallStays) {
  Call line;
  line.it.control("flap:5");
  line.it.host(frame(kIp, "lost", kShort));
  line.it.packets.to_host = {"later"};
  line.it.advance(4s);
  EXPECT_EQ(line.take(), "");
  line.it.advance(2s);
  EXPECT_EQ(read_frames(line.take()).size(), 1u);
  EXPECT_TRUE(line.it.packets.from_host.empty());
}

TEST(ModemCall, PlusesLeadBackAndAtoOnAgain) {
  Call line;
  line.it.host(frame(kIp, "a+++b", kShort));
  EXPECT_EQ(line.it.packets.from_host.size(), 1u);
  line.it.advance(1s);
  line.it.host("+++");
  line.it.advance(1s);
  EXPECT_EQ(line.take(), "\r\nOK\r\n");
  line.it.packets.to_host = {"meanwhile"};
  EXPECT_EQ(line.it.ask("AT+CGPADDR=1"), "\r\n+CGPADDR: 1,10.65.0.2\r\n\r\nOK\r\n");
  EXPECT_EQ(line.it.ask("ATD*99#"), kNoCarrier);  // one at a time
  EXPECT_EQ(line.it.control("dcd"), "on");
  EXPECT_EQ(read_frames(line.it.ask("ATO")).size(), 1u);
  EXPECT_TRUE(line.in_data());
  line.it.advance(1s);
  line.it.host("+++");
  line.it.advance(1s);
  EXPECT_EQ(line.it.ask("ATH"), "\r\nOK\r\n");
  EXPECT_EQ(line.it.control("dcd"), "off");
  EXPECT_EQ(line.it.packets.address, 0u);
  EXPECT_EQ(line.it.ask("ATO"), kNoCarrier);
  EXPECT_TRUE(line.it.ask("ATD*99#").starts_with(kConnected));
}

TEST(ModemCall, DtrLeadsBackOrHangsUpAsTold) {
  Call keeping;
  keeping.it.modem->data_mode.dtr_mode = 1;
  keeping.it.control("dtr off");
  EXPECT_EQ(keeping.take(), "\r\nOK\r\n");
  EXPECT_EQ(keeping.it.control("dcd"), "on");
  Call ending;
  ending.it.modem->data_mode.dtr_mode = 2;
  ending.it.control("dtr off");
  EXPECT_EQ(ending.take(), "\r\nOK\r\n\r\nNO CARRIER\r\n");
  EXPECT_EQ(ending.it.control("dcd"), "off");
}

TEST(ModemCall, TheNetworkMayGo) {
  Call line;
  line.it.control("net-closed");
  line.it.advance(100ms);
  EXPECT_EQ(read_frames(line.take()), std::vector<std::string>{"c021 5.1 "});
  line.it.host(packet(kLcp, 6, 1, ""));
  line.it.advance(100ms);
  EXPECT_TRUE(line.take().starts_with(kNoCarrier));

  Call deaf;
  deaf.it.control("net-closed");
  deaf.it.advance(5900ms);
  EXPECT_EQ(read_frames(deaf.take()).size(), 2u);
  deaf.it.advance(200ms);
  EXPECT_TRUE(deaf.take().starts_with(kNoCarrier));

  Call parked;
  parked.it.advance(1s);
  parked.it.host("+++");
  parked.it.advance(1s);
  parked.take();
  parked.it.control("net-closed");
  parked.it.advance(100ms);
  EXPECT_TRUE(parked.take().starts_with(kNoCarrier));
  EXPECT_EQ(parked.it.ask("ATO"), kNoCarrier);
}

TEST(ModemCall, AResetEndsIt) {
  Call line;
  line.it.control("reset 1");
  EXPECT_EQ(line.it.packets.address, 0u);
  line.it.advance(1s);
  EXPECT_EQ(line.take(), "\r\nQCRDY\r\n");
  EXPECT_FALSE(line.in_data());
  EXPECT_EQ(line.it.control("dcd"), "off");
}

TEST(ModemCall, AHostThatOnlySendsIsHeldBack) {
  Call line{"paced"};
  const std::string echo = packet(kLcp, 9, 1, "a1b2c3d4" + std::string(2800, '0'), kShort);
  std::size_t sent = 0;
  for (int n = 0; n < 1000 && line.it.modem->room() > 0; ++n) {
    const std::size_t part = std::min(line.it.modem->room(), echo.size());
    line.it.modem->receive(as_bytes(echo.substr(0, part)), line.it.now);  // nobody fetches the answers
    sent += part;
  }
  EXPECT_LT(sent, 20'000u);
}

TEST(ModemCall, ItsPasswordIsThatOfTheContext) {
  Emulated it{"sim7670g", {"warm=1"}};
  it.ask("AT+CGAUTH=1,1,\"p\",\"u\"");
  it.host("ATD*99#\r");
  it.heard.clear();
  it.host(packet(kLcp, 4, 1, "0304c023"));
  EXPECT_EQ(read_frames(std::exchange(it.heard, {})), std::vector<std::string>{"c021 5.2 "});
  it.host(packet(kLcp, 6, 2, ""));
  EXPECT_EQ(it.heard, kNoCarrier);
}

TEST(ModemCall, AndTransparentModeDoNotMeet) {
  Call line;
  line.it.advance(1s);
  line.it.host("+++");
  line.it.advance(1s);
  line.it.ask("AT+NETCLOSE");
  line.it.ask("AT+CIPMODE=1");
  line.it.ask("AT+NETOPEN");
  EXPECT_EQ(line.it.ask("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443"),
            "\r\n+CIPOPEN: 0,4\r\n\r\nERROR\r\n");
  line.it.ask("ATH");
  EXPECT_EQ(line.it.ask("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443"), kConnected);
  line.it.advance(1s);
  line.it.host("+++");
  line.it.advance(1s);
  line.take();
  EXPECT_EQ(line.it.ask("ATD*99#"), kNoCarrier);
}

}  // namespace
}  // namespace linnet::emulator::test
