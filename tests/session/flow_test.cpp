// SPDX-License-Identifier: Apache-2.0
// A session under load: full buffers, messages in pieces, floods, and no memory asked for.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "support/allocations.hpp"
#include "support/conversation_owner.hpp"

namespace linnet::session {
namespace {

using test::Owner;
using test::Plan;
using test::World;
using Kind = ConversationEvent::Kind;

std::string frame(unsigned opcode, std::string_view payload = {}, const test::Shape& shape = {}) {
  return test::frame_to(ws::Role::client, opcode, payload, shape);
}

TEST(SessionFlow, BlocksWhenTheNetworkIsFullAndSaysWhenItIsNot) {
  World world;
  world.plans.push_back({.ring = 64});
  Owner owner{world};
  owner.config.client.connection.heartbeat = {.ping_interval = 0s, .liveness_timeout = 0s};
  owner.start();
  owner.run_to("opened");
  const std::string message(100, 'm');
  int queued = 0;
  Result<void> sent = owner.session->send_text(message);
  for (; sent; sent = owner.session->send_text(message)) ++queued;
  EXPECT_EQ(sent.error(), Errc::would_block);
  EXPECT_GT(queued, 5);
  EXPECT_GT(owner.session->unsent(), 0u);
  EXPECT_EQ(owner.session->send_text(std::string(2000, 'x')).error(), Errc::too_large);
  owner.run_to("drained");
  EXPECT_TRUE(owner.session->send_text("more"));
  owner.run_to("<more>");
  EXPECT_EQ(owner.session->unsent(), 0u);
  std::string expected;
  for (int i = 0; i < queued; ++i) expected += "<" + message + "> ";
  std::string log = owner.log;
  log.erase(log.find("drained "), 8);
  EXPECT_EQ(log, "opened " + expected + "<more> ");
}

// Whoever answers each message where it is told must not be refused while the network takes all.
TEST(SessionFlow, AnswersFromWithinEventsLeaveAsRoomIsNeeded) {
  World world;
  Plan plan{.is_deaf = true, .ring = 1 << 16};
  std::string text;
  for (int i = 0; i < 100; ++i) text += frame(test::kText, std::to_string(i));
  plan.behind = text;
  world.plans.push_back(plan);
  Owner owner{world};
  int count = 0;
  const std::string answer(300, 'a');
  owner.on_event = [&](const ConversationEvent& event) {
    if (event.kind != Kind::message) return;
    EXPECT_EQ(event.text(), std::to_string(count));
    ++count;
    EXPECT_TRUE(owner.session->send_text(answer)) << count;
    EXPECT_EQ(event.text(), std::to_string(count - 1));
  };
  owner.start();
  owner.run_to("<99>");
  EXPECT_FALSE(owner.log.contains("drained"));
}

TEST(SessionFlow, ManyMessagesLeaveInOneWrite) {
  World world;
  Owner owner{world};
  owner.start();
  owner.run_to("opened");
  const std::size_t before = world.line().writes;
  for (int i = 0; i < 16; ++i) EXPECT_TRUE(owner.session->send_text("x"));
  EXPECT_EQ(world.line().writes, before);
  EXPECT_FALSE(owner.session->poll(world.time));
  EXPECT_EQ(world.line().writes, before + 1);
}

// For an owner whose answer to this message finds no room.
TEST(SessionFlow, WhileHeldNothingComesAndWhatWasSentLeaves) {
  World world;
  Plan plan{.is_deaf = true, .ring = 1 << 16};
  for (const char* text : {"one", "two", "three"}) plan.behind += frame(test::kText, text);
  world.plans.push_back(plan);
  Owner owner{world};
  std::string_view borrowed;
  owner.on_event = [&](const ConversationEvent& event) {
    if (event.kind == Kind::message) borrowed = event.text();
  };
  owner.start();
  owner.run_to("<one>");
  owner.session->hold(true);
  EXPECT_TRUE(owner.session->send_text("answer"));
  EXPECT_FALSE(owner.session->wait(world.time));
  EXPECT_EQ(owner.session->unsent(), 0u);
  EXPECT_EQ(borrowed, "one");
  EXPECT_GT(owner.session->deadline(), world.time);
  EXPECT_FALSE(owner.session->wait(world.time + 5s));
  EXPECT_EQ(world.time, Instant{505s});
  EXPECT_EQ(borrowed, "one");
  owner.session->hold(false);
  owner.run_to("<three>");
  EXPECT_EQ(owner.log, "opened <one> <two> <three> ");
  owner.session->hold(true);
  owner.session->abort();
  owner.run();
  EXPECT_TRUE(owner.is_over);
}

TEST(SessionFlow, GivesPiecesAsTheyComeAndSendsThem) {
  World world;
  Owner owner{world};
  owner.config.client.pieces = true;
  owner.config.client.connection.max_message = 1 << 20;
  owner.config.client.connection.heartbeat = {.ping_interval = 0s, .liveness_timeout = 0s};
  constexpr std::size_t size = 100'000;
  std::size_t sent = 0, taken = 0;
  bool over = false, right = true;
  const auto send = [&] {
    while (sent < size) {
      const std::string piece(std::min<std::size_t>(400, size - sent),
                              static_cast<char>('a' + sent / 400 % 26));
      const bool last = sent + piece.size() == size;
      const auto result = owner.session->send_part(ws::MessageType::text, as_bytes(piece), last);
      if (!result && result.error() == Errc::would_block) return;
      ASSERT_TRUE(result);
      sent += piece.size();
    }
  };
  owner.on_event = [&](const ConversationEvent& event) {
    if (event.kind == Kind::opened || event.kind == Kind::drained) send();
    if (event.kind != Kind::message) return;
    for (const char character : event.text())
      right = right && character == static_cast<char>('a' + taken++ / 400 % 26);
    over = event.ws.last;
    send();
    owner.log.clear();
  };
  owner.run_until([&] { return over; });
  EXPECT_TRUE(right);
  EXPECT_EQ(taken, size);
}

TEST(SessionFlow, AMessageOverTheBufferIsRefused) {
  World world;
  Owner owner{world};
  owner.config.client.connection.max_message = 1 << 20;
  owner.start();
  owner.run_to("opened");
  world.line().say(frame(test::kText, std::string(1024, 'x')));
  owner.run_to(std::string(1024, 'x'));
  world.line().say(frame(test::kText, std::string(1025, 'x')));
  owner.log.clear();
  EXPECT_EQ(owner.run(), "closed: open: " + std::string{describe(Errc::message_too_big)});
}

/// A stream on which there is always more of the same.
class Endless final : public net::Stream, public net::Link, public net::Poller {
 public:
  std::string answer = test::accepting();
  std::string forever;
  Errc write_error{};
  Instant time{100s};

