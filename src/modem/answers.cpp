// SPDX-License-Identifier: Apache-2.0
// The answers of bring-up, and what of them may come unasked.
#include <array>
#include <chrono>

#include "linnet/modem/cellular.hpp"

namespace linnet::modem {
namespace {

using namespace std::string_view_literals;

constexpr std::int32_t kNoData = 22;  // as +IP ERROR numbers it: manual, 13.3.1

std::string_view trimmed(std::string_view text) noexcept {
  while (text.starts_with(' ')) text.remove_prefix(1);
  return text;
}

}  // namespace

/// Comes before ERROR. "Network is already opened" is what AT+NETOPEN is for; "No data" is an empty buffer.
void Cellular::on_ip_error(std::string_view rest) noexcept {
  const std::string_view text = trimmed(rest);
  answer_.set(line_);
  const auto code = parse_number(text);
  if (step_ == Step::network_open && (text.starts_with("Network is already"sv) || code == 4)) {
    result_ = kAlreadyOpen;
  } else if (task_ == Task::read && (text == "No data"sv || code == kNoData)) {
    sockets_[task_link_].has_data_ = false;
    result_ = 0;
  } else if (code && task_ == Task::open) {
    result_ = static_cast<std::int16_t>(*code);
  }
}

void Cellular::on_model(std::string_view rest) noexcept {
  if (step_ != Step::identify) return;
  status_.model.set(trimmed(rest));
  if (config_.dialect == nullptr) dialect_ = &dialect_of(status_.model.text());
}

void Cellular::on_revision(std::string_view rest) noexcept {
  if (step_ == Step::identify) status_.firmware.set(trimmed(rest));
}

void Cellular::on_radio(std::string_view rest) noexcept {
  if (step_ == Step::radio_query) is_radio_on_ = Fields{rest}.number().value_or(1) == 1;
}

/// The answer, and unasked when the SIM card becomes ready or is taken out.
void Cellular::on_sim(std::string_view rest) noexcept {
  const std::string_view text = trimmed(rest);
  sim_ = text == "READY"sv                                     ? 'R'
         : text.starts_with("SIM PIN"sv)                       ? 'P'
         : text.starts_with("SIM PUK"sv)                       ? 'K'
         : text == "NOT INSERTED"sv || text == "SIM REMOVED"sv ? 'N'
                                                               : 'X';
  if (step_ == Step::sim) {
    answer_.set(line_);
    if (task_ == Task::none && sim_ == 'R') wait_for(0s);
  } else if (sim_ == 'N' && step_ > Step::sim && step_ <= Step::radio_off) {
    answer_.set(line_);
    fail_step(Cause::no_sim, true);
  }
}

/// `n,stat` answers, also with more behind; `stat` alone or before a quoted area code comes unasked.
void Cellular::on_registration(std::string_view rest) noexcept {
  Fields fields{rest};
  const auto first = fields.number();
  const auto second = fields.number();
  if (!first) return;
  const bool is_answer = second.has_value() && !fields.was_quoted();
  if (is_answer && task_ == Task::probe) result_ = 0;
  status_.registration = static_cast<std::uint8_t>(is_answer ? *second : *first);
  if (step_ == Step::registration) {
    answer_.set(line_);
    if (task_ == Task::none && status_.is_registered()) wait_for(0s);
  }
  if (step_ != Step::up) return;
  if (status_.is_registered()) {
    service_lost_ = kNever;
  } else if (service_lost_ == kNever) {
    service_lost_ = now_;
  }
}

/// dBm = 2 n - 113; 99: not known (manual, 3.2.2).
void Cellular::on_signal(std::string_view rest) noexcept {
  const auto level = Fields{rest}.number();
  if (!level) return;
  status_.rssi_dbm = static_cast<std::int16_t>(*level >= 0 && *level <= 31 ? 2 * *level - 113 : 0);
}

/// "26/11/28,21:40:05+04": the local time, and how far it is ahead of UTC, in quarters of an hour. A modem
/// that the network has told nothing counts from 1970 or 1980, which is no time at all.
void Cellular::on_clock(std::string_view rest) noexcept {
  constexpr int kFirstYear = 24;  // what is earlier, nobody has set; 70 and more are of the last century
  constexpr std::string_view kForm = "00/00/00,00:00:00+00"sv;
  const auto text = Fields{rest}.next();
  if (!text || text->size() != kForm.size()) return;
  constexpr std::size_t kSign = kForm.size() - 3;
  for (std::size_t at = 0; at < kForm.size(); ++at) {
    const bool is_minus = at == kSign && (*text)[at] == '-';
    if (kForm[at] != '0' && (*text)[at] != kForm[at] && !is_minus) return;
  }
  std::array<int, 7> numbers{};
  for (std::size_t at = 0; at < numbers.size(); ++at) {
    const auto number = parse_number({text->data() + 3 * at, 2});
    if (!number || *number < 0) return;
    numbers[at] = *number;
  }
  const auto [year, month, day, hours, minutes, seconds, quarters] = numbers;
  const std::chrono::year_month_day date{std::chrono::year{2000 + year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || year < kFirstYear || year >= 70 || hours > 23 || minutes > 59 || seconds > 60) return;
  const int ahead = (*text)[kSign] == '-' ? -quarters : quarters;
  const auto time = std::chrono::sys_days{date}.time_since_epoch() + std::chrono::hours{hours} +
                    std::chrono::minutes{minutes - 15 * ahead} + std::chrono::seconds{seconds};
  status_.unix_time = std::chrono::seconds{time}.count();
  status_.unix_time_at = now_;
  raise(Event::Kind::time_known);
}

void Cellular::on_operator(std::string_view rest) noexcept {
  Fields fields{rest};
  fields.skip(2);
  if (const auto name = fields.next()) status_.operator_name.set(*name);
}

/// "LTE,Online,460-11,0x7764,117148181,…": system, mode, country and network, area, cell.
void Cellular::on_cell(std::string_view rest) noexcept {
  Fields fields{rest};
  const auto system = fields.next();
  if (!system) return;
  status_.technology.set(*system);
  fields.skip(1);
  const auto network = fields.next();
  (void)fields.next();
  const auto cell = fields.next();
  if (network && cell) {
    const auto size = static_cast<std::size_t>(cell->data() + cell->size() - network->data());
    status_.cell.set({network->data(), size});
  }
}

void Cellular::on_apn(std::string_view rest) noexcept {
  Fields fields{rest};
  if (fields.number() != 1) return;
  fields.skip(1);
  const auto apn = fields.next();
  apn_is_set_ = apn && *apn == config_.apn;
}

/// Read as user before password, although it is written the other way round.
void Cellular::on_credentials(std::string_view rest) noexcept {
  Fields fields{rest};
  if (fields.number() != 1) return;
  const bool is_kind = fields.number() == static_cast<std::int32_t>(config_.authentication);
  const auto user = fields.next();
  const auto password = fields.next();
  credentials_are_set_ =
      is_kind && user && password && *user == config_.user && *password == config_.password;
}

/// The result of AT+NETOPEN or AT+NETCLOSE, before OK or after it.
void Cellular::on_network_result(std::string_view rest) noexcept {
  const auto code = Fields{rest}.number();
  if (!code || (step_ != Step::network_open && step_ != Step::network_close)) return;
  answer_.set(line_);
  result_ = static_cast<std::int16_t>(*code);
  if (is_final_in_) finish_two_phase();
}

void Cellular::on_address(std::string_view rest) noexcept {
  if (step_ == Step::address) status_.address.set(trimmed(rest));
}

}  // namespace linnet::modem
