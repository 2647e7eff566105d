// SPDX-License-Identifier: Apache-2.0
// Every fault, by every trigger, and what a host sees of it.
#include "modem_emulator/emulated.hpp"

namespace linnet::emulator::test {
namespace {

constexpr std::string_view kOkLine = "\r\nOK\r\n";

class Line : public Emulated {
 public:
  explicit Line(std::vector<std::string_view> variants = {})
      : Emulated{"sim7670g", with_warm(std::move(variants))} {}

  void fault(std::string_view spec) {
    const auto parsed = parse_fault(spec);
    ASSERT_TRUE(parsed) << parsed.error();
    modem->add_fault(*parsed);
    run();
  }
  /// A send of `size` bytes, all that the modem says of it.
  std::string send(std::size_t size) {
    heard.clear();
    host("AT+CIPSEND=0," + std::to_string(size) + "\r");
    host(std::string(size, 'x'));
    advance(1s);
    return std::exchange(heard, {});
  }

 private:
  static std::vector<std::string_view> with_warm(std::vector<std::string_view> variants) {
    variants.insert(variants.begin(), "warm=1");
    return variants;
  }
};

TEST(ModemFaults, AreRefusedWhenTheyAreNone) {
  for (const char* text :
       {"", "lost", "lost-prompt:1", "reboot:x", "reboot:-1", "reboot@", "reboot@now", "reboot@t",
        "reboot@t=x", "reboot@up=", "reboot@start=1", "reboot@cmd=", "@start", "open-fail:"}) {
    EXPECT_FALSE(parse_fault(text)) << text;
  }
  EXPECT_EQ(faults().size(), kFaultKinds);
  for (const FaultHelp& help : faults()) {
    EXPECT_TRUE(parse_fault(help.name)) << help.name;
    EXPECT_FALSE(help.about.empty());
  }
}

TEST(ModemFaults, LostPrompt) {
  Line line;
  Peer& peer = line.open();
  line.fault("lost-prompt");
  EXPECT_EQ(line.ask("AT+CIPSEND=0,5"), "");
  line.host("abcde");
  line.advance(1s);
  EXPECT_EQ(line.heard, "\r\nOK\r\n\r\n+CIPSEND: 0,5,5\r\n");
  EXPECT_EQ(peer.from_modem, "abcde");
  EXPECT_EQ(line.send(1), "\r\n>\r\nOK\r\n\r\n+CIPSEND: 0,1,1\r\n");
}

TEST(ModemFaults, LostOk) {
  Line line;
  line.open();
  line.fault("lost-ok@cmd=CIPSEND");
  EXPECT_EQ(line.ask("AT"), kOkLine);
  EXPECT_EQ(line.send(2), "\r\n>\r\n+CIPSEND: 0,2,2\r\n");
  EXPECT_EQ(line.ask("AT"), kOkLine);
}

TEST(ModemFaults, LostSend) {
  Line line;
  Peer& peer = line.open();
  line.fault("lost-send");
  EXPECT_EQ(line.send(2), "\r\n>\r\nOK\r\n");
  EXPECT_EQ(line.send(3), "\r\n>\r\nOK\r\n\r\n+CIPSEND: 0,3,3\r\n");
  EXPECT_EQ(peer.from_modem, "xxxxx");
}

TEST(ModemFaults, LostResult) {
  Line line;
  line.fault("lost-result");
  EXPECT_EQ(line.ask("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443"), kOkLine);
  EXPECT_EQ(line.ask("AT+CIPCLOSE?"), "\r\n+CIPCLOSE: 1,0,0,0\r\n\r\nOK\r\n");
}

TEST(ModemFaults, LostEdge) {
  Line line;
  Peer& peer = line.open();
  line.fault("lost-edge");
  peer.to_modem = "abc";
  line.run();
  EXPECT_EQ(line.heard, "");
  EXPECT_EQ(line.ask("AT+CIPRXGET=2,0"), "\r\n+CIPRXGET: 2,0,3,0\r\nabc\r\n\r\nOK\r\n");
  peer.to_modem = "def";
  line.run();
  EXPECT_EQ(line.heard, "\r\n+CIPRXGET: 1,0\r\n");
}

TEST(ModemFaults, ShortZeroAndNegativeConfirmations) {
  struct Case {
    const char* fault;
    const char* said;
    std::size_t arrived;
  };
  for (const Case& each :
       {Case{"short-cnf", "\r\n+CIPSEND: 0,9,4\r\n", 4}, Case{"zero-cnf", "\r\n+CIPSEND: 0,9,0\r\n", 0},
        Case{"neg-cnf", "\r\n+CIPSEND: 0,9,-1\r\n\r\n+IPCLOSE: 0,1\r\n", 0}}) {
    SCOPED_TRACE(each.fault);
    Line line;
    Peer& peer = line.open();
    line.fault(each.fault);
    EXPECT_EQ(line.send(9), std::string{"\r\n>\r\nOK\r\n"} + each.said);
    EXPECT_EQ(peer.from_modem.size(), each.arrived);
    EXPECT_EQ(line.ask("AT+CIPSEND=0,1"), "\r\n+CIPERROR: 4\r\n\r\nERROR\r\n");
    line.ask("AT+CIPCLOSE=0");
    line.open();
    EXPECT_EQ(line.send(1), "\r\n>\r\nOK\r\n\r\n+CIPSEND: 0,1,1\r\n");
  }
}

TEST(ModemFaults, OpenAndNetopenFail) {
  Line line;
  line.fault("open-fail:10@open=2");
  line.open(0);
  EXPECT_EQ(line.ask("AT+CIPOPEN=1,\"TCP\",\"gw.example.net\",8443"), "\r\nOK\r\n\r\n+CIPOPEN: 1,10\r\n");
  line.open(1);
  line.ask("AT+NETCLOSE");
  line.fault("netopen-fail:8");
  EXPECT_EQ(line.ask("AT+NETOPEN"), "\r\nOK\r\n\r\n+NETOPEN: 8\r\n");
  EXPECT_EQ(line.ask("AT+NETOPEN"), "\r\nOK\r\n\r\n+NETOPEN: 0\r\n");
}

TEST(ModemFaults, UrcStorm) {
  Line line;
  line.fault("urc-storm:50");
  EXPECT_EQ(std::ranges::count(line.heard, '\n'), 100);
  EXPECT_EQ(line.ask("AT"), kOkLine);
}

TEST(ModemFaults, Reboot) {
  Line line;
  line.open();
  line.fault("reboot:2");
  EXPECT_FALSE(line.modem->power.is_on());
  EXPECT_FALSE(line.internet.peers.back()->in_use);
  line.advance(1999ms);
  EXPECT_EQ(line.heard, "");
  line.advance(1ms);
  EXPECT_EQ(line.heard, "\r\nQCRDY\r\n");
  EXPECT_EQ(line.ask("AT", 100ms), "AT\r\r\nOK\r\n");  // echo is back
  EXPECT_EQ(line.modem->counters.boots, 1u);
}

TEST(ModemFaults, ARebootInThePayloadOfARead) {
  Line line;
  Peer& peer = line.open();
  peer.to_modem = std::string(1000, 'x');
  line.run();
  line.fault("reboot:1@down=300");
  EXPECT_EQ(line.ask("AT+CIPRXGET=2,0"),
            "\r\n+CIPRXGET: 2,0,1000,0\r\n" + std::string(300, 'x') + "\r\nQCRDY\r\n");
}

TEST(ModemFaults, ARebootInThePayloadOfASend) {
  Line line;
  Peer& peer = line.open();
  line.fault("reboot:1@up=300");
  line.heard.clear();
  line.host("AT+CIPSEND=0,1000\r");
  line.host(std::string(1000, 'x'));
  line.advance(1s);
  EXPECT_EQ(line.heard, "\r\n>\r\nQCRDY\r\n");
  EXPECT_EQ(peer.from_modem, "");
  EXPECT_EQ(line.ask("AT", 100ms), "AT\r\r\nOK\r\n");
}

TEST(ModemFaults, ARebootInsideACommand) {
  Line line;
  line.fault("reboot:1@cmd=CIPOPEN");
  EXPECT_EQ(line.ask("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443", 1s), "\r\nQCRDY\r\n");
}

TEST(ModemFaults, NetClosed) {
  Line line{{"reg-delay=3"}};
  line.ask("AT+CEREG=1;+CGEREP=1");
  line.open();
  line.fault("net-closed");
  EXPECT_EQ(line.heard,
            "\r\n+CGEV: NW PDN DEACT 1\r\n\r\n+CEREG: 0\r\n\r\n+CIPEVENT: NETWORK CLOSED "
            "UNEXPECTEDLY\r\n\r\n+CEREG: 2\r\n");
  EXPECT_FALSE(line.internet.peers.back()->in_use);
  EXPECT_EQ(line.ask("AT+CIPCLOSE?;+NETOPEN?"), "\r\n+CIPCLOSE: 0,0,0,0\r\n\r\n+NETOPEN: 0\r\n\r\nOK\r\n");
  EXPECT_EQ(line.ask("AT+NETOPEN"), "\r\nOK\r\n\r\n+NETOPEN: 1\r\n");
  line.advance(3s);
  EXPECT_EQ(line.heard, "\r\n+CEREG: 1\r\n");
  EXPECT_EQ(line.ask("AT+NETOPEN"), "\r\nOK\r\n\r\n+NETOPEN: 0\r\n");
}

TEST(ModemFaults, NoServiceTakesTheNetworkAndFlapDoesNot) {
  Line line;
  Peer& peer = line.open();
  line.fault("flap:4");
  EXPECT_EQ(line.ask("AT+CEREG?;+CSQ"), "\r\n+CEREG: 0,2\r\n\r\n+CSQ: 99,99\r\n\r\nOK\r\n");
  peer.to_modem = "abc";
  line.run();
  EXPECT_EQ(line.heard, "");  // out of reach
  line.advance(4s);
  EXPECT_EQ(line.heard, "\r\n+CIPRXGET: 1,0\r\n");
  line.heard.clear();
  line.fault("no-service:4");
  EXPECT_EQ(line.heard, "\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n");
  line.advance(5s);
  EXPECT_EQ(line.ask("AT+CEREG?"), "\r\n+CEREG: 0,1\r\n\r\nOK\r\n");
}

TEST(ModemFaults, Stuck) {
  Line line;
  line.fault("stuck:3");
  EXPECT_EQ(line.ask("AT", 2999ms), "");
  line.advance(1ms);
  EXPECT_EQ(line.heard, kOkLine);
}

TEST(ModemFaults, Garbage) {
  Line line;
  line.fault("garbage:100");
  EXPECT_EQ(line.heard.size(), 100u);
  EXPECT_EQ(line.ask("AT"), kOkLine);
}

TEST(ModemFaults, DroppedAndFlippedBytesOfAPayload) {
  Line line;
  Peer& peer = line.open();
  peer.to_modem = "0123456789";
  line.fault("drop-down:2@down=3");
  line.fault("flip-down@down=7");
  line.run();
  std::string said = line.ask("AT+CIPRXGET=2,0");
  ASSERT_TRUE(said.starts_with("\r\n+CIPRXGET: 2,0,10,0\r\n01256"));
  EXPECT_NE(said[24 + 4], '7');
  EXPECT_TRUE(said.ends_with("89\r\n\r\nOK\r\n"));
}

TEST(ModemFaults, PeerCloseAndAbort) {
  Line line;
  Peer& peer = line.open();
  peer.to_modem = "abc";
  line.run();
  line.heard.clear();
  line.fault("peer-close");
  EXPECT_EQ(line.heard, "\r\n+IPCLOSE: 0,1\r\n");
  EXPECT_EQ(line.ask("AT+CIPRXGET=2,0"), "\r\n+CIPRXGET: 2,0,3,0\r\nabc\r\n\r\nOK\r\n");
  line.open();
  line.internet.peers.back()->to_modem = "abc";
  line.run();
  line.heard.clear();
  line.fault("peer-abort");
  EXPECT_EQ(line.heard, "\r\n+IPCLOSE: 0,1\r\n");
  EXPECT_EQ(line.ask("AT+CIPRXGET=2,0"), "\r\n+IP ERROR: No data\r\n\r\nERROR\r\n");
}

TEST(ModemFaults, APeerThatIsNotThereYetClosesOnceItIs) {
  Line line;
  line.fault("peer-close");
  EXPECT_EQ(line.ask("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443"),
            "\r\nOK\r\n\r\n+CIPOPEN: 0,0\r\n\r\n+IPCLOSE: 0,1\r\n");
}

TEST(ModemFaults, Silent) {
  Line line;
  line.fault("silent");
  EXPECT_EQ(line.ask("AT", 600s), "");
  line.control("reset 1");
  EXPECT_EQ(line.ask("AT", 60s), "");
}

TEST(ModemFaults, TriggersByTime) {
  Line line;
  line.fault("urc-storm:1@t=2");
  line.advance(5s);
  EXPECT_EQ(line.heard, "");
  line.heard.clear();
  line.host("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",8443\r");
  ASSERT_TRUE(line.says("\r\nOK\r\n\r\n+CIPOPEN: 0,0\r\n"));
  line.advance(1999ms);
  EXPECT_EQ(line.heard, "");
  line.advance(1ms);
  EXPECT_NE(line.heard, "");
  line.heard.clear();
  line.fault("stuck:1@boot=0.5");
  line.control("reset 1");
  line.advance(1s);
  EXPECT_EQ(line.heard, "\r\nQCRDY\r\n");
  EXPECT_EQ(line.ask("AT", 400ms), "AT\r\r\nOK\r\n");
  line.advance(100ms);
  EXPECT_EQ(line.ask("AT", 900ms), "");
  line.advance(200ms);
  EXPECT_NE(line.heard.find("OK"), std::string::npos);
}

TEST(ModemFaults, TheControlChannelTakesThemAndMore) {
  Line line;
  EXPECT_EQ(line.control("urc-storm:1"), "ok");
  EXPECT_NE(line.heard, "");
  EXPECT_EQ(line.control("fault lost-ok@cmd=CSQ"), "ok");
  EXPECT_EQ(line.control("tail=ok"), "ok");
  EXPECT_EQ(line.control("variant tail=ok"), "ok");
  EXPECT_TRUE(line.control("variant tail=no").starts_with("error: "));
  EXPECT_TRUE(line.control("nonsense").starts_with("error: "));
  EXPECT_TRUE(line.control("dtr maybe").starts_with("error: "));
  EXPECT_TRUE(line.control("urc now").starts_with("error: "));
  EXPECT_TRUE(line.control("urc there X").starts_with("error: "));
  EXPECT_TRUE(line.control("host-baud x").starts_with("error: "));
  EXPECT_TRUE(line.control("reset x").starts_with("error: "));
  EXPECT_EQ(line.control("status"),
            "power=on sim=on registration=1 network=on links= baud=115200 dcd=off dtr=on");
  const std::string counters = line.control("counters");
  EXPECT_TRUE(counters.starts_with("{\"wire_up\":0,")) << counters;
  EXPECT_TRUE(counters.ends_with("\"commands\":{}}")) << counters;
  EXPECT_NE(line.control("help").find("FAULT"), std::string::npos);
}

}  // namespace
}  // namespace linnet::emulator::test
