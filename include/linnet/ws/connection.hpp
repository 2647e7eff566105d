// SPDX-License-Identifier: Apache-2.0
// The heart: an open WebSocket connection, either role (RFC 6455, sections 5 to 8). Bytes in, events out,
// bytes out, deadline out; it never blocks, allocates, reads a clock or calls the user. About 120 bytes
// beside its Workspace.
//
//   1. connection.receive(bytes from the transport)
//   2. while (auto event = connection.poll(now)) handle(*event);
//   3. write connection.output(); connection.sent(n)
//   4. sleep until bytes arrive, or connection.deadline()
//   5. at Event::Kind::closed, drop the transport
//
// Send what output() holds also after an error: the close frame that tells the peer is in it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "linnet/base/block.hpp"
#include "linnet/base/bytes.hpp"
#include "linnet/base/entropy.hpp"
#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "linnet/codec/utf8.hpp"
#include "linnet/ws/close_code.hpp"
#include "linnet/ws/connection_config.hpp"
#include "linnet/ws/event.hpp"
#include "linnet/ws/frame.hpp"
#include "linnet/ws/heartbeat.hpp"
#include "linnet/ws/lifecycle.hpp"
#include "linnet/ws/masking_keys.hpp"
#include "linnet/ws/workspace.hpp"

namespace linnet::ws {

template <Role role>
class Connection {
 public:
  /// A server's connection. Without a workspace: attach() one before any other call.
  Connection(const ConnectionConfig& config, Instant now) noexcept
    requires(role == Role::server)
      : config_{&config}, heartbeat_{now} {}

  /// A client's connection, whose masking keys come from `entropy`.
  Connection(const ConnectionConfig& config, Entropy& entropy, Workspace& workspace, Instant now) noexcept
    requires(role == Role::client)
      : config_{&config}, workspace_{&workspace}, masking_keys_{entropy}, heartbeat_{now} {}

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Lends or replaces the workspace. May be taken back (with null) while is_idle().
  void attach(Workspace* workspace) noexcept { workspace_ = workspace; }
  Workspace* workspace() const noexcept { return workspace_; }
  /// Nothing queued to send, nothing half received that lies in the workspace.
  bool is_idle() const noexcept {
    return input_size_ == 0 && workspace_->empty() && !(is_in_frame() && is_control(opcode_));
  }

  /// Borrows bytes from the transport until poll() has returned nothing; they are unmasked in place, and
  /// events point into them. bad_state while earlier bytes are not used up: see wants_input().
  Result<void> receive(MutableBytes input) noexcept {
    if (input_size_ != 0) return fail(Errc::bad_state);
    if (input.empty() || !can_receive(state_)) return {};
    input_ = input.data();
    input_size_ = input.size();
    is_fresh_ = true;
    return {};
  }

  /// The transport has ended (end_of_stream) or failed; the next poll() says closed.
  void transport_ended(Error why = Errc::end_of_stream) noexcept;

  /// The next event, or nothing: then all input is used up, unless wants_input() says that the connection
  /// waits for output to be sent first. Call again after sent().
  std::optional<Event> poll(Instant now) noexcept {
    if (input_size_ == 0 && now < tend_at_) return std::nullopt;
    return poll_due(now);
  }
  bool wants_input() const noexcept { return input_size_ == 0; }
  /// Takes back the input that is not used up: lend the same bytes again later, wherever they lie then.
  MutableBytes unread() noexcept { return {input_, std::exchange(input_size_, 0u)}; }

  /// What to send; borrowed until the next call of anything but output().
  Output output() const noexcept { return workspace_->output(); }
  void sent(std::size_t size) noexcept { workspace_->sent(size); }
  /// After a failure, once all output was sent: end the transport's writing side, and go on until `closed`.
  bool wants_shutdown() const noexcept { return state_ == State::failed && all_sent(); }

  /// When poll() has something to do although nothing arrives; kNever: not by itself.
  Instant deadline() const noexcept;

