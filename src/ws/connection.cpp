// SPDX-License-Identifier: Apache-2.0
// What arrives, and what time does. What leaves stands in connection_output.cpp.
#include "linnet/ws/connection.hpp"

#include <algorithm>
#include <cstring>

namespace linnet::ws {

template <Role role>
std::optional<Event> Connection<role>::poll_due(Instant now) noexcept {
  std::optional<Event> event{std::in_place};
  if (!next(*event, now)) event.reset();
  return event;
}

template <Role role>
inline bool Connection<role>::next(Event& event, Instant now) noexcept {
  if (is_fresh_) {
    if (heartbeat_.is_waiting()) tend_at_ = Instant{};  // so that the next ping is due again
    heartbeat_.heard(now);
    is_fresh_ = false;
  }
  if constexpr (kWideBlocks) {
    if (take_whole(event, now)) return true;
  }
  return next_in_parts(event, now);
}

template <Role role>
bool Connection<role>::next_in_parts(Event& event, Instant now) noexcept {
  const Turn turn{event, now};
  if (parse(turn)) return true;
  return now >= tend_at_ && tend(turn);
}

// ---- Input: a header, then its payload, again and again (section 5.2) ----

/// The short way for what nearly every frame is: a message in one frame that is here whole. False: parse()
/// has to look.
template <Role role>
inline bool Connection<role>::take_whole(Event& event, Instant now) noexcept {
  constexpr std::size_t key_size = role == Role::server ? sizeof(MaskingKey) : 0;
  constexpr std::byte mask_bit = role == Role::server ? kMaskBit : std::byte{0};
  if (expects_ != Expects::header || have_ != 0 || message_ != Opcode::continuation) return false;
  if (input_size_ < 4 + key_size) return false;
  const std::byte first = input_[0];
  if (first != (kFinBit | static_cast<std::byte>(Opcode::text)) &&
      first != (kFinBit | static_cast<std::byte>(Opcode::binary))) {
    return false;
  }
  std::size_t size = std::to_integer<std::size_t>(input_[1] ^ mask_bit);
  std::size_t header = 2 + key_size;
  if (size > 125) {  // longer, or masked where it must not be, or the reverse
    if (size != 126) return false;
    size = load_be16(input_ + 2);
    header += 2;
    if (size < 126) return false;
  }
  if (header + size > input_size_ || size > config_->max_message) return false;

  const MutableBytes payload{input_ + header, size};
  input_ += header + size;
  input_size_ -= header + size;
  event.kind = Event::Kind::data;
  event.type = static_cast<MessageType>(first & ~kFinBit);
  event.first = event.last = true;
  event.payload = payload;
  bool may_be_other_than_ascii = true;
  if constexpr (role == Role::server) {
    MaskingKey key;
    std::memcpy(&key, payload.data() - key_size, key_size);
    may_be_other_than_ascii = apply_mask(payload.data(), payload.data(), size, key);
  }
  if (event.type != MessageType::text || !may_be_other_than_ascii) return true;
  return (utf8_.accept(event.payload) && utf8_.complete()) || refuse_text(event, now);
}

/// Apart, so that the short way saves no register for it.
template <Role role>
[[gnu::noinline]] bool Connection<role>::refuse_text(Event& event, Instant now) noexcept {
  event = {};
  return fail_with(Errc::invalid_utf8, {event, now});
}

/// True: `event` is filled. False: the input is used up, or waits for output to be sent.
template <Role role>
bool Connection<role>::parse(const Turn& turn) noexcept {
  while (input_size_ != 0 || (is_in_frame() && frame_left_ == 0)) {
    if (!is_in_frame() && !take_header(turn)) return false;
    if (is_control(opcode_) ? take_control(turn) : take_data(turn)) return true;
    if (is_in_frame()) return false;
  }
  return false;
}

/// True: a frame begins. False: more bytes are needed, or the header was a violation.
template <Role role>
bool Connection<role>::take_header(const Turn& turn) noexcept {
  const std::byte* header = input_;
  if (have_ == 0 && input_size_ >= 2 && input_size_ >= header_size(input_[1])) {
    const std::size_t size = header_size(input_[1]);
    input_ += size;
    input_size_ -= size;
  } else {
    header = header_.data();
    while (have_ < 2 || have_ < header_size(header_[1])) {
      if (input_size_ == 0) return false;
      header_[have_++] = *input_++;
      --input_size_;
    }
    have_ = 0;
  }
  const Result<FrameHeader> decoded = decode_header(header);
  if (!decoded) return fail_with(decoded.error().code, turn);
  return judge_header(*decoded, turn);
}

/// Whether this frame may stand here; if so, it begins.
template <Role role>
bool Connection<role>::judge_header(const FrameHeader& header, const Turn& turn) noexcept {
  // "The server MUST close the connection upon receiving a frame that is not masked." "A client MUST close
  // a connection if it detects a masked frame." (5.1)
  if (header.masked != (role == Role::server)) return fail_with(Errc::protocol_violation, turn);

  if (!is_control(header.opcode)) {
    // Fragments of one message must not be interleaved with another's (5.4).
    const bool continues = header.opcode == Opcode::continuation;
    if (continues != (message_ != Opcode::continuation)) return fail_with(Errc::protocol_violation, turn);
    if (!continues) {
      message_ = header.opcode;
      message_begins_ = true;
      message_size_ = 0;
    }
    if (header.payload_length > config_->max_message - message_size_) {
      return fail_with(Errc::message_too_big, turn);
    }
    message_size_ += header.payload_length;
  }
  expects_ = Expects::payload;
  opcode_ = header.opcode;
  fin_ = header.fin;
  frame_left_ = header.payload_length;
  masking_key_ = header.masking_key;
  return true;
}

/// A piece of a data frame, as much as is there.
template <Role role>
bool Connection<role>::take_data(const Turn& turn) noexcept {
  const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(frame_left_, input_size_));
  const MutableBytes piece{input_, size};
  input_ += size;
  input_size_ -= size;
  frame_left_ -= size;

