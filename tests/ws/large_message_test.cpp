// SPDX-License-Identifier: Apache-2.0
// Messages that are far larger than any buffer pass in pieces, both ways, between a client and a server's
// connection with 1 KiB each. Generated and compared as they pass, never stored.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "linnet/ws/client.hpp"
#include "support/allocations.hpp"
#include "support/handshake_text.hpp"
#include "support/ws_wire.hpp"

namespace linnet::ws {
namespace {

constexpr std::uint64_t kSize = 64 * 1024 * 1024 + 7;
constexpr std::size_t kBuffer = 1024;

/// Bytes that repeat with a period of 251, so that a piece in a wrong place shows.
class Pattern {
 public:
  Pattern() {
    for (std::size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = static_cast<std::byte>(i % 251);
  }
  Bytes at(std::uint64_t offset, std::size_t size) const {
    return Bytes{bytes_}.subspan(static_cast<std::size_t>(offset % 251), size);
  }

 private:
  std::array<std::byte, 251 + kBuffer> bytes_;
};

/// What one end has received.
struct Taken {
  std::uint64_t size = 0;
  bool is_right = true;
  bool has_begun = false;
  bool is_over = false;

  void take(const Event& event, const Pattern& pattern) {
    if (event.kind != Event::Kind::data) return;
    is_right = is_right && !is_over && event.first == !has_begun && event.type == MessageType::binary &&
               event.payload.size() <= kBuffer &&
               std::memcmp(event.payload.data(), pattern.at(size, event.payload.size()).data(),
                           event.payload.size()) == 0;
    has_begun = true;
    size += event.payload.size();
    is_over = event.last;
  }
};

/// Hands what `from` has to send to `to`, with the input buffer between them.
template <typename From, typename To>
bool carry(From& from, To& to, std::array<std::byte, kBuffer>& input) {
  if (!to.wants_input()) return false;
  std::size_t size = 0;
  for (const Bytes part : from.output().parts) {
    const std::size_t some = std::min(part.size(), input.size() - size);
    if (some != 0) std::memcpy(input.data() + size, part.data(), some);
    size += some;
  }
  from.sent(size);
  return size != 0 && to.receive({input.data(), size}).has_value();
}

template <typename End>
void send_more(End& end, std::uint64_t& sent, std::size_t piece, const Pattern& pattern) {
  while (sent < kSize) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(piece, kSize - sent));
    if (!end.send_part(MessageType::binary, pattern.at(sent, size), sent + size == kSize)) return;
    sent += size;
  }
}

TEST(LargeMessage, PassesBothWaysAtOnceThroughSmallBuffers) {
  const Pattern pattern;
  ClientConfig config;
  config.connection.max_message = kSize;
  config.connection.heartbeat = {.ping_interval = 0s, .liveness_timeout = 0s};
  config.pieces = true;
  test::SampleEntropy entropy;
  std::array<std::byte, kBuffer> client_output, client_message, client_input, server_output, server_input;
  Client client{config, entropy, client_output, client_message};
  ASSERT_TRUE(client.start({.host = "h"}, Instant{}));
  client.sent(client.output().size());
  std::string answer = test::accepting();
  ASSERT_TRUE(client.receive({reinterpret_cast<std::byte*>(answer.data()), answer.size()}));
  Workspace workspace{server_output};
  Connection<Role::server> server{config.connection, Instant{}};
  server.attach(&workspace);

  const std::size_t before = test::allocations();
  Taken by_client, by_server;
  std::uint64_t client_sent = 0, server_sent = 0;
  for (bool moves = true; moves;) {
    while (const auto event = client.poll(Instant{})) by_client.take(*event, pattern);
    while (const auto event = server.poll(Instant{})) by_server.take(*event, pattern);
    if (client.state() == State::open) send_more(client, client_sent, 700, pattern);
    send_more(server, server_sent, 500, pattern);
    const bool forth = carry(client, server, server_input);
    moves = carry(server, client, client_input) || forth;
  }
  EXPECT_EQ(by_client.size, kSize);
  EXPECT_EQ(by_server.size, kSize);
  EXPECT_TRUE(by_client.is_right && by_client.is_over);
  EXPECT_TRUE(by_server.is_right && by_server.is_over);
  EXPECT_EQ(test::allocations(), before);
}

TEST(LargeMessage, OneFrameOfAnySizePassesInPieces) {
  constexpr std::uint64_t size = std::uint64_t{1} << 24;
  const Pattern pattern;
  ClientConfig config;
  config.connection.max_message = size;
  config.pieces = true;
  test::SampleEntropy entropy;
  std::array<std::byte, kBuffer> output, message, input;
  Client client{config, entropy, output, message};
  ASSERT_TRUE(client.start({.host = "h"}, Instant{}));
  std::string head = test::accepting() + test::frame_to(Role::client, test::kBinary, {}, {.announced = size});
  ASSERT_TRUE(client.receive({reinterpret_cast<std::byte*>(head.data()), head.size()}));
  Taken taken;
  std::uint64_t given = 0;
  while (true) {
    while (const auto event = client.poll(Instant{})) {
      taken.take(*event, pattern);
      EXPECT_TRUE(event->kind != Event::Kind::data || event->announced == size - taken.size);
    }
    if (given == size) break;
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(1000, size - given));
    std::memcpy(input.data(), pattern.at(given, piece).data(), piece);
    ASSERT_TRUE(client.receive({input.data(), piece}));
    given += piece;
  }
  EXPECT_TRUE(taken.is_right && taken.is_over);
  EXPECT_EQ(taken.size, size);
}

}  // namespace
}  // namespace linnet::ws
