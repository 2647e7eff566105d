// SPDX-License-Identifier: Apache-2.0
// From silence to a network: what the driver asks, in which order, and what it says when something is
// missing.
#include <gtest/gtest.h>

#include "support/modem_bench.hpp"

namespace linnet::modem {
namespace {

using test::ModemBench;
using Kind = Event::Kind;

TEST(ModemBringUp, AsksEverythingOnce) {
  ModemBench bench{{.apn = "iot.example"}};
  ASSERT_TRUE(bench.bring_up());
  const std::vector<std::string> expected{"AT",
                                          "ATE0",
                                          "AT+CMEE=1",
                                          "AT+SIMCOMATI",
                                          "AT+CFUN?",
                                          "AT+CPIN?",
                                          "AT+CGDCONT?",
                                          "AT+CGDCONT=1,\"IP\",\"iot.example\"",
                                          "AT+NETCLOSE",
                                          "AT+CIPMODE=0",
                                          "AT+CEREG=1",
                                          "AT+CEREG?",
                                          "AT+CGATT=0",
                                          "AT+CGATT=1",
                                          "AT+NETCLOSE",
                                          "AT+CIPMODE=0",
                                          "AT+CEREG=1",
                                          "AT+CEREG?",
                                          "AT+CSQ",
                                          "AT+COPS?",
                                          "AT+CPSI?",
                                          "AT+CIPTIMEOUT=30000,15000,15000",
                                          "AT+CIPRXGET=1",
                                          "AT+NETOPEN",
                                          "AT+IPADDR"};
  EXPECT_EQ(bench.modem.commands, expected);
  std::vector<Kind> kinds;
  for (const Event& event : bench.events) kinds.push_back(event.kind);
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::powered, Kind::sim_ready, Kind::registered, Kind::network_up}));
  const Status& status = bench.cellular.status();
  EXPECT_EQ(status.model.text(), "SIM7670G-MNGV");
  EXPECT_EQ(status.firmware.text(), "2374B05SIM767XM5A_M");
  EXPECT_EQ(status.rssi_dbm, -71);
  EXPECT_EQ(status.operator_name.text(), "Example Mobile");
  EXPECT_EQ(status.technology.text(), "LTE");
  EXPECT_EQ(status.cell.text(), "460-11,0x7764,117148181");
  EXPECT_EQ(status.address.text(), "10.84.17.161");
}

