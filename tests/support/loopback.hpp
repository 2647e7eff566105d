// SPDX-License-Identifier: Apache-2.0
// What the tests of the Linux port share: a loop that turns until something is true, never sleeps without
// its poller, and gives up after ten seconds; and a connection over loopback, both ends on one poller.
#pragma once

#include <gtest/gtest.h>

#include <dirent.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "port/linux/listener.hpp"
#include "port/linux/poller.hpp"
#include "port/linux/resolver.hpp"
#include "port/linux/tcp_link.hpp"

namespace linnet::port::linux::test {

using State = net::Stream::State;

template <typename Condition>
bool turn_until(net::Poller& poller, net::Stream* stream, Condition condition) {
  const Instant give_up = poller.now() + 10s;
  while (!condition()) {
    if (poller.now() >= give_up) return false;
    poller.wait(stream != nullptr ? std::min(give_up, stream->deadline()) : give_up);
    if (stream != nullptr) stream->poll(poller.now());
  }
  return true;
}

inline Result<std::size_t> put(net::Stream& stream, std::string_view text) {
  const Bytes part = as_bytes(text);
  return stream.write({&part, 1});
}

inline Result<std::string> get(net::Stream& stream, std::size_t most = 4096) {
  std::string text(most, '\0');
  const auto got = stream.read(std::as_writable_bytes(std::span{text}));
  if (!got) return std::unexpected{got.error()};
  text.resize(*got);
  return text;
}

inline Errc read_error(net::Stream& stream) {
  const auto got = get(stream);
  return got ? Errc{} : got.error().code;
}

/// Reads until `size` bytes have come, or the stream has ended.
inline std::string get_all(net::Poller& poller, net::Stream& stream, std::size_t size) {
  std::string text;
  turn_until(poller, nullptr, [&] {
    const auto got = get(stream, size - text.size());
    if (!got) return true;
    text += *got;
    return text.size() == size;
  });
  return text;
}

inline std::size_t open_descriptors() {
  DIR* directory = ::opendir("/proc/self/fd");
  std::size_t count = 0;
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count;
}

/// A connection through `host` ("127.0.0.1", "::1"): client() came out of a TcpLink, server() was accepted.
class Loopback {
 public:
  explicit Loopback(const std::string& host = "127.0.0.1") {
    const std::string at = (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":0";
    EXPECT_TRUE(listener.listen(at, &listener));
    connect(host);
  }

  net::Stream& client() { return *client_; }
  net::Stream& server() { return *slot.get(); }
  bool is_connected() const { return client_ != nullptr && slot.get() != nullptr; }

  Poller poller;
  Resolver resolver{poller};
  Listener listener{poller};
  TcpLink link{poller, resolver, 4, &link};
  net::StreamSlot slot;

 private:
  void connect(const std::string& host) {
    const auto opened = link.open(host, listener.port(), poller.now());
    ASSERT_TRUE(opened);
    client_ = *opened;
    EXPECT_TRUE(turn_until(poller, client_, [this] {
      if (slot.get() == nullptr) static_cast<void>(listener.accept(slot, &slot));
      return slot.get() != nullptr && client_->state() != State::opening;
    }));
    EXPECT_EQ(client_->state(), State::open);
  }

  net::Stream* client_ = nullptr;
};

}  // namespace linnet::port::linux::test
