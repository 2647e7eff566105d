// SPDX-License-Identifier: Apache-2.0
// Words for people. In a file of its own, so that firmware which shows none does not carry them.
#include "linnet/modem/event.hpp"

namespace linnet::modem {

std::string_view describe(Step step) noexcept {
  switch (step) {
    case Step::sync: return "finding the modem";
    case Step::echo_off: return "switching the echo off";
    case Step::error_codes: return "switching error codes on";
    case Step::identify: return "identification";
    case Step::radio_query:
    case Step::radio_on: return "switching the radio on";
    case Step::sim: return "SIM card";
    case Step::pin: return "SIM PIN";
    case Step::flow_control: return "flow control";
    case Step::baud:
    case Step::baud_check: return "changing the line's speed";
    case Step::apn_query:
    case Step::apn: return "access point name";
    case Step::credentials_query:
    case Step::credentials: return "access point credentials";
    case Step::network_close: return "closing the network";
    case Step::mode:
    case Step::packing_time:
    case Step::carrier_line:
    case Step::dtr_line:
    case Step::time_limits:
    case Step::receive_mode: return "setting the TCP service up";
    case Step::report_registration:
    case Step::registration: return "network registration";
    case Step::signal: return "signal quality";
    case Step::operator_name:
    case Step::cell: return "network information";
    case Step::network_open: return "opening the data connection";
    case Step::address: return "asking for the address";
    case Step::up: return "network up";
    case Step::detach:
    case Step::attach: return "attaching to the network again";
    case Step::radio_off: return "restarting the radio";
    case Step::reset: return "resetting the modem";
    case Step::power_key: return "switching the modem off and on";
    case Step::pause: return "waiting before trying again";
    case Step::failed: return "stopped";
  }
  return "";
}

std::string_view describe(Cause cause) noexcept {
  switch (cause) {
    case Cause::none: return "under way";
    case Cause::no_answer: return "the modem does not answer";
    case Cause::refused: return "the modem refuses a command";
    case Cause::restarting: return "the modem restarts again and again";
    case Cause::no_sim: return "no SIM card is inserted";
    case Cause::sim_failure: return "the SIM card cannot be used";
    case Cause::pin_needed: return "the SIM card asks for its PIN";
    case Cause::pin_wrong: return "the PIN is wrong";
    case Cause::puk_needed: return "the SIM card is blocked and asks for its PUK";
    case Cause::no_signal: return "there is no signal";
    case Cause::not_registered: return "no network has taken the modem yet";
    case Cause::denied: return "the network refuses this SIM card";
    case Cause::no_network: return "the data connection cannot be opened";
    case Cause::port_failed: return "bytes were lost between host and modem";
  }
  return "";
}

std::string_view remedy(Cause cause) noexcept {
  switch (cause) {
    case Cause::none: return "";
    case Cause::no_answer: return "check the modem's power, the wiring of TX and RX, and the device's name";
    case Cause::refused: return "check the modem's model and firmware";
    case Cause::restarting: return "check the power supply: it must give 2 A in bursts";
    case Cause::no_sim: return "insert a SIM card, contacts down, and restart";
    case Cause::sim_failure: return "clean or replace the SIM card, and switch the modem off and on";
    case Cause::pin_needed: return "give the PIN (--pin)";
    case Cause::pin_wrong: return "give the right PIN; it was sent once and will not be sent again";
    case Cause::puk_needed: return "unblock the SIM card with its PUK in a telephone";
    case Cause::no_signal: return "check the antenna, and the place";
    case Cause::not_registered: return "check the antenna, and that the network's bands suit the modem";
    case Cause::denied: return "ask the operator whether the SIM card is active and may roam here";
    case Cause::no_network: return "check the APN and its user and password (--apn)";
    case Cause::port_failed: return "wire RTS and CTS and use flow control, or lower the speed";
  }
  return "";
}

}  // namespace linnet::modem
