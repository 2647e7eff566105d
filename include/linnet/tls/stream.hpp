// SPDX-License-Identifier: Apache-2.0
// TLS over any stream, either end of it: what tls::Client and tls::Server hand out. Never blocks: where the
// stream below takes or gives less, it goes on at the next poll().
// Memory: mbedTLS's two record buffers are allocated by set_up() and kept from connection to connection, each
// in one piece; what a handshake needs beside them comes and goes with it. docs/tls.md has the figures.
#pragma once

#include <mbedtls/ssl.h>

#include <array>
#include <cstdint>
#include <optional>

#include "linnet/net/stream.hpp"

namespace linnet::tls {

class Stream;

/// Whoever a stream belongs to. Nothing that is called here may call the stream but for its const functions
/// and context().
class StreamOwner {
 public:
  virtual void on_secured(Stream& stream) noexcept = 0;  // the handshake is done
  virtual void on_failed(Stream& stream) noexcept = 0;   // before or after; breakdown() says how
  virtual void on_session(Stream& stream) noexcept = 0;  // the session may be kept now
  virtual void on_closed(Stream& stream) noexcept = 0;   // by its user; it may be begun anew

 protected:
  ~StreamOwner() = default;
};

/// What is known of a failure.
struct Breakdown {
  int status = 0;                     // of mbedTLS, negative; 0: the stream below failed, or time is up
  Error error{};                      // as read() tells it
  std::optional<Error> transport;     // what the stream below said
  std::optional<std::uint8_t> alert;  // that the peer sent
  std::array<std::byte, 8> first{};   // of the peer's bytes
  std::uint8_t first_size = 0;
  bool in_handshake = false;
};

class Stream final : public net::Stream {
 public:
  explicit Stream(StreamOwner& owner) noexcept;
  ~Stream() override;

  /// Allocates the record buffers for connections of `config`, which is borrowed until the next set_up(). Of
  /// no effect where that was done. out_of_memory.
  Result<void> set_up(const mbedtls_ssl_config& config) noexcept;
  /// Gives the buffers back.
  void release() noexcept;

  /// Starts a handshake over `inner`, which may still be opening, and is borrowed until close(). Between
  /// set_up() and here, context() may be told more: a host name, a session.
  void begin(net::Stream& inner, Instant now, Duration handshake_timeout) noexcept;
  bool is_idle() const noexcept { return phase_ == Phase::idle; }

  StreamOwner& owner() const noexcept { return owner_; }
  mbedtls_ssl_context& context() noexcept { return ssl_; }
  const Breakdown& breakdown() const noexcept { return breakdown_; }
  std::uint32_t handshake_bytes() const noexcept { return handshake_bytes_; }
  Duration handshake_time() const noexcept { return handshake_time_; }
  Instant now() const noexcept { return now_; }

  State state() const noexcept override;
  void poll(Instant now) override;
  Instant deadline() const noexcept override;

  /// end_of_stream: the peer said that this was all. truncated: the connection ended without it. tls_failure:
  /// what came is not what the peer sent, or it sent an alert; mbedTLS's status, negated, is in `detail`.
  Result<std::size_t> read(MutableBytes into) override;

  /// Parts that are short are put into one record.
  Result<std::size_t> write(std::span<const Bytes> parts) override;

  /// A close_notify, and an end of the stream below it.
  void shutdown_write() noexcept override;
  void close() noexcept override;
  void want(net::Interest interest) noexcept override;

 private:
  enum class Phase : std::uint8_t { idle, waiting, handshake, open, failed };

  static int receive_bytes(void* self, unsigned char* into, std::size_t size);
  static int send_bytes(void* self, const unsigned char* from, std::size_t size);

  void shake();
  void finish_handshake();
  Result<bool> flush();
  void advance_shutdown();
  Result<std::size_t> write_record(Bytes piece);
  Result<std::size_t> end_reading(int status);
  void fail_with(int status);
  void fail_with(Error error);
  void see(Bytes bytes) noexcept;
  void update_interest() noexcept;

  StreamOwner& owner_;
  net::Stream* inner_ = nullptr;
  mbedtls_ssl_context ssl_;
  const mbedtls_ssl_config* config_ = nullptr;  // that ssl_ is set up for; null: for none
  Breakdown breakdown_;
  std::optional<Error> reading_ended_;
  Instant now_{};
  Instant began_{};
  Instant handshake_deadline_ = kNever;
  Duration handshake_timeout_{};
  Duration handshake_time_{};
  std::uint32_t handshake_bytes_ = 0;
  Phase phase_ = Phase::idle;
  net::Interest requested_ = net::Interest::read;
  net::Interest told_ = net::Interest::read;  // to the stream below
  bool needs_write_ : 1 = false;              // the handshake does
  bool computing_ : 1 = false;                // the handshake goes on without any I/O
  bool would_block_ : 1 = false;              // the stream below had nothing at the last look
  bool needs_reset_ : 1 = false;              // the context is that of the connection before
  bool session_told_ : 1 = false;
  bool shut_ : 1 = false;            // shutdown_write() was called
  bool notify_written_ : 1 = false;  // close_notify, to the record buffer at least
  bool inner_shut_ : 1 = false;
};

}  // namespace linnet::tls
