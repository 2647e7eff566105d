// SPDX-License-Identifier: Apache-2.0
// A modem of the emulator's on a virtual clock, the network behind it, and a host that notes when it heard
// what.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/modem/ip_network.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::emulator::test {

/// The other end of a connection that the modem opened.
class Peer final : public net::Stream {
 public:
  State state() const noexcept override { return state_; }
  Result<std::size_t> read(MutableBytes into) override {
    if (state_ == State::closed) return std::unexpected{error};
    const std::size_t count = std::min(into.size(), to_modem.size());
    std::copy_n(as_bytes(to_modem).begin(), count, into.begin());
    to_modem.erase(0, count);
    if (count == 0 && finished) return fail(Errc::end_of_stream);
    return count;
  }
  Result<std::size_t> write(std::span<const Bytes> parts) override {
    std::size_t count = 0;
    for (const Bytes part : parts) {
      const std::size_t fits = std::min(part.size(), window - std::min(window, from_modem.size()));
      from_modem += as_text(part.first(fits));
      count += fits;
    }
    return count;
  }
  void shutdown_write() noexcept override { modem_finished = true; }
  void close() noexcept override {
    state_ = State::closed;
    in_use = false;
  }
  void want(net::Interest what) noexcept override { interest_ = what; }

  /// What a poller would report.
  bool is_ready() const noexcept {
    if (!in_use || state_ != State::open) return false;
    const bool readable = !to_modem.empty() || finished;
    return (includes(interest_, net::Interest::read) && readable) ||
           (includes(interest_, net::Interest::write) && from_modem.size() < window);
  }

  void become(State state, Errc why = Errc::end_of_stream) {
    state_ = state;
    error = why;
  }

  std::string to_modem;
  std::string from_modem;
  std::size_t window = 1u << 20;  // how much it takes
  bool finished = false;          // it sends no more
  bool modem_finished = false;
  bool in_use = true;
  Error error = Errc::end_of_stream;

 private:
  State state_ = State::opening;
  net::Interest interest_ = net::Interest::read;
};

/// "refused.example" refuses, "no.such.host" is none, "10.255.255.1" does not answer; all others accept.
class Internet final : public net::Link, public net::Poller {
 public:
  std::string_view name() const noexcept override { return "test"; }
  net::Poller& poller() noexcept override { return *this; }
  Instant now() noexcept override { return {}; }
  std::span<const net::Ready> wait(Instant) override { return {}; }
  void wake() noexcept override {}

  Result<net::Stream*> open(std::string_view host, std::uint16_t, Instant) override {
    peers.push_back(std::make_unique<Peer>());
    Peer& peer = *peers.back();
    using State = net::Stream::State;
    if (host == "refused.example")
      peer.become(State::closed, Errc::connection_refused);
    else if (host == "no.such.host")
      peer.become(State::closed, Errc::host_not_found);
    else if (host != "10.255.255.1")
      peer.become(State::open);
    hosts.emplace_back(host);
    return &peer;
  }

  bool is_ready() const {
    return std::ranges::any_of(peers, [](const auto& peer) { return peer->is_ready(); });
  }

  std::vector<std::unique_ptr<Peer>> peers;
  std::vector<std::string> hosts;
};

class Phonebook final : public Names {
 public:
  Result<Ticket> begin(std::string_view host) override {
    asked = host;
    return Ticket{1};
  }
  std::optional<Result<std::string>> take(Ticket) override {
    if (asked == "no.such.host") return std::unexpected{Error{Errc::host_not_found}};
    return "192.0.2.7";
  }
  std::string asked;
};

/// What is behind a PPP call: keeps what comes, and has what a test puts there.
class Packets final : public IpNetwork {
 public:
  bool begin(std::uint32_t host) override {
    ++calls;
    address = host;
    return true;
  }
  void end() noexcept override {
    address = 0;
    to_host.clear();
  }
  void send(Bytes packet) override { from_host.emplace_back(as_text(packet)); }
  void poll(Instant) override {}
  Bytes next() const noexcept override { return to_host.empty() ? Bytes{} : as_bytes(to_host.front()); }
  void pop() noexcept override { to_host.pop_front(); }
  Instant deadline() const noexcept override { return kNever; }

