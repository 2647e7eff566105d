// SPDX-License-Identifier: Apache-2.0
// Commands for the connections: which one is next, and what its end means.
#include <algorithm>

#include "linnet/modem/cellular.hpp"

namespace linnet::modem {
namespace {

using namespace std::string_view_literals;

constexpr Duration kPromptWait = 3s;  // the manual's 120 s are too long to be of use
constexpr Duration kAnswerWait = 5s;
constexpr Duration kReadWait = 9s;      // manual, 13.2.14
constexpr Duration kResultMargin = 3s;  // beyond the modem's own limit
constexpr Duration kLinger = 5s;
constexpr Duration kBusyWait = 250ms;
constexpr std::uint8_t kMostBusy = 20;
constexpr Duration kLongestPoll = 20s;   // three and a query in a minute
constexpr std::uint8_t kQueryEvery = 4;  // looks, until the links' states are asked for
constexpr std::uint8_t kMostFailedOpens = 4;

// +CIPERROR and +CIPOPEN: manual, 13.3.2.
constexpr std::int32_t kNetworkNotOpened = 2;
constexpr std::int32_t kBusy = 8;
constexpr std::int32_t kTimedOut = 10;
constexpr std::int32_t kNoSuchHost = 11;

Error open_error(std::int32_t code) noexcept {
  const auto detail = static_cast<std::uint16_t>(code);
  switch (code) {
    case kNoSuchHost: return {Errc::host_not_found, detail};
    case kTimedOut: return {Errc::connect_timeout, detail};
    case kNetworkNotOpened: return {Errc::host_unreachable, detail};
    default: return {Errc::connection_refused, detail};  // the modem does not say more
  }
}

bool is_printable(char byte) noexcept {
  return byte >= ' ' && byte <= '~';
}

/// How much of the first `size` bytes may go as one payload: a line of them that begins with AT and could be
/// a command is cut behind its A. So payload that is sent where no modem waits for it is never a command.
std::size_t harmless_size(const ByteRing& bytes, std::size_t size) noexcept {
  const auto at = [&bytes](std::size_t index) { return static_cast<char>(bytes[index]); };
  const auto is_letter = [&at](std::size_t index, char letter) { return (at(index) | 0x20) == letter; };
  bool is_line_start = true;
  for (std::size_t begin = 0; begin + 1 < size; ++begin) {
    if (is_line_start && is_letter(begin, 'a') && is_letter(begin + 1, 't')) {
      std::size_t end = begin + 2;
      while (end < size && is_printable(at(end))) ++end;
      if (end == size || at(end) == '\r') return begin + 1;
    }
    is_line_start = at(begin) == '\r' || at(begin) == '\n';
  }
  return size;
}

}  // namespace

// ---- Which is next ----

bool Cellular::can_close(const Socket& socket) const noexcept {
  if (!socket.is_known_ || socket.is_closing_ || socket.awaits_open_) return false;
  const bool flushed = socket.to_send_.empty() && socket.window_size_ == 0;
  switch (socket.state_) {
    case SocketState::free:
    case SocketState::ended: return true;
    case SocketState::closing: return socket.is_dropped_ || flushed;
    case SocketState::open: return socket.is_finished_ && flushed && !socket.has_data_;
    default: return false;
  }
}

bool Cellular::can_send(const Socket& socket) const noexcept {
  const bool is_sending =
      socket.state_ == SocketState::open || (socket.state_ == SocketState::closing && !socket.is_dropped_);
  const std::size_t size = socket.to_send_.size();
  if (!is_sending || size == 0 || socket.window_size_ == Socket::kWindow || now_ < socket.held_until_)
    return false;
  // Less than a segment waits for more, as long as another is on its way.
  return socket.window_size_ == 0 || size >= kSegment || socket.to_send_.free() == 0;
}

bool Cellular::can_read(const Socket& socket) const noexcept {
  if (socket.state_ != SocketState::open && socket.state_ != SocketState::draining) return false;
  const std::size_t least = std::min<std::size_t>(dialect_->read_most, socket.received_.capacity() / 2);
  return socket.received_.free() >= least;
}

Cellular::Job Cellular::next_job() const noexcept {
  if (step_ != Step::up || task_ != Task::none || network_is_lost_) return {};
  if (probes_left_ != 0) return {Task::probe, 0};
  const auto count = static_cast<std::uint8_t>(sockets_.size());
  const bool is_transparent = config_.mode == Mode::transparent;
  if (links_are_asked_) return {Task::query_links, 0};
  for (std::uint8_t link = 0; link < count; ++link) {
    if (can_close(sockets_[link])) return {Task::close, link};
  }
  for (std::uint8_t link = 0; link < count; ++link) {
    if (sockets_[link].state_ == SocketState::queued) return {Task::open, link};
  }
  if (wants_signal_) return {Task::signal, 0};
  if (wants_time_) return {Task::clock, 0};
  if (is_transparent) return sockets_.front().state_ == SocketState::open ? Job{Task::resume, 0} : Job{};
  return next_transfer();
}

/// Reads and sends in turn, each link in its turn; then the slow look for what no URC told.
Cellular::Job Cellular::next_transfer() const noexcept {
  const auto count = static_cast<std::uint8_t>(sockets_.size());
  Job send;
  Job read;
  Job poll;
  bool is_open = false;
  for (std::uint8_t step = 0; step < count; ++step) {
    const auto link = static_cast<std::uint8_t>((next_link_ + step) % count);
    const Socket& socket = sockets_[link];
    if (send.task == Task::none && can_send(socket)) send = {Task::send, link};
    is_open |= socket.state_ == SocketState::open;
    if (!can_read(socket)) continue;
    if (read.task == Task::none && socket.has_data_) read = {Task::read, link};
    if (poll.task == Task::none && socket.state_ == SocketState::open) poll = {Task::read, link};
  }
  if (read.task != Task::none && (send.task == Task::none || !read_was_last_)) return read;
  if (send.task != Task::none) return send;
  if (now_ < poll_due_ || !is_open) return {};
  return poll.task == Task::none || polls_ % kQueryEvery == kQueryEvery - 1 ? Job{Task::query_links, 0}
                                                                            : poll;
}

void Cellular::start(Job job) noexcept {
  if (job.task == Task::none) return;
  Socket& socket = sockets_[job.link];
  if (now_ >= poll_due_) {
    ++polls_;
    poll_interval_ = std::min(poll_interval_ * 2, kLongestPoll);
    poll_due_ = now_ + poll_interval_;
  }
  switch (job.task) {
    case Task::open: return start_open(socket, job.link);
    case Task::send: return start_send(socket, job.link);
    case Task::read: return start_read(socket, job.link);
    case Task::close: {
      socket.is_closing_ = true;
      TextWriter text{command_};
      text.put("AT+CIPCLOSE="sv).put(job.link).put("\r"sv);
      return send_command(Task::close, job.link, text, kAnswerWait);
    }
    case Task::query_links:
      links_are_asked_ = false;
      return send_text(job.task, "AT+CIPCLOSE?"sv, kAnswerWait);
    case Task::signal: wants_signal_ = false; return send_text(job.task, "AT+CSQ"sv, kAnswerWait);
    case Task::clock: wants_time_ = false; return send_text(job.task, "AT+CCLK?"sv, kAnswerWait);
    case Task::resume: return send_text(job.task, "ATO"sv, kAnswerWait);
    // Its answer has a line beside OK, by which it differs from an answer that is late.
    case Task::probe: return send_text(job.task, "AT+CEREG?"sv, 1s);
    default: return;
  }
}

void Cellular::start_open(Socket& socket, std::uint8_t link) noexcept {
  const std::array<Bytes, 2> host = socket.received_.front(socket.host_size_);
  TextWriter text{command_};
  text.put("AT+CIPOPEN="sv).put(link).put(R"(,"TCP",")"sv).put(as_text(host[0])).put(as_text(host[1]));
  text.put(R"(",)"sv).put(socket.port_).put("\r"sv);
  socket.received_.clear();
  if (text.overflowed()) return socket.fail_with(Errc::too_large);
  socket.go(SocketTrigger::command);
  socket.is_known_ = socket.awaits_open_ = true;
  // In transparent mode the answer is the connection.
  send_command(Task::open, link, text,
               config_.mode == Mode::transparent ? config_.open_timeout + kResultMargin : kAnswerWait);
}

void Cellular::start_send(Socket& socket, std::uint8_t link) noexcept {
  const std::size_t most =
      std::min({socket.to_send_.size(), std::size_t{kSegment}, std::size_t{dialect_->send_most}});
  transfer_size_ = static_cast<std::uint16_t>(harmless_size(socket.to_send_, most));
  next_link_ = static_cast<std::uint8_t>(link + 1);
  read_was_last_ = false;
  TextWriter text{command_};
  text.put("AT+CIPSEND="sv).put(link).put(","sv).put(transfer_size_).put("\r"sv);
  send_command(Task::send, link, text, kPromptWait);
  awaits_prompt_ = true;
  reader_.expect_prompt(true);
}

void Cellular::start_read(Socket& socket, std::uint8_t link) noexcept {
  transfer_size_ =
      static_cast<std::uint16_t>(std::min<std::size_t>(dialect_->read_most, socket.received_.free()));
  next_link_ = static_cast<std::uint8_t>(link + 1);
  read_was_last_ = true;
  has_header_ = is_read_bad_ = had_line_ = false;
  TextWriter text{command_};
  text.put("AT+CIPRXGET=2,"sv).put(link).put(","sv).put(transfer_size_).put("\r"sv);
  send_command(Task::read, link, text, kReadWait);
}

// ---- What its end means ----

void Cellular::on_open_final(Socket& socket, const Final& final) noexcept {
  end_task();
  if (final.kind == Final::Kind::connect && config_.mode != Mode::transparent) {
    // It is in a mode that it was told to leave, and commands would be data now; or the line is not to be
    // trusted.
    leave_network(Errc::io_failure);
    return start_sync();
  }
  if (final.kind == Final::Kind::connect) {
    if (socket.state_ == SocketState::opening) socket.go(SocketTrigger::connected);
    socket.awaits_open_ = false;
    failed_opens_ = 0;
    return enter_data();
  }
  if (final.kind == Final::Kind::error) return link_failed_to_open(socket, result_);
  on_opening(socket);
}

/// The command was taken; its result has come already, or is awaited.
void Cellular::on_opening(Socket& socket) noexcept {
  if (result_ == 0) return link_is_open(socket);
  if (result_ != kNoResult) return link_failed_to_open(socket, result_);
  socket.due_ = now_ + config_.open_timeout + kResultMargin;
}

void Cellular::link_is_open(Socket& socket) noexcept {
  socket.awaits_open_ = false;
  socket.is_known_ = true;  // also where its user has let go: it is closed then
  if (socket.state_ != SocketState::opening) return;
  socket.due_ = kNever;
  failed_opens_ = 0;
  socket.go(SocketTrigger::connected);
  data_moved();
}

void Cellular::link_failed_to_open(Socket& socket, std::int32_t code) noexcept {
  if (!socket.awaits_open_) return;
  socket.awaits_open_ = false;
  // 4 and 9: the link is in use, by somebody whom we do not know. It is closed for the next attempt.
  socket.is_known_ = code == 4 || code == 9;
  socket.due_ = kNever;
  if (socket.state_ == SocketState::opening) socket.fail_with(open_error(code));
  if (code == kNetworkNotOpened) network_is_lost_ = true;
  const bool is_alone = std::ranges::none_of(sockets_, [](const Socket& other) { return other.is_live(); });
  if (++failed_opens_ >= kMostFailedOpens && is_alone) {
    failed_opens_ = 0;
    network_is_lost_ = true;
  }
}

void Cellular::on_prompt() noexcept {
  if (task_ != Task::send || !awaits_prompt_) return;
  Socket& socket = sockets_[task_link_];
  awaits_prompt_ = false;
  reader_.expect_prompt(false);
  socket.window_[socket.window_size_++] = transfer_size_;
  if (socket.confirm_due_ == kNever) socket.confirm_due_ = now_ + config_.send_timeout + kAnswerWait;
  payload_left_ = transfer_size_;
  is_command_out_ = false;
  command_timeout_ = kAnswerWait;
  command_due_ = now_ + kAnswerWait;
}

void Cellular::on_send_final(Socket& socket, const Final& final) noexcept {
  const bool is_ok = final.kind == Final::Kind::ok;
  const bool is_early = payload_left_ != 0 || (is_ok && awaits_prompt_);
  const bool was_sent = !awaits_prompt_;
  end_task();
  reader_.expect_prompt(false);
  payload_left_ = 0;
  if (is_early) {  // an answer to something else: who waits for what is not known any more
    kill(socket, Errc::io_failure);
    return resynchronise();
  }
  if (is_ok) {
    socket.busy_count_ = 0;
    return;
  }
  if (!was_sent && result_ == kBusy && ++socket.busy_count_ <= kMostBusy) {
    socket.held_until_ = now_ + kBusyWait;
    return;
  }
  if (result_ == kNetworkNotOpened) network_is_lost_ = true;
  socket.fail_with(Errc::connection_reset);
}

void Cellular::on_read_final(Socket& socket, const Final& final) noexcept {
  end_task();
  if (is_read_bad_) return resynchronise();
  if (final.kind == Final::Kind::ok && has_header_) {
    // Nothing, and then something: a length of which a bit was lost.
    bool is_torn = reader_.is_torn() || (transfer_size_ == 0 && had_line_);
    if (transfer_size_ != 0 && !had_line_) {
      if (tail_lines_ == kUnknownTail) tail_lines_ = reader_.blank_lines();
      is_torn |= tail_lines_ != reader_.blank_lines();
    }
    if (is_torn) {
      kill(socket, Errc::io_failure);
      return resynchronise();
    }
    socket.unconfirmed_read_ = 0;
    if (transfer_size_ != 0) data_moved();
  } else if (final.kind == Final::Kind::ok) {  // its header was lost, and who knows how much behind it
    kill(socket, Errc::io_failure);
    return resynchronise();
  } else if (result_ == 0 || socket.state_ == SocketState::draining) {
    socket.has_data_ = false;
  } else if (socket.state_ == SocketState::open) {
    socket.fail_with(Errc::connection_reset);  // the link is not there any more, and no URC said so
  }
  if (socket.state_ == SocketState::draining && !socket.has_data_) {
    socket.go(SocketTrigger::drained);
  }
}

void Cellular::on_probe_final(const Final& final) noexcept {
  if (final.kind == Final::Kind::ok && result_ != 0) return;  // an earlier command's
  end_task();
  if (final.kind == Final::Kind::ok) {
    probes_left_ = 0;
  } else if (--probes_left_ == 0) {
    leave_network(Errc::io_failure);
    start_sync();
  }
}

void Cellular::on_close_final(Socket& socket, const Final& final) noexcept {
  end_task();
  if (final.kind == Final::Kind::error) return link_is_free(socket);
  if (socket.is_closing_) socket.due_ = now_ + kAnswerWait;
}

void Cellular::peer_has_closed(Socket& socket, Error why) noexcept {
  if (socket.awaits_open_) return;  // of the connection before
  socket.is_known_ = false;
  if (socket.state_ == SocketState::closing) socket.is_dropped_ = true;
  if (socket.state_ != SocketState::open) return;
  if (config_.mode == Mode::transparent) {
    filter_.forget();
    return socket.fail_with(why);
  }
  socket.error_ = why;
  socket.has_data_ = true;  // whatever was told: there is one more read
  socket.confirm_due_ = kNever;
  socket.go(SocketTrigger::peer_closed);
}

/// The modem has no connection of this number any more.
void Cellular::link_is_free(Socket& socket) noexcept {
  socket.is_known_ = socket.is_closing_ = socket.awaits_open_ = false;
  if (socket.state_ == SocketState::open) socket.fail_with(Errc::end_of_stream);
  if (socket.state_ != SocketState::closing) return;
  const bool again = socket.wants_open_;
  socket.go(SocketTrigger::closed);
  socket.reset_connection();
  socket.wants_open_ = false;
  if (!again) return socket.received_.clear();
  socket.go(SocketTrigger::ask);
  if (step_ == Step::failed) socket.fail_with(Errc::io_failure);
}

void Cellular::check_sockets() noexcept {
  for (Socket& socket : sockets_) {
    if (socket.state_ == SocketState::free) continue;
    const bool is_under_way = task_ != Task::none && socket_at(task_link_) == &socket;
    if (socket.state_ == SocketState::closing) {
      if (!socket.is_known_ && !socket.is_closing_ && !is_under_way) {
        link_is_free(socket);
        continue;
      }
      if (!socket.is_dropped_ && socket.due_ == kNever) socket.due_ = now_ + kLinger;
    }
    if (now_ >= socket.confirm_due_) kill(socket, Errc::stall_timeout);
    if (now_ < socket.due_) continue;
    socket.due_ = kNever;
    socket.awaits_open_ = false;
    if (socket.is_closing_) {
      link_is_free(socket);
    } else if (socket.state_ == SocketState::closing) {
      socket.is_dropped_ = true;
    } else {
      socket.fail_with(Errc::connect_timeout);
    }
  }
}

}  // namespace linnet::modem
