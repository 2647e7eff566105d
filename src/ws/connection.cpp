// SPDX-License-Identifier: Apache-2.0
// What arrives, and what time does. What leaves stands in connection_output.cpp.
#include "linnet/ws/connection.hpp"

#include <algorithm>
#include <cstring>

namespace linnet::ws {

template <Role role>
std::optional<Event> Connection<role>::poll_all(Instant now) noexcept {
  std::optional<Event> event;
  if (is_fresh_) {
    heartbeat_.heard(now);
    is_fresh_ = false;
  }
  if (input_size_ != 0 || in_frame_) {
    if ((kWideBlocks && take_whole(event, now)) || parse(event, now)) return event;
  }
  if (now >= tend_at_) tend(event, now);
  return event;
}

// ---- Input: a header, then its payload, again and again (section 5.2) ----

/// The short way for what nearly every frame is: a message in one frame that is here whole. False, and
/// nothing done: parse() has to look.
template <Role role>
bool Connection<role>::take_whole(std::optional<Event>& event, Instant now) noexcept {
  constexpr std::size_t key_size = role == Role::server ? sizeof(MaskingKey) : 0;
  constexpr std::byte mask_bit = role == Role::server ? kMaskBit : std::byte{0};
  if (in_frame_ || header_have_ != 0 || message_ != Opcode::continuation || input_size_ < 4 + key_size)
    return false;
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
  if (size > input_size_ - header || input_size_ < header || size > config_->max_message) return false;

  const MutableBytes payload{input_ + header, size};
  bool may_be_other_than_ascii = true;
  if constexpr (role == Role::server) {
    MaskingKey key;
    std::memcpy(&key, payload.data() - key_size, key_size);
    may_be_other_than_ascii = apply_mask(payload.data(), payload.data(), size, key);
  }
  input_ += header + size;
  input_size_ -= header + size;
  const Opcode opcode = static_cast<Opcode>(first & ~kFinBit);
  if (opcode == Opcode::text && may_be_other_than_ascii && !(utf8_.accept(payload) && utf8_.complete())) {
    fail_with(Errc::invalid_utf8, now);
    return false;
  }
  event.emplace(Event{.kind = Event::Kind::data,
                      .type = static_cast<MessageType>(opcode),
                      .first = true,
                      .last = true,
                      .payload = payload});
  return true;
}

/// True: `event` is filled. False: the input is used up, or waits for output to be sent.
template <Role role>
bool Connection<role>::parse(std::optional<Event>& event, Instant now) noexcept {
  while (input_size_ != 0 || (in_frame_ && frame_left_ == 0)) {
    if (!in_frame_ && !take_header(now)) return false;
    if (is_control(opcode_) ? take_control(event, now) : take_data(event, now)) return true;
    if (in_frame_) return false;
  }
  return false;
}

/// True: a frame begins. False: more bytes are needed, or the header was a violation.
template <Role role>
bool Connection<role>::take_header(Instant now) noexcept {
  const std::byte* header = input_;
  if (header_have_ == 0 && input_size_ >= 2 && input_size_ >= header_size(input_[1])) {
    const std::size_t size = header_size(input_[1]);
    input_ += size;
    input_size_ -= size;
  } else {
    header = header_.data();
    while (header_have_ < 2 || header_have_ < header_size(header_[1])) {
      if (input_size_ == 0) return false;
      header_[header_have_++] = *input_++;
      --input_size_;
    }
    header_have_ = 0;
  }
  const Result<FrameHeader> decoded = decode_header(header);
  if (!decoded) return fail_with(decoded.error().code, now);
  return judge_header(*decoded, now);
}

/// Whether this frame may stand here; if so, it begins.
template <Role role>
bool Connection<role>::judge_header(const FrameHeader& header, Instant now) noexcept {
  // "The server MUST close the connection upon receiving a frame that is not masked." "A client MUST close
  // a connection if it detects a masked frame." (5.1)
  if (header.masked != (role == Role::server)) return fail_with(Errc::protocol_violation, now);

  if (!is_control(header.opcode)) {
    // Fragments of one message must not be interleaved with another's (5.4).
    const bool continues = header.opcode == Opcode::continuation;
    if (continues != (message_ != Opcode::continuation)) return fail_with(Errc::protocol_violation, now);
    if (!continues) {
      message_ = header.opcode;
      message_begins_ = true;
      message_size_ = 0;
    }
    if (header.payload_length > config_->max_message - message_size_) {
      return fail_with(Errc::message_too_big, now);
    }
    message_size_ += header.payload_length;
  }
  in_frame_ = true;
  opcode_ = header.opcode;
  fin_ = header.fin;
  frame_left_ = header.payload_length;
  masking_key_ = header.masking_key;
  control_have_ = 0;
  return true;
}

/// A piece of a data frame, as much as is there.
template <Role role>
bool Connection<role>::take_data(std::optional<Event>& event, Instant now) noexcept {
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
      return fail_with(Errc::invalid_utf8, now);
    }
    if (last && !utf8_.complete()) return fail_with(Errc::invalid_utf8, now);
  }
  if (frame_left_ == 0) in_frame_ = false;
  const bool first = message_begins_;
  if (size == 0 && !first && !last) return false;  // an empty fragment in the middle

  event.emplace(Event{.kind = Event::Kind::data,
                      .type = static_cast<MessageType>(message_),
                      .first = first,
                      .last = last,
                      .payload = piece,
                      .announced = frame_left_});
  message_begins_ = false;
  if (last) message_ = Opcode::continuation;
  return true;
}

