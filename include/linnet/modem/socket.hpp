// SPDX-License-Identifier: Apache-2.0
// One TCP connection that the modem keeps: two queues of bytes and their state. Its user reads, writes and
// closes; Cellular turns that into commands. About 100 bytes beside its buffers.
//
// Written bytes leave in segments of up to 1460 bytes, at once when nothing is on its way. A segment that the
// modem does not confirm whole ends the connection: nothing is ever sent twice. What was read from the modem
// can be read here once the modem's OK behind it has come: bytes that were lost on the wire show there.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"
#include "linnet/base/ring.hpp"
#include "linnet/base/time.hpp"
#include "linnet/modem/socket_lifecycle.hpp"

namespace linnet::modem {

class Socket {
 public:
  static constexpr std::size_t kLeastBuffer = 256;  // the longest host's name waits in the receive buffer

  /// Both borrowed for the socket's life, each at least kLeastBuffer. Throughput wants room for a segment and
  /// what comes meanwhile: 2 x 1500 bytes each way; transparent mode less.
  Socket(MutableBytes receive, MutableBytes send) noexcept : received_{receive}, to_send_{send} {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  SocketState state() const noexcept { return state_; }
  /// Nothing has been sent or received yet, and may still be.
  bool is_opening() const noexcept {
    return state_ == SocketState::queued || state_ == SocketState::opening || wants_open_;
  }
  /// Bytes that read() gives now.
  std::size_t readable() const noexcept { return is_opening() ? 0 : received_.size() - unconfirmed_read_; }
  /// read() gives something, or the end.
  bool is_readable() const noexcept { return readable() != 0 || state_ == SocketState::ended; }
  /// write() takes something.
  bool is_writable() const noexcept { return can_write() && to_send_.free() != 0; }

  /// Takes what has arrived; 0: nothing yet. After the last byte end_of_stream, or what broke the connection;
  /// bad_state after close().
  Result<std::size_t> read(MutableBytes into) noexcept;
  /// Takes as much as there is room for; 0 while opening. bad_state after shutdown_write() or close(),
  /// connection_reset when it has ended.
  Result<std::size_t> write(std::span<const Bytes> parts) noexcept;
  /// Nothing more is written. A modem knows no half-closed connection: once all is confirmed, and what has
  /// arrived until then was read from the modem, it is closed.
  void shutdown_write() noexcept { is_finished_ = true; }
  /// What was written still leaves, for up to 5 s; then the connection ends. Idempotent.
  void close() noexcept;

 private:
  friend class Cellular;
  static constexpr std::size_t kWindow = 3;  // segments on their way without a confirmation

  bool can_write() const noexcept { return state_ == SocketState::open && !is_finished_; }
  bool is_live() const noexcept {
    return state_ == SocketState::open || state_ == SocketState::draining ||
           (state_ == SocketState::closing && !is_dropped_);
  }
  void go(SocketTrigger on) noexcept { state_ = step(state_, on); }
  void ask(std::string_view host, std::uint16_t port) noexcept;
  /// Ends it with `why`, whatever it was doing, unless it was over.
  void fail_with(Error why) noexcept;
  void reset_connection() noexcept;

  ByteRing received_;
  ByteRing to_send_;
  Instant due_ = kNever;                         // of the result of opening or closing, or of lingering
  Instant confirm_due_ = kNever;                 // of the oldest segment's confirmation
  Instant held_until_ = {};                      // the modem was busy: no segment before
  std::array<std::uint16_t, kWindow> window_{};  // sizes of segments on their way, oldest first
  Error error_{};
  std::uint16_t unconfirmed_read_ = 0;  // bytes at the back of received_ whose OK has not come
  std::uint16_t port_ = 0;
  std::uint8_t host_size_ = 0;
  std::uint8_t window_size_ = 0;
  std::uint8_t busy_count_ = 0;
  SocketState state_ = SocketState::free;
  bool is_known_ = false;     // the modem may have this link open
  bool has_data_ = false;     // the modem has said that it holds data
  bool is_finished_ = false;  // shutdown_write()
  bool is_dropped_ = false;   // closing, and nothing more is sent
  bool is_closing_ = false;   // AT+CIPCLOSE was given; its result is awaited
  bool wants_open_ = false;   // closing, and then to be opened again
  bool awaits_open_ = false;  // AT+CIPOPEN was given; its result is awaited
};

}  // namespace linnet::modem
