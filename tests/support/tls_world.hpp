// SPDX-License-Identifier: Apache-2.0
// A TLS client and server of ours over two ends of memory, in virtual time: nothing waits, and time passes
// only where a test lets it.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "linnet/net/fault.hpp"
#include "linnet/net/memory.hpp"
#include "linnet/tls/client.hpp"
#include "linnet/tls/server.hpp"
#include "port/linux/entropy.hpp"
#include "support/tls_credentials.hpp"

namespace linnet::test {

class FixedClock final : public tls::Clock {
 public:
  std::optional<std::int64_t> time = kTodayUnix;
  std::optional<std::int64_t> unix_time(Instant /*now*/) noexcept override { return time; }
};

class TlsWorld {
 public:
  explicit TlsWorld(const tls::ServerConfig& config = {}) : server{with_clock(config), entropy_} {
    serve(test_server());
  }

  tls::ClientConfig client_config() noexcept {
    return {.authorities = test_authority().pem(), .clock = &clock};
  }

  void serve(const PemPair& pair, Bytes client_authorities = {},
             tls::ClientCertificates wanted = tls::ClientCertificates::none) {
    const auto loaded = server.load({.credentials = pair.credentials(),
                                     .client_authorities = client_authorities,
                                     .client_certificates = wanted});
    ASSERT_TRUE(loaded) << server.failure();
  }

  /// A new connection between `client` and the server. Both ends have to be closed before the next.
  void connect(tls::Client& client, std::string_view host = "device.test",
               const net::Faults& client_faults = {}, const net::Faults& server_faults = {}) {
    pair_.emplace(MutableBytes{forth_}, MutableBytes{back_});
    client_inner.emplace(pair_->first(), client_faults);
    server_inner.emplace(pair_->second(), server_faults);
    const auto secured = client.secure(*client_inner, host, now);
    client_end = secured ? *secured : nullptr;
    const auto accepted = server.accept(*server_inner, now);
    server_end = accepted ? *accepted : nullptr;
  }

  /// Both ends, as long as a byte moves.
  void run() {
    std::uint64_t before = 0;
    do {
      before = crossed();
      if (client_end != nullptr) client_end->poll(now);
      if (server_end != nullptr) server_end->poll(now);
    } while (crossed() != before);
  }
  std::uint64_t crossed() const { return client_inner->crossed() + server_inner->crossed(); }

  void disconnect() {
    if (client_end != nullptr) client_end->close();
    if (server_end != nullptr) server.give_back(*server_end);
    client_end = server_end = nullptr;
  }

  bool is_open() const {
    return client_end != nullptr && server_end != nullptr &&
           client_end->state() == net::Stream::State::open && server_end->state() == net::Stream::State::open;
  }

  /// Sends all of `text` from one end to the other, and reads it there, `piece` bytes at most at once.
  std::string send(net::Stream& from, net::Stream& to, std::string_view text, std::size_t piece = 65'536) {
    std::string got;
    std::vector<std::byte> buffer(piece);
    while (true) {
      const std::uint64_t before = crossed();
      const Bytes bytes = as_bytes(text);
      const auto written = from.write({&bytes, 1});
      if (!written) return got;
      text.remove_prefix(*written);
      from.poll(now);
      to.poll(now);
      const auto read = to.read(buffer);
      if (!read) return got;
      got.append(as_text(Bytes{buffer}.first(*read)));
      if (*written == 0 && *read == 0 && crossed() == before) return got;
    }
  }

  net::MemoryPair& pair() noexcept { return *pair_; }

  FixedClock clock;
  Instant now = Instant{} + 1h;

 private:
  tls::ServerConfig with_clock(tls::ServerConfig config) noexcept {
    if (config.clock == nullptr) config.clock = &clock;
    return config;
  }

  std::array<std::byte, 4096> forth_;
  std::array<std::byte, 4096> back_;
  std::optional<net::MemoryPair> pair_;

 public:
  port::linux::Entropy entropy_;
  std::optional<net::FaultStream> client_inner;
  std::optional<net::FaultStream> server_inner;
  tls::Server server;
  net::Stream* client_end = nullptr;
  net::Stream* server_end = nullptr;
};

}  // namespace linnet::test
