// SPDX-License-Identifier: Apache-2.0
// From power-on to the network: boot texts of each modem, SIM cards, registration, and their variants.
#include "modem_emulator/emulated.hpp"

namespace linnet::emulator::test {
namespace {

constexpr std::string_view kOkLine = "\r\nOK\r\n";
constexpr std::string_view kErrorLine = "\r\nERROR\r\n";

std::string boot_of(std::string_view model) {
  Emulated it{model};
  it.advance(20s);
  return it.heard;
}

TEST(ModemBoot, EachModemHasItsTexts) {
  EXPECT_EQ(boot_of("sim7670g"), "\r\nQCRDY\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n");
  EXPECT_EQ(
      boot_of("a7670"),
      "\r\n*ATREADY: 1\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\n+CGEV: EPS PDN ACT 1\r\n\r\nPB DONE\r\n");
  EXPECT_EQ(boot_of("sim7600"), "\r\nRDY\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nPB DONE\r\n");
}

TEST(ModemBoot, NobodyHearsBeforeTheBanner) {
  Emulated it{"sim7670g", {"boot-delay=3"}};
  it.advance(2999ms);
  EXPECT_EQ(it.ask("AT", 0ms), "");
  it.advance(1ms);
  EXPECT_EQ(it.heard, "\r\nQCRDY\r\n");
}

TEST(ModemBoot, ThePowerKeyWantsToBeHeld) {
  Emulated it;
  it.advance(20s);
  const auto press = [&it](Duration held) {
    it.heard.clear();
    EXPECT_EQ(it.control("power-key on"), "ok");
    it.advance(held);
    EXPECT_EQ(it.control("power-key off"), "ok");
    it.advance(20s);
  };
  press(2s);  // too short for off
  EXPECT_EQ(it.ask("AT"), "AT\r\r\nOK\r\n");
  press(2500ms);
  EXPECT_EQ(it.ask("AT"), "");
  press(40ms);  // too short for on
  EXPECT_EQ(it.ask("AT"), "");
  press(50ms);
  EXPECT_EQ(it.heard, "\r\nQCRDY\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n");
  EXPECT_EQ(it.ask("AT"), "AT\r\r\nOK\r\n");
  it.control("power-key on");
  EXPECT_EQ(it.control("power-key maybe"), "error: power-key is on while it is pressed, or off");
}

TEST(ModemBoot, TheKeyOfAModemThatBootsChangesNothing) {
  Emulated it;
  it.advance(20s);
  it.control("power");
  it.control("power-key on");
  it.advance(100ms);
  it.control("power-key off");
  it.control("power-key on");
  it.advance(100ms);
  it.control("power-key off");
  it.advance(20s);
  EXPECT_EQ(it.heard.find("QCRDY", it.heard.find("QCRDY", it.heard.find("QCRDY") + 1) + 1),
            std::string::npos);
}

TEST(ModemBoot, CanBeSilent) {
  Emulated it{"a7670", {"boot=silent"}};
  it.advance(20s);
  EXPECT_EQ(it.heard, "");
  EXPECT_EQ(it.ask("AT"), "AT\r\r\nOK\r\n");
}

TEST(ModemBoot, LateUrcsComeWhenTheyWereTold) {
  Emulated it{"sim7600", {"late-urc=40"}};
  it.advance(39s);
  EXPECT_EQ(it.heard, "\r\nRDY\r\n\r\n+CPIN: READY\r\n");
  it.advance(2s);
  EXPECT_EQ(it.heard, "\r\nRDY\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nPB DONE\r\n");
}

TEST(ModemBoot, TheFirstCommandMayBeLostOrRefused) {
  Emulated lost{"sim7670g", {"boot=silent", "first-at=lost"}};
  EXPECT_EQ(lost.ask("AT"), "AT\r");
  EXPECT_EQ(lost.ask("AT"), "AT\r\r\nOK\r\n");
  Emulated refused{"sim7670g", {"boot=silent", "first-at=error"}};
  EXPECT_EQ(refused.ask("AT"), "AT\r\r\nERROR\r\n");
  EXPECT_EQ(refused.ask("AT"), "AT\r\r\nOK\r\n");
}

TEST(ModemBoot, WarmMeansThatItHasBeenRunning) {
  Emulated it{"sim7670g", {"warm=1"}};
  it.advance(20s);
  EXPECT_EQ(it.heard, "");
  EXPECT_EQ(it.ask("AT+CEREG?;+NETOPEN?;+CIPRXGET?"),
            "\r\n+CEREG: 0,1\r\n\r\n+NETOPEN: 1\r\n\r\n+CIPRXGET: 1\r\n\r\nOK\r\n");
}

TEST(ModemBoot, PowersOffAndOnAgain) {
  Emulated it{"sim7670g", {"warm=1", "boot-delay=2"}};
  EXPECT_EQ(it.ask("AT+CPOF"), "\r\nOK\r\n\r\nPOWERD DOWN\r\n");
  EXPECT_EQ(it.ask("AT", 30s), "");
  EXPECT_EQ(it.control("power"), "ok");
  it.advance(2s);
  EXPECT_EQ(it.heard, "\r\nQCRDY\r\n");
}

TEST(ModemBoot, TheSimIsBusyForAWhile) {
  for (const auto& [model, code] : {std::pair{"sim7670g", "14"}, std::pair{"a7670", "13"}}) {
    Emulated it{model, {"sim-busy=5", "cmee=1", "boot=silent"}};
    it.ask("ATE0");
    EXPECT_EQ(it.ask("AT+CPIN?"), std::string{"\r\n+CME ERROR: "} + code + "\r\n");
    it.advance(4s);
    EXPECT_EQ(it.ask("AT+CPIN?"), "\r\n+CPIN: READY\r\n\r\nOK\r\n");
  }
}

TEST(ModemBoot, NoCard) {
  Emulated it{"sim7670g", {"sim=missing", "cmee=1"}};
  it.advance(20s);
  EXPECT_EQ(it.heard, "\r\nQCRDY\r\n\r\n+CPIN: NOT INSERTED\r\n");
  it.ask("ATE0");
  EXPECT_EQ(it.ask("AT+CPIN?"), "\r\n+CME ERROR: 10\r\n");
  EXPECT_EQ(it.ask("AT+CEREG?"), "\r\n+CEREG: 0,0\r\n\r\nOK\r\n");
}

TEST(ModemBoot, ABrokenCard) {
  Emulated it{"sim7670g", {"sim=failure", "cmee=1"}};
  it.advance(20s);
  it.ask("ATE0");
  EXPECT_EQ(it.ask("AT+CPIN?"), "\r\n+CME ERROR: 13\r\n");
}

TEST(ModemBoot, AskForThePinAndCountsItsTries) {
  Emulated it{"sim7670g", {"sim=pin:4711", "cmee=1", "boot=silent"}};
  it.advance(5s);
  it.ask("ATE0");
  EXPECT_EQ(it.ask("AT+CPIN?"), "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CPIN=1111"), "\r\n+CME ERROR: 16\r\n");
  EXPECT_EQ(it.ask("AT+SPIC"), "\r\n+SPIC: 2,10,3,10\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CPIN=4711"), kOkLine);
  EXPECT_EQ(it.ask("AT+CPIN?"), "\r\n+CPIN: READY\r\n\r\nOK\r\n");
  it.advance(5s);
  EXPECT_EQ(it.ask("AT+CEREG?"), "\r\n+CEREG: 0,1\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CRESET", 10s), kOkLine);
  it.ask("ATE0");
  EXPECT_EQ(it.ask("AT+CPIN?"), "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n");
}

