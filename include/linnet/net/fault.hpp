// SPDX-License-Identifier: Apache-2.0
// A stream that does to another stream what networks do: cuts, delays, corrupts, swallows, breaks. Each
// fault is a number that a test sweeps ("fail the n-th operation, for every n"), so a failure repeats.
// No memory beside the object itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "linnet/net/stream.hpp"

namespace linnet::net {

/// What goes wrong, and where; by default nothing does.
struct Faults {
  static constexpr std::uint64_t kNowhere = std::numeric_limits<std::uint64_t>::max();

  // At most so many bytes in one call.
  std::size_t read_limit = std::numeric_limits<std::size_t>::max();
  std::size_t write_limit = std::numeric_limits<std::size_t>::max();

  // The n-th call of read or write, counted from 1, fails, and so does each later one.
  std::uint64_t fail_operation = kNowhere;
  Error failure = Errc::connection_reset;

  // Reads give and writes take nothing before this instant, as the last poll() told the time.
  Instant held_until = Instant::min();

  // The byte at this offset of what is read or written is changed by an exclusive or.
  std::uint64_t corrupt_read_at = kNowhere;
  std::uint64_t corrupt_write_at = kNowhere;
  std::byte corrupt_with{0x01};

  // Half-open after so many bytes, both directions together: reads give nothing, writes are swallowed.
  std::uint64_t drop_after = kNowhere;

  // The connection ends after so many bytes, both directions together: the inner stream is closed, and
  // reads and writes fail with end_of_stream.
  std::uint64_t close_after = kNowhere;
};

class FaultStream final : public Stream {
 public:
  /// `inner` is borrowed for as long as this lives.
  explicit FaultStream(Stream& inner, const Faults& faults = {}) noexcept : inner_{inner}, faults_{faults} {}

  State state() const noexcept override { return failed_ ? State::closed : inner_.state(); }
  void poll(Instant now) override;
  Instant deadline() const noexcept override;
  Result<std::size_t> read(MutableBytes into) override;

  /// At most 16 parts in one call; the rest is left for the next one.
  Result<std::size_t> write(std::span<const Bytes> parts) override;
  void shutdown_write() noexcept override;
  void close() noexcept override { inner_.close(); }
  void want(Interest interest) noexcept override { inner_.want(interest); }

  /// May be changed at any time: `faults().drop_after = crossed()` cuts the line now.
  Faults& faults() noexcept { return faults_; }

  /// Calls of read and write so far, and bytes that they passed on: a run without faults gives the range
  /// over which a test sweeps.
  std::uint64_t operations() const noexcept { return operations_; }
  std::uint64_t crossed() const noexcept { return read_ + written_; }

 private:
  bool begin_operation() noexcept;
  void end_operation() noexcept;
  void break_with(Error why) noexcept;
  std::uint64_t room() const noexcept;
  bool dropped() const noexcept { return crossed() >= faults_.drop_after; }
  bool held() const noexcept { return now_ < faults_.held_until; }
  Result<std::size_t> write_some(std::span<const Bytes> parts, std::size_t limit);

  Stream& inner_;
  Faults faults_;
  std::uint64_t operations_ = 0;
  std::uint64_t read_ = 0;
  std::uint64_t written_ = 0;
  Instant now_ = Instant::min();
  Error failure_{};
  bool failed_ = false;
};

}  // namespace linnet::net
