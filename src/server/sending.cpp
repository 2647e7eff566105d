// SPDX-License-Identifier: Apache-2.0
// What leaves: into the workspace of the peer that is served, or by way of the other workspace into the
// backlog of any other; from there to the socket.
#include <algorithm>
#include <array>
#include <cstring>

#include "linnet/server/server.hpp"

namespace linnet::server {
namespace {

constexpr std::size_t kWritesPerTurn = 8;   // of a backlog, 256 KiB each at most: others wait for their turn
constexpr std::size_t kSettleAtOnce = 256;  // so many get their broadcasts of one turn in one write

}  // namespace

/// The workspace to send from. With `leave` behind it, nothing of `aside_` stays in use.
ws::Workspace& Server::visit(Slot& slot) noexcept {
  if (&slot == served_) return workspace_;
  slot.connection.attach(&aside_);
  return aside_;
}

void Server::leave(Slot& slot) {
  if (&slot == served_) return;
  if (!aside_.empty()) spill(slot, aside_, 0);
  slot.connection.attach(nullptr);
  if (slot.activity != ActivityPool::kNone || slot.connection.state() == ws::State::closed) mark_settle(slot);
}

/// Whether a message of that size may be sent to this peer now.
Result<void> Server::admit(Slot& slot, std::size_t size) {
  if (!ws::can_send(slot.connection.state())) return fail(Errc::bad_state);
  Activity* const busy = activity(slot);
  if (busy == nullptr || busy->backlog.empty()) {
    if (size > config_.max_buffered) return fail(Errc::too_large);
    return {};
  }
  if (backlog_cost(slot, *busy) + size <= config_.max_backlog) return {};
  busy->wants_drained = true;
  count(Drop::would_block);
  return fail(Errc::would_block);
}

Result<void> Server::send(Slot& slot, ws::MessageType type, Bytes payload) {
  // The short way: a short reply to the peer that is served, with nothing of its own waiting.
  if (&slot == served_ && slot.activity == ActivityPool::kNone && payload.size() <= ws::kMaxControlPayload &&
      workspace_.room(ws::Workspace::kControlFrame, ws::Workspace::kControlReserve) != nullptr) {
    const Result<void> sent = slot.connection.send(type, payload);
    if (sent) count_sent(slot, payload.size());
    return sent;
  }
  return send_long(slot, type, payload);
}

void Server::count_sent(Slot& slot, std::size_t size) noexcept {
  ++statistics_.messages_out;
  if (PeerStatistics* const statistics = peers_.statistics(slot)) {
    ++statistics->messages_out;
    statistics->bytes_out += size;
  }
}

Result<void> Server::send_long(Slot& slot, ws::MessageType type, Bytes payload) {
  if (const auto admitted = admit(slot, payload.size()); !admitted) return admitted;
  if (slot.connection.is_sending_parts()) return fail(Errc::message_in_progress);
  ws::Workspace& space = visit(slot);
  const std::size_t fragment = routes_.websocket(slot.route).options.connection.fragment_size;
  Result<void> sent;
  if (fragment != 0 && payload.size() > fragment) {
    sent = send_fragments(slot, space, type, payload);
  } else {
    const bool copies = payload.size() < config_.borrow_from;
    const std::size_t size = ws::kMaxHeaderSize + (copies ? payload.size() : 0);
    if (space.room(size, ws::Workspace::kControlReserve) == nullptr) flush(slot, space);
    if (copies) {
      sent = slot.connection.send(type, payload);
    } else {
      sent = slot.connection.send_borrowed(type, payload);
      flush(slot, space);
    }
  }
  leave(slot);
  if (sent) count_sent(slot, payload.size());
  return sent;
}

Result<void> Server::send_fragments(Slot& slot, ws::Workspace& space, ws::MessageType type, Bytes payload) {
  const std::size_t most = std::min<std::size_t>(
      routes_.websocket(slot.route).options.connection.fragment_size, config_.send_buffer / 2);
  while (!payload.empty()) {
    const Bytes piece = payload.first(std::min(most, payload.size()));
    payload = payload.subspan(piece.size());
    if (space.room(ws::kMaxHeaderSize + piece.size(), ws::Workspace::kControlReserve) == nullptr) {
      flush(slot, space);
    }
    if (const auto sent = slot.connection.send_part(type, piece, payload.empty()); !sent) return sent;
  }
  return {};
}

Result<void> Server::send_part(Slot& slot, ws::MessageType type, Bytes payload, bool last) {
  if (const auto admitted = admit(slot, payload.size()); !admitted) return admitted;
  if (payload.size() > config_.send_buffer / 2) return fail(Errc::too_large);
  ws::Workspace& space = visit(slot);
  if (space.room(ws::kMaxHeaderSize + payload.size(), ws::Workspace::kControlReserve) == nullptr) {
    flush(slot, space);
  }
  const Result<void> sent = slot.connection.send_part(type, payload, last);
  leave(slot);
  if (sent && last) ++statistics_.messages_out;
  return sent;
}

Result<void> Server::ping(Slot& slot, Bytes payload) {
  if (const auto admitted = admit(slot, payload.size()); !admitted) return admitted;
  ws::Workspace& space = visit(slot);
  if (space.room(ws::Workspace::kControlFrame, ws::Workspace::kControlReserve) == nullptr) flush(slot, space);
  const Result<void> sent = slot.connection.send_ping(payload);
  leave(slot);
  return sent;
}

Result<void> Server::close(Slot& slot, ws::CloseCode code, std::string_view reason) {
  if (!ws::can_send(slot.connection.state())) return fail(Errc::bad_state);
  if (code != ws::CloseCode::none_received && !ws::is_sendable(code)) return fail(Errc::invalid_argument);
  ws::Workspace& space = visit(slot);
  flush(slot, space);
  if (Activity* const busy = activity(slot); busy != nullptr && !busy->backlog.empty()) {
    if (busy->backlog.drop_behind_begun(pools_) != 0) count(Drop::closing);
  }
  const Result<void> closed = slot.connection.close(code, reason, now());
  flush(slot, space);
  note(slot.connection.deadline());
  leave(slot);
  return closed;
}

void Server::abort(Slot& slot) {
  if (slot.connection.state() == ws::State::closed) return;
  slot.connection.abort();
  if (Activity* const busy = activity(slot)) busy->backlog.clear(pools_);
  if (&slot != served_) mark_settle(slot);
}

/// Empties the workspace: into the socket, and what that does not take into the backlog.
void Server::flush(Slot& slot, ws::Workspace& space) {
  const ws::Output output = space.output();
  const std::size_t size = output.size();
  if (size == 0) return;
  Activity* const busy = activity(slot);
  if (busy != nullptr && !busy->backlog.empty()) {
    spill(slot, space, 0);
    if (Activity* const still = activity(slot); still != nullptr && !still->blocked)
      write_backlog(slot, *still);
    return;
  }
  const std::size_t parts = output.parts[1].empty() ? 1 : output.parts[2].empty() ? 2 : 3;
  const Result<std::size_t> sent = stream(slot).write(std::span{output.parts}.first(parts));
  if (sent && *sent == size) {
    space.sent(size);
    statistics_.bytes_out += size;
    if (&space == &workspace_) raw_ = 0;
    return;
  }
  if (sent) statistics_.bytes_out += *sent;
  if (!sent) transport_failed(slot, sent.error());
  spill(slot, space, sent ? *sent : size);
  if (Activity* const now_busy = activity(slot)) now_busy->blocked = !now_busy->backlog.empty();
}

/// Copies what the workspace has behind its first `sent` bytes, and empties it.
void Server::spill(Slot& slot, ws::Workspace& space, std::size_t sent) {
  const ws::Output output = space.output();
  const std::size_t size = output.size();
  const std::size_t raw = &space == &workspace_ ? std::exchange(raw_, 0u) : 0;
  if (sent < size) {
    Activity* const busy = ensure_activity(slot);
    bool kept = busy != nullptr;
    if (kept) {
      if (busy->backlog.empty()) {
        busy->progress = now();
        note(busy->progress + config_.stall_timeout);
      }
      const std::size_t begun = sent < raw ? raw - sent : unfinished(output.parts, raw, sent);
      std::size_t skip = sent;
      for (const Bytes part : output.parts) {
        const std::size_t skipped = std::min(skip, part.size());
        skip -= skipped;
        kept = kept && busy->backlog.append(part.subspan(skipped), begun, pools_);
      }
    }
    if (!kept) {
      count(Drop::memory);
      transport_failed(slot, Error{Errc::too_many});
    }
  }
  space.sent(size);
}

void Server::write_backlog(Slot& slot, Activity& busy) {
  std::array<Bytes, Backlog::kGather + 1> parts;
  for (std::size_t writes = 0; writes < kWritesPerTurn && !busy.backlog.empty(); ++writes) {
    const std::size_t count = std::min(busy.backlog.front(parts), Backlog::kGather);
    const std::span<const Bytes> gathered = std::span{parts}.first(count);
    std::size_t size = 0;
    for (const Bytes part : gathered) size += part.size();
    const Result<std::size_t> sent = stream(slot).write(gathered);
    if (!sent) return transport_failed(slot, sent.error());
    busy.backlog.sent(*sent, pools_);
    statistics_.bytes_out += *sent;
    if (*sent != 0) {
      busy.progress = now();
      // A peer that takes bytes is alive, though it may have no time to send any.
      if (slot.phase == Phase::websocket && slot.connection.wants_input()) (void)slot.connection.receive({});
    }
    busy.blocked = *sent < size;
    if (busy.blocked) return;
  }
}

/// Nothing more can be sent: a WebSocket peer's `closed` follows, an HTTP connection is dropped.
void Server::transport_failed(Slot& slot, Error why) {
  Activity* const busy = activity(slot);
  if (busy != nullptr) {
    busy->backlog.clear(pools_);
    busy->blocked = false;
  }
  if (slot.phase != Phase::websocket) {
    if (busy != nullptr) busy->broken = true;
    return;
  }
  slot.connection.transport_ended(why);
  if (&slot != served_) mark_settle(slot);
}

Block* Server::make_frame(ws::MessageType type, Bytes payload) noexcept {
  Block* const block = pools_.blocks.take(ws::kMaxHeaderSize + payload.size());
  if (block == nullptr) return nullptr;
  const std::size_t header = ws::encode_header(
      {.opcode = static_cast<ws::Opcode>(type), .payload_length = payload.size()}, block->data());
  if (!payload.empty()) std::memcpy(block->data() + header, payload.data(), payload.size());
  block->size = header + payload.size();
  return block;
}

/// Queues a shared frame for one peer. Anything but `flushed` says why not.
Outcome Server::queue_frame(Slot& slot, Block& frame) {
  if (!ws::can_send(slot.connection.state())) return Outcome::closed;
  if (slot.connection.is_sending_parts()) return Outcome::in_parts;
  if (!admit(slot, frame.size)) return Outcome::backlog_full;
  if (&slot == served_) flush(slot, workspace_);
  Activity* const busy = ensure_activity(slot);
  const bool was_empty = busy != nullptr && busy->backlog.empty();
  if (busy == nullptr || !busy->backlog.append(frame, pools_)) return Outcome::no_memory;
  if (was_empty) {
    busy->progress = now();
    note(busy->progress + config_.stall_timeout);
  }
  ++statistics_.messages_out;
  if (&slot == served_) return Outcome::flushed;
  if (to_settle_.size() >= kSettleAtOnce && !busy->to_settle && !busy->blocked) write_backlog(slot, *busy);
  if (busy->is_needed() || busy->interest != net::Interest::read) {
    mark_settle(slot);
  } else {
    activities_.give(std::exchange(slot.activity, ActivityPool::kNone));
  }
  return Outcome::flushed;
}

Result<std::uint32_t> Server::broadcast(const Target& target, ws::MessageType type, Bytes payload,
                                        const Completion& completion) {
  Block* const frame = make_frame(type, payload);
  if (frame == nullptr) return fail(Errc::would_block);
  ++statistics_.broadcasts;
  frame->completion = completion;
  std::uint32_t queued = 0;
  const auto queue = [&](Slot& slot) {
    const Outcome outcome = queue_frame(slot, *frame);
    if (outcome == Outcome::flushed) {
      ++queued;
    } else {
      frame->delivery.count(outcome);
    }
  };
  if (target.kind == Target::Kind::peer) {
    Slot* const slot = peers_.find(target.id);
    if (slot != nullptr && slot->phase == Phase::websocket) {
      queue(*slot);
    } else {
      frame->delivery.count(Outcome::gone);
    }
  } else {
    peers_.for_each([&](Slot& slot) {
      if (is_target(slot, target)) queue(slot);
    });
  }
  pools_.release(frame);
  return queued;
}

}  // namespace linnet::server