  /// Sends a whole message: all of it is queued, or nothing. would_block: no room now, and a `drained`
  /// event follows when there is; too_large: more than the workspace ever holds; message_in_progress:
  /// fragments of another are out; bad_state: not open. Text must be UTF-8 (section 5.6), which is not
  /// checked here.
  Result<void> send(MessageType type, Bytes payload) noexcept {
    // The short way for what nearly every message is. Where flash is dearer than time there is one for all.
    if (kWideBlocks && payload.size() <= kMaxShortPayload && is_ready_to_send() &&
        workspace_->fits_behind(kShortHeader + payload.size(), Workspace::kControlReserve)) [[likely]] {
      queue_short(type, payload);
      return {};
    }
    return send_long(type, payload);
  }
  Result<void> send_text(std::string_view text) noexcept { return send(MessageType::text, as_bytes(text)); }
  Result<void> send_binary(Bytes bytes) noexcept { return send(MessageType::binary, bytes); }

  /// Sends one fragment of a message by hand, the first and the others alike; `last` ends the message.
  /// Control frames may go between. Errors as for send().
  Result<void> send_part(MessageType type, Bytes payload, bool last) noexcept;
  /// Such a message is begun and not ended.
  bool is_sending_parts() const noexcept { return sending_ != Opcode::continuation; }

  /// As send(), but the payload stays where it is until it was sent: only the header is copied. One at a
  /// time (would_block); for a server, which does not mask.
  Result<void> send_borrowed(MessageType type, Bytes payload) noexcept
    requires(role == Role::server)
  {
    if (is_ready_to_send() && !workspace_->has_borrowed() &&
        workspace_->fits_behind(kMaxHeaderSize, Workspace::kControlReserve)) [[likely]] {
      borrow(type, payload);
      return {};
    }
    return send_borrowed_slowly(type, payload);
  }

  /// Payload: at most kMaxControlPayload bytes (too_large).
  Result<void> send_ping(Bytes payload = {}) noexcept { return send_control(Opcode::ping, payload); }
  Result<void> send_pong(Bytes payload = {}) noexcept { return send_control(Opcode::pong, payload); }

  /// Begins the closing handshake; what is queued is sent before. The reason (UTF-8) is cut at 123 bytes.
  /// none_received: a close frame without a code. bad_state: closing already; invalid_argument: a code that
  /// may not be sent.
  Result<void> close(CloseCode code, std::string_view reason, Instant now) noexcept;

  /// Drops everything at once, also what was to be sent; the next poll() says closed.
  void abort() noexcept;

  State state() const noexcept { return state_; }

 protected:
  /// For ws::Client: not open before accepted(); until then it reads the input and sets the deadline.
  void start_connecting() noexcept { state_ = State::connecting; }
  Instant state_deadline() const noexcept { return deadline_; }
  void set_deadline(Instant deadline) noexcept { deadline_ = deadline; }
  void use_input(std::size_t size) noexcept {
    input_ += size;
    input_size_ -= size;
  }
  void accepted(Instant now) noexcept;
  /// As poll(), into an event that is as new. False: there is none.
  bool next(Event& event, Instant now) noexcept;
  Entropy& entropy() const noexcept { return masking_keys_.entropy(); }

 private:
  enum class Expects : std::uint8_t { header, payload };
  bool is_in_frame() const noexcept { return expects_ == Expects::payload; }

  /// One call of poll(): where its event goes, and the time.
  struct Turn {
    Event& event;
    Instant now;
  };

  std::optional<Event> poll_due(Instant now) noexcept;
  bool take_whole(Event& event, Instant now) noexcept;
  bool refuse_text(Event& event, Instant now) noexcept;
  bool next_in_parts(Event& event, Instant now) noexcept;
  bool parse(const Turn& turn) noexcept;
  bool take_header(const Turn& turn) noexcept;
  bool judge_header(const FrameHeader& header, const Turn& turn) noexcept;
  bool take_data(const Turn& turn) noexcept;
  bool take_control(const Turn& turn) noexcept;
  bool handle_control(MutableBytes payload, const Turn& turn) noexcept;
  bool handle_close(MutableBytes payload, const Turn& turn) noexcept;
  bool tend(const Turn& turn) noexcept;
  bool tend_open(const Turn& turn) noexcept;