/// True: an event. False with in_frame_: bytes are missing, or room for the answer is.
template <Role role>
bool Connection<role>::take_control(std::optional<Event>& event, Instant now) noexcept {
  // Every ping gets its pong, in order: where there is no room for it, input waits.
  if (opcode_ == Opcode::ping && state_ == State::open &&
      workspace_->room(Workspace::kControlFrame, Workspace::kControlFrame) == nullptr) {
    return false;
  }
  MutableBytes payload;
  if (control_have_ == 0 && frame_left_ <= input_size_) {
    payload = {input_, static_cast<std::size_t>(frame_left_)};
  } else {
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(frame_left_, input_size_));
    std::memcpy(workspace_->control().data() + control_have_, input_, size);
    control_have_ = static_cast<std::uint8_t>(control_have_ + size);
    if (size < frame_left_) {
      frame_left_ -= size;
      discard_input();
      return false;
    }
    payload = {workspace_->control().data(), control_have_};
  }
  input_ += frame_left_;
  input_size_ -= static_cast<std::size_t>(frame_left_);
  frame_left_ = 0;
  in_frame_ = false;
  if constexpr (role == Role::server)
    apply_mask(payload.data(), payload.data(), payload.size(), masking_key_);
  return handle_control(payload, event, now);
}

template <Role role>
bool Connection<role>::handle_control(MutableBytes payload, std::optional<Event>& event,
                                      Instant now) noexcept {
  if (opcode_ == Opcode::close) return handle_close(payload, event, now);
  if (!control_rate_.count(now, config_->max_control_per_second)) {
    return fail_with(Errc::policy_violation, now);
  }
  if (opcode_ == Opcode::ping) {
    // "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it already
    // received a Close frame." (5.5.2) After our own close frame nothing may follow it.
    event.emplace(Event{.kind = Event::Kind::ping, .payload = payload});
    if (can_send(state_)) queue_frame(Opcode::pong, true, payload, Workspace::kControlFrame);
  } else {
    const Duration round_trip = heartbeat_.pong(payload, now).value_or(Duration::zero());
    event.emplace(Event{.kind = Event::Kind::pong, .payload = payload, .round_trip = round_trip});
  }
  return true;
}

template <Role role>
bool Connection<role>::handle_close(MutableBytes payload, std::optional<Event>& event, Instant now) noexcept {
  CloseCode code = CloseCode::none_received;
  MutableBytes reason;
  if (!payload.empty()) {
    // "the first two bytes of the body MUST be a 2-byte unsigned integer" (5.5.1)
    if (payload.size() < 2) return fail_with(Errc::protocol_violation, now);
    code = static_cast<CloseCode>(load_be16(payload.data()));
    if (!is_sendable(code)) return fail_with(Errc::protocol_violation, now);
    reason = payload.subspan(2);
    codec::Utf8Validator utf8;
    if (!utf8.accept(reason) || !utf8.complete()) return fail_with(Errc::invalid_utf8, now);
  }
  // "If an endpoint receives a Close frame and did not previously send a Close frame, the endpoint MUST send
  // a Close frame in response" with, typically, the status code that it received (5.5.1).
  if (state_ == State::open) queue_close(code, {}, now);
  change(Trigger::receive_close);
  close_exchanged_ = true;
  peer_code_ = code;
  discard_input();
  event.emplace(Event{.kind = Event::Kind::close, .code = code, .payload = reason});
  return true;
}

