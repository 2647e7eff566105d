// SPDX-License-Identifier: Apache-2.0
// What the user says about a modem, checked before any of it becomes a command line.
#pragma once

#include <cstdint>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "linnet/modem/dialect.hpp"

namespace linnet::modem {

enum class Mode : std::uint8_t {
  command,      // up to the dialect's links at once, each byte inside a command
  transparent,  // one connection that has the line to itself; wants flow control
};

enum class Authentication : std::uint8_t { none = 0, pap = 1, chap = 2 };  // as AT+CGAUTH numbers them

/// What the port can do beside carrying bytes.
struct PortFeatures {
  bool baud = false;       // its speed can be set
  bool dtr = false;        // the modem's DTR is wired and can be set
  bool carrier = false;    // the modem's DCD is wired, and carrier_changed() tells of it
  bool power_key = false;  // the modem's power key is wired
};

/// Borrowed text lives as long as the Cellular.
struct Config {
  std::string_view apn{};  // empty: what the modem has stored, or what the network gives
  std::string_view user{};
  std::string_view password{};
  std::string_view pin{};
  Authentication authentication = Authentication::pap;  // where there is a user
  Mode mode = Mode::command;
  std::uint32_t baud = 0;            // to run at; more than the modem can do: its most. 0: as it is found
  std::uint32_t port_baud = 115200;  // what the port is set to at the start
  bool flow_control = false;         // RTS/CTS, of the modem and of the port
  const Dialect* dialect = nullptr;  // null: by the modem's own word
  PortFeatures port{};
  Duration answer_timeout = 30s;  // until a modem that says nothing is given up, booting included
  Duration register_timeout = 90s;
  Duration open_timeout = 15s;  // of a connection: 3 to 120 s
  Duration send_timeout = 15s;  // until a segment is confirmed: 3 to 120 s
  Duration hysteresis = 45s;    // without service, before anything is done about it
};

/// Borrowed for the Cellular's life.
struct Buffers {
  MutableBytes line;     // see AtReader: 128 bytes
  MutableBytes command;  // the longest command: 48 bytes and the longest host name; 304 hold every name
  MutableBytes held;     // see DataFilter: 64 bytes for Mode::transparent, none for Mode::command
};

/// Whether the texts can stand in a command: no quote, no control character, nothing beyond ASCII (a quote or
/// a CR in a name would be commands of its own to the modem). invalid_argument: one of them cannot.
Result<void> validate(const Config& config) noexcept;

/// A host's name or address of 1 to 253 characters (RFC 1035, section 2.3.4), letters, digits and `-._:`.
bool is_host(std::string_view text) noexcept;

}  // namespace linnet::modem
