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

}  // namespace
}  // namespace linnet::modem
