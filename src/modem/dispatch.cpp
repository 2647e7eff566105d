// SPDX-License-Identifier: Apache-2.0
// What the modem says, and to whom. In this order: the echo of our own command, a boot banner, a final
// result, and then by the line's beginning; the same beginning may be an answer or unsolicited, which the
// number of fields tells, and what was asked. Never by what is expected next: anything may come in any gap.
#include "linnet/modem/cellular.hpp"

namespace linnet::modem {

using namespace std::string_view_literals;

struct Cellular::Topics {
  struct Row {
    std::string_view prefix;
    void (Cellular::*handler)(std::string_view) noexcept;
  };
  static constexpr std::array<Row, 26> kRows{{
      {"+CIPRXGET:"sv, &Cellular::on_receive},
      {"+CIPSEND:"sv, &Cellular::on_confirmation},
      {"+CIPERROR:"sv, &Cellular::on_send_error},
      {"+CIPOPEN:"sv, &Cellular::on_socket_open},
      {"+CIPCLOSE:"sv, &Cellular::on_socket_close},
      {"+IPCLOSE:"sv, &Cellular::on_peer_close},
      {"+CIPEVENT:"sv, &Cellular::on_network_lost},
      {"+IP ERROR:"sv, &Cellular::on_ip_error},
      {"+NETOPEN:"sv, &Cellular::on_network_result},
      {"+NETCLOSE:"sv, &Cellular::on_network_result},
      {"+CEREG:"sv, &Cellular::on_registration},
      {"+CSQ:"sv, &Cellular::on_signal},
      {"+CCLK:"sv, &Cellular::on_clock},
      {"+CPIN:"sv, &Cellular::on_sim},
      {"+CFUN:"sv, &Cellular::on_radio},
      {"+COPS:"sv, &Cellular::on_operator},
      {"+CPSI:"sv, &Cellular::on_cell},
      {"+CGDCONT:"sv, &Cellular::on_apn},
      {"+CGAUTH:"sv, &Cellular::on_credentials},
      {"+IPADDR:"sv, &Cellular::on_address},
      {"Model:"sv, &Cellular::on_model},
      {"Revision:"sv, &Cellular::on_revision},
      // What is known to come, and changes nothing.
      {"SMS DONE"sv, nullptr},
      {"PB DONE"sv, nullptr},
      {"+CGEV:"sv, nullptr},
      {"CLOSED"sv, nullptr},
  }};
};

void Cellular::on_token(const AtToken& token) noexcept {
  switch (token.kind) {
    case AtToken::Kind::line: return on_line(token.text());
    case AtToken::Kind::prompt: return on_prompt();
    case AtToken::Kind::payload: return on_payload(token.bytes);
    case AtToken::Kind::data:
      filter_.feed(token.bytes, sockets_.front().received_, now_);
      return data_moved();
  }
}

void Cellular::on_line(std::string_view line) noexcept {
  if (is_echo(line)) {
    // Echo is on after a boot, and this one printed no banner.
    if (is_echo_off_) on_boot();
    return;
  }
  if (is_boot_banner(line)) return on_boot();
  if (const Final final = final_result(line); final.kind != Final::Kind::none) {
    if (answer_.empty() || final.code != Final::kNoCode) answer_.set(line);
    return on_final(final);
  }
  had_line_ = true;
  line_ = line;
  for (const Topics::Row& row : Topics::kRows) {
    if (!line.starts_with(row.prefix)) continue;
    if (row.handler == nullptr) return;
    std::string_view rest = line;
    rest.remove_prefix(row.prefix.size());
    return (this->*row.handler)(rest);
  }
  ++counters_.unknown_lines;
}

/// The command under way as it was sent, without its CR.
bool Cellular::is_echo(std::string_view line) const noexcept {
  if (task_ == Task::none || command_size_ == 0 || step_ == Step::sync) return false;
  return line.starts_with("AT"sv) && line == as_text(Bytes{command_}.first(command_size_ - std::size_t{1}));
}

void Cellular::on_final(const Final& final) noexcept {
  Socket* const socket = socket_at(task_link_);
  if (final.kind == Final::Kind::connect && task_ != Task::resume && task_ != Task::open) {
    ++counters_.stray_results;
    return;
  }
  if (step_ == Step::sync) return task_ == Task::probe ? on_sync_final(final) : void();
  switch (task_) {
    case Task::none: ++counters_.stray_results; return;
    case Task::step: return on_step_final(final);
    case Task::probe: return on_probe_final(final);
    case Task::open: return on_open_final(*socket, final);
    case Task::send: return on_send_final(*socket, final);
    case Task::read: return on_read_final(*socket, final);
    case Task::close: return on_close_final(*socket, final);
    case Task::resume: return on_resumed(*socket, final);
    case Task::query_links:
    case Task::clock:
    case Task::signal: return end_task();
  }
}

// ---- Of connections ----

/// `L,error` is the result of AT+CIPOPEN; `L,"TCP",…` and `L` alone list the links.
void Cellular::on_socket_open(std::string_view rest) noexcept {
  Fields fields{rest};
  const int count = fields.count();
  const auto link = fields.number();
  const auto code = fields.number();
  Socket* const socket = link ? socket_at(*link) : nullptr;
  if (count != 2 || !code || socket == nullptr) return;
  answer_.set(line_);
  if (task_ == Task::open && task_link_ == *link) {  // before OK or ERROR, which is still to come
    result_ = static_cast<std::int16_t>(*code);
    return;
  }
  if (*code == 0) return link_is_open(*socket);
  link_failed_to_open(*socket, *code);
}

/// `L,requested,confirmed`: what is not confirmed whole is lost, and the link "cannot be used further"
/// (manual, 13.2.4).
void Cellular::on_confirmation(std::string_view rest) noexcept {
  Fields fields{rest};
  const auto link = fields.number();
  const auto requested = fields.number();
  const auto confirmed = fields.number();
  Socket* const socket = link ? socket_at(*link) : nullptr;
  if (socket == nullptr || !confirmed || socket->window_size_ == 0) return;
  const bool is_whole = requested == socket->window_[0] && confirmed == requested;
  if (!is_whole) return kill(*socket, *confirmed < 0 ? Errc::connection_reset : Errc::io_failure);
  --socket->window_size_;
  for (std::size_t at = 0; at < socket->window_size_; ++at) socket->window_[at] = socket->window_[at + 1];
  socket->confirm_due_ = socket->window_size_ == 0 ? kNever : now_ + config_.send_timeout + 2s;
}

void Cellular::on_send_error(std::string_view rest) noexcept {
  const auto code = Fields{rest}.number();
  if (task_ == Task::send && code) result_ = static_cast<std::int16_t>(*code);
}

/// `1,L`: there is data. `2,L,length,rest` and `4,L,rest`: answers. `1` or `0` alone answers a question.
void Cellular::on_receive(std::string_view rest) noexcept {
  Fields fields{rest};
  const int count = fields.count();
  const auto kind = fields.number();
  const auto link = fields.number();
  Socket* const socket = link ? socket_at(*link) : nullptr;
  if (kind == 1 && count == 2 && socket != nullptr) {
    socket->has_data_ = true;
    return;
  }
  if (kind != 2 || count != 4) return;
  const auto size = fields.number();
  const auto left = fields.number();
  if (!size || !left || *size < 0 || *size > dialect_->read_most) return;
  reader_.take_payload(static_cast<std::size_t>(*size));
  const bool expected = task_ == Task::read && !has_header_ && link == task_link_ && *size <= transfer_size_;
  has_header_ = true;
  had_line_ = false;
  // Payload that was not asked for has no room here: whose it was, has lost it.
  is_read_bad_ = !expected;
  if (!expected) {
    if (socket != nullptr) kill(*socket, Errc::io_failure);
    // The number of the link may be what is wrong; then it is that of whom was asked for.
    if (task_ == Task::read && link != task_link_) kill(sockets_[task_link_], Errc::io_failure);
    return;
  }
  transfer_size_ = static_cast<std::uint16_t>(*size);
  socket->has_data_ = *left > 0;
}

void Cellular::on_payload(Bytes piece) noexcept {
  if (task_ != Task::read || is_read_bad_) return;
  command_due_ = now_ + 3s;
  is_command_out_ = true;
  Socket& socket = sockets_[task_link_];
  if (socket.state_ != SocketState::open && socket.state_ != SocketState::draining) return;
  socket.unconfirmed_read_ =
      static_cast<std::uint16_t>(socket.unconfirmed_read_ + socket.received_.put(piece));
  had_line_ = false;
}

/// `L,error` is the result of AT+CIPCLOSE; 4 fields or 10 tell which links are open.
void Cellular::on_socket_close(std::string_view rest) noexcept {
  Fields fields{rest};
  if (fields.count() == 2) {
    const auto link = fields.number();
    if (Socket* const socket = link ? socket_at(*link) : nullptr) link_is_free(*socket);
    return;
  }
  if (task_ != Task::query_links) return;
  for (Socket& socket : sockets_) {
    const auto state = fields.number();
    if (state == 0 && socket.state_ == SocketState::open) peer_has_closed(socket, Errc::end_of_stream);
  }
}

/// `L,reason`: 0 by us, 1 by the peer, 2 sending took too long.
void Cellular::on_peer_close(std::string_view rest) noexcept {
  Fields fields{rest};
  const auto link = fields.number();
  const auto reason = fields.number();
  Socket* const socket = link ? socket_at(*link) : nullptr;
  if (socket == nullptr) return;
  peer_has_closed(*socket, reason == 2 ? Errc::connection_reset : Errc::end_of_stream);
}

/// "NETWORK CLOSED UNEXPECTEDLY": the bearer is gone, and all links with it (manual, 13.4).
void Cellular::on_network_lost(std::string_view /*rest*/) noexcept {
  if (step_ != Step::up) return;
  answer_.set(line_);
  failure_ = {.step = step_, .cause = Cause::no_network, .answer = answer_};
  network_is_lost_ = true;  // a modem that still waits for payload gets it before anything else
  for (Socket& socket : sockets_) {
    if (socket.state_ != SocketState::queued) socket.fail_with(Errc::connection_reset);
  }
}

}  // namespace linnet::modem
