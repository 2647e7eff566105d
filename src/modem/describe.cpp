// SPDX-License-Identifier: Apache-2.0
// Words for people. In a file of its own, so that firmware which shows none does not carry them.
#include "linnet/modem/event.hpp"

namespace linnet::modem {

using namespace std::string_view_literals;

std::string_view describe(Step step) noexcept {
  switch (step) {
    case Step::sync: return "finding the modem"sv;
    case Step::echo_off: return "switching the echo off"sv;
    case Step::error_codes: return "switching error codes on"sv;
    case Step::identify: return "identification"sv;
    case Step::radio_query:
    case Step::radio_on: return "switching the radio on"sv;
    case Step::sim: return "SIM card"sv;
    case Step::pin: return "SIM PIN"sv;
    case Step::flow_control: return "flow control"sv;
    case Step::baud:
    case Step::baud_check: return "changing the line's speed"sv;
    case Step::apn_query:
    case Step::apn: return "access point name"sv;
    case Step::credentials_query:
    case Step::credentials: return "access point credentials"sv;
    case Step::network_close: return "closing the network"sv;
    case Step::mode:
    case Step::packing_time:
    case Step::carrier_line:
    case Step::dtr_line:
    case Step::time_limits:
    case Step::receive_mode: return "setting the TCP service up"sv;
    case Step::report_registration:
    case Step::registration: return "network registration"sv;
    case Step::signal: return "signal quality"sv;
    case Step::operator_name:
    case Step::cell: return "network information"sv;
    case Step::network_open: return "opening the data connection"sv;
    case Step::address: return "asking for the address"sv;
    case Step::up: return "network up"sv;
    case Step::detach:
    case Step::attach: return "attaching to the network again"sv;
    case Step::radio_off: return "restarting the radio"sv;
    case Step::reset: return "resetting the modem"sv;
    case Step::power_key: return "switching the modem off and on"sv;
    case Step::pause: return "waiting before trying again"sv;
    case Step::failed: return "stopped"sv;
  }
  return ""sv;
}

std::string_view describe(Rung rung) noexcept {
  switch (rung) {
    case Rung::none: return "trying again"sv;
    case Rung::network: return "opening the data connection again"sv;
    case Rung::attachment: return "detaching from the network and attaching again"sv;
    case Rung::radio: return "switching the radio off and on"sv;
    case Rung::reset: return "resetting the modem"sv;
    case Rung::power: return "switching the modem off and on by its power key"sv;
  }
  return ""sv;
}

std::string_view describe(Cause cause) noexcept {
  switch (cause) {
    case Cause::none: return "under way"sv;
    case Cause::no_answer: return "the modem does not answer"sv;
    case Cause::refused: return "the modem refuses a command"sv;
    case Cause::restarting: return "the modem restarts again and again"sv;
    case Cause::no_sim: return "no SIM card is inserted"sv;
    case Cause::sim_failure: return "the SIM card cannot be used"sv;
    case Cause::pin_needed: return "the SIM card asks for its PIN"sv;
    case Cause::pin_wrong: return "the PIN is wrong"sv;
    case Cause::puk_needed: return "the SIM card is blocked and asks for its PUK"sv;
    case Cause::no_signal: return "there is no signal"sv;
    case Cause::not_registered: return "no network has taken the modem yet"sv;
    case Cause::denied: return "the network refuses this SIM card"sv;
    case Cause::no_network: return "the data connection cannot be opened"sv;
    case Cause::port_failed: return "bytes were lost between host and modem"sv;
  }
  return ""sv;
}

std::string_view remedy(Cause cause) noexcept {
  switch (cause) {
    case Cause::none: return ""sv;
    case Cause::no_answer: return "check the modem's power, the wiring of TX and RX, and the device's name"sv;
    case Cause::refused: return "check the modem's model and firmware"sv;
    case Cause::restarting: return "check the power supply: it must give 2 A in bursts"sv;
    case Cause::no_sim: return "insert a SIM card, contacts down, and restart"sv;
    case Cause::sim_failure: return "clean or replace the SIM card, and switch the modem off and on"sv;
    case Cause::pin_needed: return "give the PIN (--pin)"sv;
    case Cause::pin_wrong: return "give the right PIN; it was sent once and will not be sent again"sv;
    case Cause::puk_needed: return "unblock the SIM card with its PUK in a telephone"sv;
    case Cause::no_signal: return "check the antenna, and the place"sv;
    case Cause::not_registered: return "check the antenna, and that the network's bands suit the modem"sv;
    case Cause::denied: return "ask the operator whether the SIM card is active and may roam here"sv;
    case Cause::no_network: return "check the APN and its user and password (--apn)"sv;
    case Cause::port_failed: return "wire RTS and CTS and use flow control, or lower the speed"sv;
  }
  return ""sv;
}

}  // namespace linnet::modem
