// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 routes and WebSocket peers on one port, over any poller and listener, on one thread: the loop,
// which is whoever calls turn() or run(). Only post(), stop() and is_stopped() may be called by others.
//
// An idle peer holds no buffer: 192 bytes. All peers share one receive buffer, where bytes are unmasked and
// handed to the handler in place, and one send buffer, where the replies of one turn become one write. What a
// socket does not take is copied to the peer's own bounded backlog; so no peer ever waits for another.
// Allocation: at the start, when the number of connections or the backlogs grow to a new maximum (within the
// limits of Config), and for messages of several MiB; never for each message.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "linnet/net/listener.hpp"
#include "linnet/net/poller.hpp"
#include "linnet/server/backlog.hpp"
#include "linnet/server/config.hpp"
#include "linnet/server/inbox.hpp"
#include "linnet/server/peer.hpp"
#include "linnet/server/peer_table.hpp"
#include "linnet/server/request.hpp"
#include "linnet/server/route.hpp"

namespace linnet::server {

/// Puts another stream around each accepted one: TLS, a trace. Such peers cost more memory.
class StreamWrap {
 public:
  StreamWrap() = default;
  StreamWrap(const StreamWrap&) = delete;
  StreamWrap& operator=(const StreamWrap&) = delete;
  virtual ~StreamWrap() = default;

  /// `raw` outlives what is returned, which lives until unwrap(). Null: the connection is dropped.
  virtual net::Stream* wrap(net::Stream& raw, Instant now) = 0;
  /// `wrapped` was closed, and is not used any more.
  virtual void unwrap(net::Stream& wrapped) noexcept = 0;
};

class Server {
 public:
  /// `poller` is borrowed; turn() and run() are for one that is this server's own.
  Server(const Config& config, net::Poller& poller);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Adds a route, best before the first turn; see route.hpp for patterns. The handler outlives the server.
  /// Returns its number. invalid_argument: no pattern, or one that is there already; too_many.
  Result<std::uint16_t> websocket(std::string_view pattern, Handler& handler, WebSocketOptions options = {});
  Result<void> http(std::string_view pattern, HttpHandler& handler,
                    std::uint8_t methods = static_cast<std::uint8_t>(Method::get));

  /// Takes connections from `listener`, which listens already and whose entries in Ready bear `token`. Both
  /// `listener` and `wrap` outlive the server.
  void listen(net::Listener& listener, void* token, StreamWrap* wrap = nullptr);

  /// Sleeps until something is due, or `until`, and does it. Of no effect inside a handler.
  void turn(Instant until);
  /// Turns until is_stopped().
  void run();

  /// For a loop that has more to do: its entries, then poll(), by deadline() at the latest.
  void handle(const net::Ready& ready, Instant now);
  void poll(Instant now);
  Instant deadline() const noexcept;

  /// Sends one frame to many, encoded once, and returns how many peers it was queued for; the others are
  /// closing, or their backlog is full. `completion` is told when it has left, or was dropped, everywhere.
  /// would_block: the server's memory is all in use.
  Result<std::uint32_t> broadcast(const Target& target, ws::MessageType type, Bytes payload,
                                  const Completion& completion = {});

  /// From any thread: the same, later, on the loop; `payload` is copied. would_block: the inbox is full.
  Result<void> post(const Target& target, ws::MessageType type, Bytes payload,
                    const Completion& completion = {});

  /// From any thread and any handler, any number of times: listens no more, closes all peers with 1001, lets
  /// answers under way finish, and drops what is left after `within`.
  void stop(Duration within = 5s) noexcept;
  bool is_stopped() const noexcept { return stopped_.load(std::memory_order_acquire); }

  Peer find(PeerId id) noexcept;  // a Peer that is not open, if it is gone
  /// Calls `visit(Peer&)` for every open peer of a route, or of all.
  template <typename Visit>
  void for_each_peer(const Target& target, Visit visit) {
    peers_.for_each([&](Slot& slot) {
      if (!is_target(slot, target)) return;
      Peer peer = peer_of(slot);
      visit(peer);
    });
  }

  const Statistics& statistics() const noexcept { return statistics_; }
  MemoryStatistics memory() const noexcept;

 private:
  friend class Peer;
  struct Listening {
    net::Listener* listener;
    void* token;
    StreamWrap* wrap;
  };

