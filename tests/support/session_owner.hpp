// SPDX-License-Identifier: Apache-2.0
// The owner of a session in a test: its buffers, its loop, and the log of what it was told.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "linnet/session/memory.hpp"
#include "linnet/session/session.hpp"
#include "support/owner_loop.hpp"
#include "support/seeded_entropy.hpp"

namespace linnet::test {

struct SessionOwner : OwnerLoop<SessionOwner> {
  explicit SessionOwner(World& of, session::Links links = {}) : OwnerLoop{of} {
    config.url = "ws://host.example/path";
    config.links = links.size() != 0 ? links : session::Links{&world};
    config.client.connection.max_message = 1024;
    config.outbox.acknowledged = true;
  }

  session::Session& start() {
    session::Buffers buffers = *memory;
    buffers.sessions = sessions;
    session.emplace(config, entropy, buffers);
    return *session;
  }
  bool is_started() const noexcept { return session.has_value(); }
  bool has_ended() const noexcept { return session->is_stopped(); }
  bool turn(Instant limit) {
    const auto event = session->wait_until(limit);
    if (event) note(*event);
    return event.has_value();
  }
  void run_for(Duration time) {
    run_until([] { return false; }, world.time + time);
  }
  /// Until it has said this once more.
  void run_to(std::string_view text) {
    const std::size_t from = log.size();
    run_until([&] { return log.find(text, from) != std::string::npos; });
    EXPECT_NE(log.find(text, from), std::string::npos) << log;
  }

  void note(const session::Event& event) {
    using session::Event;
    EXPECT_FALSE(is_over) << "an event after closed";
    last = event;
    switch (event.kind) {
      case Event::connecting: log += "connecting(" + std::string{event.link} + ") "; break;
      case Event::redirected: log += "redirected "; break;
      case Event::field: break;
      case Event::opened: log += "opened "; break;
      case Event::message:
        log += "<" + std::string{event.text()} + "> ";
        if (const auto id = session::decode_id(event.text()); id && acknowledges) session->acknowledge(*id);
        break;
      case Event::ping: log += "ping "; break;
      case Event::pong: log += "pong "; break;
      case Event::close: log += "close " + std::to_string(static_cast<int>(event.ws.code)) + " "; break;
      case Event::drained: log += "drained "; break;
      case Event::outcome:
        log += std::to_string(event.report.id.sequence) + ":" +
               std::string{session::describe(event.report.outcome)} + " ";
        break;
      case Event::flushed: log += "flushed(" + std::to_string(event.backlog.messages) + ") "; break;
      case Event::offline:
        pauses.push_back(event.outage.retry_in);
        log += "offline(" + std::string{session::describe(event.outage.cause)} +
               (event.outage.is_hopeless ? ", hopeless" : "") + ") ";
        break;
      case Event::closed:
        is_over = true;
        log += "closed";
        EXPECT_TRUE(session->is_stopped());
        break;
    }
    if (on_event) on_event(event);
  }
  std::size_t count(std::string_view text) const {
    std::size_t times = 0;
    for (std::size_t at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) ++times;
    return times;
  }

  session::Config config;
  SeededEntropy entropy;
  std::unique_ptr<session::Memory<>> memory = std::make_unique<session::Memory<>>();
  MutableBytes sessions{};  // room for those of TLS
  std::optional<session::Session> session;
  std::function<void(const session::Event&)> on_event;
  session::Event last{};
  std::vector<Duration> pauses;  // of each `offline`
  bool acknowledges = true;
};

}  // namespace linnet::test
