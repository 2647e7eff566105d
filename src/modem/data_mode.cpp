// SPDX-License-Identifier: Apache-2.0
// Transparent mode: the line is the connection. Out of it to ask or to close, and back:
//
//   flowing  every byte is data
//   quiet    a second without one of ours: the guard before +++ (manual, 2.2.3)
//   plus     +++ leaves, or does not in time
//   answer   the guard behind it, then OK; data may come until then
//   off      command state: the modem is asked whether the connection is there, then ATO, or it is closed
#include <algorithm>

#include "linnet/modem/cellular.hpp"

namespace linnet::modem {
namespace {

using namespace std::string_view_literals;

constexpr Duration kGuard = 1200ms;      // 1000 ms and more, and what the port holds when it begins
constexpr Duration kEarliestOk = 900ms;  // after +++; what looks like OK before is data
constexpr Duration kAnswerWait = 3s;
constexpr Duration kLeaveWait = 10s;  // a modem that hangs takes no more bytes, where flow control holds them
constexpr Duration kDtrWait = 1s;
constexpr Duration kPartSilence = 20ms;     // the beginning of a notice, and then nothing: data
constexpr Duration kNoticeSilence = 200ms;  // a whole notice, and then nothing: perhaps the end
constexpr Duration kOkSilence = 50ms;

}  // namespace

/// What the connection's buffer takes beside what is held back.
std::size_t Cellular::data_room() const noexcept {
  const std::size_t free = sockets_.front().received_.free();
  return free - std::min(free, filter_.held());
}

void Cellular::enter_data() noexcept {
  data_phase_ = DataPhase::flowing;
  reader_.take_data(true);
  filter_.release(sockets_.front().received_);
  carrier_lost_ = false;
  data_moved();
}

void Cellular::on_resumed(Socket& socket, const Final& final) noexcept {
  end_task();
  if (final.kind == Final::Kind::connect) return enter_data();
  filter_.forget();
  socket.fail_with(Errc::end_of_stream);
}

/// Something is to be done for which the data must stop.
bool Cellular::wants_escape() const noexcept {
  const Socket& socket = sockets_.front();
  if (wants_signal_ || wants_time_ || (socket.state_ == SocketState::ended)) return true;
  const bool is_flushed = socket.to_send_.empty();
  if (socket.state_ == SocketState::closing) return is_flushed || socket.is_dropped_;
  return socket.is_finished_ && is_flushed;
}

void Cellular::run_data() noexcept {
  Socket& socket = sockets_.front();
  const Duration silence = now_ - filter_.last_input();
  if (config_.port.carrier && carrier_lost_) return on_escaped(true);
  if (filter_.held() != 0 && !filter_.has_notice() && silence >= kPartSilence)
    filter_.release(socket.received_);
  switch (data_phase_) {
    case DataPhase::off: break;
    case DataPhase::flowing:
      if (wants_escape() || (filter_.has_notice() && silence >= kNoticeSilence)) begin_escape();
      break;
    case DataPhase::quiet: {
      if (now_ < data_due_) break;
      TextWriter text{command_};
      text.put("+++"sv);
      command_size_ = static_cast<std::uint16_t>(text.size());
      command_sent_ = 0;
      data_phase_ = DataPhase::plus;
      data_due_ = now_ + kLeaveWait;
      break;
    }
    case DataPhase::plus:
      if (output().size() != 0) {
        if (now_ < data_due_) break;
        command_sent_ = command_size_;
        return on_escaped(false);
      }
      data_phase_ = DataPhase::answer;
      escape_out_at_ = now_;
      data_due_ = now_ + kAnswerWait;
      break;
    case DataPhase::answer:
      if (filter_.has_ok() && filter_.last_input() < escape_out_at_ + kEarliestOk && !escapes_by_dtr_) {
        filter_.release(socket.received_);
      }
      if (filter_.has_ok() && silence >= kOkSilence) return on_escaped(true);
      if (now_ < data_due_) break;
      if (!escapes_by_dtr_) return on_escaped(false);
      is_dtr_deaf_ = true;
      begin_escape();
      break;
  }
}

Instant Cellular::data_deadline() const noexcept {
  Instant due = kNever;
  if (config_.port.carrier && carrier_lost_) return Instant{};
  if (filter_.held() != 0) {
    due = filter_.last_input() + (filter_.has_ok() && data_phase_ == DataPhase::answer ? kOkSilence
                                  : filter_.has_notice()                               ? kNoticeSilence
                                                                                       : kPartSilence);
  }
  switch (data_phase_) {
    case DataPhase::off: return due;
    case DataPhase::flowing: return wants_escape() ? Instant{} : due;
    case DataPhase::quiet: return data_due_;
    case DataPhase::plus: return output().size() == 0 ? Instant{} : data_due_;
    case DataPhase::answer:
      if (filter_.has_notice() && !filter_.has_ok()) return data_due_;
      return std::min(due, data_due_);
  }
  return due;
}

void Cellular::begin_escape() noexcept {
  escapes_by_dtr_ = config_.port.dtr && !is_dtr_deaf_;
  lines_.dtr = !escapes_by_dtr_;
  if (escapes_by_dtr_) {  // AT&D1: DTR going off is an escape (manual, 8.2.2)
    data_phase_ = DataPhase::answer;
    escape_out_at_ = now_;
    data_due_ = now_ + kDtrWait;
    return;
  }
  data_phase_ = DataPhase::quiet;
  data_due_ = now_ + kGuard;
}

/// Back in command state; or, where nothing said so, in a state that is found by asking.
void Cellular::on_escaped(bool answered) noexcept {
  Socket& socket = sockets_.front();
  const bool had_notice = filter_.has_notice();
  data_phase_ = DataPhase::off;
  lines_.dtr = true;
  carrier_lost_ = false;
  reader_.take_data(false);
  if (answered) {
    filter_.forget_ok();
    links_are_asked_ = socket.state_ == SocketState::open;
    return;
  }
  // The modem has not escaped because it was in command state already, or it is not well.
  filter_.forget();
  if (had_notice) {
    socket.fail_with(Errc::end_of_stream);
  } else {
    kill(socket, Errc::connection_reset);
  }
  resynchronise();
}

}  // namespace linnet::modem
