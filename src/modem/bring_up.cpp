// SPDX-License-Identifier: Apache-2.0
// From a modem that answers to a network that is open, one command after the other.
#include <algorithm>

#include "linnet/modem/cellular.hpp"

namespace linnet::modem {
namespace {

using namespace std::string_view_literals;

struct Row {
  std::string_view command;  // empty: compose() knows it
  std::uint8_t seconds;      // until it must be answered
  bool is_optional;          // an ERROR does not matter
};

constexpr Step kFirst = Step::echo_off;
// In the order of Step. Times: the manual's maximum of each command.
constexpr std::array<Row, 29> kScript{{
    {"ATE0"sv, 2, false},
    {"AT+CMEE=1"sv, 5, true},
    {"AT+SIMCOMATI"sv, 5, true},
    {"AT+CFUN?"sv, 5, true},
    {"AT+CFUN=1"sv, 25, true},
    {"AT+CPIN?"sv, 5, true},
    {{}, 5, true},  // pin
    {"AT+IFC=2,2"sv, 5, false},
    {{}, 5, true},  // baud
    {"AT"sv, 1, false},
    {"AT+CGDCONT?"sv, 5, true},
    {{}, 5, false},  // apn
    {"AT+CGAUTH?"sv, 5, true},
    {{}, 5, false},  // credentials
    {"AT+NETCLOSE"sv, 15, true},
    {{}, 5, false},  // mode
    {R"(AT+CIPCFG="transwaittm",5)"sv, 5, true},
    {"AT&C1"sv, 5, true},
    {"AT&D1"sv, 5, true},
    {"AT+CEREG=1"sv, 5, true},
    {"AT+CEREG?"sv, 5, true},
    {"AT+CSQ"sv, 5, true},
    {"AT+COPS?"sv, 60, true},
    {"AT+CPSI?"sv, 5, true},
    {{}, 5, true},  // time_limits
    {"AT+CIPRXGET=1"sv, 5, false},
    {"AT+NETOPEN"sv, 10, false},
    {"AT+IPADDR"sv, 5, true},
    {},  // up
}};
static_assert(kScript.size() == static_cast<std::size_t>(Step::up) - static_cast<std::size_t>(kFirst) + 1);

constexpr Duration kSimRetry = 500ms;
constexpr Duration kSimPatience = 20s;  // a SIM that is busy, or seems to have failed, at boot
constexpr Duration kNoSimPatience = 3s;
constexpr Duration kRegistrationLook = 5s;  // beside the URC
constexpr Duration kDeniedPatience = 10s;
constexpr Duration kSpeedChange = 60ms;    // 50 to 100 ms until the modem's port has switched
constexpr Duration kResultPatience = 33s;  // of AT+NETOPEN, whose own limit is set to 30 s
constexpr Duration kCloseResultPatience = 10s;

constexpr Step after(Step step) noexcept {
  return static_cast<Step>(static_cast<unsigned>(step) + 1);
}

}  // namespace

void Cellular::go_to(Step step) noexcept {
  step_ = step;
  step_started_ = retry_at_ = now_;
  is_final_in_ = false;
  result_ = kNoResult;
  answer_.set({});
  if (step == Step::sim) sim_ = 0;
  if (step == Step::apn_query) apn_is_set_ = credentials_are_set_ = false;
  if (step == Step::registration) denied_since_ = kNever;
  if (step == Step::report_registration) status_.registration = 0;
}

void Cellular::next_step() noexcept {
  Step next = after(step_);
  while (!is_needed(next)) next = after(next);
  if (next == Step::sim) is_radio_on_ = true;
  attempts_ = next == Step::up ? 0 : attempts_;
  go_to(next);
  if (next != Step::up) return;
  failure_ = {};
  up_since_ = now_;
  service_lost_ = kNever;
  pause_ = {};
  data_moved();
  raise(Event::Kind::network_up);
}

bool Cellular::is_needed(Step step) const noexcept {
  const bool is_transparent = config_.mode == Mode::transparent;
  switch (step) {
    case Step::radio_on: return !is_radio_on_;
    case Step::pin: return false;  // on_sim_final() goes there
    case Step::flow_control: return config_.flow_control;
    case Step::baud:
      return config_.port.baud && config_.baud != 0 &&
             std::min(config_.baud, dialect_->most_baud) != lines_.baud;
    case Step::baud_check: return baud_was_changed_;
    case Step::apn_query: return !config_.apn.empty();
    case Step::apn: return !config_.apn.empty() && !apn_is_set_;
    case Step::credentials_query: return !config_.user.empty();
    case Step::credentials: return !config_.user.empty() && !credentials_are_set_;
    case Step::packing_time: return is_transparent && dialect_->has_packing_time;
    case Step::carrier_line:
    case Step::dtr_line: return is_transparent;
    case Step::receive_mode: return !is_transparent;
    default: return true;
  }
}

void Cellular::compose(Step step, TextWriter& text) const noexcept {
  const auto number = [&text](std::string_view name, std::uint64_t value) {
    text.put(name).put(static_cast<std::uint32_t>(value));
  };
  const auto milliseconds = [](Duration time) { return static_cast<std::uint64_t>(time / 1ms); };
  switch (step) {
    case Step::pin: text.put("AT+CPIN="sv).put(config_.pin); break;
    case Step::baud: number("AT+IPR="sv, std::min(config_.baud, dialect_->most_baud)); break;
    case Step::apn: text.put(R"(AT+CGDCONT=1,"IP",)"sv).put_quoted(config_.apn); break;
    case Step::credentials:  // the password first, unlike 3GPP TS 27.007
      number("AT+CGAUTH=1,"sv, static_cast<unsigned>(config_.authentication));
      text.put(","sv).put_quoted(config_.password).put(","sv).put_quoted(config_.user);
      break;
    case Step::mode: number("AT+CIPMODE="sv, config_.mode == Mode::transparent ? 1 : 0); break;
    case Step::time_limits:
      number("AT+CIPTIMEOUT=30000,"sv, milliseconds(config_.open_timeout));
      number(","sv, milliseconds(config_.send_timeout));
      break;
    case Step::detach: text.put("AT+CGATT=0"sv); break;
    case Step::attach: text.put("AT+CGATT=1"sv); break;
    case Step::radio_off: text.put("AT+CFUN=0"sv); break;
    case Step::reset: text.put("AT+CRESET"sv); break;
    case Step::registration: text.put(asks_signal_ ? "AT+CSQ"sv : "AT+CEREG?"sv); break;
    default: text.put(kScript[static_cast<std::size_t>(step) - static_cast<std::size_t>(kFirst)].command);
  }
}

void Cellular::run_step() noexcept {
  if (step_ == Step::sync) return run_sync();
  if (step_ == Step::pause) return start_sync();
  if (step_ == Step::failed) return;
  if (step_ == Step::power_key) return run_power_key();
  if (is_final_in_) {  // its result has not come
    if (step_ == Step::reset) return start_sync();
    if (step_ == Step::network_open) return fail_step(Cause::no_network);
    return next_step();
  }
  if (step_ == Step::registration) {
    if (status_.is_registered()) return on_registration_final();
    if (waited(config_.register_timeout)) return fail_step(diagnosis().cause);
  }
  Duration timeout = 45s;  // of those outside the script
  if (step_ <= Step::up) {
    timeout = std::chrono::seconds{
        kScript[static_cast<std::size_t>(step_) - static_cast<std::size_t>(kFirst)].seconds};
  }
  if (step_ == Step::pin) pin_was_sent_ = true;  // before it leaves: it must not leave twice
  TextWriter text{command_};
  compose(step_, text);
  text.put("\r"sv);
  send_command(Task::step, kNoLink, text, timeout);
}

void Cellular::on_step_final(const Final& final) noexcept {
  end_task();
  const bool ok = final.kind == Final::Kind::ok;
  if (final.code != Final::kNoCode) result_ = static_cast<std::int16_t>(final.code);
  switch (step_) {
    case Step::echo_off: is_echo_off_ = ok; break;
    case Step::identify: raise(Event::Kind::powered); break;
    case Step::sim: return on_sim_final();
    case Step::pin:
      if (!ok) return fail_step(Cause::pin_wrong, true);
      return go_to(Step::sim);
    case Step::flow_control: lines_.flow_control = ok; break;
    case Step::baud:
      baud_was_changed_ = ok;
      if (ok) lines_.baud = std::min(config_.baud, dialect_->most_baud);
      next_step();
      return wait_for(ok ? kSpeedChange : 0s);
    case Step::apn:
    case Step::credentials: apn_was_written_ |= ok; break;
    case Step::registration: return on_registration_final();
    case Step::cell: raise(Event::Kind::registered); break;
    case Step::network_close:
    case Step::network_open:
      is_final_in_ = true;
      if (!ok) return finish_two_phase();
      if (result_ != kNoResult) return finish_two_phase();
      return wait_for(step_ == Step::network_open ? kResultPatience : kCloseResultPatience);
    case Step::detach: return go_to(Step::attach);
    case Step::attach: return go_to(Step::network_close);
    case Step::radio_off:
      is_radio_on_ = false;
      go_to(Step::radio_on);
      return wait_for(2s);
    case Step::reset: is_final_in_ = true; return wait_for(5s);
    default: break;
  }
  const Row& row = kScript[static_cast<std::size_t>(step_) - static_cast<std::size_t>(kFirst)];
  if (ok || row.is_optional) return next_step();
  fail_step(Cause::refused);
}

/// 3GPP TS 27.007, 9.2: 10 no SIM, 13 failure, 14 busy. A boot shows the last two for a while.
void Cellular::on_sim_final() noexcept {
  const bool patient = !waited(kSimPatience);
  switch (sim_) {
    case 'R':
      pin_was_sent_ = false;
      raise(Event::Kind::sim_ready);
      return next_step();
    case 'P':
      if (pin_was_sent_) {
        if (patient) break;  // it may not have taken notice yet; the PIN is not sent twice
        return fail_step(Cause::pin_wrong, true);
      }
      if (config_.pin.empty()) return fail_step(Cause::pin_needed, true);
      return go_to(Step::pin);
    case 'K': return fail_step(Cause::puk_needed, true);
    case 'N':
      if (waited(kNoSimPatience)) return fail_step(Cause::no_sim, true);
      break;
    default:
      if (result_ == 10 && waited(kNoSimPatience)) return fail_step(Cause::no_sim, true);
      if (!patient) return fail_step(Cause::sim_failure, true);
  }
  wait_for(kSimRetry);
}

void Cellular::on_registration_final() noexcept {
  if (status_.is_registered()) {
    asks_signal_ = false;
    if (!apn_was_written_) return next_step();
    // The bearer that is there has the old access point; it takes the new one when it attaches again.
    apn_was_written_ = false;
    if (waited(1s)) return next_step();
    return go_to(Step::detach);
  }
  if (status_.registration == 3 && denied_since_ == kNever) denied_since_ = now_;
  if (status_.registration != 3) denied_since_ = kNever;
  if (denied_since_ != kNever && now_ >= denied_since_ + kDeniedPatience)
    return fail_step(Cause::denied, true);
  asks_signal_ = !asks_signal_;
  wait_for(asks_signal_ ? Duration{} : kRegistrationLook);
}

/// AT+NETOPEN and AT+NETCLOSE have a result beside OK, before it or after it.
void Cellular::finish_two_phase() noexcept {
  const bool is_open = result_ == 0 || result_ == kAlreadyOpen;
  if (step_ == Step::network_close || is_open) return next_step();
  fail_step(Cause::no_network);
}

}  // namespace linnet::modem
