// SPDX-License-Identifier: Apache-2.0
// A client from its request to its end, against answers and frames as text; time is virtual.
#include "linnet/ws/client.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "support/handshake_text.hpp"
#include "support/ws_endpoint.hpp"

namespace linnet::ws {
namespace {

using test::accepting;
using test::Chunks;
using test::for_each_split;
using test::head_of;
using test::Kind;

ClientConfig config_of(std::uint64_t max_message, bool pieces = false) {
  ClientConfig config;
  config.connection = test::quiet();
  config.connection.max_message = max_message;
  config.pieces = pieces;
  return config;
}

/// A client with all that it borrows, and the log of its events.
struct Driven {
  explicit Driven(const ClientConfig& with = config_of(256), std::size_t output_size = 1024,
                  std::size_t message_size = 256)
      : config{with},
        output_{std::make_unique<std::byte[]>(output_size)},
        message_{std::make_unique<std::byte[]>(message_size)},
        client{config, entropy, {output_.get(), output_size}, {message_.get(), message_size}} {}

  /// Started, and its request taken.
  Driven& start(const ClientRequest& request = {.host = "h"}) {
    EXPECT_TRUE(client.start(request, now));
    request_ = take_output();
    return *this;
  }
  Driven& open(const std::string& rest = {}) {
    start().receive(accepting() + rest);
    return *this;
  }

  void receive(std::string_view bytes) {
    EXPECT_TRUE(client.wants_input());
    input_ = std::make_unique<std::byte[]>(bytes.size());
    if (!bytes.empty()) std::memcpy(input_.get(), bytes.data(), bytes.size());
    EXPECT_TRUE(client.receive({input_.get(), bytes.size()}));
    run();
  }
  void receive(const Chunks& chunks) {
    for (const std::string& chunk : chunks) receive(chunk);
  }
  void run() {
    while (const auto event = client.poll(now)) note(*event);
  }
  void run_at(Instant time) {
    now = time;
    run();
  }
  void end(Error why = Errc::end_of_stream) {
    client.transport_ended(why);
    run();
  }
  std::string take_output() {
    std::string taken;
    for (const Bytes part : client.output().parts) taken += as_text(part);
    client.sent(taken.size());
    return taken;
  }

  void note(const Event& event) {
    EXPECT_FALSE(log.contains("closed")) << "an event after closed";
    const std::string text{event.text()};
    switch (event.kind) {
      case Kind::field: log += "[" + text + "]"; break;
      case Kind::opened: log += "opened "; break;
      case Kind::refused: log += "refused " + std::to_string(event.error->detail) + " "; break;
      case Kind::body: body += text; break;
      case Kind::data:
        log +=
            !event.is_whole() ? (event.first ? "<" : "") + text + (event.last ? ">" : "") : "<" + text + ">";
        break;
      case Kind::ping: log += "ping "; break;
      case Kind::pong: log += "pong "; break;
      case Kind::close: log += "close " + std::to_string(static_cast<int>(event.code)) + " "; break;
      case Kind::drained: log += "drained "; break;
      case Kind::closed:
        log += event.clean ? "closed clean" : "closed";
        if (event.error) log.append(": ").append(describe(event.error->code));
        break;
    }
  }
  /// The log without the fields of the answer.
  std::string story() const { return log.substr(log.rfind(']') + 1); }

  ClientConfig config;
  test::SampleEntropy entropy;
  Instant now{1000s};
  std::string log, body, request_;

 private:
  std::unique_ptr<std::byte[]> output_;
  std::unique_ptr<std::byte[]> message_;
  std::unique_ptr<std::byte[]> input_;

