// SPDX-License-Identifier: Apache-2.0
// Our client against our server, in one process, over a transport that takes a few bytes at a time: thousands
// of messages of every size both ways, in every form of sending, none lost, none changed, none out of order.
// And the same without one allocation.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "support/allocations.hpp"
#include "support/ws_endpoint.hpp"

namespace linnet::ws {
namespace {

/// Message `number` of one direction: its size and bytes follow from the number and the seed, so that the
/// receiver knows what must come without a copy.
struct Script {
  std::uint32_t seed;
  bool with_large;

  std::uint32_t mixed(std::uint32_t number) const {
    std::uint32_t x = number * 2654435761u ^ seed * 40503u;
    x ^= x >> 15;
    x *= 0x2C1B3C6Du;
    return x ^ (x >> 12);
  }
  std::size_t size(std::uint32_t number) const {
    constexpr std::uint32_t edges[] = {0, 1, 2, 3, 7, 8, 15, 16, 31, 64, 124, 125, 126, 127, 128, 129, 300};
    constexpr std::uint32_t large[] = {65534, 65535, 65536, 65537, 66000};
    const std::uint32_t mix = mixed(number);
    if (with_large && number % 500 == 7) return large[mix % 5];
    return edges[mix % 17];
  }
  MessageType type(std::uint32_t number) const {
    return (mixed(number) >> 8) % 2 == 0 ? MessageType::text : MessageType::binary;
  }
  /// ASCII in texts; any byte else.
  std::byte at(std::uint32_t number, std::size_t index) const {
    const auto value = static_cast<unsigned char>(number + index * 7);
    return static_cast<std::byte>(type(number) == MessageType::text ? value & 0x7F : value);
  }
};

/// One end: sends its script, and checks what comes against the other's.
template <Role role>
class End {
 public:
  End(const ConnectionConfig& with, std::size_t workspace_size, Script mine, Script theirs)
      : endpoint_(with, workspace_size), mine_(mine), theirs_(theirs) {}

  Connection<role>& connection() { return endpoint_.connection; }
  std::uint32_t sent() const { return sent_; }
  std::uint32_t received() const { return received_; }
  std::uint32_t pongs() const { return pongs_; }
  bool is_bad() const { return bad_; }

  /// Sends until told to wait, or `most` are out.
  void send_some(std::uint32_t most) {
    while (!blocked_ && sent_ < most) {
      const std::size_t size = mine_.size(sent_);
      if (part_at_ == 0) {
        for (std::size_t i = 0; i < size; ++i) message_[i] = mine_.at(sent_, i);
      }
      const Bytes payload{message_.get(), size};
      const MessageType type = mine_.type(sent_);
      Result<void> result;
      if (sent_ % 5 == 3) {  // by hand, in three parts, with a ping between
        const std::size_t cut = std::min(size, part_at_ * (size / 3 + 1));
        const std::size_t end = std::min(size, cut + size / 3 + 1);
        if (part_at_ == 1 && !pinged_) {
          pinged_ = connection().send_ping(payload.first(std::min<std::size_t>(size, 125))).has_value();
          blocked_ = !pinged_;
          continue;
        }
        result = connection().send_part(type, payload.subspan(cut, end - cut), part_at_ == 2);
        if (result && part_at_ < 2) {
          ++part_at_;
          continue;
        }
      } else if constexpr (role == Role::server) {
        if (sent_ % 5 == 4) {
          if (lent_ != 0) return;  // its bytes may not change before they have left
          std::memcpy(borrowed_.get(), message_.get(), size);
          result = connection().send_borrowed(type, {borrowed_.get(), size});
          if (result) lent_ = connection().output().size();
        } else {
          result = connection().send(type, payload);
        }
      } else {
        result = connection().send(type, payload);
      }
      if (result) {
        ++sent_;
        part_at_ = 0;
        pinged_ = false;
      } else {
        bad_ = bad_ || result.error().code != Errc::would_block;
        blocked_ = true;
      }
    }
  }

  /// Moves at most `limit` bytes to the other end.
  template <Role other>
  bool write_to(End<other>& peer, std::size_t limit) {
    if (!peer.connection().wants_input()) return false;
    std::size_t size = 0;
    for (const Bytes part : connection().output().parts) {
      const Bytes some = part.first(std::min(part.size(), std::min(limit, peer.input_.size()) - size));
      if (!some.empty()) std::memcpy(peer.input_.data() + size, some.data(), some.size());
      size += some.size();
      if (some.size() < part.size()) break;
    }
    connection().sent(size);
    lent_ -= std::min(lent_, size);
    if (size == 0) return false;
    peer.bad_ = peer.bad_ || !peer.connection().receive(MutableBytes{peer.input_}.first(size));
    return true;
  }

  void poll() {
    while (const std::optional<Event> event = connection().poll(now_)) {
      switch (event->kind) {
        case Event::Kind::data: take(*event); break;
        case Event::Kind::drained: blocked_ = false; break;
        case Event::Kind::pong: ++pongs_; break;
        case Event::Kind::ping: break;
        default: bad_ = true; return;
      }
    }
    now_ += 10ms;
  }

