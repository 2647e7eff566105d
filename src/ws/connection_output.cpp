// SPDX-License-Identifier: Apache-2.0
// What leaves: frames into the workspace, all of one or nothing.
#include <algorithm>
#include <cstring>

#include "linnet/base/block.hpp"
#include "linnet/ws/connection.hpp"

namespace linnet::ws {
namespace {

constexpr std::size_t header_size_for(std::size_t payload, Role role) noexcept {
  return (payload <= 125      ? 2u
          : payload <= 0xFFFF ? 4u
                              : 10u) +
         (role == Role::client ? sizeof(MaskingKey) : 0);
}

}  // namespace

/// Queues a frame if `reserve` bytes stay free behind it.
template <Role role>
bool Connection<role>::queue_frame(Opcode opcode, bool fin, Bytes payload, std::size_t reserve) noexcept {
  const std::size_t header_bytes = header_size_for(payload.size(), role);
  std::byte* const at = workspace_->room(header_bytes + payload.size(), reserve);
  if (at == nullptr) return false;

  FrameHeader header{
      .opcode = opcode, .fin = fin, .masked = role == Role::client, .payload_length = payload.size()};
  if constexpr (role == Role::client) header.masking_key = masking_keys_.next();
  encode_header(header, at);
  if constexpr (role == Role::client) {
    apply_mask(at + header_bytes, payload.data(), payload.size(), header.masking_key);
  } else if (!payload.empty()) {
    std::memcpy(at + header_bytes, payload.data(), payload.size());
  }
  workspace_->commit(header_bytes + payload.size());
  return true;
}

/// Why a frame was not queued: later it may be, or never.
template <Role role>
Result<void> Connection<role>::refuse(std::size_t frame_size) noexcept {
  if (frame_size + Workspace::kControlReserve > workspace_->capacity()) return fail(Errc::too_large);
  refused_ = std::max(refused_, static_cast<std::uint32_t>(frame_size));
  tend_at_ = Instant{};
  return fail(Errc::would_block);
}

template <Role role>
Result<void> Connection<role>::send_data(Opcode opcode, bool fin, Bytes payload) noexcept {
  if (queue_frame(opcode, fin, payload, Workspace::kControlReserve)) return {};
  return refuse(payload.size() + header_size_for(payload.size(), role));
}

template <Role role>
void Connection<role>::queue_short_masked(MessageType type, Bytes payload) noexcept {
  std::byte* const at = workspace_->free().data();
  const MaskingKey key = masking_keys_.next();
  at[0] = kFinBit | static_cast<std::byte>(type);
  at[1] = kMaskBit | static_cast<std::byte>(payload.size());
  std::memcpy(at + 2, &key, sizeof key);
  apply_mask(at + kShortHeader, payload.data(), payload.size(), key);
  workspace_->commit(kShortHeader + payload.size());
}

template <Role role>
Result<void> Connection<role>::send_long(MessageType type, Bytes payload) noexcept {
  if (!can_send(state_)) return fail(Errc::bad_state);
  if (sending_ != Opcode::continuation) return fail(Errc::message_in_progress);
  Opcode opcode = static_cast<Opcode>(type);
  const std::size_t piece = config_->fragment_size;
  if (piece == 0 || payload.size() <= piece) return send_data(opcode, true, payload);

  // All fragments or none: ask for the room of all of them first.
  const std::size_t fragments = (payload.size() + piece - 1) / piece;
  const std::size_t total = payload.size() + fragments * header_size_for(piece, role);
  if (workspace_->room(total, Workspace::kControlReserve) == nullptr) return refuse(total);
  for (; payload.size() > piece; payload = payload.subspan(piece)) {
    queue_frame(opcode, false, payload.first(piece), Workspace::kControlReserve);
    opcode = Opcode::continuation;
  }
  queue_frame(Opcode::continuation, true, payload, Workspace::kControlReserve);
  return {};
}

template <Role role>
Result<void> Connection<role>::send_part(MessageType type, Bytes payload, bool last) noexcept {
  if (!can_send(state_)) return fail(Errc::bad_state);
  const Opcode opcode = static_cast<Opcode>(type);
  const bool continues = sending_ != Opcode::continuation;
  if (continues && sending_ != opcode) return fail(Errc::message_in_progress);
  const Result<void> queued = send_data(continues ? Opcode::continuation : opcode, last, payload);
  if (queued) sending_ = last ? Opcode::continuation : opcode;
  return queued;
}

/// Why nothing was borrowed; or, where what is queued had only to be moved together, borrows it now.
template <Role role>
Result<void> Connection<role>::send_borrowed_slowly(MessageType type, Bytes payload) noexcept {
  if (!can_send(state_)) return fail(Errc::bad_state);
  if (sending_ != Opcode::continuation) return fail(Errc::message_in_progress);
  if (workspace_->has_borrowed() || workspace_->room(kMaxHeaderSize, Workspace::kControlReserve) == nullptr) {
    return refuse(kMaxHeaderSize);
  }
  borrow(type, payload);
  return {};
}

template <Role role>
Result<void> Connection<role>::send_control(Opcode opcode, Bytes payload) noexcept {
  if (!can_send(state_)) return fail(Errc::bad_state);
  if (payload.size() > kMaxControlPayload) return fail(Errc::too_large);
  return send_data(opcode, true, payload);
}

template <Role role>
Result<void> Connection<role>::close(CloseCode code, std::string_view reason, Instant now) noexcept {
  if (!can_send(state_)) return fail(Errc::bad_state);
  if (code != CloseCode::none_received && !is_sendable(code)) return fail(Errc::invalid_argument);
  queue_close(code, reason, now);
  change(Trigger::send_close);
  return {};
}

/// There is always room: everything else leaves a control frame's room free (workspace.hpp).
template <Role role>
void Connection<role>::queue_close(CloseCode code, std::string_view reason, Instant now) noexcept {
  std::array<std::byte, kMaxControlPayload> payload;
  std::size_t size = 0;
  if (code != CloseCode::none_received) {
    store_be16(payload.data(), static_cast<std::uint16_t>(code));
    std::size_t cut = std::min(reason.size(), payload.size() - 2);
    // Not inside a character: back to its lead byte.
    while (cut > 0 && cut < reason.size() && (static_cast<unsigned char>(reason[cut]) & 0xC0) == 0x80) --cut;
    if (cut > 0) std::memcpy(payload.data() + 2, reason.data(), cut);
    size = 2 + cut;
  }
  queue_frame(Opcode::close, true, Bytes{payload}.first(size), 0);
  deadline_ = now + config_->close_timeout;
}

// What is called from elsewhere, as in connection.cpp.
template void Connection<Role::client>::queue_short_masked(MessageType, Bytes) noexcept;
template Result<void> Connection<Role::client>::send_long(MessageType, Bytes) noexcept;
template Result<void> Connection<Role::server>::send_long(MessageType, Bytes) noexcept;
template bool Connection<Role::client>::queue_frame(Opcode, bool, Bytes, std::size_t) noexcept;
template bool Connection<Role::server>::queue_frame(Opcode, bool, Bytes, std::size_t) noexcept;
template Result<void> Connection<Role::client>::send_part(MessageType, Bytes, bool) noexcept;
template Result<void> Connection<Role::server>::send_part(MessageType, Bytes, bool) noexcept;
template Result<void> Connection<Role::server>::send_borrowed_slowly(MessageType, Bytes) noexcept;
template Result<void> Connection<Role::client>::send_control(Opcode, Bytes) noexcept;
template Result<void> Connection<Role::server>::send_control(Opcode, Bytes) noexcept;
template Result<void> Connection<Role::client>::close(CloseCode, std::string_view, Instant) noexcept;
template Result<void> Connection<Role::server>::close(CloseCode, std::string_view, Instant) noexcept;
template void Connection<Role::client>::queue_close(CloseCode, std::string_view, Instant) noexcept;
template void Connection<Role::server>::queue_close(CloseCode, std::string_view, Instant) noexcept;

}  // namespace linnet::ws
