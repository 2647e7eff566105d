// SPDX-License-Identifier: Apache-2.0
// The loop: waits, accepts, serves whoever is ready, keeps time, and takes what other threads post.
#include "linnet/server/server.hpp"

#include <algorithm>
#include <utility>

namespace linnet::server {
namespace {

constexpr std::uint32_t kRefusals = 16;  // connections over the limit at one time that still get a 503
constexpr int kAcceptsPerTurn = 64;
constexpr Duration kSweepPause = 100ms;  // between two looks at all deadlines: they are late by no more

}  // namespace

Server::Server(const Config& config, net::Poller& poller)
    : config_{config},
      poller_{poller},
      peers_{config.max_connections + kRefusals, config.peer_statistics},
      pools_{config.max_buffered, config.retain_buffered},
      inbox_{config.inbox_messages, config.inbox_bytes},
      buffers_{new std::byte[config.receive_buffer + 2 * config.send_buffer + config.max_line]},
      received_{buffers_.get(), config.receive_buffer},
      line_{received_.data() + config.receive_buffer + 2 * config.send_buffer, config.max_line},
      workspace_{{received_.data() + config.receive_buffer, config.send_buffer}},
      aside_{{received_.data() + config.receive_buffer + config.send_buffer, config.send_buffer}} {
  fields_.reserve(config.max_fields);
}

Server::~Server() {
  in_turn_ = true;
  peers_.for_each([this](Slot& slot) {
    if (slot.phase == Phase::websocket) slot.connection.~Connection();
    release(slot);
  });
  while (pools_.finished != nullptr)
    pools_.blocks.give(std::exchange(pools_.finished, pools_.finished->next));
}

Result<std::uint16_t> Server::websocket(std::string_view pattern, Handler& handler,
                                        WebSocketOptions options) {
  return routes_.add(pattern, handler, std::move(options));
}

Result<void> Server::http(std::string_view pattern, HttpHandler& handler, std::uint8_t methods) {
  return routes_.add(pattern, handler, methods);
}

void Server::listen(net::Listener& listener, void* token, StreamWrap* wrap) {
  listeners_.push_back({.listener = &listener, .token = token, .wrap = wrap});
}

Instant Server::now() noexcept {
  if (!in_turn_) now_ = poller_.now();
  return now_;
}

void Server::turn(Instant until) {
  if (in_turn_) return;
  const std::span<const net::Ready> ready = poller_.wait(std::min(until, deadline()));
  const Instant now = poller_.now();
  for (const net::Ready& each : ready) handle(each, now);
  poll(now);
}

void Server::run() {
  while (!is_stopped()) turn(kNever);
}

void Server::handle(const net::Ready& ready, Instant now) {
  if (ready.token == nullptr || in_turn_) return;
  now_ = now;
  in_turn_ = true;
  const auto listening =
      std::ranges::find(listeners_, ready.token, [](const Listening& each) { return each.token; });
  if (listening != listeners_.end()) {
    accept_all(*listening);
  } else {
    Slot& slot = *static_cast<Slot*>(ready.token);
    if (slot.phase != Phase::free) serve(slot, ready.readable, ready.writable);
  }
  in_turn_ = false;
}

void Server::poll(Instant now) {
  if (in_turn_) return;
  now_ = now;
  in_turn_ = true;
  take_stop();
  if (!inbox_.empty()) take_posts();
  if (!to_settle_.empty()) settle();
  if (now_ >= next_sweep_) sweep();
  if (!to_settle_.empty()) settle();
  if (pools_.finished != nullptr) tell_finished();
  peers_.reclaim();
  if (stopping_ && peers_.in_use() == 0) stopped_.store(true, std::memory_order_release);
  in_turn_ = false;
}

Instant Server::deadline() const noexcept {
  const bool has_work = !to_settle_.empty() || pools_.finished != nullptr || !inbox_.empty() ||
                        stop_within_.load(std::memory_order_relaxed) >= 0;
  return has_work ? Instant{} : std::min(next_sweep_, stop_deadline_);
}

void Server::accept_all(const Listening& listening) {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    Slot* const slot = peers_.take();
    if (slot == nullptr) {
      net::StreamSlot refused;
      if (!listening.listener->accept(refused, nullptr)) return;
      ++statistics_.accepted;
      count(Drop::connection_limit);
      refused.get()->close();
      continue;
    }
    const Result<void> accepted = listening.listener->accept(slot->stream, slot);
    if (accepted) {
      ++statistics_.accepted;
      begin(*slot, listening);
      continue;
    }
    peers_.give(*slot);
    if (accepted.error() != Errc::too_many) return;
    count(Drop::connection_limit);
  }
}