  bool may_be_other_than_ascii = true;
  if constexpr (role == Role::server) {
    may_be_other_than_ascii = apply_mask(piece.data(), piece.data(), size, masking_key_);
    masking_key_ = rotate(masking_key_, size);
  }
  const bool last = fin_ && frame_left_ == 0;
  if (message_ == Opcode::text) {
    if ((may_be_other_than_ascii || !utf8_.complete()) && !utf8_.accept(piece)) {
      return fail_with(Errc::invalid_utf8, turn);
    }
    if (last && !utf8_.complete()) return fail_with(Errc::invalid_utf8, turn);
  }
  if (frame_left_ == 0) expects_ = Expects::header;
  if (size == 0 && !message_begins_ && !last) return false;  // an empty fragment in the middle

  turn.event.kind = Event::Kind::data;
  turn.event.type = static_cast<MessageType>(message_);
  turn.event.first = message_begins_;
  turn.event.last = last;
  turn.event.payload = piece;
  turn.event.announced = frame_left_;
  message_begins_ = false;
  if (last) message_ = Opcode::continuation;
  return true;
}

/// True: an event. False inside the frame: bytes are missing, or room for the answer is.
template <Role role>
bool Connection<role>::take_control(const Turn& turn) noexcept {
  // Every ping gets its pong, in order: where there is no room for it, input waits, and is looked at again
  // at the next poll().
  if (opcode_ == Opcode::ping && state_ == State::open &&
      workspace_->room(Workspace::kControlFrame, Workspace::kControlFrame) == nullptr) {
    tend_at_ = Instant{};
    return false;
  }
  MutableBytes payload;
  if (have_ == 0 && frame_left_ <= input_size_) {
    payload = {input_, static_cast<std::size_t>(frame_left_)};
  } else {
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(frame_left_, input_size_));
    std::memcpy(workspace_->control().data() + have_, input_, size);
    have_ = static_cast<std::uint8_t>(have_ + size);
    if (size < frame_left_) {
      frame_left_ -= size;
      discard_input();
      return false;
    }
    payload = {workspace_->control().data(), std::exchange(have_, 0)};
  }
  input_ += frame_left_;
  input_size_ -= static_cast<std::size_t>(frame_left_);
  frame_left_ = 0;
  expects_ = Expects::header;
  if constexpr (role == Role::server)
    apply_mask(payload.data(), payload.data(), payload.size(), masking_key_);
  return handle_control(payload, turn);
}

template <Role role>
bool Connection<role>::handle_control(MutableBytes payload, const Turn& turn) noexcept {
  if (opcode_ == Opcode::close) return handle_close(payload, turn);
  if (!control_rate_.count(turn.now, config_->max_control_per_second)) {
    return fail_with(Errc::policy_violation, turn);
  }
  if (opcode_ == Opcode::ping) {
    // "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it already
    // received a Close frame." (5.5.2) After our own close frame nothing may follow it.
    turn.event.kind = Event::Kind::ping;
    if (can_send(state_)) queue_frame(Opcode::pong, true, payload, Workspace::kControlFrame);
  } else {
    turn.event.kind = Event::Kind::pong;
    turn.event.round_trip = heartbeat_.pong(payload, turn.now);
  }
  turn.event.payload = payload;
  return true;
}

template <Role role>
bool Connection<role>::handle_close(MutableBytes payload, const Turn& turn) noexcept {
  CloseCode code = CloseCode::none_received;
  MutableBytes reason;
  if (!payload.empty()) {
    // "the first two bytes of the body MUST be a 2-byte unsigned integer" (5.5.1)
    if (payload.size() < 2) return fail_with(Errc::protocol_violation, turn);
    code = static_cast<CloseCode>(load_be16(payload.data()));
    if (!is_sendable(code)) return fail_with(Errc::protocol_violation, turn);
    reason = payload.subspan(2);
    codec::Utf8Validator utf8;
    if (!utf8.accept(reason) || !utf8.complete()) return fail_with(Errc::invalid_utf8, turn);
  }
  // "If an endpoint receives a Close frame and did not previously send a Close frame, the endpoint MUST send
  // a Close frame in response" with, typically, the status code that it received (5.5.1).
  if (state_ == State::open) queue_close(code, {}, turn.now);
  change(Trigger::receive_close);
  close_exchanged_ = true;
  peer_code_ = code;
  discard_input();
  turn.event.kind = Event::Kind::close;
  turn.event.code = code;
  turn.event.payload = reason;
  return true;
}