TEST(ModemBoot, ThreeWrongPinsLockTheCard) {
  Emulated it{"sim7670g", {"sim=pin:4711", "cmee=1", "boot=silent"}};
  it.advance(5s);
  it.ask("ATE0");
  it.ask("AT+CPIN=1111");
  it.ask("AT+CPIN=1111");
  EXPECT_EQ(it.ask("AT+CPIN=1111"), "\r\n+CME ERROR: 12\r\n");
  EXPECT_EQ(it.ask("AT+CPIN=4711"), "\r\n+CME ERROR: 12\r\n");
  EXPECT_EQ(it.ask("AT+CPIN=\"12345678\",\"2222\""), kOkLine);
  EXPECT_EQ(it.ask("AT+CPIN?"), "\r\n+CPIN: READY\r\n\r\nOK\r\n");
}

TEST(ModemBoot, ALockedCardAsksForItsPuk) {
  Emulated it{"sim7670g", {"sim=puk", "cmee=1", "boot=silent"}};
  it.advance(5s);
  it.ask("ATE0");
  EXPECT_EQ(it.ask("AT+CPIN?"), "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CPIN=\"87654321\",\"2222\""), "\r\n+CME ERROR: 16\r\n");
}

TEST(ModemBoot, RegistersAsToldAndWhenTold) {
  struct Case {
    const char* variant;
    const char* then;
  };
  for (const Case& each : {Case{"reg=home", "0,1"}, Case{"reg=roaming", "0,5"}, Case{"reg=denied", "0,3"},
                           Case{"reg=never", "0,2"}}) {
    SCOPED_TRACE(each.variant);
    Emulated it{"sim7670g", {each.variant, "sim-busy=0", "reg-delay=7", "boot=silent"}};
    it.ask("ATE0");
    it.advance(5s);
    EXPECT_EQ(it.ask("AT+CEREG?"), "\r\n+CEREG: 0,2\r\n\r\nOK\r\n");
    it.advance(3s);
    EXPECT_EQ(it.ask("AT+CEREG?"), std::string{"\r\n+CEREG: "} + each.then + "\r\n\r\nOK\r\n");
  }
}

