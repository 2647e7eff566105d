// SPDX-License-Identifier: Apache-2.0
// What differs between the families of modems that speak this dialect: const data, one object each.
// Sources: SIM767XX AT Command Manual V1.06, A76XX V1.09, SIM7500_SIM7600 V3.00, and logs of the hardware.
#pragma once

#include <cstdint>
#include <string_view>

#include "linnet/base/time.hpp"

namespace linnet::modem {

struct Dialect {
  std::string_view name;
  std::string_view model;   // how the model's name begins
  std::uint8_t links;       // TCP connections at once
  std::uint16_t send_most;  // bytes of one AT+CIPSEND
  std::uint16_t read_most;  // bytes of one AT+CIPRXGET=2
  std::uint32_t most_baud;
  bool has_packing_time;  // AT+CIPCFG="transwaittm" for transparent mode
  Duration power_on_pulse;
};

/// One TCP segment: what is sent in one piece when there is more. 1500 would leave a runt of 40 bytes.
inline constexpr std::uint16_t kSegment = 1460;

inline constexpr Dialect kSim7670g{.name = {"sim7670g", 8},
                                   .model = {"SIM767", 6},
                                   .links = 4,
                                   .send_most = 1500,
                                   .read_most = 1500,
                                   .most_baud = 460800,
                                   .has_packing_time = true,
                                   .power_on_pulse = 100ms};
inline constexpr Dialect kA7670{.name = {"a7670", 5},
                                .model = {"A76", 3},
                                .links = 10,
                                .send_most = 1500,
                                .read_most = 1500,
                                .most_baud = 3686400,
                                .has_packing_time = true,
                                .power_on_pulse = 100ms};
inline constexpr Dialect kSim7600{.name = {"sim7600", 7},
                                  .model = {"SIM7", 4},
                                  .links = 10,
                                  .send_most = 1500,
                                  .read_most = 1500,
                                  .most_baud = 3686400,
                                  .has_packing_time = false,
                                  .power_on_pulse = 500ms};

/// The family of a model as AT+SIMCOMATI names it ("SIM7670G-MNGV"); for one that is not known the first,
/// whose limits are the narrowest.
const Dialect& dialect_of(std::string_view model) noexcept;

}  // namespace linnet::modem