 private:
  template <Role>
  friend class End;

  void take(const Event& event) {
    bad_ = bad_ || event.first != (have_ == 0 && !begun_) || event.type != theirs_.type(received_);
    begun_ = true;
    for (const std::byte byte : event.payload) bad_ = bad_ || byte != theirs_.at(received_, have_++);
    if (!event.last) return;
    bad_ = bad_ || have_ != theirs_.size(received_);
    ++received_;
    have_ = 0;
    begun_ = false;
  }

  test::Endpoint<role> endpoint_;
  Script mine_;
  Script theirs_;
  std::unique_ptr<std::byte[]> message_ = std::make_unique<std::byte[]>(70000);
  std::unique_ptr<std::byte[]> borrowed_ = std::make_unique<std::byte[]>(70000);
  std::array<std::byte, 4096> input_{};
  Instant now_{};
  std::uint32_t sent_ = 0;
  std::uint32_t received_ = 0;
  std::uint32_t pongs_ = 0;
  std::size_t part_at_ = 0;  // of the message sent by hand: the next part
  std::size_t lent_ = 0;     // output up to the end of the borrowed bytes that has not left
  std::size_t have_ = 0;
  bool begun_ = false;
  bool pinged_ = false;
  bool blocked_ = false;
  bool bad_ = false;
};

struct Pair {
  End<Role::client> client;
  End<Role::server> server;

  Pair(const ConnectionConfig& config, std::size_t workspace, Script up, Script down)
      : client(config, workspace, up, down), server(config, workspace, down, up) {}

  bool is_bad() const { return client.is_bad() || server.is_bad(); }

  /// Until `count` messages have arrived at both ends.
  void run(std::uint32_t count, std::size_t limit) {
    std::uint64_t stalls = 0;
    while ((client.received() < count || server.received() < count) && !is_bad() && stalls < 100) {
      client.send_some(count);
      server.send_some(count);
      const bool up = client.write_to(server, limit);
      const bool down = server.write_to(client, limit);
      client.poll();
      server.poll();
      stalls = up || down ? 0 : stalls + 1;
    }
    EXPECT_FALSE(is_bad()) << client.received() << " and " << server.received() << " messages";
    EXPECT_EQ(stalls, 0u) << client.received() << " and " << server.received() << " messages";
  }
};

ConnectionConfig busy() {
  ConnectionConfig config = test::quiet();
  config.max_control_per_second = 65535;
  return config;
}

TEST(ConnectionPair, TenThousandMessagesEachWay) {
  for (const std::size_t limit : {1u, 7u, 64u, 4096u}) {
    SCOPED_TRACE(limit);
    Pair pair{busy(), 70000, {.seed = 1, .with_large = true}, {.seed = 2, .with_large = true}};
    pair.run(10000, limit);
    EXPECT_EQ(pair.client.pongs(), 2000u);
    EXPECT_EQ(pair.server.pongs(), 2000u);
  }
}

TEST(ConnectionPair, ThroughTheSmallestWorkspaceThatHoldsTheLongest) {
  constexpr std::size_t workspace = 300 + kMaxHeaderSize + Workspace::kControlReserve;
  for (const std::size_t limit : {1u, 7u, 64u, 4096u}) {
    SCOPED_TRACE(limit);
    Pair pair{busy(), workspace, {.seed = 3, .with_large = false}, {.seed = 4, .with_large = false}};
    pair.run(10000, limit);
  }
}

TEST(ConnectionPair, InFragments) {
  ConnectionConfig config = busy();
  config.fragment_size = 126;
  for (const std::size_t limit : {7u, 4096u}) {
    SCOPED_TRACE(limit);
    Pair pair{config, 80000, {.seed = 5, .with_large = true}, {.seed = 6, .with_large = true}};
    pair.run(5000, limit);
  }
}

TEST(ConnectionPair, AMessageLongerThanTheWorkspaceIsTooLarge) {
  test::for_both_roles([]<Role role>() {
    test::Endpoint<role> endpoint{test::quiet(), 70000};
    EXPECT_EQ(endpoint.connection.send_text(std::string(100000, 'x')).error().code, Errc::too_large);
    EXPECT_EQ(endpoint.connection.state(), State::open);
  });
}

TEST(ConnectionPair, AHundredThousandMessagesEachWayWithoutAnAllocation) {
  Pair pair{busy(), 4096, {.seed = 7, .with_large = false}, {.seed = 8, .with_large = false}};
  pair.run(100, 4096);
  const std::size_t before = test::allocations();
  pair.run(100100, 4096);
  EXPECT_EQ(test::allocations(), before);
  EXPECT_EQ(pair.client.received(), 100100u);
  EXPECT_EQ(pair.server.received(), 100100u);
}

}  // namespace
}  // namespace linnet::ws
