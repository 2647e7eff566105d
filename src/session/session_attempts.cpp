// SPDX-License-Identifier: Apache-2.0
// How attempts and conversations follow each other, over which links, and when.
#include <algorithm>
#include <utility>

#include "linnet/codec/http1_field.hpp"
#include "linnet/session/session.hpp"
#include "session_log.hpp"

namespace linnet::session {
namespace {

using Level = LogLevel;

constexpr Duration kFlushPause = 500ms;  // at most, between two attempts

std::string_view value_of(std::string_view line) noexcept {
  line.remove_prefix(std::min(line.find(':'), line.size() - 1) + 1);
  while (!line.empty() && http1::is_whitespace(line.front())) line.remove_prefix(1);
  while (!line.empty() && http1::is_whitespace(line.back())) line.remove_suffix(1);
  return line;
}

}  // namespace

Event Session::about(Event::Kind kind, const ws::Event& ws) const noexcept {
  Event event{.kind = kind, .ws = ws};
  if (is_valid()) event.link = link_name();
  return event;
}

// ---- Attempts ----

std::optional<Event> Session::begin(Instant now) noexcept {
  if (stop_code_.load(std::memory_order_acquire) != 0) return finish({});
  if (!is_valid()) {
    failure_ = Failure{Stage::idle, Error{Errc::invalid_argument, static_cast<std::uint16_t>(wrong_)}};
    ws::Event end{};
    end.error = failure_->error;
    return finish(end);
  }
  if (const auto recovered = outbox_.recover(now); !recovered)
    log<Level::error>("store.failed", LogField{"code", static_cast<std::int64_t>(recovered.error().code)});
  restore_sessions();
  return begin_attempt(now);
}

Event Session::begin_attempt(Instant now) noexcept {
  auto next = order_.next(now);
  if (!next) {
    order_.begin_round();
    next = order_.next(now);
  }
  link_ = static_cast<std::uint8_t>(*next);
  order_.tried(link_);
  attempt_.connect_timeout = connect_timeout(links_[link_]);
  conversation_.emplace(std::as_const(attempt_), *links_[link_].link, *entropy_, buffers_);
  attempt_at_ = now;
  opened_at_ = kNever;
  asked_ = {};
  peer_code_ = ws::CloseCode::none_received;
  ++stats_.attempts;
  state_ = State::connecting;
  log<Level::info>("connecting", LogField{"link", link_name()}, LogField{"failed", failed_});
  return about(Event::connecting);
}

// ---- A conversation ----

std::optional<Event> Session::converse(Instant now) noexcept {
  if (state_ == State::open) {
    if (resumption_.is_due(now)) keep_sessions(false);
    feed(now);
    probe(now);
  }
  if (now >= stop_at_) conversation_->abort();
  const auto event = conversation_->poll(now);
  if (conversation_->has_flushed()) outbox_.flushed();
  if (event) return handle(*event, now);
  return tell(now);
}

/// The outbox gives, the conversation takes, until one of them has enough; not more in one turn than reports
/// find room, so that every outcome is told.
void Session::feed(Instant now) noexcept {
  std::size_t most = most_reports_;
  feeds_more_ = false;
  while (const auto next = outbox_.next()) {
    feeds_more_ = most-- == 0;
    if (feeds_more_) return;
    const auto sent = conversation_->send(next->type, next->payload);
    if (sent) {
      ++stats_.messages_out;
      outbox_.handed(next->id, now);
    } else if (sent.error() == Errc::too_large || sent.error() == Errc::invalid_argument) {
      outbox_.reject(next->id);
    } else {
      return;  // no room, or in the middle of a message in pieces
    }
  }
}

Event Session::handle(const ConversationEvent& event, Instant now) noexcept {
  using Kind = ConversationEvent::Kind;
  switch (event.kind) {
    case Kind::redirected: return about(Event::redirected, event.ws);
    case Kind::field: take_field(event.text()); return about(Event::field, event.ws);
    case Kind::opened: return opened(event, now);
    case Kind::message: stats_.messages_in += event.ws.last ? 1 : 0; return about(Event::message, event.ws);
    case Kind::ping: return about(Event::ping, event.ws);
    case Kind::pong: take_round_trip(event.ws.round_trip); return about(Event::pong, event.ws);
    case Kind::close: peer_code_ = event.ws.code; return about(Event::close, event.ws);
    case Kind::drained: return about(Event::drained, event.ws);
    case Kind::closed: break;
  }
  return ended(event.ws, now);
}

void Session::take_field(std::string_view line) noexcept {
  const std::string_view name = line.substr(0, std::min(line.find(':'), line.size()));
  if (conversation_->status() >= 300) asked_.take_field(name, value_of(line));
}

void Session::take_round_trip(Duration round_trip) noexcept {
  if (round_trip == Duration{}) return;  // nobody had asked
  Duration& smoothed = stats_.smoothed_round_trip;
  smoothed = smoothed == Duration{} ? round_trip : (7 * smoothed + round_trip) / 8;
  stats_.round_trip = round_trip;
}

Priority Session::least_priority() const noexcept {
  const bool is_metered = is_valid() && links_[link_].cost == Cost::metered;
  return is_metered && !is_flushing_ ? metered_priority_ : Priority::low;
}

Event Session::opened(const ConversationEvent& event, Instant now) noexcept {
  opened_at_ = now;
  failed_ = 0;
  hopeless_ = 0;
  order_.begin_round();
  if (stats_.connects != 0 && last_link_ != link_) ++stats_.link_changes;
  last_link_ = link_;
  ++stats_.connects;
  stats_.last_connect = now - attempt_at_;
  if (event.security != nullptr) {
    ++stats_.tls_handshakes;
    if (event.security->resumed) ++stats_.tls_resumed;
    resumption_.secured(event.security->resumed);
    stats_.tls_handshake_bytes = event.security->handshake_bytes;
  }
  outbox_.set_least_priority(least_priority());
  outbox_.opened(now);
  state_ = State::open;
  log<Level::info>("opened", LogField{"link", link_name()}, LogField{"took_ms", stats_.last_connect});
  Event told = about(Event::opened, event.ws);
  told.security = event.security;
  return told;
}

// ---- Its end, and what follows ----

Event Session::ended(const ws::Event& end, Instant now) noexcept {
  const bool was_open = opened_at_ != kNever;
  const State was = state_;
  leave(now, end.clean);
  if (was_open && now - opened_at_ >= reconnect_.stable_after) {
    setbacks_ = 0;
    order_.lasted(link_);
  }
  failure_ = conversation_->failure();
  const Verdict verdict = judge({.failure = failure_,
                                 .code = peer_code_,
                                 .retry_after = asked_.wait(),
                                 .was_open = was_open,
                                 .link_is_hopeless = links_[link_].link->is_hopeless()});
  ++stats_.ended[static_cast<std::size_t>(verdict.cause)];
  if (was == State::closing) return finish(end);
  if (verdict.cause == Cause::none && was == State::open) ++stats_.closed_by_peer;

  Event event = about(Event::offline, end);
  Outage& outage = event.outage;
  outage.failure = failure_;
  outage.cause = verdict.cause;
  outage.was_open = was_open;
  state_ = State::pausing;
  if (was == State::changing) {
    retry_at_ = now;
  } else {
    plan_next(verdict, outage, now);
  }
  outage.failed_attempts = failed_;
  log<Level::warn>("offline", LogField{"link", link_name()}, LogField{"cause", describe(verdict.cause)},
                   LogField{"failed", failed_}, LogField{"retry_ms", outage.retry_in});
  return event;
}

/// Sets when the next attempt comes, or that none does.
void Session::plan_next(const Verdict& verdict, Outage& outage, Instant now) noexcept {
  ++setbacks_;
  if (!outage.was_open) ++failed_;
  // One that was open for moments only is no better than one that never was.
  const bool broke = verdict.cause == Cause::lost || verdict.cause == Cause::dead;
  if (verdict.blames_link || (outage.was_open && broke && setbacks_ > 1)) order_.failed(link_, now);
  if (verdict.is_hopeless) hopeless_ |= 1u << link_;

  retry_at_ = not_before_ = now;
  const bool is_round_over = !verdict.blames_link || !order_.next(now);
  gives_up_ = (!reconnect_.enabled && is_round_over) ||
              (reconnect_.max_attempts != 0 && failed_ >= reconnect_.max_attempts);
  if (is_round_over) {
    const std::uint32_t all = (1u << links_.size()) - 1;
    outage.is_hopeless = verdict.is_hopeless && (!verdict.blames_link || hopeless_ == all);
    gives_up_ = gives_up_ || outage.is_hopeless;
    hopeless_ = 0;
    order_.begin_round();
    if (verdict.at_least > 0s) {
      const Duration asked = std::min(verdict.at_least, reconnect_.longest_hint);
      not_before_ = now + asked + Backoff::random_up_to(verdict.spread, *entropy_);
    }
    retry_at_ = std::max(not_before_, now + Backoff{reconnect_.backoff}.pause(setbacks_, *entropy_));
    if (is_flushing_) {  // a try soon, but not one upon the other where each fails at once
      const Duration soon = Backoff::random_up_to(kFlushPause, *entropy_);
      retry_at_ = std::max(not_before_, std::min(retry_at_, now + soon));
    }
  }
  outage.is_last = gives_up_;
  outage.retry_in = retry_at_ - now;
}

/// The connection's part in everything is over.
void Session::leave(Instant now, bool is_clean) noexcept {
  if (is_clean) outbox_.flushed();
  outbox_.closed(now);
  drop_probe();
  stop_at_ = kNever;
  stats_.bytes_in += conversation_->bytes_in();
  stats_.bytes_out += conversation_->bytes_out();
}

/// Without the other end.
void Session::abandon(Instant now) noexcept {
  if (state_ != State::pausing && conversation_) {
    conversation_->abort();
    leave(now, false);
  }
  state_ = State::over;
}

void Session::stop(Instant now) noexcept {
  const auto code = static_cast<ws::CloseCode>(stop_code_.load(std::memory_order_acquire));
  if (state_ != State::open && state_ != State::changing) return abandon(now);
  drop_probe();
  conversation_->hold(false);
  if (state_ == State::open) (void)conversation_->close(code, {}, now);
  state_ = State::closing;
  stop_at_ = now + stop_timeout_;
  log<Level::info>("stopping", LogField{"code", static_cast<std::int64_t>(code)});
}

Event Session::finish(const ws::Event& end) noexcept {
  keep_sessions(true);
  state_ = State::over;
  is_told_ = true;
  is_stopped_.store(true, std::memory_order_release);
  log<Level::info>("closed");
  return about(Event::closed, end);
}

// ---- Sessions of TLS that survive a restart ----

void Session::restore_sessions() noexcept {
  const auto restored = resumption_.restore();
  if (!restored)
    log<Level::warn>("tls.not_restored", LogField{"code", static_cast<std::int64_t>(restored.error().code)});
  if (restored && *restored) log<Level::debug>("tls.restored");
}

void Session::keep_sessions(bool is_last) noexcept {
  const auto kept = is_last ? resumption_.keep_last(now_) : resumption_.keep(now_);
  if (!kept) log<Level::warn>("tls.not_kept", LogField{"code", static_cast<std::int64_t>(kept.error().code)});
  if (kept && *kept) log<Level::debug>("tls.kept");
}

// ---- A link that is preferred to the present one ----

/// Makes a connection over it, and drops it at once: a link that is up but does not get to the server is not
/// better than the one that does.
void Session::probe(Instant now) noexcept {
  if (probe_ == nullptr) {
    const auto preferred = order_.preferred(link_, now);
    if (!preferred) return;
    probed_ = static_cast<std::uint8_t>(*preferred);
    net::Link& link = *links_[probed_].link;
    const auto stream = link.is_hopeless()
                            ? fail(Errc::host_unreachable)
                            : link.open(conversation_->url().host, conversation_->url().port, now);
    ++stats_.probes;
    if (!stream) return order_.failed(probed_, now);
    probe_ = *stream;
    probe_until_ = now + connect_timeout(links_[probed_]);
  }
  probe_->poll(now);
  if (probe_->state() == net::Stream::State::opening && now < probe_until_) return;
  const bool is_there = probe_->state() == net::Stream::State::open;
  drop_probe();
  if (!is_there) return order_.failed(probed_, now);
  log<Level::info>("link.returns", LogField{"link", links_[probed_].link->name()});
  conversation_->hold(false);
  (void)conversation_->close(ws::CloseCode::going_away, {}, now);
  state_ = State::changing;
  stop_at_ = now + stop_timeout_;
}

void Session::drop_probe() noexcept {
  if (probe_ != nullptr) probe_->close();
  probe_ = nullptr;
  probe_until_ = kNever;
}

}  // namespace linnet::session
