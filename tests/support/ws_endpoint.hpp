// SPDX-License-Identifier: Apache-2.0
// A connection with all that it borrows, driven as connection.hpp says, and a log of what it told: pieces of
// messages joined, so that the log is the same however the input was cut. Time is virtual.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/ws/connection.hpp"
#include "support/splits.hpp"
#include "support/ws_wire.hpp"

namespace linnet::test {

/// Runs the body once for each role: for_both_roles([]<ws::Role role>() { ... }).
template <typename Body>
void for_both_roles(Body body) {
  {
    SCOPED_TRACE("client");
    body.template operator()<ws::Role::client>();
  }
  {
    SCOPED_TRACE("server");
    body.template operator()<ws::Role::server>();
  }
}

/// Predictable, which a test wants and a device must not have.
class CountingEntropy final : public Entropy {
 public:
  void fill(MutableBytes out) noexcept override {
    for (std::byte& byte : out)
      byte = static_cast<std::byte>((state_ = state_ * 1664525u + 1013904223u) >> 24);
  }

 private:
  std::uint32_t state_ = 1;
};

/// An event that may be kept. Data: one whole message.
struct Seen {
  ws::Event::Kind kind{};
  std::string payload{};
  ws::MessageType type{};
  bool clean = false;
  ws::CloseCode code{};
  std::optional<Error> error{};
  Duration round_trip{};
};

using Kind = ws::Event::Kind;

/// A configuration in which nothing happens by itself.
inline ws::ConnectionConfig quiet() {
  ws::ConnectionConfig config;
  config.heartbeat = {.ping_interval = 0s, .liveness_timeout = 0s};
  return config;
}

template <ws::Role role>
class Endpoint {
 public:
  explicit Endpoint(const ws::ConnectionConfig& with = quiet(), std::size_t workspace_size = 4096)
      : config(with),
        storage_(std::make_unique<std::byte[]>(workspace_size)),
        workspace{MutableBytes{storage_.get(), workspace_size}},
        connection(make(*this)) {
    if constexpr (role == ws::Role::server) connection.attach(&workspace);
  }

  /// Bytes arrive; those that have to wait wait here.
  void receive(std::string_view bytes) {
    waiting_.emplace_back(bytes);
    run();
  }
  void receive(const Chunks& chunks) {
    for (const std::string& chunk : chunks) receive(chunk);
  }

  /// Polls until nothing is left to do.
  void run() {
    for (;;) {
      while (std::optional<ws::Event> event = connection.poll(now)) note(*event);
      if (!connection.wants_input() || waiting_.empty()) return;
      // Exactly as large as the bytes, so that a sanitizer sees a step outside.
      const std::string& next = waiting_.front();
      input_ = std::make_unique<std::byte[]>(next.size());
      if (!next.empty()) std::memcpy(input_.get(), next.data(), next.size());
      EXPECT_TRUE(connection.receive({input_.get(), next.size()}).has_value());
      waiting_.pop_front();
    }
  }

  void run_at(Instant time) {
    now = time;
    run();
  }
  void end(Error why = Errc::end_of_stream) {
    connection.transport_ended(why);
    run();
  }

  /// Takes at most `limit` bytes of the output, as a transport does that has room for so many.
  std::string take_output(std::size_t limit = SIZE_MAX) {
    std::string taken;
    for (Bytes part : connection.output().parts) {
      if (part.empty()) break;  // "those behind the first empty one are empty"
      taken += as_text(part.first(std::min(part.size(), limit - taken.size())));
    }
    connection.sent(taken.size());
    return taken;
  }
  /// All output as frames, also what the sending gave room for.
  std::vector<SentFrame> take_frames() {
    std::string all;
    for (std::string some = take_output(); !some.empty(); some = take_output()) {
      all += some;
      run();
    }
    return read_frames(role, all);
  }
  std::string queued() const {
    std::string all;
    for (Bytes part : connection.output().parts) all += as_text(part);
    return all;
  }

  std::string from_peer(unsigned opcode, std::string_view payload = {}, const Shape& shape = {}) const {
    return frame_to(role, opcode, payload, shape);
  }

  /// The messages of the log, and nothing of the rest.
  std::vector<std::string> messages() const { return payloads(Kind::data); }
  std::vector<std::string> payloads(Kind kind) const {
    std::vector<std::string> found;
    for (const Seen& event : events) {
      if (event.kind == kind) found.push_back(event.payload);
    }
    return found;
  }
  bool is_closed() const { return !events.empty() && events.back().kind == Kind::closed; }

  const ws::ConnectionConfig config;
  Instant now{};
  std::vector<Seen> events;
  std::string unfinished;   // of the message that is arriving
  bool in_message = false;  // its first piece was there

 private:
  static ws::Connection<role> make(Endpoint& of) {
    if constexpr (role == ws::Role::client) {
      return ws::Connection<role>(of.config, of.entropy_, of.workspace, of.now);
    } else {
      return ws::Connection<role>(of.config, of.now);
    }
  }

  void note(const ws::Event& event) {
    EXPECT_TRUE(events.empty() || events.back().kind != Kind::closed) << "an event after closed";
    if (event.kind == Kind::data) {
      EXPECT_EQ(event.first, !in_message);
      EXPECT_TRUE(!event.payload.empty() || event.first || event.last) << "a piece that says nothing";
      EXPECT_TRUE(!in_message || event.type == type_);
      type_ = event.type;
      unfinished += event.text();
      in_message = !event.last;
      if (!event.last) return;
    }
    events.push_back(
        {.kind = event.kind,
         .payload = event.kind == Kind::data ? std::exchange(unfinished, {}) : std::string{event.text()},
         .type = event.type,
         .clean = event.clean,
         .code = event.code,
         .error = event.error,
         .round_trip = event.round_trip});
  }

  CountingEntropy entropy_;
  std::unique_ptr<std::byte[]> storage_;
  std::unique_ptr<std::byte[]> input_;
  std::deque<std::string> waiting_;
  ws::MessageType type_{};

 public:
  ws::Workspace workspace;
  ws::Connection<role> connection;  // after all that it borrows
};

}  // namespace linnet::test
