// SPDX-License-Identifier: Apache-2.0
// A connected TCP socket as a Stream. 32 bytes, so that it lives inside a StreamSlot; no allocation, no
// buffer of its own, and one system call for each read and write that moves bytes.
#pragma once

#include <cstdint>

#include "linnet/net/listener.hpp"
#include "linnet/net/stream.hpp"
#include "port/bsd/watch.hpp"

namespace linnet::port::inline bsd {

class Socket final : public net::Stream {
 public:
  /// Takes over `fd`: connected, non-blocking, with TCP_NODELAY set. `registered` is what `poller`, which
  /// is borrowed, watches it for already, under `token`; a socket that it does not know yet is registered
  /// for reading, and is closed at once when that fails.
  Socket(DescriptorPoller& poller, int fd, void* token,
         net::Interest registered = net::Interest::none) noexcept;
  ~Socket() override { close(); }

  State state() const noexcept override { return fd_ >= 0 ? State::open : State::closed; }

  /// After our own close(): bad_state. Interest in reading ends with the end of the stream, so that a
  /// half-closed connection does not keep the loop awake.
  Result<std::size_t> read(MutableBytes into) override;

  /// At most 16 parts in one call; the rest is left for the next one. A failure here does not close the
  /// stream: what the peer sent before it went is still there, and reading gives that first and the failure
  /// after it. bad_state behind our own shutdown_write().
  Result<std::size_t> write(std::span<const Bytes> parts) override;

  void shutdown_write() noexcept override;

  /// Bytes that the kernel has taken are still sent, unless the peer's bytes lie here unread: then the
  /// kernel resets the connection (RFC 2525, section 2.17). Whoever wants a clean end reads to the end.
  void close() noexcept override;
  void want(net::Interest interest) noexcept override;

 private:
  enum Flag : std::uint8_t { ended = 1, write_shut = 2 };

  void drop() noexcept;
  Result<std::size_t> broken(int number) noexcept;

  DescriptorPoller* poller_;
  void* token_;
  int fd_;
  std::uint16_t failure_ = 0;  // errno of what broke it
  net::Interest registered_;
  std::uint8_t flags_ = 0;
};

static_assert(sizeof(Socket) <= net::StreamSlot::kCapacity);

}  // namespace linnet::port::inline bsd
