// SPDX-License-Identifier: Apache-2.0
// A network inside the process: a listener and a poller over net/memory pairs, with a clock that the test
// moves. Nothing sleeps; everything happens in the same order each time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/net/listener.hpp"
#include "linnet/net/memory.hpp"
#include "linnet/net/poller.hpp"

namespace linnet::test {

class MemoryNetwork final : public net::Poller, public net::Listener {
 public:
  /// One connection: the test holds the client's end.
  class Client {
   public:
    Client(std::size_t ring, std::size_t back) : forth_(ring), back_(back), pair{forth_, back_} {}

    net::MemoryStream& stream() { return pair.first(); }
    /// Everything, or the test fails: rings are large enough for what a test sends at once.
    bool send(std::string_view text) {
      const Bytes part = as_bytes(text);
      const auto sent = stream().write({&part, 1});
      return sent && *sent == text.size();
    }
    /// What has arrived so far; `ended` once the server has closed.
    std::string receive(std::size_t most = std::string::npos) {
      std::string all;
      std::vector<std::byte> buffer(64 * 1024);
      while (!ended && all.size() < most) {
        const auto got =
            stream().read(MutableBytes{buffer}.first(std::min(buffer.size(), most - all.size())));
        if (!got) ended = true;
        if (!got || *got == 0) break;
        all += as_text(Bytes{buffer}.first(*got));
      }
      return all;
    }
    void close() {
      stream().close();
      closed = true;
    }
    /// An end of stream: the server reads no more, but may still send.
    void shutdown() {
      stream().shutdown_write();
      closed = true;
    }

    bool ended = false;
    bool closed = false;

   private:
    friend class MemoryNetwork;
    std::vector<std::byte> forth_;
    std::vector<std::byte> back_;
    net::MemoryPair pair;
    void* token = nullptr;
    bool taken = false;
    bool dropped = false;  // the server's end was closed
  };

  Client& connect(std::size_t ring = 1 << 20, std::size_t back = 1 << 20) {
    clients_.push_back(std::make_unique<Client>(ring, back));
    return *clients_.back();
  }

  Instant now() noexcept override { return time; }

  std::span<const net::Ready> wait(Instant until) override {
    ++waits;
    last_until = until;
    ready_.clear();
    if (listening) {
      for (const auto& client : clients_) {
        if (client->taken) continue;
        ready_.push_back({.token = this, .readable = true, .writable = false});
        break;
      }
    }
    for (const auto& client : clients_) {
      if (!client->taken || client->dropped) continue;
      const net::MemoryStream& server = client->pair.second();
      const bool readable =
          includes(server.interest(), net::Interest::read) && (server.waiting() != 0 || client->closed);
      const bool writable = includes(server.interest(), net::Interest::write) &&
                            (client->pair.first().waiting() < client->back_.size() || client->closed);
      if (readable || writable) ready_.push_back({client->token, readable, writable});
    }
    return ready_;
  }

  void wake() noexcept override { ++wakes; }

  std::uint16_t port() const noexcept override { return 80; }
  void close() noexcept override { listening = false; }

  Result<void> accept(net::StreamSlot& slot, void* token) override {
    for (const auto& client : clients_) {
      if (client->taken) continue;
      client->taken = true;
      client->token = token;
      slot.emplace<End>(*client);
      return {};
    }
    return fail(Errc::would_block);
  }

  /// Whether somebody has something to do now.
  bool is_busy() { return !wait(time).empty(); }

  Instant time{1'000'000s};
  Instant last_until{};
  std::size_t waits = 0;
  std::size_t wakes = 0;
  bool listening = true;

 private:
  /// The server's end, small enough for a slot.
  class End final : public net::Stream {
   public:
    explicit End(Client& client) : client_{client} {}
    ~End() override { End::close(); }
    State state() const noexcept override { return inner().state(); }
    Result<std::size_t> read(MutableBytes into) override { return inner().read(into); }
    Result<std::size_t> write(std::span<const Bytes> parts) override { return inner().write(parts); }
    void shutdown_write() noexcept override { inner().shutdown_write(); }
    void close() noexcept override {
      inner().close();
      client_.dropped = true;
    }
    void want(net::Interest interest) noexcept override { inner().want(interest); }

   private:
    net::MemoryStream& inner() const { return client_.pair.second(); }
    Client& client_;
  };

  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<net::Ready> ready_;
};

/// Turns until nothing is left to do at this instant.
template <typename Server>
void settle(Server& server, MemoryNetwork& network) {
  for (int turns = 0; turns < 100'000; ++turns) {
    server.turn(network.time);
    if (!network.is_busy() && server.deadline() > network.time) return;
  }
  ADD_FAILURE() << "the server never comes to rest";
}

template <typename Server>
void advance(Server& server, MemoryNetwork& network, Duration by) {
  const Instant end = network.time + by;
  settle(server, network);
  while (server.deadline() <= end) {
    network.time = std::max(network.time, server.deadline());
    settle(server, network);
  }
  network.time = end;
  settle(server, network);
}

}  // namespace linnet::test