TEST(ModemClock, IsAskedForWhenSomebodyWantsIt) {
  ModemBench bench{{.apn = "iot.example"}};
  const auto told = [&bench](const std::string& clock) {
    bench.events.clear();
    bench.modem.answers.emplace("AT+CCLK?", "\r\n+CCLK: " + clock + "\r\n\r\nOK\r\n");
    bench.cellular.ask_time();
    bench.run_for(1s);
    return bench.has_event(Kind::time_known);
  };
  bench.cellular.ask_time();
  ASSERT_TRUE(bench.bring_up());
  EXPECT_FALSE(told("\"80/01/06,00:00:12+00\"")) << "nobody has set it";
  EXPECT_EQ(bench.cellular.status().unix_time, 0);
  // Of the shell: date -u -d '2026-11-28 21:40:05 UTC' +%s
  EXPECT_TRUE(told("\"26/11/28,22:40:05+04\""));
  EXPECT_EQ(bench.cellular.status().unix_time, 1'795'902'005);
  EXPECT_LE(bench.cellular.status().unix_time_at, bench.now);
  EXPECT_TRUE(told("\"26/11/28,16:40:05-20\""));
  EXPECT_EQ(bench.cellular.status().unix_time, 1'795'902'005);
  for (const char* const wrong :
       {"", "\"\"", "\"26/13/28,22:40:05+04\"", "\"26/02/30,22:40:05+04\"", "\"26/11/28,24:40:05+04\"",
        "\"26/11/28,22:4x:05+04\"", "\"26/11/28 22:40:05+04\"", "\"26/11/28,22:40:05*04\"", "\"26/11/28\""})
    EXPECT_FALSE(told(wrong)) << wrong;
  EXPECT_EQ(bench.cellular.status().unix_time, 1'795'902'005);
}

TEST(ModemBringUp, InEverySplit) {
  ModemBench bench{{.apn = "iot.example", .user = "me", .password = "secret"}};
  bench.chunk = 1;
  ASSERT_TRUE(bench.bring_up());
}

TEST(ModemBringUp, WritesOnlyWhatIsNotStored) {
  ModemBench bench{{.apn = "iot.example", .user = "me", .password = "secret"}};
  bench.modem.apn = "iot.example";
  bench.modem.user = "me";
  bench.modem.password = "secret";
  ASSERT_TRUE(bench.bring_up());
  for (const std::string& command : bench.modem.commands) {
    EXPECT_FALSE(command.starts_with("AT+CGDCONT=") || command.starts_with("AT+CGAUTH=")) << command;
    EXPECT_FALSE(command.starts_with("AT+CGATT")) << command;
  }
}

TEST(ModemBringUp, CredentialsInThisDialectsOrder) {
  for (const auto kind : {Authentication::pap, Authentication::chap}) {
    ModemBench bench{{.apn = "a", .user = "me", .password = "secret", .authentication = kind}};
    ASSERT_TRUE(bench.bring_up());
    EXPECT_TRUE(bench.has_command(std::string{"AT+CGAUTH=1,"} + (kind == Authentication::pap ? "1" : "2") +
                                  ",\"secret\",\"me\""));
  }
}

TEST(ModemBringUp, SecretsAreMarked) {
  ModemBench bench{{.user = "me", .password = "hunter2", .pin = "4711"}};
  bench.modem.sim = "+CPIN: SIM PIN";
  bench.modem.pin = "4711";
  bench.settle();
  std::string plain;
  for (int turn = 0; turn < 500 && !bench.cellular.is_up(); ++turn) {
    bench.poll();
    const Output out = bench.cellular.output();
    if (!bench.cellular.is_secret()) plain += as_text(out.parts[0]);
    bench.settle();
    bench.now += 10ms;
  }
  EXPECT_TRUE(bench.cellular.is_up());
  EXPECT_EQ(plain.find("hunter2"), std::string::npos);
  EXPECT_EQ(plain.find("4711"), std::string::npos);
}

TEST(ModemBringUp, WaitsForASimThatIsBusy) {
  ModemBench bench;
  bench.modem.sim = "+CME ERROR: 14";
  bench.run_for(4s);
  EXPECT_FALSE(bench.has_event(Kind::sim_ready));
  bench.modem.sim = "+CPIN: READY";
  bench.modem.put("\r\n+CPIN: READY\r\n");
  bench.run_for(1ms);  // the URC ends the wait
  EXPECT_TRUE(bench.has_event(Kind::sim_ready));
}

struct Hopeless {
  std::string_view sim;
  std::string_view pin;
  Cause cause;
};

TEST(ModemBringUp, WhatNoRetryMendsEndsAtOnceAndSaysWhy) {
  for (const Hopeless& one :
       {Hopeless{"+CPIN: SIM PIN", "", Cause::pin_needed},
        Hopeless{"+CPIN: SIM PIN", "9999", Cause::pin_wrong},
        Hopeless{"+CPIN: SIM PUK", "1234", Cause::puk_needed},
        Hopeless{"+CPIN: NOT INSERTED", "", Cause::no_sim}, Hopeless{"+CME ERROR: 10", "", Cause::no_sim},
        Hopeless{"+CME ERROR: 13", "", Cause::sim_failure}}) {
    SCOPED_TRACE(std::string{one.sim} + " " + std::string{one.pin});
    ModemBench bench{{.pin = one.pin}};
    bench.modem.sim = one.sim;
    bench.modem.pin = "1234";
    Socket* const socket = *bench.cellular.open("a", 1);
    EXPECT_TRUE(bench.run_until([&] { return bench.cellular.step() == Step::failed; }, 25s));
    EXPECT_EQ(bench.cellular.failure().cause, one.cause);
    EXPECT_TRUE(bench.cellular.failure().hopeless);
    EXPECT_FALSE(bench.cellular.failure().answer.empty());
    EXPECT_FALSE(remedy(one.cause).empty());
    EXPECT_TRUE(bench.has_event(Kind::failed));
    EXPECT_EQ(socket->state(), SocketState::ended);
    const std::size_t commands = bench.modem.commands.size();
    bench.run_for(600s);
    EXPECT_EQ(bench.modem.commands.size(), commands);
  }
}

TEST(ModemBringUp, AWrongPinIsSentOnceOnly) {
  ModemBench bench{{.pin = "9999"}};
  bench.modem.sim = "+CPIN: SIM PIN";
  bench.modem.pin = "1234";
  bench.run_for(60s);
  int tries = 0;
  for (const std::string& command : bench.modem.commands) tries += command == "AT+CPIN=9999" ? 1 : 0;
  EXPECT_EQ(tries, 1);
}

TEST(ModemBringUp, APinWhoseAnswerIsLostIsNotSentAgain) {
  ModemBench bench{{.pin = "1234"}};
  bench.modem.sim = "+CPIN: SIM PIN";
  bench.modem.pin = "1234";
  bench.modem.answers.emplace("AT+CPIN=1234", "");
  bench.run_for(10s);
  bench.modem.sim = "+CPIN: READY";
  ASSERT_TRUE(bench.bring_up());
  int tries = 0;
  for (const std::string& command : bench.modem.commands) tries += command == "AT+CPIN=1234" ? 1 : 0;
  EXPECT_EQ(tries, 1);
}

TEST(ModemBringUp, DeniedByTheNetworkIsFinalWhenItLasts) {
  ModemBench bench;
  bench.modem.registration = "3";
  bench.run_for(8s);
  EXPECT_NE(bench.cellular.step(), Step::failed);
  bench.run_for(20s);
  EXPECT_EQ(bench.cellular.step(), Step::failed);
  EXPECT_EQ(bench.cellular.failure().cause, Cause::denied);
}

TEST(ModemBringUp, NoSignalIsTold) {
  ModemBench bench;
  bench.modem.registration = "2";
  for (int i = 0; i < 100; ++i) bench.modem.answers.emplace("AT+CSQ", "\r\n+CSQ: 99,99\r\n\r\nOK\r\n");
  bench.run_for(30s);
  EXPECT_EQ(bench.cellular.diagnosis().cause, Cause::no_signal);
  EXPECT_EQ(bench.cellular.diagnosis().step, Step::registration);
}

TEST(ModemBringUp, AModemThatSaysNothingIsToldAndTriedAgain) {
  ModemBench bench{{.port = {.baud = true}}};
  bench.modem.off = true;
  bench.run_for(40s);
  EXPECT_TRUE(bench.has_event(Kind::failed));
  EXPECT_EQ(bench.cellular.failure().cause, Cause::no_answer);
  EXPECT_FALSE(bench.cellular.failure().hopeless);
  bench.modem.off = false;
  EXPECT_TRUE(bench.bring_up(60s));
}

TEST(ModemBringUp, FindsTheModemAtAnySpeedAndRaisesIt) {
  for (const std::uint32_t speed : {9600u, 57600u, 115200u, 230400u, 460800u, 921600u}) {
    SCOPED_TRACE(speed);
    ModemBench bench{{.baud = 921600, .port = {.baud = true}}};
    bench.modem.baud = speed;
    ASSERT_TRUE(bench.bring_up(30s));
    EXPECT_EQ(bench.cellular.lines().baud, 460800u);  // the most that a SIM7670G can
    EXPECT_EQ(bench.modem.baud, 460800u);
  }
}

TEST(ModemBringUp, TheSpeedIsLeftAsItIsUnlessAsked) {
  ModemBench bench{{.port = {.baud = true}}};
  bench.modem.baud = 57600;
  ASSERT_TRUE(bench.bring_up());
  EXPECT_EQ(bench.cellular.lines().baud, 57600u);
}

TEST(ModemBringUp, FlowControlOnBothEnds) {
  ModemBench bench{{.flow_control = true}};
  EXPECT_FALSE(bench.cellular.lines().flow_control);
  ASSERT_TRUE(bench.bring_up());
  EXPECT_TRUE(bench.has_command("AT+IFC=2,2"));
  EXPECT_TRUE(bench.cellular.lines().flow_control);
}

TEST(ModemBringUp, OutOfTransparentDataThatAnotherProgramLeft) {
  ModemBench bench;
  bench.modem.echo = false;
  bench.modem.transparent = bench.modem.in_data = bench.modem.net_open = bench.modem.links[0].open = true;
  ASSERT_TRUE(bench.bring_up(30s));
}

TEST(ModemBringUp, OutOfAPayloadThatAnotherProgramDidNotFinish) {
  for (const std::size_t left : {1u, 2u, 3u, 4u, 30u, 700u, 1460u, 1500u}) {
    SCOPED_TRACE(left);
    ModemBench bench;
    bench.modem.echo = false;
    bench.modem.net_open = bench.modem.links[2].open = true;
    bench.modem.wait_for_payload(2, left);
    ASSERT_TRUE(bench.bring_up(30s));
    ASSERT_NE(bench.connect(), nullptr);
  }
}

TEST(ModemBringUp, ABootInAnyGapBeginsAgain) {
  int gaps = 0;
  {
    ModemBench bench;
    ASSERT_TRUE(bench.bring_up());
    gaps = bench.modem.gap;
  }
  for (const char* banner : {"\r\nQCRDY\r\n", "\r\n*ATREADY: 1\r\n", "\r\nRDY\r\n"}) {
    for (int gap = 0; gap < gaps; ++gap) {
      SCOPED_TRACE(gap);
      ModemBench bench;
      bench.modem.inject_at = gap;
      bench.modem.injected = banner;
      ASSERT_TRUE(bench.bring_up(30s));
      EXPECT_EQ(bench.cellular.counters().boots, 1);
    }
  }
}

TEST(ModemBringUp, AModemThatBootsAgainAndAgainIsTold) {
  ModemBench bench;
  const Instant end = bench.now + 60s;
  while (bench.now < end && bench.cellular.failure().cause != Cause::restarting) {
    bench.modem.reboot();
    bench.run_for(1ms);
    if (bench.cellular.is_up()) bench.modem.net_open = false;
  }
  EXPECT_EQ(bench.cellular.failure().cause, Cause::restarting);
}

TEST(ModemBringUp, EachCommandThatIsNotAnsweredOnceIsAskedAgain) {
  ModemBench model{{.apn = "a", .flow_control = true}};
  ASSERT_TRUE(model.bring_up());
  for (const std::string& command : model.modem.commands) {
    if (command == "AT") continue;
    for (const std::string_view answer : {"", "\r\nERROR\r\n", "\r\n+CME ERROR: 100\r\n", "\r\nOK\r\n"}) {
      SCOPED_TRACE(command + " is answered with " + std::string{answer});
      ModemBench bench{{.apn = "a", .flow_control = true}};
      bench.modem.answers.emplace(command, std::string{answer});
      EXPECT_TRUE(bench.bring_up(150s));
      EXPECT_NE(bench.connect(), nullptr);
    }
  }
}

TEST(ModemBringUp, FromBannerToNetworkInAMomentOfOurs) {
  ModemBench bench;
  bench.modem.off = true;
  bench.run_for(7300ms);
  bench.modem.off = false;
  bench.modem.reboot();
  const Instant start = bench.now;
  ASSERT_TRUE(bench.bring_up());
  EXPECT_LE(bench.now - start, 200ms);
}

TEST(ModemBringUp, RefusesTextsThatAreCommands) {
  for (const std::string_view bad : {"a\"b", "a\rb", "a\nb", "a\\b", "\x7f", "\xc3\xa4"}) {
    EXPECT_FALSE(validate({.apn = bad})) << bad;
    EXPECT_FALSE(validate({.user = bad})) << bad;
    EXPECT_FALSE(validate({.password = bad})) << bad;
    EXPECT_FALSE(validate({.pin = bad})) << bad;
    ModemBench bench{{.apn = bad}};
    bench.run_for(10s);
    EXPECT_EQ(bench.modem.commands.size(), 0u);
    EXPECT_EQ(bench.cellular.step(), Step::failed);
  }
  EXPECT_FALSE(validate({.apn = std::string_view{"a\0b", 3}}));
  EXPECT_FALSE(validate({.pin = "123"}));
  EXPECT_FALSE(validate({.pin = "123456789"}));
  EXPECT_FALSE(validate({.open_timeout = 1s}));
  EXPECT_TRUE(
      validate({.apn = "iot.example", .user = "a b,c;d", .password = "'$%&/()=?", .pin = "12345678"}));
}

TEST(ModemBringUp, TheFamilyIsTheModemsOwnWord) {
  EXPECT_EQ(dialect_of("SIM7670G-MNGV").name, "sim7670g");
  EXPECT_EQ(dialect_of("SIM7672E").name, "sim7670g");
  EXPECT_EQ(dialect_of("A7670E-FASE").name, "a7670");
  EXPECT_EQ(dialect_of("SIM7600G-H").name, "sim7600");
  EXPECT_EQ(dialect_of("BG96").name, "sim7670g");
  ModemBench bench;
  bench.modem.model = "A7670E-FASE";
  ASSERT_TRUE(bench.bring_up());
  EXPECT_EQ(bench.cellular.dialect().links, 10);
}

TEST(ModemBringUp, EveryStepAndCauseHasWords) {
  for (int step = 0; step <= static_cast<int>(Step::failed); ++step) {
    EXPECT_FALSE(describe(static_cast<Step>(step)).empty());
  }
  for (int cause = 1; cause <= static_cast<int>(Cause::port_failed); ++cause) {
    EXPECT_FALSE(describe(static_cast<Cause>(cause)).empty());
    EXPECT_FALSE(remedy(static_cast<Cause>(cause)).empty());
  }
}

}  // namespace
}  // namespace linnet::modem