void Server::begin(Slot& slot, const Listening& listening) {
  slot.phase = Phase::http;
  ++statistics_.http_open;
  Activity* const busy = ensure_activity(slot);
  if (busy == nullptr) return drop(slot);
  if (listening.wrap != nullptr) {
    busy->wrapped = listening.wrap->wrap(*slot.stream.get(), now_);
    busy->wrapper = listening.wrap;
    if (busy->wrapped == nullptr) return drop(slot);
  }
  busy->deadline = now_ + config_.request_timeout;
  note(busy->deadline);
  if (!over_limit()) return;
  count(Drop::connection_limit);
  refuse(slot, 503, "as many connections as configured are open");
  after_requests(slot, *busy);
}

void Server::serve(Slot& slot, bool readable, bool writable) {
  if (slot.phase == Phase::websocket) {
    serve_websocket(slot, readable, writable);
  } else {
    serve_http(slot, readable, writable);
  }
}

// ---- Time ----

Instant Server::due(Slot& slot) noexcept {
  const Activity* const busy = activity(slot);
  Instant due = slot.phase == Phase::websocket && !waits(slot) ? slot.connection.deadline() : kNever;
  if (busy == nullptr) return due;
  if (!busy->backlog.empty()) {
    due = std::min(due, busy->progress + config_.stall_timeout);
    if (slot.phase == Phase::websocket && slot.connection.state() != ws::State::open) {
      due = std::min(due, slot.connection.deadline());
    }
  } else if (slot.phase == Phase::http) {
    due = busy->deadline;
  }
  return busy->wrapped != nullptr ? std::min(due, busy->wrapped->deadline()) : due;
}

/// Looks at all connections. It comes when the first of them may be due, and at most so often that ten
/// thousand of them cost less than a hundredth of a processor; bytes that arrive only put deadlines off.
void Server::sweep() {
  next_sweep_ = kNever;
  Instant earliest = kNever;
  peers_.for_each([&](Slot& slot) {
    if (due(slot) <= now_) tend(slot);
    if (slot.phase != Phase::free) earliest = std::min(earliest, due(slot));
  });
  next_sweep_ = std::min(next_sweep_, earliest);
  if (next_sweep_ != kNever) next_sweep_ = std::max(next_sweep_, now_ + kSweepPause);
}

void Server::tend(Slot& slot) {
  const auto stalls = [this](const Activity& busy) {
    return !busy.backlog.empty() && now_ >= busy.progress + config_.stall_timeout;
  };
  if (slot.phase == Phase::websocket) {
    const Activity* const busy = activity(slot);
    if (busy != nullptr && stalls(*busy)) transport_failed(slot, Errc::stall_timeout);
    return serve(slot, false, false);
  }
  Activity& busy = activities_[slot.activity];
  if (busy.wrapped != nullptr) busy.wrapped->poll(now_);
  if (has_failed(busy)) return drop(slot);
  if (stalls(busy)) {
    count(Drop::stall);
    return drop(slot);
  }
  if (!busy.backlog.empty() || now_ < busy.deadline) return serve(slot, false, false);
  if (busy.lingers || !busy.in_request) return drop(slot);
  count(Drop::slow_request);
  refuse(slot, 408, "the request took too long");
  after_requests(slot, busy);
}

// ---- Work that is put off to the end of the turn ----

void Server::mark_settle(Slot& slot) {
  if (Activity* const busy = ensure_activity(slot)) {
    if (busy->to_settle) return;
    busy->to_settle = true;
  }
  to_settle_.push_back(peers_.id_of(slot));
}

void Server::settle() {
  std::swap(to_settle_, settling_);
  for (const PeerId id : settling_) {
    Slot* const slot = peers_.find(id);
    if (slot == nullptr) continue;
    if (Activity* const busy = activity(*slot)) busy->to_settle = false;
    serve(*slot, false, false);
  }
  settling_.clear();
}

