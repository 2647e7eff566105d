// SPDX-License-Identifier: Apache-2.0
// The server on real sockets, over loopback: threads that post, 5,000 idle connections, a peer that does not
// read, and streams with another one around them.
#include "linnet/server/server.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

#include "linnet/net/trace.hpp"
#include "port/linux/listener.hpp"
#include "port/linux/poller.hpp"
#include "support/ws_wire.hpp"

namespace linnet::test {
namespace {

constexpr std::string_view kUpgrade =
    "GET /echo HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

class Echo final : public server::Handler {
 public:
  void opened(server::Peer& peer, const server::Request&) override { last = peer; }
  void message(server::Peer& peer, const ws::Event& event) override {
    (void)peer.send(event.type, event.payload);
  }
  server::Peer last;
};

/// A blocking client of the plainest kind, on a thread of its own or on the test's.
class PlainClient {
 public:
  explicit PlainClient(std::uint16_t port) : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  PlainClient(PlainClient&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  PlainClient& operator=(PlainClient&&) = delete;
  ~PlainClient() {
    if (fd_ >= 0) ::close(fd_);
  }
  void send(std::string_view text) const {
    EXPECT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  /// Exactly `size` bytes; fewer at the end of the stream.
  std::string receive(std::size_t size) const {
    std::string text(size, '\0');
    const ssize_t got = ::recv(fd_, text.data(), size, MSG_WAITALL);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }
  std::string receive_available() const {
    std::string text(4096, '\0');
    const ssize_t got = ::recv(fd_, text.data(), text.size(), MSG_DONTWAIT);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

 private:
  int fd_;
};

struct Counter final : Trace {
  void bytes(Instant, std::string_view, Direction direction, Bytes data) override {
    (direction == Direction::in ? in : out) += data.size();
  }
  void note(Instant, std::string_view, std::string_view) override {}
  std::size_t in = 0;
  std::size_t out = 0;
};

struct Wrap final : server::StreamWrap {
  explicit Wrap(Trace& to) : trace{to} {}
  net::Stream* wrap(net::Stream& raw, Instant now) override {
    return new net::TraceStream(raw, trace, "tcp", now);
  }
  void unwrap(net::Stream& wrapped) noexcept override { delete &wrapped; }
  Trace& trace;
};

struct ServerOnSockets : testing::Test {
  ServerOnSockets() : server{{}, poller} {
    EXPECT_TRUE(listener.listen("127.0.0.1:0", &listener));
    EXPECT_TRUE(server.websocket("/echo", echo));
  }
  void turn_until(const std::function<bool()>& done) {
    const Instant give_up = poller.now() + 20s;
    while (!done() && poller.now() < give_up) server.turn(poller.now() + 10ms);
    EXPECT_TRUE(done());
  }
  std::size_t open() const { return server.statistics().websocket_open; }

  port::linux::Poller poller;
  port::linux::Listener listener{poller};
  Echo echo;
  Counter counter;
  Wrap wrap{counter};
  server::Server server;  // the last: it uses those above until its end
};

TEST_F(ServerOnSockets, TakesPostsFromThreadsWhileItRuns) {
  server.listen(listener, &listener);
  constexpr int kThreads = 4;
  constexpr int kPosts = 500;
  std::atomic<int> told = 0;
  PlainClient client{listener.port()};
  client.send(kUpgrade);
  turn_until([&] { return open() == 1; });
  EXPECT_EQ(client.receive(129).substr(0, 12), "HTTP/1.1 101");

  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kPosts;) {
        const server::Completion completion{.tell =
                                                [](void* context, const server::Delivery& delivery) {
                                                  *static_cast<std::atomic<int>*>(context) +=
                                                      static_cast<int>(delivery.flushed);
                                                },
                                            .context = &told};
        if (server.post(server::Target::all(), ws::MessageType::text, as_bytes("posted"), completion)) {
          ++i;
        } else {
          std::this_thread::yield();
        }
      }
    });
  }
  threads.emplace_back([&] {
    const std::string all = client.receive(kThreads * kPosts * 8);
    EXPECT_EQ(read_frames(ws::Role::server, all).size(), static_cast<std::size_t>(kThreads * kPosts));
    server.stop();
    client.receive(4);
    client.send(frame_to(ws::Role::server, kClose, close_payload(1001)));
  });
  server.run();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(told, kThreads * kPosts);
  EXPECT_TRUE(server.is_stopped());
}

TEST_F(ServerOnSockets, FiveThousandIdleConnections) {
  server.listen(listener, &listener);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t wanted = std::min<std::size_t>(5'000, (limit.rlim_cur - 100) / 2);

  std::vector<PlainClient> clients;
  clients.reserve(wanted);
  const auto connect = [&](std::size_t count) {
    while (clients.size() < count) {
      clients.emplace_back(listener.port());
      clients.back().send(kUpgrade);
      if (clients.size() % 200 == 0) turn_until([&] { return open() == clients.size(); });
    }
    turn_until([&] { return open() == clients.size(); });
  };
  connect(200);  // pools are as large as 200 handshakes at one time make them
  const std::size_t before = ::mallinfo2().uordblks;
  connect(wanted);
  const std::size_t after = ::mallinfo2().uordblks;
  const double each = static_cast<double>(after - before) / static_cast<double>(wanted - 200);
  RecordProperty("heap_bytes_per_connection", static_cast<int>(each));
  std::printf("%zu idle connections: %.1f bytes of heap each\n", wanted, each);
  EXPECT_LE(each, 200.0);

  for (const PlainClient& client : {std::cref(clients.front()), std::cref(clients.back())}) {
    client.receive(129);
    client.send(frame_to(ws::Role::server, kText, "still there"));
  }
  turn_until([&] { return server.statistics().messages_out == 2; });
  EXPECT_EQ(clients.back().receive(13).substr(2), "still there");
}

TEST_F(ServerOnSockets, APeerThatDoesNotReadDelaysNobody) {
  server.listen(listener, &listener);
  PlainClient deaf{listener.port()};
  PlainClient other{listener.port()};
  deaf.send(kUpgrade);
  turn_until([&] { return open() == 1; });
  server::Peer slow = echo.last;
  other.send(kUpgrade);
  turn_until([&] { return open() == 2; });
  other.receive(129);
  const std::string large(1 << 20, 'd');
  while (slow.send_text(large)) server.turn(poller.now());
  EXPECT_GT(slow.backlog(), 0u);
  for (int i = 1; i <= 20; ++i) {
    other.send(frame_to(ws::Role::server, kText, "quick"));
    turn_until([&] { return server.statistics().messages_in == static_cast<std::uint64_t>(i); });
    EXPECT_EQ(other.receive(7).substr(2), "quick");
  }
  EXPECT_EQ(open(), 2u);
}

TEST_F(ServerOnSockets, WrapsWhatItAccepts) {
  server.listen(listener, &listener, &wrap);
  PlainClient client{listener.port()};
  client.send(kUpgrade);
  turn_until([&] { return open() == 1; });
  EXPECT_EQ(counter.in, kUpgrade.size());
  EXPECT_EQ(counter.out, 129u);
  client.receive(129);
  client.send(frame_to(ws::Role::server, kText, "traced"));
  turn_until([&] { return server.statistics().messages_out == 1; });
  EXPECT_EQ(client.receive(8).substr(2), "traced");
  EXPECT_EQ(counter.out, 137u);
}

}  // namespace
}  // namespace linnet::test
