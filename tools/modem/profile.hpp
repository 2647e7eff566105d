// SPDX-License-Identifier: Apache-2.0
// What tells one modem from another: limits, texts and habits, as const data. Sources: SIM767XX AT Command
// Manual V1.06, A76XX V1.09, SIM7500_SIM7600 V3.00, and public logs of real hardware.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "linnet/base/time.hpp"

namespace linnet::emulator {

/// As bits, so that the command table can say who has a command.
enum Model : std::uint8_t {
  sim7670g = 1,
  a7670 = 2,
  sim7600 = 4,
  every_model = sim7670g | a7670 | sim7600,
};

struct Profile {
  std::string_view name;  // as `--profile` has it
  Model model;
  std::string_view product;   // AT+CGMM
  std::string_view revision;  // ATI
  std::string_view firmware;  // AT+CGMR
  std::string_view build;     // AT+SIMCOMATI's second line

  std::string_view banner;                 // the first thing that it says after power-on
  std::span<const std::string_view> late;  // what it says when SIM and phone book are read, in order
  Duration boot_time;                      // from a reset to the banner
  int sim_busy_code;                       // +CME ERROR while the SIM is being read

  std::size_t links;
  std::size_t line_limit;  // characters of a command line after "AT"
  std::span<const std::uint32_t> rates;
  bool autobaud;  // takes AT+IPR=0, and any rate until then
  std::string_view ifc_range;
  Duration pack_wait;  // "transwaittm" after power-on
  std::string_view pack_wait_text;

  bool netopen_takes_cid;
  bool has_push_address;  // AT+CIPRXGET=5
  bool has_udp_server;
  bool tells_bearer;  // +CGEV without being asked
  bool cpsi_in_db;    // CPSI's signal figures in dB and dBm; else as offsets
  std::uint16_t server_port_least;
  std::uint16_t server_port_most;
  unsigned servers;
};

std::span<const Profile> profiles() noexcept;

/// Null: no such name.
const Profile* find_profile(std::string_view name) noexcept;

}  // namespace linnet::emulator
