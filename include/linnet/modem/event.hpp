// SPDX-License-Identifier: Apache-2.0
// What a modem's driver tells: how far it has come, what it knows, what went wrong and what to do about it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "linnet/modem/fields.hpp"

namespace linnet::modem {

/// One command of bring-up or recovery, in the order in which they are given.
enum class Step : std::uint8_t {
  sync,  // finding the modem, at whatever speed and in whatever state it is
  echo_off,
  error_codes,
  identify,
  radio_query,
  radio_on,
  sim,
  pin,
  flow_control,
  baud,
  baud_check,
  apn_query,
  apn,
  credentials_query,
  credentials,
  network_close,  // what an earlier program left open
  mode,
  packing_time,
  carrier_line,
  dtr_line,
  report_registration,
  registration,
  signal,
  operator_name,
  cell,
  time_limits,
  receive_mode,
  network_open,
  address,
  up,  // no step: the network is there
  // Only in recovery.
  detach,
  attach,
  radio_off,
  reset,
  power_key,
  // Only after a failure.
  pause,   // all was tried in vain; after a while all is tried again
  failed,  // nothing will help but its owner: see Failure
};

/// How deep recovery goes, each rung after the one before it did not help.
enum class Rung : std::uint8_t { none, network, attachment, radio, reset, power };
inline constexpr std::size_t kRungs = 6;

/// What stands in the way.
enum class Cause : std::uint8_t {
  none,
  no_answer,   // the modem says nothing
  refused,     // a command that should work was not taken
  restarting,  // it boots again and again
  no_sim,
  sim_failure,
  pin_needed,
  pin_wrong,
  puk_needed,
  no_signal,
  not_registered,
  denied,       // by the network
  no_network,   // registered, but no data connection: the APN, as a rule
  port_failed,  // bytes were lost between here and the modem
};

struct Failure {
  Step step{};
  Cause cause{};
  bool hopeless = false;  // trying again is of no use before its owner has done something
  Label<40> answer{};     // the modem's own last words about it; empty: it said nothing
};

/// "network registration"; static storage. In a file of its own, as the next three.
std::string_view describe(Step step) noexcept;
/// "detaching from the network and attaching again"
std::string_view describe(Rung rung) noexcept;
/// "the SIM card is not inserted"
std::string_view describe(Cause cause) noexcept;
/// "insert a SIM card, then restart": what to try.
std::string_view remedy(Cause cause) noexcept;

/// What is known; each is empty or zero until the modem has said it.
struct Status {
  Label<24> model{};
  Label<32> firmware{};
  Label<24> operator_name{};
  Label<12> technology{};  // "LTE"
  Label<28> cell{};        // "460-11,0x7764,117148181": country and network, area, cell
  Label<40> address{};
  std::int16_t rssi_dbm = 0;      // 0: not known
  std::uint8_t registration = 0;  // as +CEREG counts: 1 home, 2 searching, 3 denied, 5 roaming
  std::uint32_t baud = 0;
  std::int64_t unix_time = 0;  // what the network's clock said, seconds since 1970 in UTC; 0: not known
  Instant unix_time_at{};      // when it did
  constexpr bool is_registered() const noexcept { return registration == 1 || registration == 5; }
};

/// Since the start; they wrap.
struct Counters {
  std::array<std::uint16_t, kRungs> rungs{};  // how often each Rung was taken
  std::uint16_t boots = 0;                    // boot banners seen
  std::uint16_t unknown_lines = 0;
  std::uint16_t stray_results = 0;  // final results that no command waited for
  std::uint16_t late_answers = 0;   // commands without an answer in time
  std::uint16_t lost_prompts = 0;
  std::uint16_t killed_links = 0;  // connections given up because a byte may have been lost
  std::uint16_t port_failures = 0;
  std::uint32_t commands = 0;
};

struct Event {
  enum class Kind : std::uint8_t {
    powered,  // the modem answers, and has said what it is: status().model
    sim_ready,
    registered,    // status(): rssi, operator, technology, cell
    network_up,    // status().address; connections can be opened
    network_down,  // open connections have ended
    recovering,    // a rung of the ladder is taken: rung()
    failed,        // failure() says what; `hopeless`: for good
    time_known,    // status(): unix_time, as ask_time() wanted it
  };
  Kind kind{};
};

}  // namespace linnet::modem
