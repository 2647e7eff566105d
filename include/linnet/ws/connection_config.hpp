// SPDX-License-Identifier: Apache-2.0
// What an open connection allows its peer, and how long it waits: either role.
#pragma once

#include <cstdint>

#include "linnet/base/time.hpp"
#include "linnet/ws/heartbeat.hpp"

namespace linnet::ws {

/// Shared by any number of connections, and outlives them.
struct ConnectionConfig {
  /// The longest message taken, all fragments together, in bytes; judged by the declared length, before any
  /// payload is read. More is answered with close code 1009.
  std::uint64_t max_message = 16 * 1024 * 1024;
  /// Messages that are longer leave in fragments of this size, at least 126; zero: every message is one
  /// frame.
  std::uint32_t fragment_size = 0;
  /// Pings and pongs taken in one second; more is a flood: close code 1008.
  std::uint16_t max_control_per_second = 200;
  /// How long to wait for the peer's part of the closing handshake.
  Duration close_timeout = 5s;
  HeartbeatConfig heartbeat{};
};

}  // namespace linnet::ws
