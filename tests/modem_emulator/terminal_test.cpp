// SPDX-License-Identifier: Apache-2.0
// The command line as a host meets it: echo, ends of lines, limits, what is answered and what is not.
#include "modem_emulator/emulated.hpp"

namespace linnet::emulator::test {
namespace {

constexpr std::string_view kOkLine = "\r\nOK\r\n";
constexpr std::string_view kErrorLine = "\r\nERROR\r\n";

TEST(ModemTerminal, EchoesUntilToldNot) {
  Emulated it{"sim7670g", {"boot=silent"}};
  it.host("AT\r");
  EXPECT_EQ(it.heard, "AT\r\r\nOK\r\n");
  EXPECT_EQ(it.ask("ATE0"), "ATE0\r\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT"), kOkLine);
  EXPECT_EQ(it.ask("ATE1"), kOkLine);
  EXPECT_EQ(it.ask("at"), "at\r\r\nOK\r\n");
}

TEST(ModemTerminal, ALineFeedBehindTheReturnIsIgnored) {
  Emulated it{"sim7670g", {"boot=silent"}};
  it.ask("ATE0");
  it.host("AT\r\nAT\r\n\r\n\r");
  EXPECT_EQ(it.heard, "\r\nOK\r\n\r\nOK\r\n");
}

TEST(ModemTerminal, IgnoresWhatBeginsWithNoAt) {
  Emulated it{"sim7670g", {"boot=silent"}};
  it.ask("ATE0");
  EXPECT_EQ(it.ask("hello"), "");
  EXPECT_EQ(it.ask("A"), "");
  EXPECT_EQ(it.ask(std::string_view{"\0\x1a\x1b\xff", 4}), "");
  EXPECT_EQ(it.ask("xyzAAT"), kOkLine);
  EXPECT_EQ(it.ask(std::string(100'000, 'x') + "AT+CGMM"), "\r\nSIM7670G-MNGV\r\n\r\nOK\r\n");
}

TEST(ModemTerminal, BackspaceTakesBack) {
  Emulated it{"sim7670g", {"boot=silent"}};
  it.ask("ATE0");
  EXPECT_EQ(it.ask("AT+XX\b\bCGMM"), "\r\nSIM7670G-MNGV\r\n\r\nOK\r\n");
}

TEST(ModemTerminal, ALineHasALimit) {
  for (const auto& [model, limit] :
       {std::pair{"sim7670g", 3071u}, std::pair{"a7670", 3071u}, std::pair{"sim7600", 559u}}) {
    SCOPED_TRACE(model);
    Emulated it{model, {"boot=silent"}};
    it.ask("ATE0");
    const std::string start = "AT+CGMM;+CGMI";
    const std::string fits = start + std::string(limit + 2 - start.size(), ';');
    EXPECT_NE(it.ask(fits).find("OK"), std::string::npos);
    EXPECT_EQ(it.ask(fits + ";"), kErrorLine);  // and nothing was executed
    EXPECT_EQ(it.ask("AT"), kOkLine);
  }
}

TEST(ModemTerminal, StopsAtTheFirstErrorOfALine) {
  Emulated it{"sim7670g", {"boot=silent"}};
  it.ask("ATE0");
  EXPECT_EQ(it.ask("AT+CGMM;+NOSUCH;+CGMI"), "\r\nSIM7670G-MNGV\r\n\r\nERROR\r\n");
}

TEST(ModemTerminal, ReportsErrorsAsAsked) {
  Emulated it{"sim7670g", {"sim=missing", "sim-busy=0"}};
  it.advance(5s);
  it.ask("ATE0");
  EXPECT_EQ(it.ask("AT+CPIN?"), "\r\n+CME ERROR: SIM not inserted\r\n");
  it.ask("AT+CMEE=1");
  EXPECT_EQ(it.ask("AT+CPIN?"), "\r\n+CME ERROR: 10\r\n");
  it.ask("AT+CMEE=0");
  EXPECT_EQ(it.ask("AT+CPIN?"), kErrorLine);
  EXPECT_EQ(it.ask("AT+CMEE=3"), kErrorLine);
}

TEST(ModemTerminal, AUrcDoesNotTearALineThatIsBeingTyped) {
  Emulated it{"sim7670g", {"sim-busy=2"}};
  it.heard.clear();
  it.host("AT+C");
  it.advance(3s);
  EXPECT_EQ(it.heard, "AT+C");
  it.host("GMM\r");
  EXPECT_EQ(it.heard, "AT+CGMM\r\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nSIM7670G-MNGV\r\n\r\nOK\r\n");
}

TEST(ModemTerminal, EveryCommandAnswersInEveryForm) {
  for (const Profile& profile : profiles()) {
    Emulated it{profile.name, {"warm=1"}};
    for (const auto& group : {general_commands(), line_commands(), sim_commands(), radio_commands(),
                              packet_commands(), network_commands(), socket_commands(), transfer_commands(),
                              transparent_commands(), secure_commands(), kept_settings()}) {
      for (const Entry& entry : group) {
        if (entry.name == "+CPOF" || entry.name == "+CRESET") continue;
        for (const char* form : {"=?", "?", "", "=99999999", "=,,,", "=\"x\""}) {
          const std::string line = "AT" + std::string{entry.name} + form;
          SCOPED_TRACE(std::string{profile.name} + " " + line);
          const std::string answer = it.ask(line);
          const bool known = (entry.models & profile.model) != 0;
          EXPECT_TRUE(answer.find("OK\r\n") != std::string::npos ||
                      answer.find("ERROR") != std::string::npos || answer.ends_with("NO CARRIER\r\n"))
              << answer;
          EXPECT_TRUE(known || answer == kErrorLine);
          it.ask("ATE0");
        }
      }
    }
  }
}

TEST(ModemTerminal, ProfilesDifferWhereTheModemsDo) {
  Emulated the_sim7670g{"sim7670g", {"warm=1"}};
  Emulated the_a7670{"a7670", {"warm=1"}};
  Emulated the_sim7600{"sim7600", {"warm=1"}};
  EXPECT_EQ(the_sim7670g.ask("AT+CIPSEND=?"), "\r\n+CIPSEND: (0-3),(1-1500)\r\n\r\nOK\r\n");
  EXPECT_EQ(the_a7670.ask("AT+CIPSEND=?"), "\r\n+CIPSEND: (0-9),(1-1500)\r\n\r\nOK\r\n");
  EXPECT_EQ(the_sim7670g.ask("AT+CIPSENDMODE=1"), kErrorLine);
  EXPECT_EQ(the_a7670.ask("AT+CIPSENDMODE=1"), kOkLine);
  EXPECT_EQ(the_sim7670g.ask("AT+IPR=921600"), kErrorLine);
  EXPECT_EQ(the_a7670.ask("AT+IPR=921600"), kOkLine);
  EXPECT_EQ(the_a7670.ask("AT+IPR?"), "\r\n+IPR: 921600\r\n\r\nOK\r\n");
  EXPECT_EQ(the_sim7670g.ask("AT+CIPRXGET=5"), kErrorLine);
  EXPECT_EQ(the_a7670.ask("AT+CIPRXGET=5"), kOkLine);
  EXPECT_EQ(the_sim7670g.ask("AT+IFC=1,1"), kErrorLine);
  EXPECT_EQ(the_sim7600.ask("AT+IFC=1,1"), kOkLine);
  EXPECT_EQ(the_sim7670g.ask("AT+SERVERSTART=9999,0"), "\r\n+IP ERROR: Invalid parameter\r\n\r\nERROR\r\n");
  EXPECT_EQ(the_sim7670g.ask("AT+SERVERSTART=10000,0"), kOkLine);
  EXPECT_EQ(the_sim7600.ask("AT+SERVERSTART=9999,3"), kOkLine);
  EXPECT_EQ(the_sim7670g.ask("AT+CIPCLOSE?"), "\r\n+CIPCLOSE: 0,0,0,0\r\n\r\nOK\r\n");
  EXPECT_EQ(the_sim7600.ask("AT+CIPCLOSE?"), "\r\n+CIPCLOSE: 0,0,0,0,0,0,0,0,0,0\r\n\r\nOK\r\n");
  EXPECT_EQ(the_sim7670g.ask("AT+NETCLOSE"), "\r\nOK\r\n\r\n+NETCLOSE: 0\r\n");
  EXPECT_EQ(the_sim7670g.ask("AT+NETOPEN=1"), "\r\nOK\r\n\r\n+NETOPEN: 0,1\r\n");
  EXPECT_EQ(the_sim7600.ask("AT+NETOPEN=1"), kErrorLine);
  EXPECT_EQ(the_sim7670g.ask("AT+WSSTART"), kErrorLine);
}

TEST(ModemTerminal, KeepsWhatItIsToldAndForgetsItAtAReset) {
  Emulated it{"sim7670g", {"warm=1", "boot-delay=1"}};
  EXPECT_EQ(it.ask("AT+CIPCCFG=10,0,0,0,1,0,500"), kOkLine);
  EXPECT_EQ(it.ask("AT+CIPCCFG?"), "\r\n+CIPCCFG: 10,0,0,0,1,0,500\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CIPCCFG=11"), kErrorLine);
  EXPECT_EQ(it.ask("AT+CGDCONT=1,\"IP\",\"iot.example\""), kOkLine);
  EXPECT_EQ(it.ask("AT+CRESET", 20s), "\r\nOK\r\n\r\nQCRDY\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n");
  it.ask("ATE0");
  EXPECT_EQ(it.ask("AT+CIPCCFG?"), "\r\n+CIPCCFG: 10,0,0,1,0,0,500\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CGDCONT?"),
            "\r\n+CGDCONT: 1,\"IP\",\"iot.example\",\"10.65.0.2\",0,0,,,,\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+NETOPEN?"), "\r\n+NETOPEN: 0\r\n\r\nOK\r\n");
}

TEST(ModemTerminal, TheSignalWandersWithinReason) {
  Emulated it{"sim7670g", {"warm=1"}};
  std::vector<std::string> seen;
  for (int n = 0; n < 200; ++n) {
    const std::string answer = it.ask("AT+CSQ", 10s);
    if (std::ranges::find(seen, answer) == seen.end()) seen.push_back(answer);
    const int quality = std::stoi(answer.substr(8));
    EXPECT_TRUE(quality >= 9 && quality <= 28) << answer;
  }
  EXPECT_GE(seen.size(), 4u);
}

TEST(ModemTerminal, LooksNamesUp) {
  Emulated it{"sim7670g", {"warm=1"}};
  EXPECT_EQ(it.ask("AT+CDNSGIP=\"gw.example.net\""),
            "\r\n+CDNSGIP: 1,\"gw.example.net\",\"192.0.2.7\"\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CDNSGIP=\"no.such.host\""), "\r\n+CDNSGIP: 0,10\r\n\r\nERROR\r\n");
}

}  // namespace
}  // namespace linnet::emulator::test
