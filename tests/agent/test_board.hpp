// SPDX-License-Identifier: Apache-2.0
// A board for tests: values that a test sets, failures that it asks for, and a count of what was switched.
// And an agent over it, whose messages lie in a heap block of exactly their size, so that a sanitizer sees
// any access outside it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "linnet/agent/agent.hpp"
#include "linnet/agent/plain_commands.hpp"

namespace linnet::test {

inline constexpr Instant kStart{1'000s};

class TestBoard final : public agent::Board {
 public:
  using Point = agent::Point;

  std::span<const Point> points() const noexcept override {
    static constexpr Point kPoints[] = {
        {.name = "led", .kind = Point::output, .number = 2},
        {.name = "relay", .kind = Point::output, .number = 5},
        {.name = "button", .kind = Point::input, .number = 0},
        {.name = "spare", .kind = Point::output, .number = 7, .reported = false},
        {.name = "adc0", .kind = Point::analog, .number = 36},
        {.name = "temperature", .kind = Point::sensor},
    };
    return std::span<const Point>{kPoints}.subspan(has_led ? 0 : 1);
  }
  Result<bool> read(const Point& pin) noexcept override {
    if (broken) return fail(Errc::io_failure);
    return pin.name == "led" ? led : pin.name == "relay" ? relay : button;
  }
  Result<void> write(const Point& output, bool on) noexcept override {
    if (broken) return fail(Errc::io_failure);
    ++writes;
    (output.name == "led" ? led : output.name == "relay" ? relay : spare) = on;
    return {};
  }
  Result<std::int32_t> read_analog(const Point& /*channel*/, Instant /*now*/) noexcept override {
    if (broken) return fail(Errc::io_failure);
    return 1023;
  }
  Result<float> read_sensor(const Point& /*sensor*/, Instant /*now*/) noexcept override {
    if (broken) return fail(Errc::io_failure);
    return 21.7f;
  }
  Duration uptime(Instant now) const noexcept override { return now - kStart + 5s; }
  std::optional<std::uint32_t> free_heap() const noexcept override { return heap; }
  std::optional<std::int16_t> rssi() const noexcept override { return signal; }
  Result<void> request_restart() noexcept override {
    if (broken) return fail(Errc::bad_state);
    restarting = true;
    return {};
  }

  bool led = false;
  bool relay = false;
  bool spare = false;
  bool button = true;
  bool broken = false;
  bool has_led = true;
  bool restarting = false;
  int writes = 0;
  std::optional<std::uint32_t> heap;
  std::optional<std::int16_t> signal;
};

/// One exactly sized block; see above.
class Block {
 public:
  explicit Block(std::size_t size) : bytes_{new char[size]}, size_{size} {}
  explicit Block(std::string_view text) : Block{text.size()} {
    std::copy(text.begin(), text.end(), bytes_.get());
  }
  std::string_view text() const { return {bytes_.get(), size_}; }
  std::span<char> span() { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

struct Device {
  explicit Device(const agent::AgentConfig& config = {}) : agent{board, config, commands} {}

  /// The answer to `message`; "(nothing)", or "(too_large)" for an error.
  std::string ask(std::string_view message, std::size_t room = 2048) {
    const Block in{message};
    Block out{room};
    const auto reply = agent.handle(in.text(), now, out.span());
    return said(reply, out);
  }
  std::string ask_plain(std::string_view message, std::size_t room = 2048) {
    const Block in{message};
    Block out{room};
    return said(agent::handle_plain(agent, in.text(), now, out.span()), out);
  }
  /// The same for a request with id 1; only what comes after the id, as `"result":…}` or `"error":…}`.
  std::string call(std::string_view method, std::string_view params = {}) {
    std::string request = R"({"jsonrpc":"2.0","id":1,"method":")" + std::string{method} + '"';
    if (!params.empty()) request += ",\"params\":" + std::string{params};
    const std::string reply = ask(request + "}");
    const std::string begin = R"({"jsonrpc":"2.0","id":1,)";
    EXPECT_EQ(reply.compare(0, begin.size(), begin), 0) << reply;
    return reply.size() > begin.size() ? reply.substr(begin.size()) : reply;
  }
  /// What is due at `now`, as ask().
  std::string poll(std::size_t room = 2048) {
    Block out{room};
    return said(agent.poll(now, out.span()), out);
  }

  static std::string said(const Result<std::string_view>& text, Block& out) {
    if (!text) return text.error() == Errc::too_large ? "(too_large)" : "(another error)";
    if (text->empty()) return "(nothing)";
    EXPECT_EQ(text->data(), out.text().data());
    EXPECT_LE(text->size(), out.text().size());
    EXPECT_TRUE(json::parse(*text).has_value()) << *text;
    return std::string{*text};
  }

  TestBoard board;
  agent::CommandTable<4> commands;
  agent::Agent agent;
  Instant now = kStart;
};

}  // namespace linnet::test