 public:
  Client client;
};

std::string frame(unsigned opcode, std::string_view payload, const test::Shape& shape = {}) {
  return test::frame_to(Role::client, opcode, payload, shape);
}

TEST(Client, OpensTalksAndCloses) {
  for_each_split(accepting() + frame(test::kText, "hi") + frame(test::kClose, test::close_payload(1000)),
                 [](const Chunks& chunks) {
                   Driven d;
                   d.start();
                   EXPECT_TRUE(d.request_.starts_with("GET / HTTP/1.1\r\nHost: h\r\n"));
                   EXPECT_EQ(d.client.state(), State::connecting);
                   d.receive(chunks);
                   EXPECT_EQ(d.story(), "opened <hi>close 1000 ");
                   const auto sent = test::read_frames(Role::client, d.take_output());
                   ASSERT_EQ(sent.size(), 1u);
                   EXPECT_EQ(sent[0].close_code(), 1000u);
                   d.end();
                   EXPECT_EQ(d.story(), "opened <hi>close 1000 closed clean");
                   EXPECT_EQ(d.client.deadline(), kNever);
                 });
}

TEST(Client, ClosesInGoodOrderByItself) {
  Driven d;
  d.open();
  EXPECT_TRUE(d.client.close(CloseCode::normal, "bye", d.now));
  EXPECT_EQ(test::read_frames(Role::client, d.take_output()).size(), 1u);
  d.receive(frame(test::kClose, test::close_payload(1000)));
  // However the transport ends then, it was what was waited for.
  d.end(Errc::connection_reset);
  EXPECT_EQ(d.story(), "opened close 1000 closed clean");
}

TEST(Client, AfterAViolationTheEndIsWaitedFor) {
  Driven d;
  d.open(frame(test::kText, "\xff"));
  EXPECT_EQ(test::read_frames(Role::client, d.take_output()).at(0).close_code(), 1007u);
  EXPECT_TRUE(d.client.wants_shutdown());
  d.end();
  EXPECT_EQ(d.story(), "opened closed: " + std::string{describe(Errc::invalid_utf8)});
}

TEST(Client, TheTransportEndsUnasked) {
  Driven d;
  d.open().end(Errc::connection_reset);
  EXPECT_EQ(d.story(), "opened closed: " + std::string{describe(Errc::connection_reset)});
  Driven early;
  early.start().receive("HTTP/1.1 101 Swi");
  early.end();
  EXPECT_EQ(early.story(), "closed: " + std::string{describe(Errc::end_of_stream)});
}

TEST(Client, TellsTheFieldsAsLines) {
  for_each_split(accepting({"Set-Cookie:  a=b;  c ", "X-Empty:", "X-Blank:   ", "X-Far  : y"}),
                 [](const Chunks& chunks) {
                   Driven d;
                   d.start().receive(chunks);
                   EXPECT_EQ(
                       d.log,
                       "[Upgrade: websocket][Connection: Upgrade][Sec-WebSocket-Accept: "
                       "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=][Set-Cookie:  a=b;  c][X-Empty:][X-Blank:][X-Far  : "
                       "y]opened ");
                 });
}

// RFC 6455: 4.1-9
TEST(Client, TellsARefusalAndItsBody) {
  for_each_split(head_of("HTTP/1.1 401 Unauthorized", {"Content-Length: 9"}) + "who? you!",
                 [](const Chunks& chunks) {
                   Driven d;
                   d.start().receive(chunks);
                   EXPECT_EQ(d.log, "[Content-Length: 9]refused 401 ");
                   EXPECT_EQ(d.body, "who? you!");
                   EXPECT_EQ(d.client.status(), 401);
                   EXPECT_EQ(d.client.state(), State::connecting);
                   EXPECT_EQ(d.client.send_text("x").error(), Errc::bad_state);
                   d.end();
                   EXPECT_EQ(d.story(), "refused 401 closed");
                 });
}

TEST(Client, ARefusalEndsAtTheTimeOutAtTheLatest) {
  Driven d;
  d.start().receive(head_of("HTTP/1.1 503 Later", {}));
  EXPECT_EQ(d.client.deadline(), d.now + 10s);
  d.run_at(d.now + 10s);
  EXPECT_EQ(d.story(), "refused 503 closed");
}

TEST(Client, ABadAnswerEndsIt) {
  for_each_split(head_of(test::k101, {test::kUpgradeLine, test::kConnectionLine}) + frame(test::kText, "hi"),
                 [](const Chunks& chunks) {
                   Driven d;
                   d.start().receive(chunks);
                   EXPECT_EQ(d.story(), "closed: " + std::string{describe(Errc::bad_accept)});
                   EXPECT_TRUE(d.client.output().empty());  // no close frame where there is no WebSocket
                   EXPECT_EQ(d.client.deadline(), kNever);
                 });
}

TEST(Client, ASilentServerIsGivenUp) {
  Driven d;
  d.start();
  EXPECT_EQ(d.client.deadline(), d.now + 10s);
  const Instant due = d.client.deadline();
  for (const char byte : accepting().substr(0, 60)) {
    d.now += 150ms;
    d.receive(std::string{byte});
  }
  d.run_at(due - 1us);
  EXPECT_FALSE(d.log.contains("closed"));
  d.run_at(due);
  EXPECT_EQ(d.story(), "closed: " + std::string{describe(Errc::handshake_timeout)});
}

TEST(Client, TheHandshakesTimeOutIsOverWhenItOpened) {
  Driven d;
  d.open();
  EXPECT_EQ(d.client.deadline(), kNever);
  d.run_at(d.now + 3600s);
  EXPECT_EQ(d.story(), "opened ");
}

TEST(Client, TheHeartbeatBeginsWhenItOpened) {
  ClientConfig config = config_of(256);
  config.connection.heartbeat = {.ping_interval = 20s, .liveness_timeout = 50s};
  Driven d{config};
  d.start();
  d.now += 9s;
  d.receive(accepting());
  EXPECT_EQ(d.client.deadline(), d.now + 20s);
  d.run_at(d.now + 20s);
  EXPECT_EQ(test::read_frames(Role::client, d.take_output()).at(0).opcode, test::kPing);
  d.run_at(d.now + 30s);
  EXPECT_EQ(d.story(), "opened closed: " + std::string{describe(Errc::liveness_timeout)});
}

// RFC 6455: 4.1-8
TEST(Client, NothingIsSentBeforeItOpened) {
  Driven d;
  EXPECT_EQ(d.client.send_text("x").error(), Errc::bad_state);
  d.start();
  EXPECT_EQ(d.client.send_text("x").error(), Errc::bad_state);
  EXPECT_EQ(d.client.send_ping().error(), Errc::bad_state);
  EXPECT_EQ(d.client.send_pong().error(), Errc::bad_state);
  EXPECT_EQ(d.client.send_part(MessageType::text, {}, false).error(), Errc::bad_state);
  EXPECT_EQ(d.client.close(CloseCode::normal, "", d.now).error(), Errc::bad_state);
  EXPECT_TRUE(d.client.output().empty());
}

TEST(Client, StartsOnce) {
  Driven d;
  d.start();
  EXPECT_EQ(d.client.start({.host = "h"}, d.now).error(), Errc::bad_state);
  d.receive(accepting());
  EXPECT_EQ(d.client.start({.host = "h"}, d.now).error(), Errc::bad_state);
  EXPECT_EQ(d.story(), "opened ");
}

TEST(Client, SaysWhichBuffersAreTooSmall) {
  const auto started = [](const ClientConfig& config, std::size_t output, std::size_t message) {
    Driven d{config, output, message};
    const auto result = d.client.start({.host = "h"}, d.now);
    return result ? Errc{} : result.error().code;
  };
  EXPECT_EQ(started(config_of(1000), 1024, 1000), Errc{});
  EXPECT_EQ(started(config_of(1000), 1024, 999), Errc::invalid_argument);
  EXPECT_EQ(started(config_of(0), 1024, 255), Errc::invalid_argument);
  EXPECT_EQ(started(config_of((std::uint64_t{1} << 32) + 1), 1024, 512), Errc::invalid_argument);
  EXPECT_EQ(started(config_of(std::uint64_t{1} << 40, true), 1024, 256), Errc{});
  EXPECT_EQ(started(config_of(0, true), 1024, 255), Errc::invalid_argument);
  EXPECT_EQ(started(config_of(256), Workspace::kMinimum, 256), Errc{});
  EXPECT_EQ(started(config_of(256), Workspace::kMinimum - 1, 256), Errc::invalid_argument);
  EXPECT_EQ(started(config_of(256), 0, 256), Errc::invalid_argument);
  Driven d{config_of(256), 512};
  const std::string path = "/" + std::string(512, 'p');
  EXPECT_EQ(d.client.start({.host = "h", .path = path}, d.now).error(), Errc::too_large);
  EXPECT_EQ(d.client.start({.host = "h", .path = "/a b"}, d.now).error(), Errc::invalid_argument);
  d.open();  // what was refused leaves nothing behind
  EXPECT_EQ(d.story(), "opened ");
}

TEST(Client, WantsNoInputBeforeTheLastIsUsed) {
  Driven d;
  d.start();
  std::string text = accepting() + frame(test::kText, "hi");
  const MutableBytes bytes{reinterpret_cast<std::byte*>(text.data()), text.size()};
  ASSERT_TRUE(d.client.receive(bytes));
  EXPECT_FALSE(d.client.wants_input());
  EXPECT_EQ(d.client.receive(bytes).error(), Errc::bad_state);
  d.run();
  EXPECT_TRUE(d.client.wants_input());
  EXPECT_EQ(d.story(), "opened <hi>");
}

TEST(Client, AbortsFromAnywhere) {
  Driven fresh;
  fresh.client.abort();
  fresh.run();
  EXPECT_EQ(fresh.log, "closed");
  EXPECT_EQ(fresh.client.start({.host = "h"}, fresh.now).error(), Errc::bad_state);
  for (const std::string& text :
       {std::string{}, std::string{"HTTP/1.1 1"}, head_of("HTTP/1.1 401 No", {}) + "body", accepting(),
        accepting() + frame(test::kText, "x", {.fin = false})}) {
    Driven d;
    d.start().receive(text);
    d.client.abort();
    d.client.abort();
    d.run();
    EXPECT_TRUE(d.log.ends_with("closed")) << d.log;
    d.receive("more");
    d.end();
    d.run_at(kNever - 1us);
    EXPECT_EQ(d.client.deadline(), kNever);
  }
}

TEST(Client, PutsMessagesTogether) {
  const std::string longest(256, 'x');
  for_each_split(accepting() + frame(test::kText, "a", {.fin = false}) + frame(test::kPing, "p") +
                     frame(test::kContinuation, "", {.fin = false}) + frame(test::kContinuation, "b") +
                     frame(test::kBinary, longest) + frame(test::kText, ""),
                 [&](const Chunks& chunks) {
                   Driven d;
                   d.start().receive(chunks);
                   EXPECT_EQ(d.story(), "opened ping <ab><" + longest + "><>");
                 });
}

TEST(Client, RefusesMessagesOverItsLimit) {
  for (const bool pieces : {false, true}) {
    Driven d{config_of(256, pieces)};
    d.open(frame(test::kBinary, "x", {.announced = 257, .key = {}}));
    EXPECT_EQ(test::read_frames(Role::client, d.take_output()).at(0).close_code(), 1009u);
    d.end();
    EXPECT_EQ(d.story(), "opened closed: " + std::string{describe(Errc::message_too_big)});
  }
}

TEST(Client, GivesPiecesAsTheyCome) {
  Driven d{config_of(1 << 20, true)};
  d.open();
  const std::string message = frame(test::kText, std::string(1000, 'm'));
  for (const char byte : message) d.receive(std::string{byte});
  EXPECT_EQ(d.story(), "opened <" + std::string(1000, 'm') + ">");
}

TEST(Client, KnowsItsSubprotocol) {
  Driven d;
  d.start({.host = "h", .subprotocols = "chat, superchat"});
  EXPECT_EQ(d.client.subprotocol(), "");
  EXPECT_EQ(d.client.status(), 0);
  d.receive(accepting({"Sec-WebSocket-Protocol: superchat"}));
  EXPECT_EQ(d.client.subprotocol(), "superchat");
  EXPECT_EQ(d.client.status(), 101);
}

TEST(Client, SendsWhileTheHeadWasStillOnItsWay) {
  Driven d;
  ASSERT_TRUE(d.client.start({.host = "h"}, d.now));
  d.receive(accepting());  // the server answers before all of the request was taken
  EXPECT_TRUE(d.client.send_text("hi"));
  const std::string all = d.take_output();
  const std::size_t end = all.find("\r\n\r\n") + 4;
  EXPECT_EQ(test::read_frames(Role::client, std::string_view{all}.substr(end)).at(0).payload, "hi");
}

}  // namespace
}  // namespace linnet::ws