void Server::take_posts() {
  for (const Inbox::Post& post : inbox_.take()) {
    ++statistics_.posted;
    if (broadcast(post.target, post.type, inbox_.payload(post), post.completion)) continue;
    if (post.completion.tell == nullptr) continue;
    post.completion.tell(post.completion.context, {.dropped = 1, .outcome = Outcome::no_memory});
  }
}

Result<void> Server::post(const Target& target, ws::MessageType type, Bytes payload,
                          const Completion& completion) {
  const Result<bool> put = inbox_.put(target, type, payload, completion);
  if (!put) return std::unexpected{put.error()};
  if (*put) poller_.wake();
  return {};
}

void Server::tell_finished() {
  Block* finished = std::exchange(pools_.finished, nullptr);
  while (finished != nullptr) {
    Block* const block = std::exchange(finished, finished->next);
    block->completion.tell(block->completion.context, block->delivery);
    pools_.blocks.give(block);
  }
}

// ---- The end ----

void Server::stop(Duration within) noexcept {
  stop_within_.store(std::max<Duration::rep>(within.count(), 0), std::memory_order_release);
  poller_.wake();
}

void Server::take_stop() {
  const Duration::rep within = stop_within_.exchange(-1, std::memory_order_acq_rel);
  if (within >= 0) stop_deadline_ = std::min(stop_deadline_, now_ + Duration{within});
  if (within >= 0 && !stopping_) {
    stopping_ = true;
    for (const Listening& each : listeners_) each.listener->close();
    peers_.for_each([this](Slot& slot) { stop_peer(slot, false); });
  }
  if (!stopping_ || now_ < stop_deadline_) return;
  stop_deadline_ = kNever;
  peers_.for_each([this](Slot& slot) { stop_peer(slot, true); });
}

void Server::stop_peer(Slot& slot, bool at_once) {
  if (slot.phase == Phase::websocket) {
    if (!at_once) {
      (void)close(slot, ws::CloseCode::going_away, "the server stops");
      return;
    }
    abort(slot);
    return serve(slot, false, false);
  }
  Activity& busy = activities_[slot.activity];
  const bool answering = !busy.backlog.empty();
  if (at_once || !(answering || busy.lingers)) return drop(slot);
  busy.last_answer = true;
}

// ---- Connections ----

Activity* Server::ensure_activity(Slot& slot) noexcept {
  if (slot.activity == ActivityPool::kNone) slot.activity = activities_.take();
  return activity(slot);
}

net::Stream& Server::stream(Slot& slot) noexcept {
  const Activity* const busy = activity(slot);
  return busy != nullptr && busy->wrapped != nullptr ? *busy->wrapped : *slot.stream.get();
}

void Server::update_interest(Slot& slot, Activity& busy, bool reads) {
  net::Interest interest = reads ? net::Interest::read : net::Interest::none;
  if (!busy.backlog.empty()) interest = interest | net::Interest::write;
  if (interest == busy.interest) return;
  busy.interest = interest;
  stream(slot).want(interest);
}

/// Gives back all that the connection holds; its phase's own end comes before.
void Server::release(Slot& slot) noexcept {
  if (Activity* const busy = activity(slot)) {
    busy->backlog.clear(pools_);
    if (busy->input != nullptr) pools_.blocks.give(busy->input);
    if (busy->message != nullptr) pools_.blocks.give(busy->message);
    if (busy->wrapped != nullptr) {
      busy->wrapped->close();
      busy->wrapper->unwrap(*busy->wrapped);
    }
    activities_.give(std::exchange(slot.activity, ActivityPool::kNone));
  }
  if (slot.stream.get() != nullptr) slot.stream.get()->close();
  peers_.give(slot);
}

void Server::drop(Slot& slot) noexcept {
  --statistics_.http_open;
  release(slot);
}

Peer Server::find(PeerId id) noexcept {
  Slot* const slot = peers_.find(id);
  return slot != nullptr ? peer_of(*slot) : Peer{};
}

bool Server::is_target(const Slot& slot, const Target& target) noexcept {
  if (slot.phase != Phase::websocket) return false;
  return target.kind == Target::Kind::all ||
         (target.kind == Target::Kind::route && slot.route == target.route_index);
}

MemoryStatistics Server::memory() const noexcept {
  return {.buffered = pools_.blocks.lent(),
          .retained = pools_.blocks.retained(),
          .allocations = pools_.blocks.allocations() + pools_.segments.allocations() +
                         activities_.allocations() + peers_.allocations()};
}

}  // namespace linnet::server
