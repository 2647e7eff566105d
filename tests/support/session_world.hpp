// SPDX-License-Identifier: Apache-2.0
// A world for sessions, in one process and with virtual time: a link whose connections lead to servers that
// do as a plan says, and a poller that lets time pass only when nothing else is left to do.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/net/fault.hpp"
#include "linnet/net/link.hpp"
#include "linnet/net/memory.hpp"
#include "linnet/ws/connection.hpp"
#include "linnet/ws/handshake.hpp"
#include "support/allocations.hpp"
#include "support/handshake_text.hpp"
#include "support/ws_wire.hpp"

namespace linnet::test {

/// In a plan's answer: the Accept that is due.
inline constexpr std::string_view kAcceptHole = "{accept}";

/// What becomes of one connection.
struct Plan {
  Errc open_error{};        // of Link::open() itself
  Duration opening{};       // how long the stream is `opening`
  Errc opening_error{};     // what it ends with then; Errc{}: it is open
  bool is_silent = false;   // nothing is ever answered
  Duration thinking{};      // before the answer
  std::string answer{};     // empty: 101 with the Accept that is due
  std::string behind{};     // bytes behind the answer, in the same packet
  bool hangs_up = false;    // and then the server ends its side
  bool is_deaf = false;     // open, but no frame is looked at
  net::Faults faults{};     // of the client's stream
  std::size_t ring = 4096;  // bytes that the network holds, each way
};

/// What secures a server's end of a connection: TLS, say. Null: nothing does.
using Secure = std::function<std::shared_ptr<net::Stream>(net::Stream& raw, Instant now)>;

/// One connection as the link hands it out, with the server at its other end: an echo that speaks RFC 6455.
class Line final : public net::Stream {
 public:
  Line(const Plan& plan, Instant now, const Secure& secure = {})
      : plan_{plan},
        storage_{std::make_unique<std::byte[]>(2 * plan.ring)},
        pair_{MutableBytes{storage_.get(), plan.ring}, MutableBytes{storage_.get() + plan.ring, plan.ring}},
        faulty_{pair_.first(), plan.faults},
        open_at_{now + plan.opening},
        now_{now},
        server_{server_config_, now} {
    server_.attach(&workspace_);
    if (secure) secured_ = secure(pair_.second(), now);
    if (secured_) far_ = secured_.get();
  }

  State state() const noexcept override {
    if (is_closed || (opened() && plan_.opening_error != Errc{})) return State::closed;
    return opened() ? faulty_.state() : State::opening;
  }
  void poll(Instant now) override {
    now_ = now;
    has_news_ = false;
    faulty_.poll(now);
  }
  Instant deadline() const noexcept override { return faulty_.deadline(); }
  Result<std::size_t> read(MutableBytes into) override {
    if (is_closed) return fail(Errc::bad_state);
    if (opened() && plan_.opening_error != Errc{}) return fail(plan_.opening_error);
    if (!opened()) return 0u;
    const auto got = faulty_.read(into);
    if (got) moved += *got;
    return got;
  }
  Result<std::size_t> write(std::span<const Bytes> parts) override {
    if (is_closed) return fail(Errc::bad_state);
    if (!opened()) return 0u;
    ++writes;
    const auto taken = faulty_.write(parts);
    if (taken) moved += *taken;
    return taken;
  }
  void shutdown_write() noexcept override { faulty_.shutdown_write(); }
  void close() noexcept override {
    is_closed = true;
    faulty_.close();
  }
  void want(net::Interest interest) noexcept override { wanted = interest; }

  bool opened() const noexcept { return now_ >= open_at_; }
  net::FaultStream& faulty() noexcept { return faulty_; }
  ws::Connection<ws::Role::server>& server() noexcept { return server_; }

  /// What would wake a poller that is level-triggered.
  bool is_ready() const noexcept {
    if (has_news_ && !is_closed) return true;
    if (is_closed || !was_open_ || held() || dropped()) return false;
    const bool reads = pair_first().waiting() != 0 || server_gone || faulty_.state() == State::closed;
    return (reads && net::includes(wanted, net::Interest::read)) ||
           (room() && net::includes(wanted, net::Interest::write));
  }
  /// When something happens here by itself.
  Instant next() const noexcept {
    Instant due = kNever;
    if (is_closed) return due;
    if (!was_open_) due = open_at_;
    if (!answered && !plan_.is_silent) due = std::min(due, answer_at_);
    return std::min(due, server_in_charge() ? server_.deadline() : kNever);
  }
  /// The server's turn; true: something moved.
  bool turn(Instant now) {
    now_ = std::max(now_, now);
    const bool opens = opened() && !was_open_;
    was_open_ = was_open_ || opened();
    has_news_ = has_news_ || opens;
    const std::size_t before = moved + waiting();
    if (was_open_ && !server_gone) {
      far_->poll(now);
      serve(now);
    }
    return opens || moved + waiting() != before;
  }

