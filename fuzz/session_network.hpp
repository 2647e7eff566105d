// SPDX-License-Identifier: Apache-2.0
// The network of session_fuzz.cpp: connections that fail as bytes choose, and a server at their other end
// that takes each message down and sends it back.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "connection_fuzz.hpp"
#include "linnet/net/fault.hpp"
#include "linnet/net/link.hpp"
#include "linnet/net/memory.hpp"
#include "linnet/ws/handshake.hpp"

namespace linnet::fuzz {

/// How the next connections fare, a byte each.
struct Weather {
  std::uint8_t opening = 0;  // refuses, hangs, takes a while
  std::uint8_t answer = 0;   // what the server says to the upgrade
  std::uint8_t cut = 0;      // after how many bytes, and how
};

class Wire final : public net::Stream {
 public:
  Wire(const Weather& weather, std::set<std::string>& seen, Instant now)
      : weather_{weather}, seen_{seen}, faulty_{pair_.first(), faults_of(weather.cut)}, now_{now} {
    server_.attach(&workspace_);
    if (weather.opening % 8 == 1) failure_ = Errc::host_not_found;
    if (weather.opening % 8 == 2) failure_ = Errc::connection_refused;
    opens_at_ = weather.opening % 8 == 3 ? kNever : now + std::chrono::milliseconds{weather.opening};
  }

  State state() const noexcept override {
    if (is_closed_) return State::closed;
    if (now_ < opens_at_) return State::opening;
    return failure_ != Errc{} ? State::closed : faulty_.state();
  }
  void poll(Instant now) override {
    now_ = now;
    faulty_.poll(now);
    has_news_ = false;
  }
  Instant deadline() const noexcept override { return now_ < opens_at_ ? opens_at_ : faulty_.deadline(); }
  Result<std::size_t> read(MutableBytes into) override {
    if (state() == State::closed && failure_ != Errc{}) return fail(failure_);
    if (state() == State::opening) return 0u;
    return is_closed_ ? fail(Errc::bad_state) : faulty_.read(into);
  }
  Result<std::size_t> write(std::span<const Bytes> parts) override {
    if (state() == State::opening) return 0u;
    return is_closed_ ? fail(Errc::bad_state) : faulty_.write(parts);
  }
  void shutdown_write() noexcept override { faulty_.shutdown_write(); }
  void close() noexcept override {
    is_closed_ = true;
    faulty_.close();
  }
  void want(net::Interest interest) noexcept override { wanted_ = interest; }
  bool is_closed() const noexcept { return is_closed_; }
  bool is_ready() const noexcept {
    if (is_closed_ || now_ < opens_at_) return false;
    const bool reads = pair().first().waiting() != 0 || is_gone_ || faulty_.state() == State::closed;
    const bool is_dropped = faulty_.crossed() >= faults_of(weather_.cut).drop_after || is_lost_;
    const bool writes = pair().second().waiting() < kRing;
    return has_news_ || (!is_dropped && ((reads && net::includes(wanted_, net::Interest::read)) ||
                                         (writes && net::includes(wanted_, net::Interest::write))));
  }
  Instant next() const noexcept {
    if (is_closed_ || now_ < opens_at_) return is_closed_ ? kNever : opens_at_;
    return is_upgraded_ && !is_gone_ && state() == State::open ? server_.deadline() : kNever;
  }

  /// Silence from now on, both ways.
  void lose() noexcept {
    is_lost_ = true;
    faulty_.faults().drop_after = faulty_.crossed();
  }
  void reset() noexcept { pair_.first().reset(); }
  void say_goodbye(std::uint8_t code) {
    constexpr std::uint16_t kCodes[] = {1000, 1001, 1011, 1012, 1013};
    if (is_upgraded_) (void)server_.close(static_cast<ws::CloseCode>(kCodes[code % 5]), {}, now_);
  }
  /// The server's turn.
  bool turn(Instant now) {
    const bool opens = now_ < opens_at_ && now >= opens_at_;
    now_ = std::max(now_, now);
    has_news_ = has_news_ || opens;
    const std::size_t before = pair().first().waiting() + pair().second().waiting();
    if (state() == State::open && !is_gone_) serve();
    return opens || before != pair().first().waiting() + pair().second().waiting();
  }

 private:
  static constexpr std::size_t kRing = 512;

  static net::Faults faults_of(std::uint8_t cut) noexcept {
    net::Faults faults;
    const std::uint64_t at = std::uint64_t{cut} * 5;
    if (cut % 4 == 1) faults.drop_after = at;
    if (cut % 4 == 2) faults.close_after = at;
    if (cut % 16 == 3) faults.fail_operation = 1 + cut / 16;
    if (cut % 16 == 7) faults.read_limit = faults.write_limit = 1 + cut / 16;
    return faults;
  }
  net::MemoryPair& pair() const noexcept { return const_cast<net::MemoryPair&>(pair_); }

