// SPDX-License-Identifier: Apache-2.0
// The owner of one conversation in a test: its buffers, its loop, and the log of what it was told.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "linnet/session/conversation.hpp"
#include "support/owner_loop.hpp"

namespace linnet::test {

struct Owner : OwnerLoop<Owner> {
  explicit Owner(World& of, std::string_view url = "ws://host.example/path") : OwnerLoop{of} {
    config.url = url;
    config.client.connection.max_message = 1024;
  }
  ~Owner() {
    session.reset();
    for (const auto& line : world.lines) EXPECT_TRUE(line->is_closed) << "a connection is left open";
  }

  session::Conversation& start() {
    session.emplace(config, world, entropy,
                    session::ConversationBuffers{.input = {input_.get(), input_size},
                                                 .output = {output_.get(), output_size},
                                                 .message = {message_.get(), message_size},
                                                 .url = {url_.get(), url_size}});
    return *session;
  }
  bool is_started() const noexcept { return session.has_value(); }
  bool has_ended() const noexcept { return session->stage() == session::Stage::over; }
  bool turn(Instant limit) {
    const auto event = session->wait(limit);
    if (event) note(*event);
    return event.has_value();
  }
  /// Until it said this.
  void run_to(std::string_view text) {
    run_until([&] { return log.contains(text); });
    EXPECT_TRUE(log.contains(text)) << log;
  }

  void note(const session::ConversationEvent& event) {
    using Kind = session::ConversationEvent::Kind;
    EXPECT_FALSE(is_over) << "an event after closed";
    const std::string text{event.text()};
    switch (event.kind) {
      case Kind::redirected: log += "redirected " + text + " "; break;
      case Kind::field: fields += "[" + text + "]"; break;
      case Kind::opened: log += "opened "; break;
      case Kind::message: log += (event.ws.first ? "<" : "") + text + (event.ws.last ? "> " : ""); break;
      case Kind::ping: log += "ping "; break;
      case Kind::pong: log += "pong " + std::to_string(event.ws.round_trip.count()) + "us "; break;
      case Kind::close: log += "close " + std::to_string(static_cast<int>(event.ws.code)) + " "; break;
      case Kind::drained: log += "drained "; break;
      case Kind::closed:
        is_over = true;
        log += event.ws.clean ? "closed clean" : "closed";
        EXPECT_EQ(session->stage(), session::Stage::over);
        EXPECT_EQ(event.ws.error.has_value(), session->failure().has_value());
        if (session->failure()) {
          EXPECT_EQ(event.ws.error, session->failure()->error);
          log += ": " + stage_name(session->failure()->stage) + ": ";
          log += describe(session->failure()->error.code);
          if (session->failure()->error.code == Errc::handshake_refused)
            log += " " + std::to_string(session->failure()->error.detail);
        }
        break;
    }
    if (on_event) on_event(event);
  }
  static std::string stage_name(session::Stage stage) {
    switch (stage) {
      case session::Stage::idle: return "idle";
      case session::Stage::connecting: return "connecting";
      case session::Stage::securing: return "securing";
      case session::Stage::handshake: return "handshake";
      case session::Stage::open: return "open";
      case session::Stage::over: return "over";
    }
    return "?";
  }

  static constexpr std::size_t input_size = 512, output_size = 1024, message_size = 1024, url_size = 512;
  session::ConversationConfig config;
  SampleEntropy entropy;
  std::optional<session::Conversation> session;
  std::function<void(const session::ConversationEvent&)> on_event;
  std::string fields;

 private:
  // Each by itself, so that a sanitizer sees a step outside.
  std::unique_ptr<std::byte[]> input_ = std::make_unique<std::byte[]>(input_size);
  std::unique_ptr<std::byte[]> output_ = std::make_unique<std::byte[]>(output_size);
  std::unique_ptr<std::byte[]> message_ = std::make_unique<std::byte[]>(message_size);
  std::unique_ptr<std::byte[]> url_ = std::make_unique<std::byte[]>(url_size);
};

}  // namespace linnet::test
