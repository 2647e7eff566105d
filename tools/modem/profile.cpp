// SPDX-License-Identifier: Apache-2.0
// The three modems.
#include "tools/modem/profile.hpp"

#include <array>

namespace linnet::emulator {
namespace {

// AT+IPR, M767 section 8.2.3: up to 460800; M76 section 10.2.3 and N-UART section 2: up to 3686400.
constexpr std::array<std::uint32_t, 11> kSim7670gRates{600,   1200,  2400,   4800,   9600,  19200,
                                                       38400, 57600, 115200, 230400, 460800};
constexpr std::array<std::uint32_t, 15> kA7670Rates{
    300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600, 1842000, 3686400};
constexpr std::array<std::uint32_t, 16> kSim7600Rates{300,    600,     1200,    2400,   4800,   9600,
                                                      19200,  38400,   57600,   115200, 230400, 460800,
                                                      921600, 3000000, 3200000, 3686400};

constexpr std::array<std::string_view, 1> kSim7670gLate{"SMS DONE"};
constexpr std::array<std::string_view, 3> kA7670Late{"SMS DONE", "+CGEV: EPS PDN ACT 1", "PB DONE"};
constexpr std::array<std::string_view, 2> kSim7600Late{"SMS DONE", "PB DONE"};

constexpr std::array<Profile, 3> kProfiles{{
    {.name = "sim7670g",
     .model = sim7670g,
     .product = "SIM7670G-MNGV",
     .revision = "V1.9.05",
     .firmware = "2374B05SIM767XM5A_M",
     .build = "SIM767XM5_B05V01_241206",
     .banner = "QCRDY",
     .late = kSim7670gLate,
     .boot_time = 3s,
     .sim_busy_code = 14,  // "SIM busy", seen on hardware
     .links = 4,           // M767 section 13.2.3
     .line_limit = 3071,   // M767 section 1.5.2.4
     .rates = kSim7670gRates,
     .autobaud = false,
     .ifc_range = "(0,2),(0,2)",  // M767 section 8.2.6: no XON/XOFF
     .pack_wait = 10ms,           // M767 section 13.2.13
     .pack_wait_text = "10",
     .netopen_takes_cid = true,
     .has_push_address = false,
     .has_udp_server = false,
     .tells_bearer = false,
     .cpsi_in_db = true,
     .server_port_least = 10000,  // M767 section 13.2.14
     .server_port_most = 10015,
     .servers = 2},
    {.name = "a7670",
     .model = a7670,
     .product = "A7670E-FASE",
     .revision = "A7670M7_V1.11.1",
     .firmware = "A110B09A7670M7",
     .build = "A7670M7_B09V01_230427",
     .banner = "*ATREADY: 1",
     .late = kA7670Late,
     .boot_time = 8s,      // HW7670, table 11: 11.1 s to a usable UART, the key's press included
     .sim_busy_code = 13,  // "SIM failure", seen on hardware in that window
     .links = 10,
     .line_limit = 3071,
     .rates = kA7670Rates,
     .autobaud = true,
     .ifc_range = "(0-2),(0-2)",
     .pack_wait = 100ms,
     .pack_wait_text = "100",
     .netopen_takes_cid = false,
     .has_push_address = true,
     .has_udp_server = true,
     .tells_bearer = true,
     .cpsi_in_db = false,
     .server_port_least = 0,
     .server_port_most = 65535,
     .servers = 4},
    {.name = "sim7600",
     .model = sim7600,
     .product = "SIMCOM_SIM7600E-H",
     .revision = "SIM7600M22_V2.0.1",
     .firmware = "LE20B04SIM7600M22",
     .build = "SIM7600M22_B04V01_220923",
     .banner = "RDY",
     .late = kSim7600Late,
     .boot_time = 8s,
     .sim_busy_code = 14,
     .links = 10,
     .line_limit = 559,
     .rates = kSim7600Rates,
     .autobaud = true,
     .ifc_range = "(0-2),(0-2)",
     .pack_wait = 100ms,
     .pack_wait_text = "100",
     .netopen_takes_cid = false,
     .has_push_address = false,
     .has_udp_server = false,
     .tells_bearer = false,
     .cpsi_in_db = false,
     .server_port_least = 0,
     .server_port_most = 65535,
     .servers = 4},
}};

}  // namespace

std::span<const Profile> profiles() noexcept {
  return kProfiles;
}

const Profile* find_profile(std::string_view name) noexcept {
  for (const Profile& profile : kProfiles) {
    if (profile.name == name) return &profile;
  }
  return nullptr;
}

}  // namespace linnet::emulator