TEST(ModemBoot, WithoutANetworkThereIsNoSignal) {
  Emulated it{"sim7670g", {"reg=never", "boot=silent"}};
  it.advance(20s);
  it.ask("ATE0");
  EXPECT_EQ(it.ask("AT+CSQ"), "\r\n+CSQ: 99,99\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CPSI?"), "\r\n+CPSI: NO SERVICE,Online\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+COPS?"), "\r\n+COPS: 0\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+NETOPEN"), "\r\nOK\r\n\r\n+NETOPEN: 1\r\n");
}

TEST(ModemBoot, CregMaySaySmsOnly) {
  Emulated it{"sim7670g", {"creg6=1", "boot=silent"}};
  it.ask("ATE0;+CREG=1;+CEREG=2");
  it.heard.clear();
  it.advance(20s);
  EXPECT_NE(it.heard.find("\r\n+CREG: 6\r\n"), std::string::npos) << it.heard;
  EXPECT_NE(it.heard.find("\r\n+CEREG: 1,\"7764\",\"6FB8845\",7\r\n"), std::string::npos) << it.heard;
  EXPECT_EQ(it.ask("AT+CREG?;+CEREG?"),
            "\r\n+CREG: 1,6\r\n\r\n+CEREG: 2,1,\"7764\",\"6FB8845\",7\r\n\r\nOK\r\n");
}

TEST(ModemBoot, TheNetworkMayWantItsApn) {
  Emulated it{"sim7670g", {"warm=1", "need-apn=iot.example", "apn=other"}};
  it.ask("AT+NETCLOSE");
  EXPECT_EQ(it.ask("AT+CGDCONT?"), "\r\n+CGDCONT: 1,\"IP\",\"other\",\"10.65.0.2\",0,0,,,,\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+NETOPEN"), "\r\nOK\r\n\r\n+NETOPEN: 1\r\n");
  it.ask("AT+CGDCONT=1,\"IP\",\"iot.example\"");
  EXPECT_EQ(it.ask("AT+NETOPEN"), "\r\nOK\r\n\r\n+NETOPEN: 0\r\n");
}

TEST(ModemBoot, AirplaneModeEndsTheNetwork) {
  Emulated it{"sim7670g", {"warm=1"}};
  EXPECT_EQ(it.ask("AT+CFUN=4", 5s), "\r\nOK\r\n\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n");
  EXPECT_EQ(it.ask("AT+CEREG?;+CFUN?"), "\r\n+CEREG: 0,0\r\n\r\n+CFUN: 4\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CFUN=1", 5s), kOkLine);
  EXPECT_EQ(it.ask("AT+CEREG?"), "\r\n+CEREG: 0,1\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CGATT=0", 5s), kOkLine);
  EXPECT_EQ(it.ask("AT+CGATT?"), "\r\n+CGATT: 0\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CGATT=1", 5s), kOkLine);
  EXPECT_EQ(it.ask("AT+CGATT?"), "\r\n+CGATT: 1\r\n\r\nOK\r\n");
  EXPECT_EQ(it.ask("AT+CFUN=9"), "\r\n+CME ERROR: 50\r\n");
  EXPECT_EQ(it.ask("AT+CGATT=2"), kErrorLine);
}

TEST(ModemBoot, AuthenticationIsWrittenPasswordFirst) {
  Emulated it{"sim7670g", {"warm=1"}};
  EXPECT_EQ(it.ask("AT+CGAUTH=1,1,\"secret\",\"me\""), kOkLine);
  EXPECT_EQ(it.ask("AT+CGAUTH?"), "\r\n+CGAUTH: 1,1,\"me\",\"secret\"\r\n\r\nOK\r\n");
}

}  // namespace
}  // namespace linnet::emulator::test
