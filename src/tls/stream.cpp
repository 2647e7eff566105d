// SPDX-License-Identifier: Apache-2.0
#include "linnet/tls/stream.hpp"

#include <algorithm>
#include <cstring>

#include "mbedtls.hpp"
#include "status.hpp"

namespace linnet::tls {
namespace {

// What send_bytes and receive_bytes say of a stream below that failed; its own error is in the breakdown. The
// number is mbedTLS's own for that (net_sockets.h).
constexpr int kTransportFailed = -0x004C;
// A WebSocket's header and what belongs to it are short, and a record costs 29 bytes and a cipher's start: so
// much is put together. It is on the stack.
constexpr std::size_t kGather = 512;
constexpr std::size_t kMostAtOnce = 0x4000;  // what mbedTLS says and is told in int; no record is longer
constexpr int kMostIdleReads = 16;           // records without data, in one read()

}  // namespace

Stream::Stream(StreamOwner& owner) noexcept : owner_{owner} {
  mbedtls_ssl_init(&ssl_);
}

Stream::~Stream() {
  close();
  mbedtls_ssl_free(&ssl_);
}

Result<void> Stream::set_up(const mbedtls_ssl_config& config) noexcept {
  if (config_ != nullptr && config_ != &config) release();
  int status = 0;
  if (config_ == nullptr) {
    status = mbedtls_ssl_setup(&ssl_, &config);
    if (status == 0) {
      config_ = &config;
      mbedtls_ssl_set_bio(&ssl_, this, &send_bytes, &receive_bytes, nullptr);
    }
  } else if (needs_reset_) {
    status = mbedtls_ssl_session_reset(&ssl_);
    needs_reset_ = status != 0;
  }
  if (status != 0) return fail(is_out_of_memory(status) ? Errc::out_of_memory : Errc::invalid_argument);
  return {};
}

void Stream::release() noexcept {
  mbedtls_ssl_free(&ssl_);
  mbedtls_ssl_init(&ssl_);
  config_ = nullptr;
  needs_reset_ = false;
}

void Stream::begin(net::Stream& inner, Instant now, Duration handshake_timeout) noexcept {
  inner_ = &inner;
  breakdown_ = {};
  reading_ended_.reset();
  now_ = now;
  handshake_deadline_ = kNever;
  handshake_timeout_ = handshake_timeout;
  handshake_time_ = {};
  handshake_bytes_ = 0;
  requested_ = told_ = net::Interest::read;
  needs_write_ = computing_ = would_block_ = session_told_ = shut_ = notify_written_ = inner_shut_ = false;
  needs_reset_ = true;
  phase_ = Phase::waiting;
}

net::Stream::State Stream::state() const noexcept {
  switch (phase_) {
    case Phase::waiting:
    case Phase::handshake: return State::opening;
    case Phase::open: return State::open;
    case Phase::idle:
    case Phase::failed: break;
  }
  return State::closed;
}

void Stream::poll(Instant now) {
  now_ = now;
  if (inner_ == nullptr) return;
  inner_->poll(now);
  if (phase_ == Phase::waiting) {
    if (inner_->state() == State::opening) return;
    if (inner_->state() == State::closed) {
      const auto why = inner_->read({});
      breakdown_.transport = why ? Error{Errc::connection_reset} : why.error();
      return fail_with(*breakdown_.transport);
    }
    phase_ = Phase::handshake;
    began_ = now;
    if (handshake_timeout_ > Duration{}) handshake_deadline_ = now + handshake_timeout_;
  }
  if (phase_ == Phase::handshake) {
    shake();
  } else if (phase_ == Phase::open) {
    if (shut_) {
      advance_shutdown();
    } else {
      (void)flush();
    }
    update_interest();
  }
}

Instant Stream::deadline() const noexcept {
  if (inner_ == nullptr) return kNever;
  if (phase_ == Phase::handshake && computing_) return Instant{};
  return std::min(inner_->deadline(), phase_ == Phase::handshake ? handshake_deadline_ : kNever);
}

// ---- The handshake ----

void Stream::shake() {
  const int status = mbedtls_ssl_handshake(&ssl_);
  needs_write_ = status == MBEDTLS_ERR_SSL_WANT_WRITE;
  computing_ = status == MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS || status == MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS ||
               (status == MBEDTLS_ERR_SSL_WANT_READ && !would_block_);
  if (status == 0) return finish_handshake();
  if (!needs_write_ && !computing_ && status != MBEDTLS_ERR_SSL_WANT_READ) return fail_with(status);
  if (now_ >= handshake_deadline_) return fail_with(Errc::handshake_timeout);
  update_interest();
}

void Stream::finish_handshake() {
  phase_ = Phase::open;
  handshake_deadline_ = kNever;
  handshake_time_ = now_ - began_;
  owner_.on_secured(*this);
  update_interest();
}

// ---- Bytes of the stream below ----

/// The first of the peer's bytes tell what it speaks.
void Stream::see(Bytes bytes) noexcept {
  for (const std::byte byte : bytes) {
    if (breakdown_.first_size == breakdown_.first.size()) return;
    breakdown_.first[breakdown_.first_size++] = byte;
  }
}

int Stream::receive_bytes(void* self, unsigned char* into, std::size_t size) {
  Stream& stream = *static_cast<Stream*>(self);
  const MutableBytes room{reinterpret_cast<std::byte*>(into), std::min(size, kMostAtOnce)};
  const auto got = stream.inner_->read(room);
  stream.would_block_ = got && *got == 0;
  if (!got) {
    stream.breakdown_.transport = got.error();
    return got.error() == Errc::end_of_stream ? MBEDTLS_ERR_SSL_CONN_EOF : kTransportFailed;
  }
  if (*got == 0) return MBEDTLS_ERR_SSL_WANT_READ;
  if (stream.phase_ == Phase::handshake) {
    stream.see(room.first(*got));
    stream.handshake_bytes_ += static_cast<std::uint32_t>(*got);
  }
  return static_cast<int>(*got);
}

int Stream::send_bytes(void* self, const unsigned char* from, std::size_t size) {
  Stream& stream = *static_cast<Stream*>(self);
  const Bytes bytes{reinterpret_cast<const std::byte*>(from), std::min(size, kMostAtOnce)};
  const auto taken = stream.inner_->write({&bytes, 1});
  if (!taken) {
    stream.breakdown_.transport = taken.error();
    return kTransportFailed;
  }
  if (*taken == 0) return MBEDTLS_ERR_SSL_WANT_WRITE;
  if (stream.phase_ == Phase::handshake) stream.handshake_bytes_ += static_cast<std::uint32_t>(*taken);
  return static_cast<int>(*taken);
}

// ---- Data ----

Result<std::size_t> Stream::read(MutableBytes into) {
  if (phase_ == Phase::idle) return fail(Errc::bad_state);
  if (phase_ == Phase::failed) return std::unexpected{breakdown_.error};
  if (phase_ != Phase::open) return 0;
  if (reading_ended_) return std::unexpected{*reading_ended_};
  std::size_t got = 0;
  int idle = 0;
  while (got < into.size()) {
    auto* const to = reinterpret_cast<unsigned char*>(into.data() + got);
    const int status = mbedtls_ssl_read(&ssl_, to, std::min(into.size() - got, kMostAtOnce));
    if (status > 0) {
      got += static_cast<std::size_t>(status);
      continue;
    }
    // Also what says "nothing" but for the want of bytes: an alert that means nothing, an empty record.
    const bool nothing = status == MBEDTLS_ERR_SSL_WANT_READ || (status == 0 && !breakdown_.transport);
    if (nothing && !would_block_ && ++idle < kMostIdleReads) continue;
    if (nothing || status == MBEDTLS_ERR_SSL_WANT_WRITE) break;
    if (status == mbed::kNewTicket) {
      owner_.on_session(*this);
      continue;
    }
    const auto ended = end_reading(status);
    if (got == 0) return ended;
    break;
  }
  // Only now is it sure that the server took our side of the handshake; a session of TLS 1.2 is kept from
  // here on. That of 1.3 comes by itself.
  if (got != 0 && !session_told_) {
    session_told_ = true;
    if (!mbed::is_tls13(ssl_)) owner_.on_session(*this);
  }
  update_interest();
  return got;
}

/// What read() says from now on.
Result<std::size_t> Stream::end_reading(int status) {
  if (status == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
    reading_ended_ = Errc::end_of_stream;
  } else if (breakdown_.transport == Errc::end_of_stream) {
    reading_ended_ = Errc::truncated;
  } else {
    fail_with(status);
    return std::unexpected{breakdown_.error};
  }
  return std::unexpected{*reading_ended_};
}

/// What mbedTLS holds of records that the stream below did not take; true: nothing is left.
Result<bool> Stream::flush() {
  if (ssl_.MBEDTLS_PRIVATE(out_left) == 0) return true;
  // Where output is left, this sends it and nothing else: an empty record would be sent without it.
  const unsigned char none = 0;
  const int status = mbedtls_ssl_write(&ssl_, &none, 0);
  if (status == 0) return true;
  if (status == MBEDTLS_ERR_SSL_WANT_WRITE) return false;
  fail_with(status);
  return std::unexpected{breakdown_.error};
}

Result<std::size_t> Stream::write(std::span<const Bytes> parts) {
  if (phase_ == Phase::failed) return std::unexpected{breakdown_.error};
  if (phase_ == Phase::idle || shut_) return fail(Errc::bad_state);
  if (phase_ != Phase::open) return 0;
  std::array<std::byte, kGather> together;
  std::size_t written = 0;
  std::size_t offset = 0;  // in the first of the parts that are left
  while (!parts.empty()) {
    Bytes piece = parts.front().subspan(offset);
    if (piece.empty()) {
      parts = parts.subspan(1);
      offset = 0;
      continue;
    }
    if (piece.size() < kGather && parts.size() > 1) {
      std::size_t size = 0;
      for (const Bytes part : parts) {
        const Bytes rest = size == 0 ? piece : part;
        const std::size_t taken = std::min(rest.size(), kGather - size);
        if (taken != 0) std::memcpy(together.data() + size, rest.data(), taken);
        size += taken;
      }
      piece = Bytes{together}.first(size);
    }
    const auto sent = write_record(piece);
    if (!sent && written == 0) return sent;
    if (!sent || *sent == 0) break;
    written += *sent;
    for (std::size_t left = *sent; left != 0;) {
      const std::size_t here = std::min(left, parts.front().size() - offset);
      left -= here;
      offset += here;
      if (offset < parts.front().size()) continue;
      parts = parts.subspan(1);
      offset = 0;
    }
  }
  update_interest();
  return written;
}

/// Of `piece`, which is not empty, as much as one record holds. What the stream below did not take of it is
/// mbedTLS's from here on.
Result<std::size_t> Stream::write_record(Bytes piece) {
  const auto ready = flush();
  if (!ready) return std::unexpected{ready.error()};
  if (!*ready) return 0;
  const int most = mbedtls_ssl_get_max_out_record_payload(&ssl_);
  if (most > 0) piece = piece.first(std::min(piece.size(), static_cast<std::size_t>(most)));
  const int status =
      mbedtls_ssl_write(&ssl_, reinterpret_cast<const unsigned char*>(piece.data()), piece.size());
  if (status > 0) return static_cast<std::size_t>(status);
  if (status == MBEDTLS_ERR_SSL_WANT_WRITE) return piece.size();
  fail_with(status);
  return std::unexpected{breakdown_.error};
}

// ---- The end ----

void Stream::shutdown_write() noexcept {
  if (phase_ != Phase::open || shut_) return;
  shut_ = true;
  advance_shutdown();
  update_interest();
}

void Stream::advance_shutdown() {
  auto flushed = flush();
  if (!flushed || !*flushed) return;
  if (!notify_written_) {
    notify_written_ = true;
    const int status = mbedtls_ssl_close_notify(&ssl_);
    if (status != 0 && status != MBEDTLS_ERR_SSL_WANT_WRITE) return fail_with(status);
    flushed = flush();
    if (!flushed || !*flushed) return;
  }
  if (!inner_shut_) {
    inner_shut_ = true;
    inner_->shutdown_write();
  }
}

void Stream::close() noexcept {
  if (phase_ == Phase::idle) return;
  // As much of what waits, and of a close_notify, as leaves without waiting: the peer tells a close from a
  // cut.
  if (phase_ == Phase::open && !shut_) shutdown_write();
  inner_->close();
  inner_ = nullptr;
  phase_ = Phase::idle;
  // Now, so that keys and what was read do not stay; where it finds no memory, the next set_up() tries again.
  needs_reset_ = mbedtls_ssl_session_reset(&ssl_) != 0;
  owner_.on_closed(*this);
}

void Stream::fail_with(int status) {
  breakdown_.status = status;
  if (breakdown_.transport && (status == kTransportFailed || status == MBEDTLS_ERR_SSL_CONN_EOF))
    return fail_with(*breakdown_.transport);
  if (status == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE && ssl_.MBEDTLS_PRIVATE(in_msg) != nullptr)
    breakdown_.alert = ssl_.MBEDTLS_PRIVATE(in_msg)[1];
  const auto detail = static_cast<std::uint16_t>(-status);
  fail_with(Error{is_out_of_memory(status)       ? Errc::out_of_memory
                  : is_certificate_error(status) ? Errc::bad_certificate
                                                 : Errc::tls_failure,
                  detail});
}

void Stream::fail_with(Error error) {
  breakdown_.error = error;
  breakdown_.in_handshake = phase_ == Phase::handshake || phase_ == Phase::waiting;
  phase_ = Phase::failed;
  owner_.on_failed(*this);
}

// ---- Who wakes whom ----

void Stream::want(net::Interest interest) noexcept {
  requested_ = interest;
  update_interest();
}

void Stream::update_interest() noexcept {
  if (inner_ == nullptr) return;
  net::Interest interest = requested_;
  if (phase_ == Phase::handshake) interest = needs_write_ ? net::Interest::write : net::Interest::read;
  if (phase_ == Phase::open && ssl_.MBEDTLS_PRIVATE(out_left) != 0)
    interest = interest | net::Interest::write;
  if (interest == told_) return;
  told_ = interest;
  inner_->want(interest);
}

}  // namespace linnet::tls