  // The loop (server.cpp).
  Instant now() noexcept;
  void note(Instant deadline) noexcept { next_sweep_ = std::min(next_sweep_, deadline); }
  void count(Drop why) noexcept { ++statistics_.drops[static_cast<std::size_t>(why)]; }
  void accept_all(const Listening& listening);
  void begin(Slot& slot, const Listening& listening);
  void serve(Slot& slot, bool readable, bool writable);
  void sweep();
  Instant due(Slot& slot) noexcept;
  void tend(Slot& slot);
  void settle();
  void mark_settle(Slot& slot);
  void take_posts();
  void tell_finished();
  void take_stop();
  void stop_peer(Slot& slot, bool at_once);
  bool over_limit() const noexcept { return peers_.in_use() > config_.max_connections; }
  Activity* activity(const Slot& slot) noexcept {
    return slot.activity == ActivityPool::kNone ? nullptr : &activities_[slot.activity];
  }
  /// With what is on its way there.
  std::size_t backlog_cost(const Slot& slot, const Activity& busy) const noexcept {
    return busy.backlog.cost() + (&slot == served_ ? workspace_.queued() : 0);
  }
  /// TLS, say: its handshake, or what came behind it.
  static bool has_failed(const Activity& busy) noexcept {
    return busy.wrapped != nullptr && busy.wrapped->state() == net::Stream::State::closed;
  }
  Activity* ensure_activity(Slot& slot) noexcept;
  net::Stream& stream(Slot& slot) noexcept;
  void update_interest(Slot& slot, Activity& busy, bool reads);
  void release(Slot& slot) noexcept;
  Peer peer_of(Slot& slot) noexcept { return {*this, slot, slot.generation}; }
  static bool is_target(const Slot& slot, const Target& target) noexcept;

  // HTTP (http.cpp, upgrade.cpp).
  void serve_http(Slot& slot, bool readable, bool writable);
  bool read_requests(Slot& slot, Activity& busy, bool readable, MutableBytes& input);
  void keep_rest(Activity& busy, Bytes rest);
  void after_requests(Slot& slot, Activity& busy);
  void linger(Slot& slot, Activity& busy, bool readable);
  std::size_t take_request(Slot& slot, Activity& busy, MutableBytes input);
  std::size_t refuse_request(Slot& slot, Activity& busy, std::uint16_t status, std::size_t size);
  void dispatch(Slot& slot, Request& request, bool keep_alive);
  void refuse(Slot& slot, std::uint16_t status, std::string_view why);
  void answer(Slot& slot, bool without_body, bool keep_alive);
  void upgrade(Slot& slot, Request& request, const Routes::Match& match, bool keep_alive);
  bool may_upgrade(Request& request, const WebSocketRoute& route);
  void open(Slot& slot, const Request& request, std::uint16_t route);
  void serve_upgraded(Slot& slot, MutableBytes rest, Block* input);
  void drop(Slot& slot) noexcept;

  // WebSocket (websocket.cpp).
  void serve_websocket(Slot& slot, bool readable, bool writable);
  void after_pump(Slot& slot);
  void lend(Slot& slot) noexcept;
  void park(Slot& slot);
  bool waits(Slot& slot) noexcept;
  void read(Slot& slot);
  void hold_input(Slot& slot);
  bool pump(Slot& slot);
  void deliver(Slot& slot, Peer& peer, ws::Event& event);
  void assemble(Slot& slot, Peer& peer, ws::Event& event);
  void control(Slot& slot, Peer& peer, const ws::Event& event);
  void finish(Slot& slot, Peer& peer, const ws::Event& event);

  // Output (sending.cpp).
  Result<void> send(Slot& slot, ws::MessageType type, Bytes payload);
  Result<void> send_long(Slot& slot, ws::MessageType type, Bytes payload);
  void count_sent(Slot& slot, std::size_t size) noexcept;
  Result<void> send_fragments(Slot& slot, ws::Workspace& space, ws::MessageType type, Bytes payload);
  Result<void> send_part(Slot& slot, ws::MessageType type, Bytes payload, bool last);
  Result<void> admit(Slot& slot, std::size_t size);
  Result<void> close(Slot& slot, ws::CloseCode code, std::string_view reason);
  Result<void> ping(Slot& slot, Bytes payload);
  void abort(Slot& slot);
  ws::Workspace& visit(Slot& slot) noexcept;
  void leave(Slot& slot);
  void flush(Slot& slot, ws::Workspace& space);
  void spill(Slot& slot, ws::Workspace& space, std::size_t sent);
  void write_backlog(Slot& slot, Activity& busy);
  void transport_failed(Slot& slot, Error why);
  Block* make_frame(ws::MessageType type, Bytes payload) noexcept;
  Outcome queue_frame(Slot& slot, Block& frame);

  Config config_;
  net::Poller& poller_;
  Routes routes_;
  std::vector<Listening> listeners_;
  PeerTable peers_;
  ActivityPool activities_;
  OutputPools pools_;
  Inbox inbox_;
  Statistics statistics_;

  std::unique_ptr<std::byte[]> buffers_;  // received, workspace_ and aside_, line
  MutableBytes received_;
  MutableBytes line_;          // the longest line of a head
  ws::Workspace workspace_;    // of the slot that is served
  ws::Workspace aside_;        // of others, while they are sent something
  Slot* served_ = nullptr;     // has workspace_
  std::size_t raw_ = 0;        // bytes at the front of workspace_ that are HTTP's, no frames
  std::vector<Field> fields_;  // of the request that is looked at
  Response response_;

  std::vector<PeerId> to_settle_;  // have something to do at the end of the turn
  std::vector<PeerId> settling_;
  Instant now_{};
  Instant next_sweep_ = kNever;
  Instant stop_deadline_ = kNever;
  bool in_turn_ = false;
  bool stopping_ = false;
  std::atomic<Duration::rep> stop_within_ = -1;  // microseconds; negative: not asked for
  std::atomic<bool> stopped_ = false;
};

}  // namespace linnet::server
