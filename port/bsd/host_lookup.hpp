// SPDX-License-Identifier: Apache-2.0
// The seam between a connection and whoever turns names into addresses without blocking the loop: each
// platform has its own way.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "port/bsd/address.hpp"

namespace linnet::port::inline bsd {

/// Belongs to one loop. An address in the form of text needs no look-up: parse_address() first.
class HostLookup {
 public:
  HostLookup() = default;
  HostLookup(const HostLookup&) = delete;
  HostLookup& operator=(const HostLookup&) = delete;

  /// One look-up that was begun and neither taken nor cancelled.
  enum class Ticket : std::uint32_t {};

  /// Queues a look-up. Fails with too_many when all places are taken, with invalid_argument when is_host()
  /// denies it.
  virtual Result<Ticket> begin(std::string_view host) = 0;

  /// Whether take() would give an answer.
  virtual bool is_done(Ticket ticket) const noexcept = 0;

  /// The answer, once; nothing while the look-up is under way. Ends the ticket when it gives one.
  virtual std::optional<Result<Addresses>> take(Ticket ticket) noexcept = 0;

  /// Ends the ticket without an answer, and never waits.
  virtual void cancel(Ticket ticket) noexcept = 0;

 protected:
  ~HostLookup() = default;
};

}  // namespace linnet::port::inline bsd
