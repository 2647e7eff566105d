// SPDX-License-Identifier: Apache-2.0
// Two streams that are connected inside one process: what one writes, the other reads. For tests, and for
// two parts of one program that speak a protocol to each other. Deterministic: no clock, no thread.
// Memory: two rings that the caller gives; a ring of N bytes holds N bytes on their way, and a full ring is
// a transport that takes no more.
#pragma once

#include <cstddef>
#include <limits>

#include "linnet/net/stream.hpp"

namespace linnet::net {

/// One end of a MemoryPair.
class MemoryStream final : public Stream {
 public:
  /// At most so many bytes in one call, as a network cuts a stream: 1 finds what 4096 hides.
  struct Limits {
    std::size_t read = std::numeric_limits<std::size_t>::max();
    std::size_t write = std::numeric_limits<std::size_t>::max();
  };

  State state() const noexcept override;

  /// bad_state after our own close(), connection_reset after a reset(). A read that a limit cut short has
  /// not drained the stream: waiting() tells, as a level-triggered poller would.
  Result<std::size_t> read(MutableBytes into) override;

  /// connection_reset when the other end closed, bad_state behind our own shutdown_write().
  Result<std::size_t> write(std::span<const Bytes> parts) override;

  void shutdown_write() noexcept override;

  /// What the other end sent is lost; it reads what we sent, and then end_of_stream.
  void close() noexcept override;
  void want(Interest interest) noexcept override { interest_ = interest; }

  /// Breaks the connection as a network does: bytes on their way are lost, both ends fail.
  void reset() noexcept;

  void set_limits(Limits limits) noexcept { limits_ = limits; }

  /// Bytes that the other end has sent and that were not read yet.
  std::size_t waiting() const noexcept;

  /// What want() said last.
  Interest interest() const noexcept { return interest_; }

 private:
  friend class MemoryPair;

  /// One direction: a byte ring, and how each side of it has ended.
  struct Pipe {
    MutableBytes ring;
    std::size_t first = 0;  // index of the oldest byte
    std::size_t count = 0;
    bool finished = false;   // its writer will send no more
    bool abandoned = false;  // its reader has gone
    bool reset = false;

    std::size_t put(Bytes bytes) noexcept;
    std::size_t take(MutableBytes into) noexcept;
  };

  MemoryStream(Pipe& in, Pipe& out) noexcept : in_{in}, out_{out} {}

  Pipe& in_;
  Pipe& out_;
  Limits limits_{};
  Interest interest_ = Interest::read;
  bool closed_ = false;
};

class MemoryPair {
 public:
  /// `forth` carries the bytes from first() to second(), `back` the others; both borrowed for as long as the
  /// pair lives.
  MemoryPair(MutableBytes forth, MutableBytes back) noexcept
      : forth_{.ring = forth}, back_{.ring = back}, first_{back_, forth_}, second_{forth_, back_} {}
  MemoryPair(const MemoryPair&) = delete;
  MemoryPair& operator=(const MemoryPair&) = delete;

  MemoryStream& first() noexcept { return first_; }
  MemoryStream& second() noexcept { return second_; }

 private:
  MemoryStream::Pipe forth_;
  MemoryStream::Pipe back_;
  MemoryStream first_;
  MemoryStream second_;
};

}  // namespace linnet::net