  State state() const noexcept override { return State::open; }
  Result<std::size_t> read(MutableBytes into) override {
    if (++reads > 1'000'000) return fail(Errc::io_failure);
    std::string& from = answer.empty() ? forever : answer;
    if (from.empty()) return 0u;
    const std::size_t most = from.size() < into.size() ? from.size() : into.size();
    std::size_t size = 0;
    while (size + most <= into.size() && (size == 0 || &from == &forever)) {
      std::memcpy(into.data() + size, from.data(), most);
      size += most;
    }
    if (&from == &answer) answer.erase(0, most);
    return size;
  }
  Result<std::size_t> write(std::span<const Bytes> parts) override {
    if (write_error != Errc{}) return fail(write_error);
    std::size_t size = 0;
    for (const Bytes part : parts) size += part.size();
    return size;
  }
  void shutdown_write() noexcept override {}
  void close() noexcept override {}
  void want(net::Interest) noexcept override {}
  std::string_view name() const noexcept override { return "endless"; }
  net::Poller& poller() noexcept override { return *this; }
  Result<net::Stream*> open(std::string_view, std::uint16_t, Instant) override { return this; }
  Instant now() noexcept override { return time; }
  std::span<const net::Ready> wait(Instant) override {
    time += 1ms;
    return {};
  }
  void wake() noexcept override {}

  std::size_t reads = 0;
};

/// Polls a session over it until it is over, a millisecond after the other.
std::string flooded(Endless& endless) {
  std::array<std::byte, 512> input, output, message;
  test::SampleEntropy entropy;
  ConversationConfig config{.url = "ws://h/", .connect_timeout = 5s};
  config.client.connection.max_message = 512;
  config.client.connection.close_timeout = 1s;
  Conversation session{
      config, endless, entropy, {.input = input, .output = output, .message = message, .url = {}}};
  for (int i = 0; i < 1500 && session.stage() != Stage::over; ++i) {
    const std::size_t before = endless.reads;
    (void)session.poll(endless.time);
    EXPECT_LT(endless.reads - before, 100u) << "one poll has an end";
    if (endless.reads - before > 100) return "endless";
    // Where it left something behind, it says so.
    EXPECT_TRUE(session.stage() == Stage::over || session.deadline() <= endless.time + 50s);
    endless.time += 1ms;
  }
  if (session.stage() != Stage::over) return "open";
  if (!session.failure()) return "closed";
  return std::string{describe(session.failure()->error.code)};
}

TEST(SessionFlow, FloodsWithoutEventsDoNotHoldTheOwner) {
  Endless fragments;
  fragments.answer += frame(test::kText, "", {.fin = false});
  fragments.forever = frame(test::kContinuation, "", {.fin = false});
  EXPECT_EQ(flooded(fragments), "open");

  Endless after_a_violation;
  after_a_violation.answer += frame(test::kText, "\xff");
  after_a_violation.forever = frame(test::kText, "x");
  EXPECT_EQ(flooded(after_a_violation), describe(Errc::invalid_utf8));

  Endless interim;
  interim.answer = "";
  interim.forever = "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(flooded(interim), describe(Errc::malformed_http));

  Endless body;
  body.answer = test::head_of("HTTP/1.1 500 No", {"Content-Length: 9999999999"});
  body.forever = "no ";
  EXPECT_EQ(flooded(body), describe(Errc::handshake_refused));
}

TEST(SessionFlow, AWriteThatFailsIsToldAlthoughReadingIsSilent) {
  Endless endless;
  endless.write_error = Errc::io_failure;
  endless.answer = "";
  EXPECT_EQ(flooded(endless), describe(Errc::io_failure));
  EXPECT_LT(endless.time, Instant{101s});
}

TEST(SessionFlow, AsksForNoMemoryWhileItIsOpen) {
  World world;
  world.plans.push_back({.ring = 1 << 14});
  Owner owner{world};
  owner.start();
  owner.run_to("opened");
  const std::size_t before = test::allocations();
  std::size_t sent = 0, taken = 0;
  constexpr std::size_t count = 100'000;
  while (taken < count) {
    while (sent < count && sent - taken < 16 && owner.session->send_text("a message of a device")) ++sent;
    const auto event = owner.session->poll(world.time);
    if (event) {
      taken += event->kind == Kind::message;
    } else if (!world.turn()) {
      break;
    }
  }
  EXPECT_EQ(taken, count);
  EXPECT_EQ(test::allocations(), before);
}

}  // namespace
}  // namespace linnet::session
