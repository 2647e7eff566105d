// SPDX-License-Identifier: Apache-2.0
// The loop of the driver: the command line, time, and what its user asks.
#include "linnet/modem/cellular.hpp"

#include <algorithm>

namespace linnet::modem {
namespace {

constexpr Duration kPollSoon = 3s;
constexpr Duration kPauseCutShort = 10s;

}  // namespace

Cellular::Cellular(const Config& config, std::span<Socket> sockets, const Buffers& buffers) noexcept
    : config_{config},
      sockets_{sockets},
      command_{buffers.command},
      reader_{buffers.line},
      filter_{buffers.held},
      dialect_{config.dialect != nullptr ? config.dialect : &kSim7670g},
      lines_{.baud = config.port_baud} {}

std::optional<Event> Cellular::poll(Instant now) noexcept {
  now_ = now;
  begin_what_was_asked();
  while (events_ == 0) {
    if (data_phase_ != DataPhase::off) reader_.limit_data(data_room());
    const auto token = reader_.poll();
    if (!token) break;
    on_token(*token);
  }
  if (events_ == 0) work();
  if (events_ == 0) return std::nullopt;
  unsigned kind = 0;
  while (((unsigned{events_} >> kind) & 1u) == 0) ++kind;
  events_ &= static_cast<std::uint8_t>(events_ - 1);
  return Event{static_cast<Event::Kind>(kind)};
}

void Cellular::begin_what_was_asked() noexcept {
  if (!has_begun_) {
    has_begun_ = true;
    start_sync();
    if (!validate(config_)) fail_step(Cause::refused, true);
  }
  if (port_has_failed_) {
    port_has_failed_ = false;
    ++counters_.port_failures;
    failure_ = {.step = step_, .cause = Cause::port_failed};
    leave_network(Errc::io_failure);
    if (step_ != Step::failed) start_sync();
  }
  if (wants_restart_) {
    wants_restart_ = false;
    pin_was_sent_ = false;  // its owner has had a look
    rung_ = Rung::none;
    leave_network(Errc::connection_reset);
    start_sync();
  }
}

/// What is due by time, and the next command.
void Cellular::work() noexcept {
  check_command_time();
  check_sockets();
  if (step_ == Step::up) {
    check_health();
    if (data_phase_ != DataPhase::off) run_data();
  }
  if (task_ != Task::none || events_ != 0) return;
  if (step_ != Step::up) {
    if (now_ >= retry_at_) run_step();
  } else if (data_phase_ == DataPhase::off) {
    start(next_job());
  }
}

Instant Cellular::deadline() const noexcept {
  if (!has_begun_ || events_ != 0 || port_has_failed_ || wants_restart_) return Instant{};
  Instant due = task_ != Task::none ? command_due_ : kNever;
  if (step_ != Step::up) return task_ != Task::none ? due : retry_at_;
  if (data_phase_ != DataPhase::off) {
    if (!reader_.wants_input() && data_room() != 0) return Instant{};
    due = std::min(due, data_deadline());
  }
  if (data_phase_ == DataPhase::off && next_job().task != Task::none) return Instant{};
  if (service_lost_ != kNever) due = std::min(due, now_ + 1s);
  const bool polls = config_.mode == Mode::command && task_ == Task::none;
  for (const Socket& socket : sockets_) {
    if (socket.state_ == SocketState::free) continue;
    if (socket.state_ == SocketState::closing && !socket.is_dropped_ && socket.due_ == kNever)
      return Instant{};
    due = std::min({due, socket.due_, socket.confirm_due_});
    if (socket.held_until_ > now_) due = std::min(due, socket.held_until_);
    if (polls && socket.state_ == SocketState::open) due = std::min(due, poll_due_);
  }
  return due;
}

// ---- The command line ----

void Cellular::send_command(Task task, std::uint8_t link, const TextWriter& text, Duration timeout) noexcept {
  task_ = task;
  task_link_ = link;
  command_size_ = static_cast<std::uint16_t>(text.overflowed() ? 0 : text.size());
  command_sent_ = 0;
  is_command_out_ = false;
  command_timeout_ = timeout;
  command_due_ = now_ + timeout;
  awaits_prompt_ = false;
  output_is_secret_ = step_ == Step::pin || step_ == Step::credentials;
  result_ = kNoResult;
  ++counters_.commands;
}

void Cellular::send_text(Task task, std::string_view text, Duration timeout) noexcept {
  TextWriter writer{command_};
  writer.put(text).put("\r");
  send_command(task, 0, writer, timeout);
}

Output Cellular::output() const noexcept {
  if (command_sent_ < command_size_) {
    return {{Bytes{command_}.subspan(command_sent_, std::size_t{command_size_} - command_sent_)}};
  }
  if (payload_left_ != 0) return {sockets_[task_link_].to_send_.front(payload_left_)};
  if (data_phase_ == DataPhase::flowing) {
    const ByteRing& data = sockets_.front().to_send_;
    return {data.front(data.size())};
  }
  return {};
}

void Cellular::sent(std::size_t size) noexcept {
  if (command_sent_ < command_size_) {
    command_sent_ = static_cast<std::uint16_t>(command_sent_ + size);
  } else if (payload_left_ != 0) {
    sockets_[task_link_].to_send_.drop_front(size);
    payload_left_ = static_cast<std::uint16_t>(payload_left_ - size);
    data_moved();
  } else {
    sockets_.front().to_send_.drop_front(size);
    data_moved();
  }
}

void Cellular::check_command_time() noexcept {
  if (task_ == Task::none) return;
  if (!is_command_out_ && output().size() == 0) {
    is_command_out_ = true;  // only now: a slow line is not a slow modem
    command_due_ = now_ + command_timeout_;
  }
  if (now_ >= command_due_) on_late_answer();
}

void Cellular::on_late_answer() noexcept {
  if (task_ == Task::send && awaits_prompt_ && is_command_out_) {
    // A lost prompt leaves the modem waiting for so many bytes. It gets them, the real ones: if it does not
    // wait, start_send() has seen to it that they are no command.
    ++counters_.lost_prompts;
    return on_prompt();
  }
  const Task task = task_;
  Socket* const socket = socket_at(task_link_);
  end_task();
  payload_left_ = 0;
  command_sent_ = command_size_;
  reader_.reset();
  if (step_ == Step::sync) return;  // silence is what it is there for
  ++counters_.late_answers;
  if (task == Task::step) return on_late_step();
  if (task == Task::probe) {
    if (--probes_left_ == 0) {
      leave_network(Errc::io_failure);
      start_sync();
    }
    return;
  }
  const bool is_confirmed = task == Task::send && socket->window_size_ == 0;
  if (task == Task::read || task == Task::resume || (task == Task::send && !is_confirmed)) {
    kill(*socket, Errc::io_failure);
  }
  if (task == Task::close) socket->is_closing_ = false;
  if (task == Task::open) on_opening(*socket);
  resynchronise();
}

Socket* Cellular::socket_at(std::int32_t link) noexcept {
  return link >= 0 && static_cast<std::size_t>(link) < sockets_.size()
             ? &sockets_[static_cast<std::size_t>(link)]
             : nullptr;
}

std::uint8_t Cellular::usable_links() const noexcept {
  const std::uint8_t links = config_.mode == Mode::transparent ? 1 : dialect_->links;
  return static_cast<std::uint8_t>(std::min<std::size_t>(sockets_.size(), links));
}

/// The line is in use: the look for lost notices can wait.
void Cellular::data_moved() noexcept {
  data_moved_at_ = now_;
  poll_interval_ = kPollSoon;
  poll_due_ = now_ + kPollSoon;
}

Result<Socket*> Cellular::open(std::string_view host, std::uint16_t port) noexcept {
  if (!is_host(host) || port == 0) return fail(Errc::invalid_argument);
  Socket* found = nullptr;
  for (Socket& socket : sockets_.first(usable_links())) {
    if (socket.state_ == SocketState::free) {
      found = &socket;
      break;
    }
    if (socket.state_ == SocketState::closing && !socket.wants_open_) found = &socket;
  }
  if (found == nullptr) return fail(Errc::too_many);
  found->ask(host, port);
  if (step_ == Step::failed) found->fail_with(Errc::io_failure);
  if (step_ == Step::pause) retry_at_ = std::min(retry_at_, step_started_ + kPauseCutShort);
  return found;
}

}  // namespace linnet::modem