// ---- What time does, and how it ends ----

/// Does what time, or a change of state, asks for; and says when to ask again. True: an event.
template <Role role>
bool Connection<role>::tend(const Turn& turn) noexcept {
  if (state_ == State::connecting) return false;  // ws::Client looks after the handshake
  bool has_event = false;
  if (state_ == State::open) {
    has_event = tend_open(turn);
  } else if (role == Role::server && state_ == State::close_received && all_sent()) {
    // "The server MUST close the underlying TCP connection immediately; the client SHOULD wait for the server
    // to close the connection" (5.5.1): for a while.
    abort();
  } else if (turn.now >= deadline_) {
    transport_ended(Errc::close_timeout);
  }
  if (state_ == State::closed && !closed_reported_) {
    has_event = closed_reported_ = true;
    turn.event.kind = Event::Kind::closed;
    turn.event.clean = close_exchanged_;
    turn.event.code = peer_code_;
    if (has_error_) turn.event.error = error_;
  }
  // In a frame, a ping may wait for room.
  const bool waits_for_time_only = state_ == State::open && refused_ == 0 && !is_in_frame();
  tend_at_ = waits_for_time_only ? heartbeat_.deadline(config_->heartbeat) : Instant{};
  return has_event;
}

template <Role role>
bool Connection<role>::tend_open(const Turn& turn) noexcept {
  switch (heartbeat_.due(config_->heartbeat, turn.now)) {
    case Heartbeat::Due::death: transport_ended(Errc::liveness_timeout); return false;
    case Heartbeat::Due::ping:
      // Without room for it, the peer has bytes of ours to read first; the liveness deadline goes on.
      queue_frame(Opcode::ping, true, heartbeat_.ping(turn.now), Workspace::kControlReserve);
      break;
    case Heartbeat::Due::nothing: break;
  }
  if (refused_ == 0 || !workspace_->has_drained(refused_ + Workspace::kControlReserve)) return false;
  refused_ = 0;
  turn.event.kind = Event::Kind::drained;
  return true;
}

template <Role role>
Instant Connection<role>::deadline() const noexcept {
  if (state_ == State::open) return heartbeat_.deadline(config_->heartbeat);
  if (state_ == State::closed) return closed_reported_ ? kNever : Instant{};
  return deadline_;
}

/// "_Fail the WebSocket Connection_" (7.1.7). Returns false, for callers that say so.
template <Role role>
bool Connection<role>::fail_with(Errc why, const Turn& turn) noexcept {
  if (state_ == State::open) queue_close(close_code_for(why), {}, turn.now);
  change(Trigger::violation);
  blame(why);
  expects_ = Expects::header;
  discard_input();
  return false;
}

template <Role role>
void Connection<role>::blame(Error why) noexcept {
  if (has_error_) return;
  error_ = why;
  has_error_ = true;
}

template <Role role>
void Connection<role>::accepted(Instant now) noexcept {
  change(Trigger::accepted);
  heartbeat_ = Heartbeat{now};
}

template <Role role>
void Connection<role>::transport_ended(Error why) noexcept {
  // After both close frames, or a failure, the end is what was waited for.
  const bool expected = (state_ == State::close_received && all_sent()) || state_ == State::failed;
  if (!expected && state_ != State::closed) blame(why);
  abort();
}

template <Role role>
void Connection<role>::abort() noexcept {
  if (state_ == State::closed) return;
  change(Trigger::end);
  discard_input();
  expects_ = Expects::header;  // also of a ping that waited for room
  if (all_sent()) return;
  // Our close frame may be in what never left. And nobody shall find these bytes in a lent workspace.
  close_exchanged_ = false;
  workspace_->clear();
}

// What is called from elsewhere. The rest is this file's own, and inlined where it has one caller.
template bool Connection<Role::client>::next(Event&, Instant) noexcept;
template std::optional<Event> Connection<Role::client>::poll_due(Instant) noexcept;
template std::optional<Event> Connection<Role::server>::poll_due(Instant) noexcept;
template void Connection<Role::client>::accepted(Instant) noexcept;
template Instant Connection<Role::client>::deadline() const noexcept;
template Instant Connection<Role::server>::deadline() const noexcept;
template void Connection<Role::client>::transport_ended(Error) noexcept;
template void Connection<Role::server>::transport_ended(Error) noexcept;
template void Connection<Role::client>::abort() noexcept;
template void Connection<Role::server>::abort() noexcept;

}  // namespace linnet::ws