// ---- What time does, and how it ends ----

/// Does what time, or a change of state, asks for; and says when to ask again.
template <Role role>
void Connection<role>::tend(std::optional<Event>& event, Instant now) noexcept {
  switch (state_) {
    case State::connecting: return;  // ws::Client looks after the handshake
    case State::open: tend_open(event, now); break;
    case State::close_received:
      // "The server MUST close the underlying TCP connection immediately; the client SHOULD wait for the
      // server to close the connection" (5.5.1): for a while.
      if (role == Role::server && all_sent()) end(std::nullopt);
      if (now >= close_deadline_) end(all_sent() ? std::nullopt : std::optional{Error{Errc::close_timeout}});
      break;
    case State::close_sent:
      if (now >= close_deadline_) end(Error{Errc::close_timeout});
      break;
    case State::failed:
      if (now >= close_deadline_) end(std::nullopt);
      break;
    case State::closed: break;
  }
  if (state_ == State::closed && !closed_reported_) {
    closed_reported_ = true;
    event.emplace(Event{.kind = Event::Kind::closed, .clean = close_exchanged_, .code = peer_code_});
    if (has_error_) event->error = error_;
  }
  const bool waits_for_time_only = state_ == State::open && refused_ == 0;
  tend_at_ = waits_for_time_only ? heartbeat_.next_look(config_->heartbeat, now) : Instant{};
}

template <Role role>
void Connection<role>::tend_open(std::optional<Event>& event, Instant now) noexcept {
  switch (heartbeat_.due(config_->heartbeat, now)) {
    case Heartbeat::Due::death: end(Error{Errc::liveness_timeout}); return;
    case Heartbeat::Due::ping:
      // Without room for it, the peer has bytes of ours to read first; the liveness deadline goes on.
      queue_frame(Opcode::ping, true, heartbeat_.ping(now), Workspace::kControlReserve);
      break;
    case Heartbeat::Due::nothing: break;
  }
  if (refused_ != 0 && workspace_->has_drained(refused_ + Workspace::kControlReserve)) {
    refused_ = 0;
    event.emplace(Event{.kind = Event::Kind::drained});
  }
}

template <Role role>
Instant Connection<role>::deadline() const noexcept {
  if (state_ == State::open) return heartbeat_.deadline(config_->heartbeat);
  if (state_ == State::closed) return closed_reported_ ? kNever : Instant{};
  return close_deadline_;
}

/// "_Fail the WebSocket Connection_" (7.1.7). Returns false, for callers that say so.
template <Role role>
bool Connection<role>::fail_with(Errc why, Instant now) noexcept {
  if (state_ == State::open) queue_close(close_code_for(why), {}, now);
  change(Trigger::violation);
  error_ = why;
  has_error_ = true;
  in_frame_ = false;
  discard_input();
  return false;
}

template <Role role>
void Connection<role>::end(std::optional<Error> why) noexcept {
  if (state_ == State::closed) return;
  change(Trigger::end);
  discard_input();
  in_frame_ = false;  // also of a ping that waited for room
  // Our close frame may be in what never left. And nobody shall find these bytes in a lent workspace.
  if (!all_sent()) {
    close_exchanged_ = false;
    workspace_->clear();
  }
  if (why && !has_error_) {
    error_ = *why;
    has_error_ = true;
  }
}

template <Role role>
void Connection<role>::transport_ended(Error why) noexcept {
  // After both close frames, or a failure, the end is what was waited for.
  const bool expected = (state_ == State::close_received && all_sent()) || state_ == State::failed;
  end(expected ? std::nullopt : std::optional{why});
}

template <Role role>
void Connection<role>::abort() noexcept {
  end(std::nullopt);
}

template class Connection<Role::client>;
template class Connection<Role::server>;

}  // namespace linnet::ws
