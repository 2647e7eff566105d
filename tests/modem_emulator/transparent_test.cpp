// SPDX-License-Identifier: Apache-2.0
// Transparent mode: guard times to the microsecond, packing, DTR and DCD, and the ways in which it ends.
#include "modem_emulator/emulated.hpp"

namespace linnet::emulator::test {
namespace {

class Transparent {
 public:
  explicit Transparent(std::initializer_list<std::string_view> more = {}) : it{"sim7670g", variants(more)} {
    it.ask("AT+NETCLOSE;+CIPMODE=1");
    it.ask("AT+CIPMODE=1");
    it.ask("AT+CIPCFG=\"transwaittm\",20");
    it.ask("AT+NETOPEN");
    EXPECT_EQ(it.ask("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443"), "\r\nCONNECT 115200\r\n");
  }
  Peer& peer() { return *it.internet.peers.back(); }
  bool in_data() { return it.modem->interpreter.state() == Interpreter::State::data; }

  Emulated it;

 private:
  static std::vector<std::string_view> variants(std::initializer_list<std::string_view> more) {
    std::vector<std::string_view> all{"warm=1"};
    all.insert(all.end(), more);
    return all;
  }
};

TEST(ModemTransparent, PassesEveryByteBothWays) {
  Transparent line;
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  all += "+++";
  line.it.host(all);
  line.it.advance(20ms);
  EXPECT_TRUE(line.peer().from_modem == all);
  line.peer().to_modem = all;
  line.it.run();
  EXPECT_TRUE(line.it.heard == all);
  EXPECT_EQ(line.it.control("dcd"), "on");
}

TEST(ModemTransparent, PassesMoreThanItsBuffersAtThePaceOfTheWire) {
  Transparent line{"paced"};
  const std::string all(100'000, 'x');
  line.peer().to_modem = all;
  const Instant start = line.it.now;
  line.it.advance(60s);
  EXPECT_TRUE(line.it.heard == all);
  const double seconds = 100'000 * 10 / 115'200.0;
  const double took = static_cast<double>((line.it.last_heard - start).count()) / 1e6;
  EXPECT_TRUE(took >= seconds * 0.9999 && took < seconds * 1.01) << took;
}

TEST(ModemTransparent, AHostThatReadsSlowlyLosesNothing) {
  Transparent line;
  const std::string all(100'000, 'x');
  line.peer().to_modem = all;
  std::string heard;
  while (heard.size() < all.size()) {
    line.it.modem->poll(line.it.now);
    const Bytes part = line.it.modem->output(line.it.now);
    // A loop sleeps until deadline(): there must be something to do now, or bytes to fetch.
    ASSERT_TRUE(!part.empty() || line.it.modem->next_event() <= line.it.now) << heard.size();
    heard += as_text(part.first(std::min<std::size_t>(part.size(), 700)));
    line.it.modem->sent(std::min<std::size_t>(part.size(), 700));
  }
  EXPECT_TRUE(heard == all);
}

TEST(ModemTransparent, PacksUntilTheHostPauses) {
  Transparent line;
  line.it.host("a");
  line.it.advance(19ms);
  line.it.host("b");
  line.it.advance(19'999us);
  EXPECT_EQ(line.peer().from_modem, "");
  line.it.advance(1us);
  EXPECT_EQ(line.peer().from_modem, "ab");
  line.it.host(std::string(1460, 'x'));
  line.it.run();
  EXPECT_EQ(line.peer().from_modem.size(), 1462u);  // a full segment does not wait
}

TEST(ModemTransparent, ThreePlusesBetweenTwoSilencesLeadBack) {
  Transparent line;
  line.it.host("data");
  line.it.advance(1000ms);
  line.it.host("+");
  line.it.advance(900ms);
  line.it.host("+");
  line.it.advance(900ms);
  line.it.host("+");
  line.it.advance(999'999us);
  EXPECT_EQ(line.it.heard, "");
  EXPECT_TRUE(line.in_data());
  line.it.advance(1us);
  EXPECT_EQ(line.it.heard, "\r\nOK\r\n");
  EXPECT_FALSE(line.in_data());
  EXPECT_EQ(line.peer().from_modem, "data");
  EXPECT_EQ(line.it.ask("ATO"), "\r\nCONNECT 115200\r\n");
  line.it.host("more");
  line.it.advance(1s);
  EXPECT_EQ(line.peer().from_modem, "datamore");
}

TEST(ModemTransparent, PlusesWithoutSilenceArePayload) {
  struct Case {
    Duration before, between, after;
    const char* behind;
  };
  const Case cases[] = {
      {999'999us, 0ms, 2000ms, ""},     // too soon after the data
      {1000ms, 900'001us, 2000ms, ""},  // too slow
      {1000ms, 0ms, 999'999us, "x"},    // not silent afterwards
      {1000ms, 0ms, 500ms, "+"},        // a fourth one
  };
  for (const Case& each : cases) {
    Transparent line;
    line.it.host("data");
    line.it.advance(each.before);
    for (int n = 0; n < 3; ++n) {
      if (n > 0) line.it.advance(each.between);
      line.it.host("+");
    }
    line.it.advance(each.after);
    line.it.host(each.behind);
    line.it.advance(5s);
    EXPECT_TRUE(line.in_data());
    EXPECT_EQ(line.it.heard, "");
    EXPECT_EQ(line.peer().from_modem, std::string{"data+++"} + each.behind);
  }
}

TEST(ModemTransparent, DtrLeadsBackOrHangsUpAsTold) {
  Transparent ignoring;
  ignoring.it.modem->data_mode.dtr_mode = 0;
  ignoring.it.control("dtr off");
  EXPECT_TRUE(ignoring.in_data());

  Transparent keeping;
  keeping.it.host("rest");
  EXPECT_EQ(keeping.it.control("dtr off"), "ok");
  EXPECT_EQ(keeping.it.heard, "\r\nOK\r\n");
  EXPECT_EQ(keeping.peer().from_modem, "rest");
  EXPECT_EQ(keeping.it.control("dcd"), "on");
  EXPECT_EQ(keeping.it.control("dtr on"), "ok");
  EXPECT_EQ(keeping.it.ask("ATO"), "\r\nCONNECT 115200\r\n");

  Transparent ending;
  ending.it.modem->data_mode.dtr_mode = 2;
  ending.it.control("dtr off");
  EXPECT_EQ(ending.it.heard, "\r\nOK\r\n\r\nCLOSED\r\n\r\n+IPCLOSE: 0,2\r\n");
  EXPECT_EQ(ending.it.control("dcd"), "off");
}

TEST(ModemTransparent, SaysThatThePeerClosedInItsWay) {
  const std::pair<const char*, const char*> cases[] = {
      {"tclose=both", "rest\r\nCLOSED\r\n\r\n+IPCLOSE: 0,1\r\n"},
      {"tclose=closed", "rest\r\nCLOSED\r\n"},
      {"tclose=ipclose", "rest\r\n+IPCLOSE: 0,1\r\n"},
      {"tclose=silent", "rest"}};
  for (const auto& [variant, expected] : cases) {
    SCOPED_TRACE(variant);
    Transparent line{variant};
    line.peer().to_modem = "rest";
    line.peer().finished = true;
    line.it.run();
    EXPECT_EQ(line.it.heard, expected);
    EXPECT_FALSE(line.in_data());
    EXPECT_EQ(line.it.control("dcd"), "off");
    EXPECT_EQ(line.it.ask("ATO"), "\r\nNO CARRIER\r\n");
    EXPECT_EQ(line.it.ask("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443"), "\r\nCONNECT 115200\r\n");
  }
}

TEST(ModemTransparent, UrcsWaitUntilItIsOver) {
  Transparent line;
  line.it.control("urc now +CEREG: 5");
  line.it.advance(1s);
  EXPECT_EQ(line.it.heard, "");
  line.it.host("+++");
  line.it.advance(2s);
  EXPECT_EQ(line.it.heard, "\r\nOK\r\n\r\n+CEREG: 5\r\n");
}

TEST(ModemTransparent, APeerThatStopsReadingHoldsTheHostBack) {
  Transparent line;
  line.peer().window = 10;
  std::size_t sent = 0;
  while (line.it.modem->room() > 0 && sent < 1'000'000) {
    const std::string part(std::min<std::size_t>(512, line.it.modem->room()), 'x');
    line.it.modem->receive(as_bytes(part), line.it.now);
    sent += part.size();
    line.it.advance(30ms);
  }
  EXPECT_LT(sent, 40'000u);
  line.peer().window = 1'000'000;
  for (int n = 0; n < 20; ++n) line.it.advance(100ms);
  EXPECT_EQ(line.peer().from_modem.size(), sent);
}

TEST(ModemTransparent, ConnectMayFail) {
  Emulated it{"sim7670g", {"warm=1"}};
  it.ask("AT+NETCLOSE");
  EXPECT_EQ(it.ask("AT+CIPMODE=1"), "\r\nOK\r\n");
  it.ask("AT+NETOPEN");
  EXPECT_EQ(it.ask("AT+CIPMODE=0"), "\r\nERROR\r\n");
  EXPECT_EQ(it.ask("AT+CIPOPEN=0,\"TCP\",\"refused.example\",80"), "\r\nCONNECT FAIL\r\n");
  EXPECT_EQ(it.ask("AT+CIPOPEN=1,\"TCP\",\"gw.example.net\",80"), "\r\n+CIPOPEN: 1,4\r\n\r\nERROR\r\n");
}

TEST(ModemTransparent, TheNetworkMayGo) {
  Transparent line;
  line.it.control("net-closed");
  line.it.advance(1s);
  EXPECT_EQ(line.it.heard, "\r\nCLOSED\r\n\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n");
  EXPECT_EQ(line.it.ask("AT"), "\r\nOK\r\n");
}

/// AT+CCHMODE=1: the line is session 0 of the CCH service, until "+++", and again after ATO.
TEST(ModemTransparent, ASessionOfTheModemsOwnTlsMayBeTheLine) {
  Emulated it{"sim7670g", {"warm=1"}};
  EXPECT_EQ(it.ask("AT+CCHMODE=1;+CCHMODE?"), "\r\n+CCHMODE: 1\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CCHSTART"), "\r\nOK\r\n\r\n+CCHSTART: 0\r\n");
  EXPECT_EQ(it.ask("AT+CCHMODE=0"), "\r\nERROR\r\n");  // before the start only
  EXPECT_EQ(it.ask("AT+CCHOPEN=1,\"gw.example.net\",443,1"), "\r\n+CCHOPEN: 1,10\r\n\r\nERROR\r\n");
  EXPECT_EQ(it.ask("AT+CCHOPEN=0,\"refused.example\",443,1"), "\r\nCONNECT FAIL\r\n");
  EXPECT_EQ(it.ask("AT+CCHOPEN=0,\"gw.example.net\",443,1"), "\r\nCONNECT 115200\r\n");
  Peer& peer = *it.internet.peers.back();
  it.host("AT\r+++AT\r");
  it.advance(2s);
  EXPECT_EQ(peer.from_modem, "AT\r+++AT\r");
  peer.to_modem = "\r\nOK\r\n";
  it.run();
  EXPECT_EQ(std::exchange(it.heard, {}), "\r\nOK\r\n");
  it.host("+++");
  it.advance(1s);
  EXPECT_EQ(std::exchange(it.heard, {}), "\r\nOK\r\n");
  EXPECT_EQ(it.control("dcd"), "on");
  EXPECT_EQ(it.ask("AT+CCHSEND=0,5"), "\r\n+CCHSEND: 0,4\r\n\r\nERROR\r\n");
  EXPECT_EQ(it.ask("ATO"), "\r\nCONNECT 115200\r\n");
  peer.to_modem = "rest";
  peer.finished = true;
  it.run();
  EXPECT_EQ(it.heard, "rest\r\n+CCH_PEER_CLOSED: 0\r\n");
  EXPECT_EQ(it.control("dcd"), "off");
  EXPECT_EQ(it.ask("ATO"), "\r\nNO CARRIER\r\n");
  EXPECT_EQ(it.ask("AT+CCHOPEN=0,\"gw.example.net\",443,1"), "\r\nCONNECT 115200\r\n");
  it.heard.clear();
  it.control("net-closed");
  it.advance(1s);
  EXPECT_TRUE(it.heard.contains("\r\n+CCH:CCH STOP\r\n")) << it.heard;
  EXPECT_EQ(it.ask("AT+CCHSTOP"), "\r\nERROR\r\n");
}

}  // namespace
}  // namespace linnet::emulator::test
