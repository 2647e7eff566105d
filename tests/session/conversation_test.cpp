// SPDX-License-Identifier: Apache-2.0
// A session from its URL to its end: what goes well, and what fails while it is open. How it gets there
// stands in connect_test.cpp.
#include "linnet/session/conversation.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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

/// Says hello when it has opened, and closes at the echo.
void hello(Owner& owner) {
  owner.on_event = [&owner](const ConversationEvent& event) {
    EXPECT_TRUE(event.kind != Kind::opened || owner.session->send_text("hello"));
    EXPECT_TRUE(event.kind != Kind::message || owner.session->close());
  };
}

constexpr std::string_view kHello = "opened <hello> close 1000 closed clean";

TEST(Conversation, OpensEchoesAndCloses) {
  World world;
  Owner owner{world};
  hello(owner);
  EXPECT_EQ(owner.start().stage(), Stage::idle);
  EXPECT_EQ(owner.run(), kHello);
  EXPECT_EQ(world.opened, std::vector<std::string>{"host.example:80"});
  EXPECT_TRUE(world.line().request.starts_with("GET /path HTTP/1.1\r\nHost: host.example\r\n"));
  EXPECT_EQ(owner.session->link_name(), "world");
  EXPECT_EQ(owner.session->deadline(), kNever);
  EXPECT_EQ(owner.session->unsent(), 0u);
  EXPECT_FALSE(owner.session->wait());
  EXPECT_FALSE(owner.session->poll(world.time));
}

TEST(Conversation, NetworksMayCutAsTheyLike) {
  for (const std::size_t limit : {1u, 7u, 64u}) {
    for (const std::size_t ring : {1u, 16u, 4096u}) {
      SCOPED_TRACE("limit " + std::to_string(limit) + ", ring " + std::to_string(ring));
      World world;
      world.plans.push_back({.faults = {.read_limit = limit, .write_limit = limit}, .ring = ring});
      Owner owner{world};
      hello(owner);
      EXPECT_EQ(owner.run(), kHello);
    }
  }
}

TEST(Conversation, EveryOperationMayFail) {
  for (const std::size_t limit : {std::size_t{7}, std::size_t{4096}}) {
    for (std::uint64_t n = 1;; ++n) {
      SCOPED_TRACE("operation " + std::to_string(n) + ", limit " + std::to_string(limit));
      World world;
      world.plans.push_back({.faults = {.read_limit = limit,
                                        .write_limit = limit,
                                        .fail_operation = n,
                                        .failure = Error{Errc::io_failure, 5}}});
      Owner owner{world};
      hello(owner);
      owner.run();
      ASSERT_TRUE(owner.is_over) << owner.log;
      ASSERT_FALSE(world.is_stuck);
      if (owner.log == kHello) {
        ASSERT_GT(n, 3u);
        break;
      }
      // After both close frames the end is in good order, however it comes.
      ASSERT_EQ(owner.session->failure().has_value(), !owner.log.ends_with("closed clean"));
      if (!owner.session->failure()) continue;
      EXPECT_EQ(owner.session->failure()->error, (Error{Errc::io_failure, 5}));
      EXPECT_EQ(owner.session->failure()->stage,
                owner.log.contains("opened") ? Stage::open : Stage::handshake);
      EXPECT_EQ(world.time, Instant{500s}) << "a failure is told at once";
    }
  }
}

TEST(Conversation, EveryByteMayBeTheLast) {
  for (std::uint64_t n = 0; n < 600; ++n) {
    SCOPED_TRACE("byte " + std::to_string(n));
    for (const bool drops : {false, true}) {
      World world;
      Plan plan;
      (drops ? plan.faults.drop_after : plan.faults.close_after) = n;
      world.plans.push_back(plan);
      Owner owner{world};
      hello(owner);
      owner.run();
      ASSERT_TRUE(owner.is_over) << owner.log;
      ASSERT_TRUE(owner.log == kHello || owner.log.ends_with("closed clean") || owner.session->failure());
    }
  }
}

TEST(Conversation, IsDrivenByItsDeadlinesAlone) {
  World world;
  world.plans.push_back({.opening = 2s, .thinking = 3s});
  Owner owner{world};
  owner.config.client.connection.heartbeat = {.ping_interval = 20s, .liveness_timeout = 50s};
  Conversation& session = owner.start();
  // poll() without wait(): between two looks either bytes have come, or deadline() has.
  int looks = 0;
  while (++looks < 100) {
    while (const auto event = session.poll(world.time)) owner.note(*event);
    if (owner.log.contains("pong")) break;
    if (world.turn()) continue;
    const Instant due = std::min(session.deadline(), world.next());
    ASSERT_GT(due, world.time) << owner.log;
    ASSERT_NE(due, kNever);
    world.time = due;
    world.turn();
  }
  EXPECT_EQ(owner.log, "opened pong 1us ");
  EXPECT_EQ(world.time, Instant{500s} + 2s + 3s + 20s);
  EXPECT_LT(looks, 20);
}