  /// Of the server: frames to send by hand, and a hard end.
  void say(std::string_view bytes) { pending_ += bytes; }
  void hang_up() noexcept { plan_.hangs_up = true; }
  void reset() noexcept { pair_.first().reset(); }

  std::string request;  // its head
  net::Interest wanted = net::Interest::read;
  bool is_closed = false;
  bool answered = false;
  bool server_gone = false;
  std::size_t moved = 0;  // bytes, both ends
  std::size_t writes = 0;

 private:
  const net::MemoryStream& pair_first() const noexcept { return const_cast<net::MemoryPair&>(pair_).first(); }
  std::size_t waiting() const noexcept {
    return pair_first().waiting() + const_cast<net::MemoryPair&>(pair_).second().waiting();
  }
  bool room() const noexcept { return const_cast<net::MemoryPair&>(pair_).second().waiting() < plan_.ring; }
  bool dropped() const noexcept { return faulty_.crossed() >= plan_.faults.drop_after; }
  bool held() const noexcept { return faulty_.deadline() != kNever; }
  bool server_in_charge() const noexcept { return answered && plan_.answer.empty() && !plan_.is_deaf; }

  void serve(Instant now) {
    if (answered || request.ends_with("\r\n\r\n")) {
      if (plan_.is_silent) return;
      answer(now);
    }
    flush_pending();
    while (!server_gone && server_.wants_input()) {
      const std::size_t most = answered ? input_.size() : 1;  // frames may follow the request's head
      const auto size = far_->read(MutableBytes{input_}.first(most));
      if (!size && server_in_charge()) server_.transport_ended(size.error());
      if (!size && answered && !server_in_charge()) return leave();
      if (!size || *size == 0) break;
      moved += *size;
      if (server_in_charge()) {
        (void)server_.receive(MutableBytes{input_}.first(*size));
        talk(now);
      } else if (!answered && !request.ends_with("\r\n\r\n")) {
        request += as_text(Bytes{input_}.first(*size));
        if (request.ends_with("\r\n\r\n")) {
          answer_at_ = now + plan_.thinking;
          return serve_answer(now);
        }
      }
    }
    if (server_in_charge()) talk(now);
  }
  void serve_answer(Instant now) {
    if (!plan_.is_silent) answer(now);
    flush_pending();
  }
  void answer(Instant now) {
    if (answered || now < answer_at_) return;
    answered = true;
    const std::string_view name = "Sec-WebSocket-Key: ";
    const std::size_t at = request.find(name) + name.size();
    const ws::AcceptValue value = ws::accept_for(request.substr(at, ws::kKeySize));
    const std::string accept{value.data(), value.size()};
    if (plan_.answer.empty()) {
      pending_ = head_of(k101, {kUpgradeLine, kConnectionLine, "Sec-WebSocket-Accept: " + accept});
    } else {
      pending_ = plan_.answer;
      const std::size_t hole = pending_.find(kAcceptHole);
      if (hole != std::string::npos) pending_.replace(hole, kAcceptHole.size(), accept);
    }
    pending_ += plan_.behind;
  }
  void flush_pending() {
    while (!pending_.empty()) {
      const Bytes bytes = as_bytes(pending_);
      const auto taken = far_->write({&bytes, 1});
      if (!taken || *taken == 0) return;
      moved += *taken;
      pending_.erase(0, *taken);
    }
    if (answered && plan_.hangs_up) leave();
  }
  /// Echoes, and drops the connection when the closing handshake is over.
  void talk(Instant now) {
    while (true) {
      while (const auto event = server_.poll(now)) {
        if (event->kind == ws::Event::Kind::data)
          (void)server_.send_part(event->type, event->payload, event->last);
        if (event->kind == ws::Event::Kind::closed) return leave();
      }
      if (!pending_.empty()) return;
      const ws::Output output = server_.output();
      const auto taken = output.empty() ? Result<std::size_t>{0u} : far_->write(output.parts);
      if (!taken || *taken == 0) return;
      moved += *taken;
      server_.sent(*taken);
    }
  }
  void leave() {
    server_gone = true;
    ++moved;
    far_->close();
  }