  void serve() {
    std::array<std::byte, 256> input;
    while (!is_gone_ && (!is_upgraded_ || server_.wants_input())) {
      const std::size_t most = is_upgraded_ ? input.size() : 1;  // frames may follow the head
      const auto size = pair_.second().read(MutableBytes{input}.first(most));
      if (!size && !is_upgraded_) return leave();
      if (!size) server_.transport_ended(size.error());
      if (!size || *size == 0) break;
      if (is_upgraded_) {
        require(server_.receive(MutableBytes{input}.first(*size)).has_value());
        talk();
      } else {
        request_ += as_text(Bytes{input}.first(*size));
        if (request_.ends_with("\r\n\r\n")) answer();
      }
    }
    if (is_upgraded_ && !is_gone_) talk();
  }
  void answer() {
    constexpr std::string_view kAnswers[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlogin",
        "HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 429 No\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun Nov  6 08:49:59 "
        "1994\r\n\r\n",
        "HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 There\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
        "SSH-2.0-x\r\n\r\n",
        ""};
    const std::size_t kind = weather_.answer % 16;
    is_upgraded_ = kind == 0 || kind > std::size(kAnswers);
    std::string text{is_upgraded_ ? std::string_view{} : kAnswers[kind - 1]};
    if (is_upgraded_) {
      constexpr std::string_view kName = "Sec-WebSocket-Key: ";
      const std::string key = request_.substr(request_.find(kName) + kName.size(), ws::kKeySize);
      const ws::AcceptValue accept = ws::accept_for(key);
      text = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
      text += "Sec-WebSocket-Accept: " + std::string{accept.data(), accept.size()} + "\r\n\r\n";
    }
    const Bytes bytes = as_bytes(text);
    (void)pair_.second().write({&bytes, 1});
    request_.clear();
  }
  void talk() {
    while (true) {
      while (const auto event = server_.poll(now_)) {
        if (event->kind == ws::Event::Kind::data) {
          message_ += event->text();
          (void)server_.send_part(event->type, event->payload, event->last);
          if (!event->last) continue;
          seen_.insert(message_);
          message_.clear();
        }
        if (event->kind == ws::Event::Kind::closed) return leave();
      }
      const ws::Output output = server_.output();
      const auto taken = output.empty() ? Result<std::size_t>{0u} : pair_.second().write(output.parts);
      if (!taken || *taken == 0) return;
      server_.sent(*taken);
    }
  }
  void leave() {
    is_gone_ = true;
    pair_.second().close();
  }

  Weather weather_;
  std::set<std::string>& seen_;
  std::array<std::byte, kRing> forth_, back_;
  net::MemoryPair pair_{MutableBytes{forth_}, MutableBytes{back_}};
  net::FaultStream faulty_;
  Instant now_;
  Instant opens_at_{};
  Errc failure_{};
  net::Interest wanted_ = net::Interest::read;
  std::string request_, message_;
  bool is_closed_ = false, is_gone_ = false, is_upgraded_ = false, has_news_ = false, is_lost_ = false;
  std::array<std::byte, 2048> output_{};
  ws::Workspace workspace_{output_};
  ws::ConnectionConfig config_{.max_control_per_second = 60'000,
                               .heartbeat = {.ping_interval = 0s, .liveness_timeout = 0s}};
  ws::Connection<ws::Role::server> server_{config_, Instant{}};
};

class Network final : public net::Poller {
 public:
  Instant now() noexcept override { return time; }
  std::span<const net::Ready> wait(Instant until) override {
    for (int turns = 0; !is_woken_; ++turns) {
      require(turns < 10'000);
      bool moved = false;
      Instant due = until;
      for (const auto& wire : wires) {
        moved = wire->turn(time) || moved;
        if (wire->is_ready()) return {&ready_, 1};
        due = std::min(due, wire->next());
      }
      if (moved) continue;
      time = std::max(time, due);
      if (time >= until) return {};
    }
    is_woken_ = false;
    return {};
  }
  void wake() noexcept override { is_woken_ = true; }

  Result<net::Stream*> open(Instant now) {
    if (weather.opening % 8 == 4) return fail(Errc::host_unreachable);
    std::erase_if(wires, [](const auto& wire) { return wire->is_closed(); });
    require(wires.size() < 2);  // the conversation's, and one that is only looked at
    wires.push_back(std::make_unique<Wire>(weather, seen, now));
    return wires.back().get();
  }

  Weather weather;
  std::set<std::string> seen;  // messages that the server has
  std::vector<std::unique_ptr<Wire>> wires;
  Instant time{1000s};

 private:
  net::Ready ready_{};
  bool is_woken_ = false;
};

class Bearer final : public net::Link {
 public:
  Bearer(Network& network, std::string_view name) : network_{network}, name_{name} {}
  std::string_view name() const noexcept override { return name_; }
  net::Poller& poller() noexcept override { return network_; }
  Result<net::Stream*> open(std::string_view /*host*/, std::uint16_t /*port*/, Instant now) override {
    return is_up ? network_.open(now) : fail(Errc::host_unreachable);
  }
  bool is_up = true;

 private:
  Network& network_;
  std::string_view name_;
};

}  // namespace linnet::fuzz
