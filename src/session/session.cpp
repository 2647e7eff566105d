// SPDX-License-Identifier: Apache-2.0
// What the owner and other tasks ask of a session; how attempts follow each other is in session_attempts.cpp.
#include "linnet/session/session.hpp"

#include <algorithm>

#include "session_log.hpp"

namespace linnet::session {

Session::Session(const Config& config, Entropy& entropy, const Buffers& buffers) noexcept
    : attempt_{conversation_config(config)},
      links_{config.links},
      reconnect_{config.reconnect},
      connect_timeout_{config.connect_timeout},
      stop_timeout_{config.stop_timeout},
      resources_{config.resources},
      log_{config.log},
      entropy_{&entropy},
      buffers_{buffers.conversation},
      most_reports_{buffers.outbox.reports.empty() ? SIZE_MAX : buffers.outbox.reports.size()},
      outbox_{config.outbox, buffers.outbox, entropy, config.store},
      order_{config.order, std::min(config.links.size(), kMostLinks)},
      resumption_{config.security, config.store, buffers.sessions},
      wrong_{check(config, buffers).value_or(Setting::none)},
      metered_priority_{config.metered_priority} {
  attempt_.client.handshake_timeout = connect_timeout_;  // the one that counts is the attempt's
}

Session::~Session() {
  drop_probe();
}

// ---- From any task ----

Result<MessageId> Session::send(const Message& message) noexcept {
  if (is_stopped() || stop_code_.load(std::memory_order_relaxed) != 0) return fail(Errc::bad_state);
  const auto id = outbox_.post(message);
  if (id) wake();
  return id;
}

void Session::request_stop(ws::CloseCode code) noexcept {
  std::uint32_t nobody = 0;
  stop_code_.compare_exchange_strong(nobody, static_cast<std::uint32_t>(code), std::memory_order_acq_rel);
  wake();
}

/// The owner says when it may sleep; whoever finds that it may, wakes it. Both exchange the one flag, so that
/// either this task sees `true`, or the owner's next look at the outbox sees what this task has put there.
void Session::wake() noexcept {
  if (may_sleep_.exchange(false, std::memory_order_acq_rel) && is_valid()) poller().wake();
}

// ---- The owner's turn ----

std::optional<Event> Session::poll(Instant now) noexcept {
  now_ = std::max(now_, now);  // a clock that steps back undoes no deadline
  may_sleep_.exchange(false, std::memory_order_acq_rel);
  const auto event = drive(now_);
  has_more_ = event.has_value();
  if (!has_more_)
    may_sleep_.exchange(true, std::memory_order_acq_rel);  // deadline() looks at the outbox again
  return event;
}

std::optional<Event> Session::drive(Instant now) noexcept {
  if (state_ == State::idle) return begin(now);
  if (state_ == State::over) return is_told_ ? std::nullopt : std::optional{finish({})};
  for (std::size_t i = 0; i < links_.size(); ++i) links_[i].link->poll(now);
  if (stop_code_.load(std::memory_order_acquire) != 0 && state_ != State::closing) {
    stop(now);
    if (state_ == State::over) return finish({});
  }
  if (auto told = tell(now)) return told;
  if (state_ != State::pausing) return converse(now);
  if (gives_up_) return finish({});
  return now < retry_at_ ? std::nullopt : std::optional{begin_attempt(now)};
}

/// What has become of messages.
std::optional<Event> Session::tell(Instant now) noexcept {
  if (const auto report = outbox_.poll(now)) {
    Event event = about(Event::outcome);
    event.report = *report;
    return event;
  }
  if (!is_flushing_) return std::nullopt;
  const Backlog backlog = outbox_.backlog();
  if (!backlog.empty() && now < flush_until_) return std::nullopt;
  is_flushing_ = false;
  flush_until_ = kNever;
  outbox_.set_least_priority(least_priority());
  Event event = about(Event::flushed);
  event.backlog = backlog;
  return event;
}

Instant Session::deadline() noexcept {
  if (has_more_ || (stop_code_.load(std::memory_order_acquire) != 0 && state_ < State::closing))
    return Instant{};
  if (state_ == State::over) return kNever;  // and told
  Instant due = std::min(outbox_.deadline(), flush_until_);
  for (std::size_t i = 0; i < links_.size(); ++i) due = std::min(due, links_[i].link->deadline());
  if (state_ == State::pausing) return gives_up_ ? Instant{} : std::min(due, retry_at_);
  due = std::min({due, conversation_->deadline(), stop_at_});
  if (feeds_more_ && state_ == State::open) return Instant{};
  if (probe_ != nullptr) return std::min({due, probe_->deadline(), probe_until_});
  return state_ == State::open ? std::min(due, order_.deadline(link_)) : due;
}

std::optional<Event> Session::wait_until(Instant limit) noexcept {
  if (!is_valid()) return poll(now_);
  const bool had_output = conversation_ && conversation_->unsent() != 0;
  auto event = poll(poller().now());
  if (event || is_told_) return event;
  if (had_output && conversation_->unsent() == 0) return std::nullopt;  // its owner may have waited for that
  if (conversation_) conversation_->watch();
  (void)poller().wait(std::min(limit, deadline()));
  return poll(poller().now());
}

std::optional<Event> Session::wait() noexcept {
  while (true) {
    if (auto event = wait_until(kNever); event || is_told_) return event;
  }
}

bool Session::wait_stopped(Instant limit) noexcept {
  request_stop();
  while (true) {
    (void)wait_until(limit);
    if (is_told_) return true;
    if (poller().now() < limit) continue;
    abandon(now_);
    (void)finish({});
    return false;
  }
}

// ---- The owner's commands ----

void Session::abort() noexcept {
  request_stop();
  if (conversation_ && state_ != State::pausing) conversation_->abort();
}

void Session::retry_in(Duration pause) noexcept {
  if (state_ != State::pausing) return;
  gives_up_ = false;
  retry_at_ = now_ + pause;
}

void Session::flush(Instant limit) noexcept {
  is_flushing_ = true;
  flush_until_ = limit;
  has_more_ = true;
  outbox_.set_least_priority(Priority::low);
  if (state_ == State::pausing && !gives_up_) retry_at_ = std::max(now_, not_before_);
}

Conversation* Session::conversation() noexcept {
  return state_ == State::open ? &*conversation_ : nullptr;
}

Stats Session::stats() const noexcept {
  Stats stats{stats_};
  stats.outbox = outbox_.stats();
  stats.backlog = outbox_.backlog();
  if (conversation_ && state_ != State::over && state_ != State::pausing) {
    stats.bytes_in += conversation_->bytes_in();
    stats.bytes_out += conversation_->bytes_out();
  }
  for (std::size_t i = 0; is_valid() && i < links_.size(); ++i) {
    const auto rungs = links_[i].link->recoveries();
    for (std::size_t rung = 0; rung < std::min(rungs.size(), stats.recoveries.size()); ++rung)
      stats.recoveries[rung] += rungs[rung];
  }
  if (resources_ != nullptr) {
    stats.least_free_heap = resources_->least_free_heap();
    stats.least_free_stack = resources_->least_free_stack();
  }
  return stats;
}

}  // namespace linnet::session