  unsigned calls = 0;
  std::uint32_t address = 0;  // 0: there is no call
  std::vector<std::string> from_host;
  std::deque<std::string> to_host;
};

class Emulated {
 public:
  explicit Emulated(std::string_view model = "sim7670g",
                    std::initializer_list<std::string_view> variants = {})
      : Emulated{model, std::vector<std::string_view>{variants}} {}
  Emulated(std::string_view model, const std::vector<std::string_view>& variants) {
    Settings settings;
    settings.latency = Duration{};
    settings.pace = 0;
    for (const std::string_view variant : variants) {
      if (variant == "paced") {
        settings.pace.reset();
        continue;
      }
      const auto done = set_variant(settings, variant);
      EXPECT_TRUE(done) << done.error();
    }
    modem =
        std::make_unique<Modem>(*find_profile(model), settings, internet, phonebook, nullptr, now, &packets);
    run();
  }

  /// The host sends, all at once.
  void host(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t part = std::min(bytes.size(), modem->room());
      if (part == 0) {
        const Instant before = now;
        advance(std::max(Duration{1}, modem->deadline() - now));
        ASSERT_GT(now, before);
        continue;
      }
      modem->receive(as_bytes(bytes.substr(0, part)), now);
      bytes.remove_prefix(part);
    }
    run();
  }

  /// Everything that is due or ready now, as a loop around a poller does it.
  void run() {
    modem->poll(now);
    fetch();
    for (int turn = 0; turn < 10'000 && (modem->deadline() <= now || internet.is_ready()); ++turn) {
      modem->poll(now);
      fetch();
    }
  }

  void advance(Duration duration) {
    run();
    const Instant until = now + duration;
    while (now < until) {
      now = std::min(until, std::max(modem->deadline(), now + Duration{1}));
      run();
    }
  }

  /// Until it has said `count` bytes more than were taken, or `limit` is over.
  void wait_for(std::size_t count, Duration limit = 200s) {
    const Instant until = now + limit;
    while (heard.size() < count && now < until) advance(std::min(until - now, modem->deadline() - now));
  }

  /// Whether the next thing that it says, within `limit`, is `text`.
  ::testing::AssertionResult says(std::string_view text, Duration limit = 200s) {
    wait_for(text.size(), limit);
    const std::string got = heard.substr(0, text.size());
    heard.erase(0, got.size());
    if (got == text) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "said '" << got << heard << "'";
  }

  /// Sends a command, and takes what comes within a while.
  std::string ask(std::string_view command, Duration while_ = 1s) {
    heard.clear();
    host(std::string{command} + "\r");
    advance(while_);
    return std::exchange(heard, {});
  }

  /// Echo off, registered, network open, received data to be read: ready for AT+CIPOPEN.
  void bring_up() {
    advance(10s);
    for (const std::string_view command : {"ATE0", "AT+CMEE=1", "AT+CIPRXGET=1", "AT+NETOPEN"}) ask(command);
    EXPECT_EQ(ask("AT+NETOPEN?"), "\r\n+NETOPEN: 1\r\n\r\nOK\r\n");
  }
  Peer& open(int link = 0) {
    EXPECT_EQ(ask("AT+CIPOPEN=" + std::to_string(link) + ",\"TCP\",\"gw.example.net\",8443"),
              "\r\nOK\r\n\r\n+CIPOPEN: " + std::to_string(link) + ",0\r\n");
    return *internet.peers.back();
  }

  std::string control(std::string_view line) {
    std::string answer = modem->control(line, now);
    run();
    return answer;
  }

  Instant now = Instant{} + 1000s;
  Internet internet;
  Phonebook phonebook;
  Packets packets;
  std::unique_ptr<Modem> modem;
  std::string heard;
  Instant last_heard{};
  std::vector<std::size_t> pieces;  // sizes of what came at once

 private:
  void fetch() {
    for (Bytes part = modem->output(now); !part.empty(); part = modem->output(now)) {
      heard += as_text(part);
      pieces.push_back(part.size());
      last_heard = now;
      modem->sent(part.size());
    }
  }
};

}  // namespace linnet::emulator::test
