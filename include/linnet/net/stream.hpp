// SPDX-License-Identifier: Apache-2.0
// The seam under every protocol: non-blocking bytes in order. A socket, a modem's link, TLS over either,
// and the in-process pair of the tests are all Streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"

namespace linnet::net {

/// What should wake the poller that a stream lives on.
enum class Interest : std::uint8_t { none = 0, read = 1, write = 2, both = 3 };

constexpr Interest operator|(Interest a, Interest b) noexcept {
  return static_cast<Interest>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool includes(Interest set, Interest one) noexcept {
  return (static_cast<unsigned>(set) & static_cast<unsigned>(one)) != 0;
}

class Stream {
 public:
  enum class State : std::uint8_t {
    opening,  // an address look-up, a connection or a TLS handshake is under way
    open,
    closed,  // failed, or closed by us; `read` says why
  };

  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  virtual State state() const noexcept = 0;

  /// Does what is due: the next address after a failed one, a retransmission, a time-out. Cheap when
  /// nothing is; a driver calls it once a turn, and by deadline() at the latest.
  virtual void poll(Instant /*now*/) {}
  virtual Instant deadline() const noexcept { return kNever; }

  /// Takes what has arrived, at most `into.size()` bytes; 0: nothing yet. A read that returns less than
  /// there was room for has drained the stream. Fails with end_of_stream when the peer has sent all and
  /// closed its side, or with what broke the transport; and again at each further call.
  virtual Result<std::size_t> read(MutableBytes into) = 0;

  /// Hands over the bytes of all `parts` in order, as one gathered write; returns how many were taken,
  /// which may be fewer than there are, and is 0 while opening or when the transport is full.
  virtual Result<std::size_t> write(std::span<const Bytes> parts) = 0;

  /// Sends an end of stream behind what was written (a TCP FIN, a TLS close_notify); reading goes on.
  virtual void shutdown_write() noexcept = 0;

  /// Drops the connection and gives the stream back to whoever made it. Idempotent; never blocks.
  virtual void close() noexcept = 0;

  /// Says what the owner waits for; a stream starts with Interest::read. Nothing happens here but
  /// book-keeping with the poller.
  virtual void want(Interest interest) noexcept = 0;

 protected:
  Stream() = default;
};

}  // namespace linnet::net
