// SPDX-License-Identifier: Apache-2.0
// A board that is a program: `led` and `relay` can be switched, `button` can be pressed, `temperature` drifts
// and `adc0` is a triangle wave. All of it is a function of time and of the seed, so that a run repeats.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "linnet/agent/board.hpp"

namespace linnet::tools {

class SimulatedBoard final : public agent::Board {
 public:
  /// The board is switched on at `now`. Another seed is another device: its curves are shifted in time.
  explicit SimulatedBoard(Instant now, std::uint32_t seed = 0) noexcept
      : started_{now}, shift_{std::chrono::seconds{seed % 1000}} {}

  std::span<const agent::Point> points() const noexcept override {
    using agent::Point;
    static constexpr Point kPoints[] = {
        // pins as on common ESP32 boards
        {.name = "led", .kind = Point::output, .number = 2},
        {.name = "relay", .kind = Point::output, .number = 5},
        {.name = "button", .kind = Point::input, .number = 0},
        {.name = "temperature", .kind = Point::sensor},
        {.name = "adc0", .kind = Point::analog, .number = 36},
    };
    return kPoints;
  }

  Result<bool> read(const agent::Point& pin) noexcept override { return state_of(pin); }
  Result<void> write(const agent::Point& output, bool on) noexcept override {
    state_of(output) = on;
    return {};
  }
  /// Millivolts: 0 to 3300 and back within 20 seconds.
  Result<std::int32_t> read_analog(const agent::Point& /*channel*/, Instant now) noexcept override {
    return triangle(now, 20s, 3300);
  }
  /// Degrees Celsius: from 20.0 to 24.0 and back within 10 minutes, with a ripple of 0.3 within 30 seconds.
  Result<float> read_sensor(const agent::Point& /*sensor*/, Instant now) noexcept override {
    return static_cast<float>(200 + triangle(now, 600s, 40) + triangle(now, 30s, 3)) / 10.0f;
  }
  Duration uptime(Instant now) const noexcept override { return now - started_; }
  std::optional<std::uint32_t> free_heap() const noexcept override {
    return 180'000;
  }  // an ESP32 with Wi-Fi up
  std::optional<std::int16_t> rssi() const noexcept override { return -61; }
  Result<void> request_restart() noexcept override {
    restart_requested_ = true;
    return {};
  }

  void press_button(bool down) noexcept { button_ = down; }
  bool led() const noexcept { return led_; }
  bool relay() const noexcept { return relay_; }
  bool restart_requested() const noexcept { return restart_requested_; }
  /// What a restart does: the outputs are off and the time since power-on begins again.
  void restart(Instant now) noexcept {
    started_ = now;
    led_ = relay_ = restart_requested_ = false;
  }

 private:
  bool& state_of(const agent::Point& pin) noexcept {
    return pin.name == "led" ? led_ : pin.name == "relay" ? relay_ : button_;
  }
  /// From 0 to `height` and back within `period`.
  std::int32_t triangle(Instant now, Duration period, std::int32_t height) const noexcept {
    const auto at = (now - started_ + shift_) % period;
    const auto up = at * 2 <= period ? at : period - at;
    return static_cast<std::int32_t>(up.count() * 2 * height / period.count());
  }

  Instant started_;
  Duration shift_;
  bool led_ = false;
  bool relay_ = false;
  bool button_ = false;
  bool restart_requested_ = false;
};

}  // namespace linnet::tools