  bool fail_with(Errc why, const Turn& turn) noexcept;
  void blame(Error why) noexcept;
  void change(Trigger on) noexcept {
    state_ = step(state_, on);
    tend_at_ = Instant{};
  }
  void discard_input() noexcept { input_size_ = 0; }
  bool all_sent() const noexcept { return workspace_ == nullptr || workspace_->empty(); }

  void borrow(MessageType type, Bytes payload) noexcept {
    Workspace& workspace = *workspace_;
    workspace.commit(encode_header({.opcode = static_cast<Opcode>(type), .payload_length = payload.size()},
                                   workspace.free().data()));
    workspace.borrow(payload);
  }
  Result<void> send_borrowed_slowly(MessageType type, Bytes payload) noexcept;
  static constexpr std::size_t kShortHeader = role == Role::client ? 2 + sizeof(MaskingKey) : 2;
  bool is_ready_to_send() const noexcept { return state_ == State::open && sending_ == Opcode::continuation; }
  void queue_short(MessageType type, Bytes payload) noexcept {
    if constexpr (role == Role::client) return queue_short_masked(type, payload);
    workspace_->commit(encode_short(static_cast<Opcode>(type), payload, workspace_->free().data()));
  }
  void queue_short_masked(MessageType type, Bytes payload) noexcept;
  Result<void> send_long(MessageType type, Bytes payload) noexcept;
  bool queue_frame(Opcode opcode, bool fin, Bytes payload, std::size_t reserve) noexcept;
  Result<void> send_data(Opcode opcode, bool fin, Bytes payload) noexcept;
  Result<void> refuse(std::size_t frame_size) noexcept;
  Result<void> send_control(Opcode opcode, Bytes payload) noexcept;
  void queue_close(CloseCode code, std::string_view reason, Instant now) noexcept;

  // Small members first: the nearer to the front, the shorter the instructions that reach them. And others
  // stand in the padding of the one before: a server has one of these for each peer.
  State state_ = State::open;
  Opcode sending_ = Opcode::continuation;  // of the message that send_part() is in; continuation: none
  Opcode opcode_{};                        // of the current frame
  bool fin_ = false;                       // of the current frame
  Expects expects_ = Expects::header;
  std::uint8_t have_ = 0;  // bytes of a header, or of a control frame's payload, that arrives in pieces
  Opcode message_ = Opcode::continuation;  // of the current message; continuation: none
  bool message_begins_ = false;            // no piece of the current message was reported yet
  bool is_fresh_ : 1 = false;              // input came since the last poll
  bool close_exchanged_ : 1 = false;       // the peer's close frame came, and ours left or will
  bool closed_reported_ : 1 = false;
  bool has_error_ : 1 = false;
  codec::Utf8Validator utf8_;
  CloseCode peer_code_ = CloseCode::abnormal;     // of the peer's close frame
  std::array<std::byte, kMaxHeaderSize> header_;  // where it arrives in pieces
  std::uint32_t refused_ = 0;                     // the longest frame that would_block; 0: none did

  const ConnectionConfig* config_;
  Workspace* workspace_ = nullptr;
  [[no_unique_address]] MaskingKeys<role> masking_keys_;
  std::byte* input_ = nullptr;  // borrowed, input_size_ bytes not yet used
  std::size_t input_size_ = 0;
  std::uint64_t frame_left_ = 0;    // payload bytes of the current frame not yet taken
  std::uint64_t message_size_ = 0;  // declared so far by the frames of the current message
  [[no_unique_address]] ControlRate control_rate_;
  MaskingKey masking_key_ = 0;  // as it stands for the next payload byte
  [[no_unique_address]] Heartbeat heartbeat_;
  Error error_{};              // where has_error_
  Instant deadline_ = kNever;  // of every state but open and closed
  Instant tend_at_{};          // before then, poll() need not look at the time
};

}  // namespace linnet::ws
