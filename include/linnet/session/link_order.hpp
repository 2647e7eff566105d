// SPDX-License-Identifier: Apache-2.0
// Which link to take: the first in order of preference that is worth trying. A link that did not get to the
// server rests for a while, longer each time, so that one that comes and goes is not run after; all are tried
// before anything is waited for. Knows of links by their index alone, and of time by being told.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "linnet/base/time.hpp"

namespace linnet::session {

inline constexpr std::size_t kMostLinks = 4;

struct LinkOrderConfig {
  Duration first_rest = 30s;      // of a link that has failed, while another works; twice as long each time
  Duration longest_rest = 15min;  // and never longer than this
};

class LinkOrder {
 public:
  /// `count` is at most kMostLinks.
  LinkOrder(const LinkOrderConfig& config, std::size_t count) noexcept : config_{config}, count_{count} {}

  /// The next link of this round: those that do not rest, in their order, then those that do. Nothing: all
  /// have been tried, and the round is over.
  std::optional<std::size_t> next(Instant now) const noexcept;
  /// All are to be tried again.
  void begin_round() noexcept { tried_ = 0; }
  void tried(std::size_t link) noexcept { tried_ |= 1u << link; }

  /// It is down, or did not get to the server.
  void failed(std::size_t link, Instant now) noexcept;
  /// What it carried has lasted: its failures are forgotten.
  void lasted(std::size_t link) noexcept { links_[link] = {}; }

  /// One that is preferred to `current` and has rested: worth a look. Nothing: none is.
  std::optional<std::size_t> preferred(std::size_t current, Instant now) const noexcept;
  /// When there may be one.
  Instant deadline(std::size_t current) const noexcept;

 private:
  struct Memory {
    Instant rests_until = Instant::min();
    Duration rest{};  // the last one's length
  };

  LinkOrderConfig config_;
  std::size_t count_;
  std::uint32_t tried_ = 0;  // in this round, a bit a link
  std::array<Memory, kMostLinks> links_{};
};

}  // namespace linnet::session
