// SPDX-License-Identifier: Apache-2.0
// Where connections live. A Slot is all that an idle WebSocket peer costs: 192 bytes, 64 of them in one
// allocation, never moved. What a busy one needs beside that is an Activity, from a pool: everything that
// speaks HTTP has one, a WebSocket peer while it has a backlog or something half received.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "linnet/net/listener.hpp"
#include "linnet/server/backlog.hpp"
#include "linnet/server/config.hpp"
#include "linnet/server/peer.hpp"
#include "linnet/ws/connection.hpp"
#include "linnet/ws/message.hpp"

namespace linnet::server {

using Connection = ws::Connection<ws::Role::server>;
class StreamWrap;

enum class Phase : std::uint8_t {
  free,
  http,       // reads requests, or lingers behind a last answer
  websocket,  // has a Connection
};

struct Activity {
  Backlog backlog;
  net::Stream* wrapped = nullptr;  // over the slot's stream: TLS, a trace
  StreamWrap* wrapper = nullptr;   // who gets it back
  Block* input = nullptr;     // HTTP: a request that arrives in parts; WebSocket: read, but not delivered yet
  Block* message = nullptr;   // WebSocket: a message that arrives in parts
  ws::Assembler assembler;    // in that block
  Instant deadline = kNever;  // HTTP
  Instant progress{};         // when the socket last took something of the backlog
  std::size_t wanted = 0;     // HTTP: nothing to parse before the input has so many bytes
  net::Interest interest = net::Interest::read;
  bool to_settle : 1 = false;
  bool blocked : 1 = false;         // the socket took less than it was given
  bool wants_drained : 1 = false;   // a send was refused
  bool has_control : 1 = false;     // `control` holds a part of a control frame
  bool last_answer : 1 = false;     // HTTP: no request behind this one is read
  bool lingers : 1 = false;         // HTTP: all is sent and the writing side shut; input is thrown away
  bool shut : 1 = false;            // WebSocket: the writing side is shut
  bool in_request : 1 = true;       // HTTP: `deadline` is a request's, not the one of keep-alive
  bool unread_wrapped : 1 = false;  // the wrapped stream may hold more that no poller tells of
  bool broken : 1 = false;          // HTTP: the transport failed, or memory is out: to be dropped
  std::array<std::byte, ws::kMaxControlPayload> control;

  bool is_needed() const noexcept {
    return !backlog.empty() || wrapped != nullptr || input != nullptr || message != nullptr || to_settle ||
           wants_drained || has_control || shut || unread_wrapped;
  }
};

/// Grows to the number in use at one time; kept for good.
class ActivityPool {
 public:
  static constexpr std::uint16_t kNone = 0;

  std::uint16_t take() noexcept;  // kNone: 65,535 are in use, or the system has no memory
  void give(std::uint16_t index) noexcept;
  Activity& operator[](std::uint16_t index) noexcept {
    return slabs_[static_cast<std::size_t>(index - 1) / kSlab][static_cast<std::size_t>(index - 1) % kSlab];
  }
  std::size_t in_use() const noexcept { return slabs_.size() * kSlab - free_.size(); }
  std::uint64_t allocations() const noexcept { return slabs_.size(); }

 private:
  static constexpr std::size_t kSlab = 32;

  std::vector<std::unique_ptr<Activity[]>> slabs_;
  std::vector<std::uint16_t> free_;
};

/// One connection.
class Slot {
 public:
  static constexpr std::size_t kPerSlab = 64;

  net::StreamSlot stream;
  union {
    std::byte unused_;
    Connection connection;  // in Phase::websocket
    Slot* next_free;        // in Phase::free
  };
  void* user = nullptr;
  std::uint32_t generation : 24 = 0;  // of whoever has the slot; 0 is never one
  std::uint32_t subprotocol : 8 = 0;  // index in the route's list + 1; 0: none
  std::uint16_t activity = ActivityPool::kNone;
  std::uint8_t route = 0;
  std::uint8_t place : 6 = 0;  // in its slab
  Phase phase : 2 = Phase::free;

  Slot() noexcept : unused_{} {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() {}  // the table ends connections
};
static_assert(sizeof(Slot) <= 192, "what an idle connection costs");

class PeerTable {
 public:
  PeerTable(std::uint32_t most, bool with_statistics) noexcept : most_{most}, statistics_{with_statistics} {}

  /// A free slot, in Phase::free still, with a generation of its own. Null: as many as allowed are in use.
  Slot* take() noexcept;
  /// `slot` is free again from the next reclaim() on: until then its address means nobody, so that a poller's
  /// stale entry for it finds nobody.
  void give(Slot& slot) noexcept;
  void reclaim() noexcept;

  std::uint32_t index_of(const Slot& slot) const noexcept { return slab_of(slot).first + slot.place; }
  PeerId id_of(const Slot& slot) const noexcept { return {index_of(slot), slot.generation}; }
  Slot* find(PeerId id) noexcept;  // null: gone
  PeerStatistics* statistics(const Slot& slot) noexcept {
    return statistics_ ? slab_of(slot).statistics.get() + slot.place : nullptr;
  }

  std::uint32_t in_use() const noexcept { return in_use_; }
  std::uint64_t allocations() const noexcept { return slabs_.size() * (statistics_ ? 2u : 1u); }

  /// Calls `visit(slot)` for each connection; it may end that connection.
  template <typename Visit>
  void for_each(Visit visit) {
    for (const std::unique_ptr<Slab>& slab : slabs_) {
      for (Slot& slot : slab->slots) {
        if (slot.phase != Phase::free) visit(slot);
      }
    }
  }

 private:
  struct Slab {
    std::array<Slot, Slot::kPerSlab> slots;  // first: see slab_of()
    std::uint32_t first = 0;                 // index of its first slot
    std::unique_ptr<PeerStatistics[]> statistics;
  };
  static const Slab& slab_of(const Slot& slot) noexcept {
    return *reinterpret_cast<const Slab*>(&slot - slot.place);
  }
  bool grow() noexcept;

  std::vector<std::unique_ptr<Slab>> slabs_;
  Slot* free_ = nullptr;  // first in, first out: generations last longer
  Slot* free_last_ = nullptr;
  Slot* given_ = nullptr;  // not yet reclaimed
  std::uint32_t most_;
  std::uint32_t in_use_ = 0;
  bool statistics_;
};

}  // namespace linnet::server
