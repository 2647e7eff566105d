// SPDX-License-Identifier: Apache-2.0
// A network that is slow, loses packets, is cut and lies, in virtual time: a link for a session, and the
// server behind it, which answers JSON-RPC notifications with their ids and remembers what it has seen. Loss
// is what TCP makes of it: the packet comes later, each time twice as late. Bytes never change their order.
#pragma once

#include <array>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "linnet/net/link.hpp"
#include "linnet/session/message.hpp"
#include "linnet/ws/connection.hpp"
#include "linnet/ws/handshake.hpp"
#include "support/handshake_text.hpp"
#include "support/seeded_entropy.hpp"

namespace linnet::test {

/// What the server has received, before and after it has dropped what it had seen.
struct Ledger {
  std::unordered_map<std::string, int> times;
  std::size_t received = 0;
  std::size_t delivered = 0;  // different ones
  std::size_t duplicates() const noexcept { return received - delivered; }
};

struct Weather {
  double loss = 0;         // of a packet, each way
  Duration latency{};      // one way
  bool is_cut = false;     // nothing passes, and nobody is told
  bool has_names = true;   // the address look-up answers
  bool is_portal = false;  // a page answers in the server's place
  bool is_server_up = true;
  int life = 0;  // of the server: a restart ends its connections
};

class BadNetwork;

/// One connection with the server at its other end.
class BadStream final : public net::Stream {
 public:
  BadStream(BadNetwork& network, Instant now);
  State state() const noexcept override;
  void poll(Instant now) override;
  Instant deadline() const noexcept override { return is_closed_ ? kNever : next(); }
  Result<std::size_t> read(MutableBytes into) override;
  Result<std::size_t> write(std::span<const Bytes> parts) override;
  void shutdown_write() noexcept override {}
  void close() noexcept override { is_closed_ = true; }
  void want(net::Interest /*interest*/) noexcept override {}

  bool is_ready() const noexcept { return !is_closed_ && (has_news_ || !arrived_.empty() || is_reset_); }
  bool is_closed() const noexcept { return is_closed_; }
  Instant next() const noexcept;
  void turn(Instant now);

 private:
  struct Packet {
    Instant at;
    std::string bytes;
  };
  Instant arrival(std::deque<Packet>& way, Instant now);
  void move(std::deque<Packet>& way, std::string& into, Instant now);
  void serve(Instant now);
  void answer_request(Instant now);
  void talk(Instant now);

  BadNetwork& network_;
  int life_;
  Instant now_;
  Instant begun_at_;
  Instant opens_at_;  // kNever: while it is cut
  Errc failure_{};
  bool is_open_ = false, is_closed_ = false, is_reset_ = false, has_news_ = false, is_accepted_ = false;
  bool is_portal_ = false;
  std::deque<Packet> up_, down_;
  std::string arrived_, request_;
  std::array<std::byte, 2048> output_{}, input_{};
  ws::Workspace workspace_{output_};
  ws::ConnectionConfig config_{.max_control_per_second = 60'000,
                               .heartbeat = {.ping_interval = 0s, .liveness_timeout = 0s}};
  ws::Connection<ws::Role::server> server_;
};

class BadNetwork final : public net::Poller, public net::Link {
 public:
  explicit BadNetwork(std::uint64_t seed) : random{seed} {}

  Instant now() noexcept override { return time; }
  std::span<const net::Ready> wait(Instant until) override;
  void wake() noexcept override { is_woken_ = true; }

  std::string_view name() const noexcept override { return "bad"; }
  net::Poller& poller() noexcept override { return *this; }
  Result<net::Stream*> open(std::string_view host, std::uint16_t port, Instant now) override;

  Weather weather;
  Ledger ledger;
  SeededEntropy random;
  Instant time{1000s};
  std::size_t connections = 0;

 private:
  std::vector<std::unique_ptr<BadStream>> streams_;
  net::Ready ready_{};
  bool is_woken_ = false;
};

}  // namespace linnet::test
