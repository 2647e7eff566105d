// SPDX-License-Identifier: Apache-2.0
// The wire between host and modem: 10 bits a byte each way (8N1), at the speed that AT+IPR says, cut into
// pieces as a UART delivers them, and damaged when a fault says so. Memory: what is on its way; 4 KiB in, 1
// MiB out.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/bytes.hpp"
#include "linnet/base/time.hpp"
#include "tools/modem/random.hpp"
#include "tools/modem/settings.hpp"

namespace linnet::emulator {

class SerialLine {
 public:
  /// `settings` is borrowed.
  SerialLine(const Settings& settings, Instant now) noexcept;

  // The host's end.

  /// How much put() takes; 0 is CTS: the host waits.
  std::size_t room() const noexcept { return kIn > in_.size() ? kIn - in_.size() : 0; }
  void put(Bytes bytes, Instant now);
  /// What has left the modem; borrowed until the next call of anything here.
  Bytes output(Instant now) const noexcept;
  void sent(std::size_t count) noexcept;
  Instant output_deadline() const noexcept { return out_.empty() ? kNever : out_.front().ready; }
  /// The speed of the host's end; 0: not known, which fits any.
  void set_host_rate(std::uint32_t rate) noexcept { host_rate_ = rate; }

  // The modem's end.

  /// When the next byte from the host is there; kNever: none is on its way.
  Instant next_arrival() const noexcept { return in_.empty() ? kNever : in_.front().at; }
  /// When it is worth looking: a line's end, or the last byte on its way.
  Instant worth_waking() const noexcept;
  std::byte take() noexcept;
  void say(Bytes bytes, Instant now);
  /// When the last byte that was said has left, or will have.
  Instant said_until() const noexcept { return instant(out_free_); }
  std::size_t backlog() const noexcept { return backlog_; }

  std::uint32_t rate() const noexcept { return rate_; }
  void set_rate(std::uint32_t rate) noexcept { rate_ = rate; }

  // What goes wrong.

  void stand_still(Duration duration, Instant now) noexcept;  // nothing leaves for so long
  void mute(bool on) noexcept { muted_ = on; }                // says nothing
  void drop(std::uint64_t bytes) noexcept { to_drop_ += bytes; }
  /// One bit of the byte that is said as the `nth` from here, 1 or more.
  void flip(std::uint64_t nth) { flips_.push_back(bytes_said_ + nth); }
  /// Power goes: what has not left never will, what has not been read is gone.
  void cut(Instant now) noexcept;

  std::uint64_t bytes_in() const noexcept { return bytes_in_; }
  std::uint64_t bytes_out() const noexcept { return bytes_out_; }
  std::uint64_t overruns() const noexcept { return overruns_; }

 private:
  static constexpr std::size_t kIn = 4096;
  static constexpr std::size_t kOut = std::size_t{1} << 20;

  struct Arrival {
    Instant at;
    std::byte value;
  };
  struct Piece {
    Instant ready;
    std::string bytes;
    std::size_t sent = 0;
  };
  using Nanoseconds = std::int64_t;

  static Instant instant(Nanoseconds at) noexcept { return Instant{Duration{(at + 999) / 1000}}; }
  static Nanoseconds nanoseconds(Instant at) noexcept { return at.time_since_epoch().count() * 1000; }
  Nanoseconds byte_time() const noexcept;
  bool garbles() const noexcept;
  std::string damaged(Bytes bytes);
  std::size_t next_piece();

  const Settings& settings_;
  Random noise_;
  Random cuts_;
  std::deque<Arrival> in_;
  std::deque<Piece> out_;
  std::size_t backlog_ = 0;
  Nanoseconds in_free_;  // the wire carries the next byte from here on
  Nanoseconds out_free_;
  std::uint32_t rate_ = 115200;  // M767 section 1.5.1
  std::uint32_t host_rate_ = 0;
  bool muted_ = false;
  std::uint64_t to_drop_ = 0;
  std::vector<std::uint64_t> flips_;  // that many bytes said, and then one bit
  std::uint64_t bytes_said_ = 0;      // those that were dropped are none
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
  std::uint64_t overruns_ = 0;
};

}  // namespace linnet::emulator
