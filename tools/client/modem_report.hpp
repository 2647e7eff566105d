// SPDX-License-Identifier: Apache-2.0
// What a modem's link tells, in sentences: how far bring-up has come, what stands in the way and what to do.
#pragma once

#include <string>

#include "linnet/cellular/link.hpp"

namespace linnet::tools {

/// To the log.
void report(const modem::Event& event, const cellular::ModemLink& link);
/// The port was lost, or is there again.
void report_port(const cellular::ModemLink& link);

/// "modem:/dev/ttyUSB2: SIM PIN: the PIN is wrong; the modem said: +CME ERROR: 16; give the right PIN…".
/// Empty: the network is up.
std::string describe_trouble(const cellular::ModemLink& link);

}  // namespace linnet::tools
