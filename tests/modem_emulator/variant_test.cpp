// SPDX-License-Identifier: Apache-2.0
// The table of variants: names, values, and those variants that no other test needs. (boot_test,
// transfer_test, transparent_test and line_test have the rest.)
#include "modem_emulator/emulated.hpp"

namespace linnet::emulator::test {
namespace {

TEST(ModemVariants, AreRefusedWhenTheyAreNone) {
  Settings settings;
  for (const char* text : {"",
                           "tail",
                           "tail=",
                           "tail=both",
                           "prompt=",
                           "boot=loud",
                           "boot-delay=",
                           "boot-delay=-1",
                           "boot-delay=x",
                           "boot-delay=1e9",
                           "sim=",
                           "sim=pin:",
                           "sim=pin:12",
                           "sim=pin:123456789",
                           "sim=pin:12x4",
                           "reg=maybe",
                           "creg6=2",
                           "close-data=lose",
                           "cnf-delay=x",
                           "rx-buffer=0",
                           "rx-buffer=99999999",
                           "inject=2",
                           "inject=-0.1",
                           "refused=0",
                           "refused=13",
                           "tclose=loud",
                           "warm=2",
                           "cmee=3",
                           "first-at=never",
                           "chunk=0-4",
                           "chunk=5-4",
                           "chunk=-",
                           "baud=9600",
                           "seed=x",
                           "nosuch=1"}) {
    EXPECT_FALSE(set_variant(settings, text)) << text;
  }
}

TEST(ModemVariants, EveryOneHasItsLineOfHelp) {
  EXPECT_EQ(variants().size(), 28u);
  for (const VariantHelp& help : variants()) {
    EXPECT_FALSE(help.values.empty());
    EXPECT_FALSE(help.about.empty());
  }
}

TEST(ModemVariants, PromptWithASpace) {
  Emulated it{"sim7670g", {"warm=1", "prompt=space"}};
  it.open();
  EXPECT_EQ(it.ask("AT+CIPSEND=0,3"), "\r\n> ");
}

TEST(ModemVariants, RefusedHasACode) {
  Emulated it{"sim7670g", {"warm=1", "refused=12"}};
  EXPECT_EQ(it.ask("AT+CIPOPEN=0,\"TCP\",\"refused.example\",80"), "\r\nOK\r\n\r\n+CIPOPEN: 0,12\r\n");
}

TEST(ModemVariants, TheNetworkHasAClock) {
  Emulated it{"sim7670g", {"warm=1", "clock=1796000370"}};
  EXPECT_TRUE(it.ask("AT+CCLK?").starts_with("\r\n+CCLK: \"26/11/30,01:59:3"));
  it.advance(30s);
  EXPECT_TRUE(it.ask("AT+CCLK?").starts_with("\r\n+CCLK: \"26/11/30,02:00:0"));
}

TEST(ModemVariants, OpeningTakesItsTime) {
  Emulated it{"sim7670g", {"warm=1", "open-delay=700", "netopen-delay=900"}};
  it.host("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",80\r");
  ASSERT_TRUE(it.says("\r\nOK\r\n"));
  it.advance(699ms);
  EXPECT_EQ(it.heard, "");
  it.advance(1ms);
  EXPECT_EQ(it.heard, "\r\n+CIPOPEN: 0,0\r\n");
  it.ask("AT+NETCLOSE");
  it.host("AT+NETOPEN\r");
  ASSERT_TRUE(it.says("\r\nOK\r\n"));
  it.advance(899ms);
  EXPECT_EQ(it.heard, "");
  it.advance(1ms);
  EXPECT_EQ(it.heard, "\r\n+NETOPEN: 0\r\n");
}

TEST(ModemVariants, InjectedUrcsNeverComeInsidePayload) {
  Emulated it{"sim7670g", {"warm=1", "inject=1"}};
  it.host("AT+CIPOPEN=0,\"TCP\",\"gw.example.net\",80\r");
  it.advance(1s);
  Peer& peer = *it.internet.peers.back();
  peer.to_modem = std::string(1000, 'x');
  it.advance(1s);
  const std::string said = it.ask("AT+CIPRXGET=2,0");
  EXPECT_NE(said.find("\r\n" + std::string(1000, 'x') + "\r\n"), std::string::npos);
  EXPECT_GE(it.modem->counters.urcs_injected, 3u);
  it.host("AT+CIPSEND=0,1000\r");
  it.host(std::string(1000, 'y'));
  it.advance(1s);
  EXPECT_NE(it.heard.find("\r\n>\r\nOK\r\n"), std::string::npos) << it.heard;
  EXPECT_EQ(peer.from_modem, std::string(1000, 'y'));
}

}  // namespace
}  // namespace linnet::emulator::test