TEST(Conversation, APeerThatIsDeadIsFound) {
  World world;
  world.plans.push_back({.is_deaf = true});
  Owner owner{world};
  owner.config.client.connection.heartbeat = {.ping_interval = 20s, .liveness_timeout = 50s};
  EXPECT_EQ(owner.run(), "opened closed: open: " + std::string{describe(Errc::liveness_timeout)});
  EXPECT_EQ(world.time, Instant{550s});
}

TEST(Conversation, MeasuresTheRoundTrip) {
  World world;
  Owner owner{world};
  owner.start();
  owner.run_to("opened");
  world.line().faulty().faults().held_until = world.time + 20s + 35ms;
  owner.run_to("pong");
  EXPECT_EQ(owner.log, "opened pong 35000us ");
  EXPECT_TRUE(owner.session->send_ping(as_bytes("mine")));
  owner.log.clear();
  owner.run_to("pong");
  EXPECT_EQ(owner.log, "pong 0us ");
}

TEST(Conversation, TellsPingsOfThePeer) {
  World world;
  Owner owner{world};
  owner.start();
  owner.run_to("opened");
  world.line().say(frame(test::kPing, "are you there"));
  owner.run_to("ping");
  EXPECT_TRUE(owner.session->close());
  EXPECT_EQ(owner.run(), "opened ping close 1000 closed clean");
}

TEST(Conversation, ThePeerCloses) {
  World world;
  Owner owner{world};
  owner.start();
  owner.run_to("opened");
  EXPECT_TRUE(world.line().server().close(ws::CloseCode::going_away, "bye", world.time));
  EXPECT_EQ(owner.run(), "opened close 1001 closed clean");
  EXPECT_EQ(world.time, Instant{500s});
}

TEST(Conversation, ThePeerClosesRightBehindItsAnswer) {
  for (const bool hangs_up : {false, true}) {
    World world;
    world.plans.push_back(
        {.behind = frame(test::kText, "hi") + frame(test::kClose, test::close_payload(1008, "no")),
         .hangs_up = hangs_up});
    Owner owner{world};
    EXPECT_EQ(owner.run(), "opened <hi> close 1008 closed clean");
  }
}

TEST(Conversation, ThePeerNeverAnswersOurClose) {
  World world;
  world.plans.push_back({.is_deaf = true});
  Owner owner{world};
  owner.config.client.connection.close_timeout = 3s;
  owner.start();
  owner.run_to("opened");
  EXPECT_TRUE(owner.session->close(ws::CloseCode::normal, "bye"));
  EXPECT_EQ(owner.run(), "opened closed: open: " + std::string{describe(Errc::close_timeout)});
  EXPECT_EQ(world.time, Instant{503s});
}

TEST(Conversation, ThePeerBreaksTheProtocol) {
  World world;
  Owner owner{world};
  owner.start();
  owner.run_to("opened");
  world.line().say(frame(test::kText, "\xff"));
  EXPECT_EQ(owner.run(), "opened closed: open: " + std::string{describe(Errc::invalid_utf8)});
  EXPECT_EQ(world.time, Instant{500s});  // our end of stream made the server leave
}

TEST(Conversation, AfterAViolationOurSideEndsAsWell) {
  World world;
  world.plans.push_back({.behind = frame(test::kText, "\xff"), .is_deaf = true});
  Owner owner{world};
  EXPECT_EQ(owner.run(), "opened closed: open: " + std::string{describe(Errc::invalid_utf8)});
  EXPECT_EQ(world.time, Instant{500s});  // a server that hears no close frame leaves at the end of stream
}

TEST(Conversation, ThePeerGoesWithoutAWord) {
  World world;
  Owner owner{world};
  owner.start();
  owner.run_to("opened");
  world.line().hang_up();
  EXPECT_EQ(owner.run(), "opened closed: open: " + std::string{describe(Errc::end_of_stream)});
  World other;
  Owner second{other};
  second.start();
  second.run_to("opened");
  other.line().reset();
  EXPECT_EQ(second.run(), "opened closed: open: " + std::string{describe(Errc::connection_reset)});
}

// A write that fails is no reason to lose what can still be read.
TEST(Conversation, LastWordsAreReadAlthoughWritingFails) {
  World world;
  world.plans.push_back(
      {.behind = frame(test::kText, "last words") + frame(test::kClose, test::close_payload(1011)),
       .hangs_up = true});
  Owner owner{world};
  owner.on_event = [&owner](const ConversationEvent& event) {
    EXPECT_TRUE(event.kind != Kind::opened || owner.session->send_text("into the void"));
  };
  EXPECT_EQ(owner.run(), "opened <last words> close 1011 closed clean");
}

