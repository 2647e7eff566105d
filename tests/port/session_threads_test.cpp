// SPDX-License-Identifier: Apache-2.0
// A session whose senders are other threads, stopped at a random moment by one more: for the thread
// sanitizer, and for what must hold however they meet.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "linnet/session/memory.hpp"
#include "linnet/session/session.hpp"
#include "port/linux/entropy.hpp"
#include "port/linux/poller.hpp"
#include "support/session_world.hpp"

namespace linnet::session {
namespace {

/// Servers in the owner's own thread, that move whenever they are looked at.
class OwnServers final : public net::Link {
 public:
  explicit OwnServers(net::Poller& poller) : poller_{poller} {}
  std::string_view name() const noexcept override { return "own"; }
  net::Poller& poller() noexcept override { return poller_; }
  Result<net::Stream*> open(std::string_view /*host*/, std::uint16_t /*port*/, Instant now) override {
    line_ = std::make_unique<test::Line>(test::Plan{}, now);
    return line_.get();
  }
  void poll(Instant now) override {
    now_ = now;
    if (line_ && !line_->is_closed) line_->turn(now);
  }
  Instant deadline() const noexcept override { return now_ + 200us; }

 private:
  net::Poller& poller_;
  std::unique_ptr<test::Line> line_;
  Instant now_{};
};

struct Tally {
  std::atomic<std::size_t> accepted = 0;
  std::size_t over = 0;
};

void drive(Session& session, Tally& tally, int& messages) {
  while (const auto event = session.wait()) {
    if (event->kind == Event::outcome) ++tally.over;
    if (event->kind == Event::message) ++messages;
    if (event->kind == Event::message && messages % 7 == 0) (void)session.send_text("from inside");
    Conversation* const open = session.conversation();  // null while it is being closed
    if (event->kind == Event::message && messages % 50 == 0 && open != nullptr) open->abort();
  }
}

TEST(SessionThreads, SendersAndStopAtRandomMoments) {
  std::mt19937 random{1};
  for (int round = 0; round < 25; ++round) {
    port::linux::Poller poller;
    port::linux::Entropy entropy;
    OwnServers link{poller};
    const auto memory = std::make_unique<Memory<{.queue = 8192, .inbox = 4096, .reports = 64}>>();
    Session session{
        {.url = "ws://host/", .links = {&link}, .reconnect = {.backoff = {.first = 0s, .longest = 1ms}}},
        entropy,
        *memory};
    Tally tally;
    int messages = 0;
    std::vector<std::thread> threads;
    for (int sender = 0; sender < 3; ++sender) {
      threads.emplace_back([&session, &tally, sender] {
        while (true) {
          const auto sent = session.send({.payload = as_bytes("hello"),
                                          .policy = sender == 0 ? Policy::latest_wins : Policy::plain,
                                          .key = 1});
          if (sent) tally.accepted.fetch_add(1, std::memory_order_relaxed);
          if (!sent && sent.error() == Errc::bad_state) return;
          if (!sent) std::this_thread::yield();
        }
      });
    }
    const auto moment = std::chrono::microseconds{random() % 4000};
    threads.emplace_back([&session, moment] {
      const auto until = std::chrono::steady_clock::now() + moment;
      while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
      session.request_stop();
      session.request_stop();
    });
    drive(session, tally, messages);
    for (std::thread& thread : threads) thread.join();
    EXPECT_TRUE(session.is_stopped());
    EXPECT_LE(tally.over, tally.accepted + static_cast<std::size_t>(messages));
    EXPECT_EQ(session.send_text("late"), fail(Errc::bad_state));
  }
}

TEST(SessionThreads, ASenderWakesAnOwnerWhoSleeps) {
  port::linux::Poller poller;
  port::linux::Entropy entropy;
  class Quiet final : public net::Link {
   public:
    explicit Quiet(net::Poller& of) : poller_{of} {}
    std::string_view name() const noexcept override { return "quiet"; }
    net::Poller& poller() noexcept override { return poller_; }
    Result<net::Stream*> open(std::string_view, std::uint16_t, Instant) override {
      return fail(Errc::host_unreachable);
    }

   private:
    net::Poller& poller_;
  } link{poller};
  Memory<> memory;
  Session session{
      {.url = "ws://host/", .links = {&link}, .reconnect = {.backoff = {.first = 1h, .longest = 1h}}},
      entropy,
      memory};
  for (int event = 0; event < 2; ++event)
    ASSERT_TRUE(session.wait());  // it pauses for the better part of an hour
  std::thread sender{[&session] {
    (void)session.send({.payload = as_bytes("x"), .lifetime = 1us});  // over as soon as it is seen
  }};
  const auto event = session.wait();
  sender.join();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Event::outcome);
  EXPECT_EQ(event->report.outcome, Outcome::expired);
  std::thread stopper{[&session] { session.request_stop(); }};
  EXPECT_EQ(session.wait()->kind, Event::closed);
  stopper.join();
}

}  // namespace
}  // namespace linnet::session
