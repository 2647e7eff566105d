// SPDX-License-Identifier: Apache-2.0
// A conversation of five hundred messages each way for every variant and every fault of the emulator.
#include "cellular/story.hpp"

#include <gtest/gtest.h>

namespace linnet::cellular::test {
namespace {

constexpr Duration kBound = 600s;  // of a story, recovery of whatever happens to it included

void expect_whole(Story& story, bool finished) {
  EXPECT_TRUE(finished) << "up " << story.up.received << ", down " << story.down.received;
  EXPECT_EQ(story.up.wrong, 0u);
  EXPECT_EQ(story.down.wrong, 0u);
}

bool has_event(const EmulatedLink& bench, modem::Event::Kind kind) {
  return std::ranges::find(bench.events, kind) != bench.events.end();
}

/// Every variant of the emulator's help has to be among these.
constexpr std::string_view kVariants[] = {"tail=blank",
                                          "tail=ok",
                                          "prompt=bare",
                                          "prompt=space",
                                          "boot=banner",
                                          "boot=silent",
                                          "boot-delay=11",
                                          "sim-busy=5",
                                          "sim=ready",
                                          "sim=pin:1234",
                                          "reg=home",
                                          "reg=roaming",
                                          "reg-delay=20",
                                          "creg6=1",
                                          "late-urc=8",
                                          "close-data=keep",
                                          "close-data=drop",
                                          "cnf-delay=300",
                                          "open-delay=3000",
                                          "netopen-delay=2000",
                                          "rx-buffer=2000",
                                          "inject=0.3",
                                          "inject=1",
                                          "refused=5",
                                          "tclose=both",
                                          "tclose=closed",
                                          "tclose=ipclose",
                                          "tclose=silent",
                                          "apn=internet",
                                          "apn=other",
                                          "need-apn=internet",
                                          "warm=1",
                                          "echo-payload=0",
                                          "echo-payload=1",
                                          "cmee=0",
                                          "cmee=1",
                                          "cmee=2",
                                          "first-at=ok",
                                          "first-at=lost",
                                          "first-at=error",
                                          "chunk=1-3",
                                          "chunk=1-600",
                                          "baud=ignore",
                                          "clock=1796000000",
                                          "seed=7"};

TEST(Story, NoVariantIsForgotten) {
  for (const emulator::VariantHelp& variant : emulator::variants()) {
    const std::string name = std::string{variant.name} + "=";
    const bool found =
        std::ranges::any_of(kVariants, [&](std::string_view one) { return one.starts_with(name); });
    EXPECT_TRUE(found) << name;
  }
}

struct StoryOver : testing::TestWithParam<std::string_view> {};

TEST_P(StoryOver, OneConnectionInEitherMode) {
  for (const modem::Mode mode : {modem::Mode::command, modem::Mode::transparent}) {
    SCOPED_TRACE(mode == modem::Mode::command ? "command mode" : "transparent");
    EmulatedLink bench{{.apn = "internet", .pin = "1234", .mode = mode}, "sim7670g", {GetParam()}};
    Story story{bench};
    expect_whole(story, story.run(kBound));
    EXPECT_EQ(story.connections, 1u);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryVariant, StoryOver, testing::ValuesIn(kVariants));

TEST(Story, OverTheOtherModems) {
  for (const std::string_view profile : {"a7670", "sim7600"}) {
    for (const modem::Mode mode : {modem::Mode::command, modem::Mode::transparent}) {
      SCOPED_TRACE(profile);
      EmulatedLink bench{{.apn = "internet", .mode = mode}, profile, {"inject=0.3"}};
      Story story{bench};
      expect_whole(story, story.run(kBound));
      EXPECT_EQ(story.connections, 1u);
    }
  }
}

struct Case {
  std::string_view fault;
  std::vector<std::string_view> triggers;
};
const std::vector<std::string_view> kInTheMiddle{"@up=60000", "@down=60000"};
const std::vector<std::string_view> kAtOpening{"@open=1", "@up=60000"};
const std::vector<std::string_view> kAtNetwork{"@cmd=+NETOPEN"};
/// Every kind of the emulator's help has to be among these, but for `silent`, which no story survives, and
/// `flip-down`, which only a secured one does (secure_story_test.cpp, link_test.cpp).
const Case kCases[] = {
    {"lost-prompt", kInTheMiddle},   {"lost-ok", kInTheMiddle},        {"lost-send", kInTheMiddle},
    {"lost-result", kAtOpening},     {"lost-edge", kInTheMiddle},      {"short-cnf", kInTheMiddle},
    {"zero-cnf", kInTheMiddle},      {"neg-cnf", kInTheMiddle},        {"urc-storm:200", kInTheMiddle},
    {"reboot", kInTheMiddle},        {"reboot:8", kInTheMiddle},       {"net-closed", kInTheMiddle},
    {"no-service:5", kInTheMiddle},  {"no-service:90", {"@up=60000"}}, {"flap", kInTheMiddle},
    {"stuck", kInTheMiddle},         {"stuck:30", {"@up=60000"}},      {"garbage", kInTheMiddle},
    {"garbage:3000", {"@up=60000"}}, {"drop-down:1", kInTheMiddle},    {"drop-down:3", kInTheMiddle},
    {"peer-close", kInTheMiddle},    {"peer-abort", kInTheMiddle},     {"open-fail:10", kAtOpening},
    {"netopen-fail", kAtNetwork}};

TEST(Story, NoFaultIsForgotten) {
  for (const emulator::FaultHelp& fault : emulator::faults()) {
    const bool found = std::ranges::any_of(
        kCases, [&](const Case& one) { return one.fault.substr(0, one.fault.find(':')) == fault.name; });
    EXPECT_TRUE(found || fault.name == "silent" || fault.name == "flip-down") << fault.name;
  }
}

struct StoryThrough : testing::TestWithParam<Case> {};

TEST_P(StoryThrough, ItsFaultNothingIsLost) {
  for (const std::string_view trigger : GetParam().triggers) {
    const std::string fault = std::string{GetParam().fault} + std::string{trigger};
    SCOPED_TRACE(fault);
    EmulatedLink bench;
    bench.emulated.modem->add_fault(*emulator::parse_fault(fault));
    Story story{bench};
    expect_whole(story, story.run(kBound));
    EXPECT_LE(story.connections, 4u);
    EXPECT_GE(bench.emulated.modem->counters.faults, 1u) << "it has not struck";
  }
}

INSTANTIATE_TEST_SUITE_P(EveryFault, StoryThrough, testing::ValuesIn(kCases));

/// Without a power key nothing helps: the attempt ends, in time, and says what is the matter.
TEST(Story, AModemThatFallsSilentIsToldInTime) {
  EmulatedLink bench;
  bench.emulated.modem->add_fault(*emulator::parse_fault("silent@up=60000"));
  Story story{bench};
  EXPECT_FALSE(story.run(kBound));
  EXPECT_GE(story.connections, 2u);
  EXPECT_EQ(story.up.wrong + story.down.wrong, 0u);
  EXPECT_EQ(bench.link.modem().diagnosis().cause, modem::Cause::no_answer);
}

/// With a modem whose own times are nothing. The probe that crosses its banner is answered late: were that
/// taken for the next one's answer, all that follow would be a command behind.
TEST(Story, FromTheBannerToTheFirstMessageInAMomentOfOurs) {
  EmulatedLink bench{
      {.apn = "internet", .port = {.baud = true}},
      "sim7670g",
      {"apn=internet", "boot-delay=3", "sim-busy=0", "reg-delay=0", "netopen-delay=0", "open-delay=0"}};
  bench.emulated.modem->settings.latency = 1ms;
  const Instant banner = bench.now() + 3s;
  Story story{bench};
  while (story.down.received == 0 && bench.now() < banner + 60s) story.turn(banner + 60s);
  EXPECT_LE(bench.now() - banner, 200ms);
}

/// What the power key can mend, it does: off, on, and the story goes on.
TEST(Story, AModemThatHangsIsSwitchedOffAndOnWhereItsKeyIsWired) {
  for (const modem::Mode mode : {modem::Mode::command, modem::Mode::transparent}) {
    SCOPED_TRACE(mode == modem::Mode::command ? "command" : "transparent");
    EmulatedLink bench{{.apn = "internet", .mode = mode, .port = {.power_key = true}}};
    bench.emulated.modem->add_fault(*emulator::parse_fault("stuck:100000@up=60000"));
    Story story{bench};
    expect_whole(story, story.run(kBound));
    EXPECT_EQ(story.connections, 2u);
    EXPECT_EQ(bench.emulated.modem->counters.boots, 2u);
    const auto& rungs = bench.link.modem().counters().rungs;
    EXPECT_EQ(rungs[static_cast<std::size_t>(modem::Rung::power)], 1u);
    EXPECT_TRUE(has_event(bench, modem::Event::Kind::recovering));
  }
}

/// A modem that is off comes on by its key.
TEST(Story, AModemThatIsOffIsSwitchedOn) {
  EmulatedLink bench{{.apn = "internet", .port = {.power_key = true}}};
  EXPECT_EQ(bench.emulated.control("power"), "ok");
  Story story{bench};
  expect_whole(story, story.run(kBound));
  EXPECT_EQ(story.connections, 1u);
}

/// One that the key does not mend either: what is tried, a minute and a quarter in all, is tried again when
/// somebody wants a connection, no more often.
TEST(Story, ADeadModemIsNotSwitchedForEver) {
  EmulatedLink bench{{.apn = "internet", .port = {.power_key = true}}};
  bench.emulated.modem->add_fault(*emulator::parse_fault("silent"));
  Story story{bench};
  EXPECT_FALSE(story.run(3600s));
  const auto& rungs = bench.link.modem().counters().rungs;
  EXPECT_GE(rungs[static_cast<std::size_t>(modem::Rung::power)], 3u);
  EXPECT_LE(rungs[static_cast<std::size_t>(modem::Rung::power)], 50u);
  EXPECT_EQ(bench.link.modem().diagnosis().cause, modem::Cause::no_answer);
  EXPECT_TRUE(has_event(bench, modem::Event::Kind::failed));
}

}  // namespace
}  // namespace linnet::cellular::test
