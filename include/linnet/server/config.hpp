// SPDX-License-Identifier: Apache-2.0
// A server's limits, each with a default, and its counters.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "linnet/base/time.hpp"

namespace linnet::server {

struct Config {
  /// Connections at one time, HTTP and WebSocket together; one more is answered with 503. At most 65,000.
  std::uint32_t max_connections = 10'000;

  /// A request's head: bytes in all, the longest line, header fields. Over them: 431, or 414 for the target.
  std::uint32_t max_head = 16 * 1024;
  std::uint32_t max_line = 8 * 1024;
  std::uint16_t max_fields = 100;
  /// A request's body; more is answered with 413.
  std::uint32_t max_body = 64 * 1024;
  /// From the accept, or from the first byte of a later request, until the request is complete: 408.
  Duration request_timeout = 10s;
  /// How long a connection is kept for a next request.
  Duration keep_alive_timeout = 15s;
  /// How long the bytes of a refused peer are still read and thrown away, so that it sees the answer.
  Duration linger_timeout = 2s;

  /// What is kept for one peer whose socket takes no more, in bytes. More is answered with would_block; one
  /// message of any length is taken when nothing else waits. Over half of it, nothing is read from the peer.
  std::size_t max_backlog = 1024 * 1024;
  /// A peer that has taken nothing of its backlog for so long is dropped.
  Duration stall_timeout = 30s;

  /// One for all peers: the longest read, and so the most that one peer gets done in a turn.
  std::size_t receive_buffer = 256 * 1024;
  /// One for all peers: replies of one turn are collected here; payloads from borrow_from on are not copied.
  std::size_t send_buffer = 64 * 1024;
  std::size_t borrow_from = 4 * 1024;

  /// Backlogs, messages and heads that arrive in parts: for all peers together, and how much of that memory
  /// is kept for the next use.
  std::size_t max_buffered = 256 * 1024 * 1024;
  std::size_t retain_buffered = 8 * 1024 * 1024;

  /// Messages from other threads that wait for the loop; more is answered with would_block.
  std::uint32_t inbox_messages = 1024;
  std::size_t inbox_bytes = 256 * 1024;

  /// Counts messages and bytes for each peer, and keeps its round-trip time: 40 bytes a connection.
  bool peer_statistics = false;
};

/// Why a connection ended, or a message was not sent, by our own decision.
enum class Drop : std::uint8_t {
  connection_limit,  // 503, or not even that
  slow_request,      // 408
  bad_request,       // any other 4xx or 5xx before a route was reached
  handshake,         // a WebSocket handshake that was refused
  violation,         // WebSocket: 1002, 1003, 1007, 1008, 1009
  liveness,          // nothing heard for too long
  stall,             // a backlog without progress
  close_timeout,     // our close frame was not answered
  memory,            // max_buffered was reached
  would_block,       // a message: the backlog was full
  closing,           // bytes of a backlog that a close overtook
};
inline constexpr std::size_t kDrops = 11;

/// Since the start, but for the first two.
struct Statistics {
  std::uint32_t http_open = 0;       // connections now, before their upgrade
  std::uint32_t websocket_open = 0;  // peers now
  std::uint64_t accepted = 0;
  std::uint64_t upgraded = 0;
  std::uint64_t requests = 0;  // answered by an HTTP route, or refused with a status
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t bytes_in = 0;  // of the transport, HTTP included
  std::uint64_t bytes_out = 0;
  std::uint64_t broadcasts = 0;
  std::uint64_t posted = 0;
  std::array<std::uint64_t, kDrops> drops{};

  std::uint64_t drop(Drop why) const noexcept { return drops[static_cast<std::size_t>(why)]; }
};

/// Of the memory behind it; see Config::max_buffered.
struct MemoryStatistics {
  std::size_t buffered = 0;  // bytes lent now
  std::size_t retained = 0;
  std::uint64_t allocations = 0;  // by all pools, since the start
};

/// Of one peer, with Config::peer_statistics.
struct PeerStatistics {
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t bytes_in = 0;  // payload
  std::uint64_t bytes_out = 0;
  Duration round_trip{};  // of the last automatic ping; zero: none yet
};

}  // namespace linnet::server
