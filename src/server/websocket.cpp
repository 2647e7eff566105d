// SPDX-License-Identifier: Apache-2.0
// A WebSocket peer's turn: lend it the workspace, read, deliver what that makes, send, take all back.
#include <algorithm>
#include <array>
#include <cstring>

#include "linnet/server/server.hpp"

namespace linnet::server {
namespace {

constexpr Drop drop_for(Errc why) noexcept {
  switch (why) {
    case Errc::liveness_timeout: return Drop::liveness;
    case Errc::close_timeout: return Drop::close_timeout;
    case Errc::stall_timeout: return Drop::stall;
    default: return Drop::violation;
  }
}

constexpr bool is_our_decision(Errc why) noexcept {
  return fault(why) == Fault::peer || fault(why) == Fault::timeout;
}

}  // namespace

void Server::lend(Slot& slot) noexcept {
  served_ = &slot;
  slot.connection.attach(&workspace_);
  Activity* const busy = activity(slot);
  if (busy == nullptr || !busy->has_control) return;
  workspace_.control() = busy->control;
  busy->has_control = false;
}

/// Takes the workspace back, and whatever else an idle peer does not need.
void Server::park(Slot& slot) {
  flush(slot, workspace_);
  if (!slot.connection.is_idle()) {
    if (Activity* const busy = ensure_activity(slot)) {
      busy->control = workspace_.control();
      busy->has_control = true;
    } else {
      count(Drop::memory);
      transport_failed(slot, Error{Errc::too_many});
    }
  }
  slot.connection.attach(nullptr);
  served_ = nullptr;
  Activity* const busy = activity(slot);
  if (busy == nullptr) {
    if (slot.connection.state() == ws::State::closed) mark_settle(slot);
    return;
  }
  if (!busy->backlog.empty() && !busy->blocked) write_backlog(slot, *busy);
  if (slot.connection.state() == ws::State::closed) mark_settle(slot);
  update_interest(slot, *busy, !waits(slot));
  if (!busy->is_needed() && busy->interest == net::Interest::read) {
    activities_.give(std::exchange(slot.activity, ActivityPool::kNone));
  }
}

/// Whether nothing is delivered to this peer's handler now, and so nothing read: too much of what it was sent
/// has not left, or the close frame has not. Its input waits in the system, and so does the peer.
bool Server::waits(Slot& slot) noexcept {
  const Activity* const busy = activity(slot);
  if (busy == nullptr || busy->backlog.empty()) return false;
  const ws::State state = slot.connection.state();
  if (state == ws::State::open) return backlog_cost(slot, *busy) > config_.max_backlog / 2;
  return state == ws::State::close_received && now_ < slot.connection.deadline();
}

void Server::serve_websocket(Slot& slot, bool readable, bool writable) {
  lend(slot);
  Activity* busy = activity(slot);
  if (busy != nullptr) {
    if (writable) busy->blocked = false;
    if (!busy->backlog.empty() && !busy->blocked) write_backlog(slot, *busy);
    if (busy->wrapped != nullptr) {
      busy->wrapped->poll(now_);
      readable = readable || busy->unread_wrapped;
      busy->unread_wrapped = false;
    }
    if (busy->input != nullptr && !waits(slot)) {
      Block* const held = std::exchange(busy->input, nullptr);
      (void)slot.connection.receive({held->data(), held->size});
      const bool alive = pump(slot);
      if (alive) hold_input(slot);
      pools_.blocks.give(held);
      if (!alive) return;
      busy = activity(slot);
    }
  }
  if (readable && !waits(slot) && (busy == nullptr || busy->input == nullptr)) read(slot);
  if (!pump(slot)) return;
  hold_input(slot);
  if (slot.connection.state() != ws::State::open) {
    flush(slot, workspace_);  // the end waits for our close frame to leave
    if (!pump(slot)) return;
  }
  after_pump(slot);
  park(slot);
}

void Server::after_pump(Slot& slot) {
  Activity* busy = activity(slot);
  if (busy != nullptr && busy->wants_drained && backlog_cost(slot, *busy) <= config_.max_backlog / 4) {
    busy->wants_drained = false;
    Peer peer = peer_of(slot);
    routes_.websocket(slot.route).handler->drained(peer);
  }
  if (slot.connection.wants_shutdown() && (activity(slot) == nullptr || activity(slot)->backlog.empty())) {
    Activity* const shutting = ensure_activity(slot);
    if (shutting != nullptr && !shutting->shut) {
      shutting->shut = true;
      stream(slot).shutdown_write();
      note(slot.connection.deadline());
    }
  }
}

void Server::read(Slot& slot) {
  const Result<std::size_t> got = stream(slot).read(received_);
  if (!got) return slot.connection.transport_ended(got.error());
  if (*got == 0) return;
  statistics_.bytes_in += *got;
  if (*got == received_.size()) {
    Activity* const busy = activity(slot);
    if (busy != nullptr && busy->wrapped != nullptr) {
      busy->unread_wrapped = true;
      mark_settle(slot);
    }
  }
  (void)slot.connection.receive(received_.first(*got));
}

/// Keeps input that cannot be delivered now, out of the buffer that all share.
void Server::hold_input(Slot& slot) {
  if (slot.connection.wants_input()) return;
  const MutableBytes rest = slot.connection.unread();
  Activity* const busy = ensure_activity(slot);
  Block* const block = busy != nullptr ? pools_.blocks.take(rest.size()) : nullptr;
  if (block == nullptr) {
    count(Drop::memory);
    return transport_failed(slot, Error{Errc::too_many});
  }
  std::memcpy(block->data(), rest.data(), rest.size());
  block->size = rest.size();
  busy->input = block;
}

/// Delivers events until there are none, or the peer has to wait. False: the connection is over, the slot
/// free.
bool Server::pump(Slot& slot) {
  Peer peer = peer_of(slot);
  while (slot.activity == ActivityPool::kNone || !waits(slot)) {
    std::optional<ws::Event> event = slot.connection.poll(now_);
    if (!event) {
      if (slot.connection.wants_input()) return true;
      flush(slot, workspace_);  // a ping that waits for room for its pong
      continue;
    }
    if (event->kind == ws::Event::Kind::closed) {
      finish(slot, peer, *event);
      return false;
    }
    deliver(slot, peer, *event);
  }
  return true;
}

void Server::deliver(Slot& slot, Peer& peer, ws::Event& event) {
  if (event.kind == ws::Event::Kind::drained) return;  // a workspace's; ours is about the backlog
  if (event.kind != ws::Event::Kind::data) return control(slot, peer, event);
  // Behind our own close frame nothing is delivered any more.
  if (slot.connection.state() != ws::State::open) return;
  const WebSocketRoute& route = routes_.websocket(slot.route);
  if (PeerStatistics* const statistics = peers_.statistics(slot)) {
    statistics->bytes_in += event.payload.size();
    if (event.last) ++statistics->messages_in;
  }
  if (event.last) ++statistics_.messages_in;
  if (event.is_whole() || route.options.pieces) {
    route.handler->message(peer, event);
  } else {
    assemble(slot, peer, event);
  }
}

/// A piece of a message that is wanted whole: into a block that grows with what has arrived, never with what
/// was announced.
void Server::assemble(Slot& slot, Peer& peer, ws::Event& event) {
  Activity* const busy = ensure_activity(slot);
  bool kept = busy != nullptr;
  if (kept) {
    if (event.first && busy->message != nullptr) pools_.blocks.give(std::exchange(busy->message, nullptr));
    const std::size_t have = busy->message != nullptr ? busy->assembler.size() : 0;
    const std::size_t need = have + event.payload.size();
    if (busy->message == nullptr || need > busy->message->capacity) {
      // Twice as much, but no more than the message is known to need: a small one costs a small block.
      const std::size_t known = static_cast<std::size_t>(std::min<std::uint64_t>(event.announced, 2 * need));
      Block* const larger = pools_.blocks.take(std::max(need, std::min(2 * need, need + known)));
      kept = larger != nullptr;
      if (kept) {
        if (busy->message == nullptr) busy->assembler = ws::Assembler{};
        busy->assembler.move_to(larger->storage());
        if (busy->message != nullptr) pools_.blocks.give(busy->message);
        busy->message = larger;
      }
    }
  }
  if (!kept) {
    count(Drop::memory);
    (void)close(slot, ws::CloseCode::try_again_later, "out of memory");
    return;
  }
  event.announced = 0;  // what is announced gets its room when it comes
  if (busy->assembler.add(event) != ws::Assembler::Outcome::whole) return;
  Block* const message = std::exchange(busy->message, nullptr);
  routes_.websocket(slot.route).handler->message(peer, event);
  pools_.blocks.give(message);
}

void Server::control(Slot& slot, Peer& peer, const ws::Event& event) {
  if (event.kind == ws::Event::Kind::pong && event.round_trip > Duration::zero()) {
    if (PeerStatistics* const statistics = peers_.statistics(slot)) statistics->round_trip = event.round_trip;
  }
  if (event.kind == ws::Event::Kind::close) {
    // The peer takes no more messages: our close frame passes those that have not begun to leave.
    Activity* const busy = activity(slot);
    if (busy != nullptr && busy->backlog.drop_behind_begun(pools_) != 0) count(Drop::closing);
    note(slot.connection.deadline());
  }
  const WebSocketRoute& route = routes_.websocket(slot.route);
  if (route.options.control_frames) route.handler->control(peer, event);
}

void Server::finish(Slot& slot, Peer& peer, const ws::Event& event) {
  if (event.error && is_our_decision(event.error->code)) count(drop_for(event.error->code));
  routes_.websocket(slot.route).handler->closed(peer, event);
  workspace_.sent(workspace_.queued());
  raw_ = 0;
  served_ = nullptr;
  slot.connection.~Connection();
  --statistics_.websocket_open;
  release(slot);
}

}  // namespace linnet::server
