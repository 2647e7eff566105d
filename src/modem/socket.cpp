// SPDX-License-Identifier: Apache-2.0
#include "linnet/modem/socket.hpp"

namespace linnet::modem {

Result<std::size_t> Socket::read(MutableBytes into) noexcept {
  if (wants_open_) return 0;
  if (state_ == SocketState::free || state_ == SocketState::closing) return fail(Errc::bad_state);
  if (is_opening()) return 0;  // a host's name is in the buffer
  const std::size_t there = readable();
  if (there == 0 && state_ == SocketState::ended) return std::unexpected{error_};
  return received_.take(into.first(std::min(into.size(), there)));
}

Result<std::size_t> Socket::write(std::span<const Bytes> parts) noexcept {
  if (is_opening()) return 0;
  if (state_ == SocketState::draining || state_ == SocketState::ended) return fail(Errc::connection_reset);
  if (!can_write()) return fail(Errc::bad_state);
  std::size_t written = 0;
  for (const Bytes part : parts) {
    const std::size_t taken = to_send_.put(part);
    written += taken;
    if (taken < part.size()) break;
  }
  return written;
}

void Socket::close() noexcept {
  wants_open_ = false;
  const bool flushes = state_ == SocketState::open;
  if (state_ == SocketState::closing || state_ == SocketState::free) return;
  go(SocketTrigger::release);
  received_.clear();
  unconfirmed_read_ = 0;
  is_dropped_ = !flushes;
  if (!awaits_open_) due_ = kNever;  // Cellular sets how long it lingers
}

void Socket::ask(std::string_view host, std::uint16_t port) noexcept {
  if (state_ == SocketState::free) {
    reset_connection();
    go(SocketTrigger::ask);
  } else {
    wants_open_ = true;
  }
  received_.clear();
  received_.put(as_bytes(host));
  host_size_ = static_cast<std::uint8_t>(host.size());
  port_ = port;
}

void Socket::fail_with(Error why) noexcept {
  if (state_ == SocketState::closing) {
    is_dropped_ = true;
    return;
  }
  if (is_opening()) received_.clear();
  received_.drop_back(unconfirmed_read_);
  unconfirmed_read_ = 0;
  if (state_ != SocketState::ended) error_ = why;
  go(SocketTrigger::failure);
  confirm_due_ = kNever;
  if (!is_closing_) due_ = kNever;
  awaits_open_ = false;
}

void Socket::reset_connection() noexcept {
  to_send_.clear();
  error_ = {};
  due_ = confirm_due_ = kNever;
  held_until_ = {};
  unconfirmed_read_ = 0;
  window_size_ = busy_count_ = 0;
  is_known_ = has_data_ = is_finished_ = is_dropped_ = is_closing_ = awaits_open_ = false;
}

}  // namespace linnet::modem
