// SPDX-License-Identifier: Apache-2.0
// What a session has done and met since its start.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "linnet/base/time.hpp"
#include "linnet/net/link.hpp"
#include "linnet/session/outbox.hpp"

namespace linnet::session {

/// Why an attempt failed or a conversation ended, coarse enough to count.
enum class Cause : std::uint8_t {
  none,         // closed in good order
  link,         // the link is down, or has no way to the server
  name,         // the address look-up
  timeout,      // nothing came of it within connect_timeout
  certificate,  // the server's is not trusted
  tls,          // no TLS, or none that both accept
  refused,      // the server answered with another status than 101
  no_server,    // what answered is no WebSocket server: a captive portal, a proxy
  protocol,     // the peer broke the protocol while open
  dead,         // nothing was heard for too long
  lost,         // the connection broke
  misuse,       // the configuration
};
inline constexpr std::size_t kCauses = 12;

/// A lower-case word or two, static storage.
std::string_view describe(Cause cause) noexcept;

/// What a session keeps count of.
struct Counts {
  std::uint32_t attempts = 0;
  std::uint32_t connects = 0;                  // attempts that came to `opened`
  std::array<std::uint32_t, kCauses> ended{};  // attempts and conversations, by Cause
  std::uint32_t closed_by_peer = 0;            // of Cause::none: the peer closed, not we
  std::uint32_t link_changes = 0;              // opened over another link than before
  std::uint32_t probes = 0;                    // looks at a preferred link while another carried

  std::uint64_t bytes_in = 0;  // of streams: what WebSocket and HTTP take, without TLS
  std::uint64_t bytes_out = 0;
  std::uint32_t messages_in = 0;
  std::uint32_t messages_out = 0;  // handed to a connection

  std::uint32_t tls_handshakes = 0;
  std::uint32_t tls_resumed = 0;
  std::uint32_t tls_handshake_bytes = 0;  // of the last one
  Duration round_trip{};                  // of the last ping; zero: none yet
  Duration smoothed_round_trip{};         // of the last eight or so (RFC 6298's)
  Duration last_connect{};                // from an attempt's start to `opened`

  std::uint32_t count(Cause cause) const noexcept { return ended[static_cast<std::size_t>(cause)]; }
};

/// And what is asked of its parts when it is asked for.
struct Stats : Counts {
  /// How often links took each rung of their recovery, the mildest first: see net::Link::recoveries().
  std::array<std::uint32_t, net::Link::kMostRungs> recoveries{};
  OutboxStats outbox{};  // retransmissions, outcomes
  Backlog backlog{};     // the queue's depth now

  /// The least that was free since the start, in bytes, where Config::resources knows: of the heap, and of
  /// the stack of the task that asks.
  std::optional<std::uint32_t> least_free_heap{};
  std::optional<std::uint32_t> least_free_stack{};
};

}  // namespace linnet::session
