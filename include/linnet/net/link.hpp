// SPDX-License-Identifier: Apache-2.0
// The seam of a bearer: what opens streams to hosts (sockets, a cellular modem).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "linnet/net/poller.hpp"
#include "linnet/net/stream.hpp"

namespace linnet::net {

class Link {
 public:
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  virtual ~Link() = default;

  /// As events and logs name it: "tcp", "modem:/dev/ttyUSB2". Lives as long as the link.
  virtual std::string_view name() const noexcept = 0;

  /// What sleeps until one of this link's streams has something to do.
  virtual Poller& poller() noexcept = 0;

  /// Begins a connection and returns at once with a stream that is `opening`. `host` is a name or an
  /// address (an IPv6 address without brackets), copied if needed later. The stream belongs to the link,
  /// which may hand it out again after its close(); it stays valid until then. Fails with too_many when
  /// all of the link's streams are in use, with invalid_argument for a host that cannot be one.
  virtual Result<Stream*> open(std::string_view host, std::uint16_t port, Instant now) = 0;

  /// Looks after the bearer while none of its streams is polled: between connections, by deadline() at the
  /// latest. A bearer that needs no looking after has nothing to do here.
  virtual void poll(Instant /*now*/) {}
  virtual Instant deadline() const noexcept { return kNever; }

  /// It will not come up before somebody has done something about it: a SIM card that is missing, a wrong
  /// PIN. Trying again is of no use.
  virtual bool is_hopeless() const noexcept { return false; }

  /// How often it took each rung of what it does to work again, the mildest first, kMostRungs at most: a
  /// modem attaches anew, is reset, is switched off and on. Empty: it has nothing of the kind. Lives as the
  /// link.
  static constexpr std::size_t kMostRungs = 5;
  virtual std::span<const std::uint16_t> recoveries() const noexcept { return {}; }

 protected:
  Link() = default;
};

}  // namespace linnet::net
