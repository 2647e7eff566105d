// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/link_order.hpp"

#include <algorithm>

namespace linnet::session {

std::optional<std::size_t> LinkOrder::next(Instant now) const noexcept {
  for (const bool resting : {false, true}) {
    for (std::size_t i = 0; i < count_; ++i) {
      if ((tried_ >> i & 1u) == 0 && (links_[i].rests_until > now) == resting) return i;
    }
  }
  return std::nullopt;
}

void LinkOrder::failed(std::size_t link, Instant now) noexcept {
  Memory& memory = links_[link];
  memory.rest = memory.rest == Duration{} ? config_.first_rest : 2 * memory.rest;
  memory.rest = std::min(memory.rest, config_.longest_rest);
  memory.rests_until = now + memory.rest;
}

std::optional<std::size_t> LinkOrder::preferred(std::size_t current, Instant now) const noexcept {
  for (std::size_t i = 0; i < current; ++i) {
    if (links_[i].rests_until <= now) return i;
  }
  return std::nullopt;
}

Instant LinkOrder::deadline(std::size_t current) const noexcept {
  Instant due = kNever;
  for (std::size_t i = 0; i < current; ++i) due = std::min(due, links_[i].rests_until);
  return due;
}

}  // namespace linnet::session
