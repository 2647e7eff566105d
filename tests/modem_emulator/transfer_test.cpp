// SPDX-License-Identifier: Apache-2.0
// Payload in command mode: every size and byte, the edge of "+CIPRXGET: 1,L", back-pressure both ways,
// limits, push mode.
#include "modem_emulator/emulated.hpp"
#include "support/modem_trace.hpp"
#include "support/splits.hpp"

namespace linnet::emulator::test {
namespace {

using linnet::test::trace_payload;

constexpr std::string_view kNoData = "\r\n+IP ERROR: No data\r\n\r\nERROR\r\n";

std::string payload(std::size_t size, std::uint64_t offset = 0) {
  std::string bytes;
  for (std::size_t n = 0; n < size; ++n) bytes.push_back(trace_payload(offset + n));
  return bytes;
}

std::string number(std::size_t n) {
  return std::to_string(n);
}

void send(Emulated& it, const std::string& bytes) {
  it.heard.clear();
  it.host("AT+CIPSEND=0," + number(bytes.size()) + "\r");
  ASSERT_TRUE(it.says("\r\n>"));
  it.host(bytes);
  ASSERT_TRUE(
      it.says("\r\nOK\r\n\r\n+CIPSEND: 0," + number(bytes.size()) + "," + number(bytes.size()) + "\r\n"));
}

TEST(ModemTransfer, SendsEverySize) {
  Emulated it{"sim7670g", {"warm=1"}};
  Peer& peer = it.open();
  std::string all;
  for (std::size_t size = 1; size <= 1500; size += size < 20 ? 1 : 137) {
    const std::string bytes = payload(size, all.size());
    send(it, bytes);
    all += bytes;
  }
  EXPECT_TRUE(peer.from_modem == all);
  EXPECT_EQ(it.modem->counters.payload_up, all.size());
}

TEST(ModemTransfer, EveryCutOfTheHostsBytesIsTheSame) {
  std::string input{"AT+CIPSEND=0,6\r"};
  input += std::string{"\r\n\0\x1a>A", 6} + "AT+CGMM\r" + "AT+CIPSEND=0,1\rxAT\r";
  linnet::test::for_each_split(input, [](const linnet::test::Chunks& chunks) {
    Emulated it{"sim7670g", {"warm=1", "cnf-delay=1000"}};
    const Peer& peer = it.open();
    for (const std::string& chunk : chunks) it.host(chunk);
    EXPECT_EQ(it.heard, "\r\n>\r\nOK\r\n\r\nSIM7670G-MNGV\r\n\r\nOK\r\n\r\n>\r\nOK\r\n\r\nOK\r\n");
    it.advance(2s);
    EXPECT_EQ(peer.from_modem, (std::string{"\r\n\0\x1a>Ax", 7}));
  });
}

TEST(ModemTransfer, RefusesWhatCannotBeSent) {
  Emulated it{"sim7670g", {"warm=1"}};
  EXPECT_EQ(it.ask("AT+CIPSEND=0,5"), "\r\n+CIPERROR: 4\r\n\r\nERROR\r\n");
  EXPECT_EQ(it.ask("AT+CIPSEND=7,5"), "\r\n+IP ERROR: Invalid parameter\r\n\r\nERROR\r\n");
  it.open();
  EXPECT_EQ(it.ask("AT+CIPSEND=0,0"), "\r\n+CIPERROR: 3\r\n\r\nERROR\r\n");
  EXPECT_EQ(it.ask("AT+CIPSEND=0,1501"), "\r\n+CIPERROR: 3\r\n\r\nERROR\r\n");
}

TEST(ModemTransfer, ATextEndsWithCtrlZ) {
  Emulated it{"sim7670g", {"warm=1"}};
  const Peer& peer = it.open();
  it.host("AT+CIPSEND=0\r");
  EXPECT_TRUE(it.says("\r\n>"));
  it.host("one\x03\x1atwo\x1a");
  EXPECT_TRUE(it.says("\r\nOK\r\n\r\n+CIPSEND: 0,7,7\r\n"));
  EXPECT_EQ(peer.from_modem, "one\x1atwo");
  it.host("AT+CIPSEND=0\r");
  EXPECT_TRUE(it.says("\r\n>"));
  it.host("three\x1b");
  EXPECT_TRUE(it.says("\r\nERROR\r\n"));
  EXPECT_EQ(peer.from_modem, "one\x1atwo");
}

TEST(ModemTransfer, AStrayCtrlZBehindPayloadIsNothing) {
  Emulated it{"sim7670g", {"warm=1"}};
  it.open();
  send(it, "hello");
  EXPECT_EQ(it.ask("\x1a"), "");
  EXPECT_EQ(it.ask("AT"), "\r\nOK\r\n");
}

TEST(ModemTransfer, ConfirmsWhenItWasToldTo) {
  Emulated it{"sim7670g", {"warm=1", "cnf-delay=250"}};
  it.open();
  it.host("AT+CIPSEND=0,1\r");
  it.host("x");
  it.heard.clear();
  it.advance(249ms);
  EXPECT_EQ(it.heard, "");
  it.advance(1ms);
  EXPECT_EQ(it.heard, "\r\n+CIPSEND: 0,1,1\r\n");
}

TEST(ModemTransfer, ConfirmationsComeInOrderAndTheirNumberIsBounded) {
  Emulated it{"sim7670g", {"warm=1", "cnf-delay=5000"}};
  it.open();
  for (int n = 1; n <= 8; ++n) {
    it.host("AT+CIPSEND=0," + number(static_cast<std::size_t>(n)) + "\r");
    it.host(std::string(static_cast<std::size_t>(n), 'x'));
  }
  EXPECT_EQ(it.ask("AT+CIPSEND=0,9"), "\r\n+CIPERROR: 8\r\n\r\nERROR\r\n");
  it.advance(10s);
  std::string expected;
  for (int n = 1; n <= 8; ++n)
    expected += "\r\n+CIPSEND: 0," + std::to_string(n) + "," + std::to_string(n) + "\r\n";
  EXPECT_EQ(it.heard, expected);
}

TEST(ModemTransfer, APeerThatStopsReadingHoldsConfirmationsBack) {
  Emulated it{"sim7670g", {"warm=1"}};
  EXPECT_EQ(it.ask("AT+CIPTIMEOUT=30000,15000,5000"), "\r\nOK\r\n");
  Peer& peer = it.open();
  peer.window = 1000;
  std::size_t confirmed = 0;
  for (int n = 0; n < 12; ++n) {
    it.heard.clear();
    it.host("AT+CIPSEND=0,1500\r");
    it.host(payload(1500));
    it.advance(1ms);
    if (it.heard.find("+CIPSEND: 0,1500,1500") != std::string::npos)
      ++confirmed;
    else
      break;
  }
  EXPECT_EQ(confirmed, 11u);  // 16,384 bytes of its own and the peer's 1000
  it.heard.clear();
  it.advance(5s);
  EXPECT_EQ(it.heard, "\r\n+CIPSEND: 0,1500,884\r\n");
  EXPECT_EQ(it.ask("AT+CIPSEND=0,1"), "\r\n+CIPERROR: 4\r\n\r\nERROR\r\n");
}

TEST(ModemTransfer, SaysOnceThatThereIsData) {
  Emulated it{"sim7670g", {"warm=1"}};
  Peer& peer = it.open();
  peer.to_modem = payload(10);
  it.run();
  EXPECT_EQ(it.heard, "\r\n+CIPRXGET: 1,0\r\n");
  it.heard.clear();
  peer.to_modem = payload(10, 10);
  it.advance(60s);
  EXPECT_EQ(it.heard, "");
  EXPECT_EQ(it.ask("AT+CIPRXGET=2,0,15"), "\r\n+CIPRXGET: 2,0,15,5\r\n" + payload(15) + "\r\n\r\nOK\r\n");
  peer.to_modem = payload(10, 20);
  it.advance(60s);
  EXPECT_EQ(it.heard, "");
  EXPECT_EQ(it.ask("AT+CIPRXGET=2,0"), "\r\n+CIPRXGET: 2,0,15,0\r\n" + payload(15, 15) + "\r\n\r\nOK\r\n");
  peer.to_modem = payload(1, 30);
  it.run();
  EXPECT_EQ(it.heard, "\r\n+CIPRXGET: 1,0\r\n");
}

TEST(ModemTransfer, AFullBufferHoldsThePeerBack) {
  Emulated it{"sim7670g", {"warm=1", "rx-buffer=2000"}};
  Peer& peer = it.open();
  peer.to_modem = payload(5000);
  it.advance(10s);
  EXPECT_EQ(peer.to_modem.size(), 3000u);
  std::string all;
  it.heard.clear();
  while (all.size() < 5000) {
    it.host("AT+CIPRXGET=2,0,1500\r");
    it.heard.erase(0, it.heard.find("+CIPRXGET: 2"));
    std::size_t size = 0, rest = 0;
    ASSERT_EQ(std::sscanf(it.heard.c_str(), "+CIPRXGET: 2,0,%zu,%zu", &size, &rest), 2) << it.heard;
    all += it.heard.substr(it.heard.find('\n') + 1, size);
    it.heard.clear();
  }
  EXPECT_TRUE(all == payload(5000));
}

TEST(ModemTransfer, ReadsHaveLimits) {
  Emulated it{"sim7670g", {"warm=1"}};
  Peer& peer = it.open();
  peer.to_modem = payload(3);
  it.run();
  const std::string refused = "\r\n+IP ERROR: Invalid parameter\r\n\r\nERROR\r\n";
  EXPECT_EQ(it.ask("AT+CIPRXGET=2,0,1501"), refused);
  EXPECT_EQ(it.ask("AT+CIPRXGET=3,0,751"), refused);
  EXPECT_EQ(it.ask("AT+CIPRXGET=2,4"), refused);
  EXPECT_EQ(it.ask("AT+CIPRXGET=3,0"), "\r\n+CIPRXGET: 3,0,3,0\r\n001F3E\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CIPRXGET=3,0"), kNoData);
  EXPECT_EQ(it.ask("AT+CIPRXGET=4,3"), "\r\n+CIPRXGET: 4,3,0\r\n\r\nOK\r\n");
  EXPECT_EQ(it.modem->counters.empty_reads, 1u);
}

TEST(ModemTransfer, ReadsMayStandOnOneLine) {
  Emulated it{"sim7670g", {"warm=1"}};
  Peer& peer = it.open();
  peer.to_modem = payload(4);
  it.run();
  EXPECT_EQ(it.ask("AT+CIPRXGET=2,0,3;+CIPRXGET=2,0,3"), "\r\n+CIPRXGET: 2,0,3,1\r\n" + payload(3) +
                                                             "\r\n\r\n+CIPRXGET: 2,0,1,0\r\n" +
                                                             payload(1, 3) + "\r\n\r\nOK\r\n");
}

TEST(ModemTransfer, PushesWhereItIsNotAskedToWait) {
  Emulated it{"sim7670g", {"warm=1"}};
  it.ask("AT+CIPRXGET=0");
  Peer& peer = it.open();
  peer.to_modem = payload(1600);
  it.run();
  EXPECT_TRUE(it.heard == "\r\nRECV FROM:gw.example.net:8443\r\n\r\n+IPD1500\r\n" + payload(1500) +
                              "\r\nRECV FROM:gw.example.net:8443\r\n\r\n+IPD100\r\n" + payload(100, 1500));
  EXPECT_EQ(it.ask("AT+CIPRXGET=2,0"), "\r\n+IP ERROR: Operation not supported\r\n\r\nERROR\r\n");
  it.ask("AT+CIPCCFG=10,0,0,0,1,0,500");
  peer.to_modem = "abc";
  it.run();
  EXPECT_EQ(it.heard, "\r\n+RECEIVE,0,3\r\nabc");
}

TEST(ModemTransfer, PushesAllOfIt) {
  Emulated it{"sim7670g", {"warm=1", "paced", "rx-buffer=3000"}};
  it.ask("AT+CIPRXGET=0;+CIPHEAD=0;+CIPSRIP=0");
  Peer& peer = it.open();
  peer.to_modem = payload(50'000);
  it.heard.clear();
  it.advance(6s);
  EXPECT_TRUE(it.heard == payload(50'000));
}

TEST(ModemTransfer, LinksAreIndependent) {
  Emulated it{"sim7670g", {"warm=1"}};
  std::vector<Peer*> peers;
  for (int link = 0; link < 4; ++link) peers.push_back(&it.open(link));
  for (int link = 0; link < 4; ++link) {
    peers[static_cast<std::size_t>(link)]->to_modem = std::string(5, static_cast<char>('0' + link));
  }
  it.run();
  EXPECT_EQ(it.heard,
            "\r\n+CIPRXGET: 1,0\r\n\r\n+CIPRXGET: 1,1\r\n\r\n+CIPRXGET: 1,2\r\n\r\n+CIPRXGET: 1,3\r\n");
  EXPECT_EQ(it.ask("AT+CIPRXGET=2,3"), "\r\n+CIPRXGET: 2,3,5,0\r\n33333\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CIPCLOSE=1"), "\r\nOK\r\n\r\n+CIPCLOSE: 1,0\r\n");
  EXPECT_EQ(it.ask("AT+CIPCLOSE?"), "\r\n+CIPCLOSE: 1,0,1,1\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CIPOPEN=4,\"TCP\",\"x.example\",80"),
            "\r\n+IP ERROR: Invalid parameter\r\n\r\nERROR\r\n");
}

TEST(ModemTransfer, AClosePassesOnWhatWasSentBefore) {
  Emulated it{"sim7670g", {"warm=1"}};
  Peer& peer = it.open();
  peer.window = 4;
  send(it, "123456789");
  EXPECT_EQ(it.ask("AT+CIPCLOSE=0"), "\r\nOK\r\n\r\n+CIPCLOSE: 0,0\r\n");
  EXPECT_FALSE(peer.modem_finished);
  peer.window = 100;
  it.run();
  EXPECT_EQ(peer.from_modem, "123456789");
  EXPECT_TRUE(peer.modem_finished);
}

TEST(ModemTransfer, CountsWhatWentOverALink) {
  Emulated it{"sim7670g", {"warm=1"}};
  Peer& peer = it.open();
  send(it, "12345");
  peer.to_modem = "abc";
  it.run();
  EXPECT_EQ(it.ask("AT+CIPACK=0"), "\r\n+CIPACK: 5,5,3\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CIPACK=1"), "\r\n+IP ERROR: Connection is not created\r\n\r\nERROR\r\n");
}

TEST(ModemTransfer, PayloadIsEchoedWhileEchoIsOn) {
  Emulated it{"sim7670g", {"warm=1"}};
  it.open();
  it.ask("ATE1");
  it.host("AT+CIPSEND=0,3\rabc");
  it.advance(1s);
  EXPECT_EQ(it.heard, "AT+CIPSEND=0,3\r\r\n>abc\r\nOK\r\n\r\n+CIPSEND: 0,3,3\r\n");
  Emulated other{"sim7670g", {"warm=1", "echo-payload=0"}};
  other.open();
  other.ask("ATE1");
  other.host("AT+CIPSEND=0,3\rabc");
  other.advance(1s);
  EXPECT_EQ(other.heard, "AT+CIPSEND=0,3\r\r\n>\r\nOK\r\n\r\n+CIPSEND: 0,3,3\r\n");
}

TEST(ModemTransfer, TlsWithAPeerThatSpeaksNoneIsAFailedHandshake) {
  Emulated it{"sim7670g", {"warm=1"}};
  EXPECT_EQ(it.ask("AT+CCHOPEN=0,\"gw.example.net\",443,2"), "\r\n+CCHOPEN: 0,11\r\n\r\nERROR\r\n");
  EXPECT_EQ(it.ask("AT+CCHSTART"), "\r\nOK\r\n\r\n+CCHSTART: 0\r\n");
  EXPECT_EQ(it.ask("AT+CCHSTART"), "\r\nERROR\r\n\r\n+CCHSTART: 11\r\n");  // in this order
  EXPECT_EQ(it.ask("AT+CCHOPEN=0,\"gw.example.net\",443,2"), "\r\nOK\r\n");
  it.advance(1s);
  EXPECT_FALSE(it.internet.peers.back()->from_modem.empty());  // a ClientHello
  it.internet.peers.back()->to_modem = "HTTP/1.1 400 Bad Request\r\n\r\n";
  EXPECT_TRUE(it.says("\r\n+CCHOPEN: 0,15\r\n"));
  EXPECT_EQ(it.ask("AT+CSSLCFG=\"authmode\",3,4"), "\r\nERROR\r\n");
  EXPECT_EQ(it.ask("AT+CSSLCFG=\"authmode\",3,1"), "\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CCHSSLCFG=0,3"), "\r\nOK\r\n");  // which has no file of an authority
  EXPECT_EQ(it.ask("AT+CCHOPEN=0,\"gw.example.net\",443,2"), "\r\nOK\r\n\r\n+CCHOPEN: 0,15\r\n");
  EXPECT_EQ(it.ask("AT+CCHOPEN=0,\"no.such.host\",443,1"), "\r\nOK\r\n\r\n+CCHOPEN: 0,13\r\n");
  EXPECT_EQ(it.ask("AT+CCERTDOWN=\"ca.pem\",4"), "\r\n>");
  it.host("abcd");
  EXPECT_TRUE(it.says("\r\nOK\r\n"));
  EXPECT_EQ(it.ask("AT+CCERTLIST"), "\r\n+CCERTLIST: \"ca.pem\"\r\n\r\nOK\r\n");
}

}  // namespace
}  // namespace linnet::emulator::test