TEST(Conversation, CloseTakesOnlyWhatMayBeSent) {
  World world;
  Owner owner{world};
  owner.start();
  owner.run_to("opened");
  for (const int code : {0, 999, 1004, 1006, 1015, 2999, 5000})
    EXPECT_EQ(owner.session->close(static_cast<ws::CloseCode>(code)).error(), Errc::invalid_argument) << code;
  EXPECT_TRUE(owner.session->send_text("still here"));
  EXPECT_TRUE(owner.session->close(ws::CloseCode{4321}, "bye"));
  EXPECT_EQ(owner.session->close().error(), Errc::bad_state);
  EXPECT_EQ(owner.session->send_text("late").error(), Errc::bad_state);
  EXPECT_EQ(owner.run(), "opened <still here> close 4321 closed clean");
  EXPECT_EQ(owner.session->close().error(), Errc::bad_state);
  EXPECT_EQ(owner.session->send_text("late").error(), Errc::bad_state);
}

TEST(Conversation, NothingMayBeSentBeforeItIsOpen) {
  World world;
  Owner owner{world};
  Conversation& session = owner.start();
  const auto refuses = [&] {
    return !session.send_text("x") && session.send_text("x").error() == Errc::bad_state &&
           session.send_binary({}).error() == Errc::bad_state &&
           session.send_ping().error() == Errc::bad_state &&
           session.send_part(ws::MessageType::text, {}, true).error() == Errc::bad_state;
  };
  EXPECT_TRUE(refuses());
  EXPECT_FALSE(session.poll(world.time));
  EXPECT_EQ(session.stage(), Stage::handshake);
  EXPECT_TRUE(refuses());
  session.abort();
  EXPECT_TRUE(refuses());
}

TEST(Conversation, WaitEndsAtItsLimitAndAtAWakeUp) {
  World world;
  world.plans.push_back({.is_deaf = true});
  Owner owner{world};
  owner.start();
  owner.run_to("opened");
  EXPECT_FALSE(owner.session->wait(world.time + 3s));
  EXPECT_EQ(world.time, Instant{503s});
  world.wake();
  EXPECT_FALSE(owner.session->wait());
  EXPECT_EQ(world.time, Instant{503s});
  EXPECT_FALSE(owner.session->wait(Instant{}));
  EXPECT_EQ(owner.session->stage(), Stage::open);
  // What was sent before leaves without an event to wait for.
  EXPECT_TRUE(owner.session->send_text("x"));
  EXPECT_GT(owner.session->unsent(), 0u);
  EXPECT_FALSE(owner.session->wait(world.time));
  EXPECT_EQ(owner.session->unsent(), 0u);
}

class Notes final : public Trace {
 public:
  void bytes(Instant, std::string_view layer, Direction direction, Bytes data) override {
    EXPECT_EQ(layer, "tcp");
    (direction == Direction::in ? in : out) += as_text(data);
  }
  void note(Instant, std::string_view, std::string_view text) override { notes.append(text).append(", "); }
  std::string in, out, notes;
};

TEST(Conversation, IsTraced) {
  World world;
  Notes notes;
  Owner owner{world, "ws://user:password@host.example/"};
  owner.config.trace = &notes;
  hello(owner);
  EXPECT_EQ(owner.run(), kHello);
  EXPECT_TRUE(notes.out.starts_with("GET / HTTP/1.1\r\n"));
  EXPECT_TRUE(notes.in.starts_with("HTTP/1.1 101"));
  EXPECT_EQ(notes.notes, "connecting, requesting, open, ");
}

/// At every step of a session's life, `what` is done to it.
template <typename What>
void at_every_step(What what) {
  bool reached_the_end = false;
  for (int step = 0; !reached_the_end; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    World world;
    world.plans.push_back({.opening = 1s, .faults = {.read_limit = 50, .write_limit = 50}});
    Owner owner{world};
    hello(owner);
    owner.start();
    int steps = 0;
    owner.run_until([&] { return owner.is_over || steps++ == step; }, world.time + 5s);
    reached_the_end = owner.is_over;
    what(owner);
    ASSERT_LT(step, 100);
  }
}

TEST(Conversation, AbortsFromAnywhere) {
  at_every_step([](Owner& owner) {
    owner.on_event = nullptr;
    owner.session->abort();
    owner.session->abort();
    EXPECT_EQ(owner.session->deadline(), owner.is_over ? kNever : Instant{});
    owner.run();
    EXPECT_TRUE(owner.is_over);
    EXPECT_FALSE(owner.session->failure()) << owner.log;
    EXPECT_FALSE(owner.session->poll(owner.world.time));
    EXPECT_EQ(owner.session->stage(), Stage::over);
  });
}

TEST(Conversation, ClosesFromAnywhere) {
  at_every_step([](Owner& owner) {
    owner.on_event = nullptr;
    (void)owner.session->close();
    (void)owner.session->close();
    owner.run();
    EXPECT_TRUE(owner.is_over);
    EXPECT_FALSE(owner.session->failure()) << owner.log;
  });
}

TEST(Conversation, IsDestroyedAtAnyMoment) {
  at_every_step([](Owner& owner) { owner.session.reset(); });
}

}  // namespace
}  // namespace linnet::session