  Plan plan_;
  std::unique_ptr<std::byte[]> storage_;
  net::MemoryPair pair_;
  net::FaultStream faulty_;
  std::shared_ptr<net::Stream> secured_;
  net::Stream* far_ = &pair_.second();  // the server's end
  Instant open_at_;
  Instant answer_at_ = kNever;
  Instant now_;
  bool was_open_ = false;
  bool has_news_ = false;  // it has opened, or failed to, since the last poll()
  std::string pending_;
  ws::ConnectionConfig server_config_{.max_control_per_second = 60'000,
                                      .heartbeat = {.ping_interval = 0s, .liveness_timeout = 0s}};
  std::array<std::byte, 256> input_{};
  std::array<std::byte, 16'384> output_{};
  ws::Workspace workspace_{output_};
  ws::Connection<ws::Role::server> server_;
};

/// Poller and link in one.
class World final : public net::Poller, public net::Link {
 public:
  // ---- net::Poller ----
  Instant now() noexcept override { return time; }
  /// Lets time pass when nothing is ready, and complains when nothing will ever be.
  std::span<const net::Ready> wait(Instant until) override {
    while (!is_woken) {
      while (turn()) continue;
      if (std::ranges::any_of(lines, [](const auto& line) { return line->is_ready(); })) {
        ready_ = {.token = nullptr, .readable = true, .writable = true};
        return {&ready_, 1};
      }
      const Instant due = std::min(until, next());
      if (due == kNever) {
        ADD_FAILURE() << "sleeps for ever";
        is_stuck = true;
        return {};
      }
      time = std::max(time, due);
      if (time >= until) return {};
    }
    is_woken = false;
    return {};
  }
  void wake() noexcept override { is_woken = true; }

  // ---- net::Link ----
  std::string_view name() const noexcept override { return "world"; }
  net::Poller& poller() noexcept override { return *this; }
  Result<net::Stream*> open(std::string_view host, std::uint16_t port, Instant now) override {
    for (const auto& line : lines) EXPECT_TRUE(line->is_closed) << "the former connection is still there";
    if (!forgets) opened.push_back(std::string{host} + ":" + std::to_string(port));
    return open_as(plans, now);
  }
  /// As the next plan of `from` says.
  Result<net::Stream*> open_as(std::deque<Plan>& from, Instant now) {
    const std::size_t start = allocations();
    const Plan plan = from.empty() ? Plan{} : from.front();
    if (from.size() > 1) from.pop_front();
    allocated += allocations() - start;
    if (plan.open_error != Errc{}) return fail(plan.open_error);
    const std::size_t before = allocations();
    if (forgets) std::erase_if(lines, [](const auto& line) { return line->is_closed; });
    lines.push_back(std::make_unique<Line>(plan, now, secure));
    allocated += allocations() - before;
    return lines.back().get();
  }

  bool turn() {
    bool moved = false;
    for (const auto& line : lines) moved = line->turn(time) || moved;
    return moved;
  }
  Instant next() const noexcept {
    Instant due = kNever;
    for (const auto& line : lines) due = std::min(due, line->next());
    return due;
  }
  Line& line() { return *lines.back(); }
  std::size_t moved() const {
    std::size_t all = 0;
    for (const auto& line : lines) all += line->moved;
    return all;
  }

  Instant time{500s};
  std::deque<Plan> plans;           // the last one is for all that follow; none: a server that echoes
  std::vector<std::string> opened;  // what was asked for: "host:port"
  std::vector<std::unique_ptr<Line>> lines;
  std::size_t allocated = 0;  // by open(): what is the test's own
  bool forgets = false;       // closed lines, where there are many
  Secure secure;              // of the servers
  bool is_woken = false;
  bool is_stuck = false;

 private:
  net::Ready ready_{};
};

/// One of several links of a world.
class Bearer final : public net::Link {
 public:
  Bearer(World& world, std::string name) : world_{world}, name_{std::move(name)} {}
  std::string_view name() const noexcept override { return name_; }
  net::Poller& poller() noexcept override { return world_; }
  Result<net::Stream*> open(std::string_view /*host*/, std::uint16_t /*port*/, Instant now) override {
    ++opens;
    auto stream = world_.open_as(plans, now);
    if (stream) line = world_.lines.back().get();
    return stream;
  }
  bool is_hopeless() const noexcept override { return hopeless; }
  std::span<const std::uint16_t> recoveries() const noexcept override { return rungs; }

  std::deque<Plan> plans;  // as World's
  std::array<std::uint16_t, kMostRungs> rungs{};
  Line* line = nullptr;  // the latest
  int opens = 0;
  bool hopeless = false;

 private:
  World& world_;
  std::string name_;
};

}  // namespace linnet::test
