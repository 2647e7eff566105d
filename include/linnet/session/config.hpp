// SPDX-License-Identifier: Apache-2.0
// How a session is to be, and whether that makes sense.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/base/log.hpp"
#include "linnet/base/resources.hpp"
#include "linnet/base/trace.hpp"
#include "linnet/net/link.hpp"
#include "linnet/net/security.hpp"
#include "linnet/session/backoff.hpp"
#include "linnet/session/conversation.hpp"
#include "linnet/session/link_order.hpp"
#include "linnet/session/outbox.hpp"

namespace linnet::session {

/// What a byte costs on a link.
enum class Cost : std::uint8_t { free, metered };

/// A link, and what is particular about it.
struct LinkChoice {
  // `.links = {&wifi, {&cellular, Cost::metered}}`. NOLINTNEXTLINE(google-explicit-constructor)
  constexpr LinkChoice(net::Link* which = nullptr, Cost what = Cost::free, Duration timeout = {}) noexcept
      : link{which}, cost{what}, connect_timeout{timeout} {}

  net::Link* link;           // borrowed for the session's life
  Cost cost;                 //
  Duration connect_timeout;  // zero: Config's. A modem that boots takes three minutes
};

/// Up to kMostLinks, the preferred one first. All live on one poller.
class Links {
 public:
  constexpr Links() noexcept = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a list in braces is what a configuration looks like
  constexpr Links(std::initializer_list<LinkChoice> links) noexcept {
    for (const LinkChoice& each : links) add(each);
  }
  /// More than kMostLinks: check() says so.
  constexpr void add(const LinkChoice& link) noexcept {
    if (count_ < kMostLinks) links_[count_] = link;
    ++count_;
  }
  constexpr std::size_t size() const noexcept { return count_; }
  constexpr const LinkChoice& operator[](std::size_t index) const noexcept { return links_[index]; }

 private:
  std::array<LinkChoice, kMostLinks> links_{};
  std::size_t count_ = 0;
};

struct ReconnectConfig {
  bool enabled = true;  // false: each link has its attempt, and the first conversation's end is the last
  BackoffConfig backoff{};
  /// A connection that lasts so long makes earlier failures forgotten.
  Duration stable_after = 20s;
  /// The most that a server's Retry-After is taken for: no answer silences a device for good.
  Duration longest_hint = 1h;
  /// So many attempts in a row that never opened, and it is over; 0: never.
  std::uint32_t max_attempts = 0;
};

/// All text is borrowed for the session's life.
struct Config {
  std::string_view url;  // ws:// or wss://[user:password@]host[:port]/path
  Links links{};
  net::Security* security = nullptr;  // what makes wss:// secure; null: wss:// is `unsupported`
  std::string_view subprotocols{};    // in order of preference: "chat, superchat"
  std::string_view origin{};
  std::string_view authorization{};  // "Bearer …"; empty: what the URL says, if it does
  std::span<const ws::Field> fields{};
  /// Of each attempt, from its start to `opened`: link, look-up, connection, TLS, handshake and redirects.
  Duration connect_timeout = 30s;
  std::uint8_t max_redirects = 5;
  /// From request_stop() to `closed`, whatever the network does.
  Duration stop_timeout = 5s;
  ReconnectConfig reconnect{};
  LinkOrderConfig order{};
  ws::ClientConfig client{};  // the heartbeat is in client.connection
  OutboxConfig outbox{};
  /// What a metered link carries: messages of at least this priority; the others wait for another link.
  Priority metered_priority = Priority::normal;
  Store* store = nullptr;                // where must_deliver messages survive a restart; null: nowhere
  const Resources* resources = nullptr;  // what stats() asks about memory; null: nobody knows
  Log* log = nullptr;
  Trace* trace = nullptr;  // of every byte and step; null: none
};

/// What of it one conversation needs, whatever the link.
ConversationConfig conversation_config(const Config& config) noexcept;

/// Borrowed for the session's life. session::Memory has them in one object.
struct Buffers {
  ConversationBuffers conversation;
  OutboxBuffers outbox;
  /// For the sessions of Config::security on their way to Config::store and back: with all three they survive
  /// a restart. Empty: they do not. 4 KiB are enough unless a ticket or a certificate is large.
  MutableBytes sessions{};
};

/// What of a Config is wrong. As a session's failure it is in Error::detail, behind invalid_argument.
enum class Setting : std::uint16_t {
  none,
  url,               // no URL of a WebSocket
  security,          // the URL is wss://, and there is no Security
  links,             // none, a null one, or more than kMostLinks
  pollers,           // the links live on more than one poller: nobody could sleep on both
  connect_timeout,   // not positive
  stop_timeout,      // not positive
  backoff,           // negative, or `first` is more than `longest`
  stable_after,      // not positive
  link_rest,         // not positive, or `first_rest` is more than `longest_rest`
  ping_interval,     // negative; or none, so that a peer with nothing to say would be taken for dead
  liveness_timeout,  // less than twice ping_interval: a peer that answers slowly would be taken for dead
  buffers,           // one is smaller than ConversationBuffers says
};

/// Nothing: all is well. The parameters are checked against each other too.
std::optional<Setting> check(const Config& config, const Buffers& buffers) noexcept;

/// A few words on what is wrong and what would be right; static storage.
std::string_view describe(Setting setting) noexcept;

}  // namespace linnet::session
