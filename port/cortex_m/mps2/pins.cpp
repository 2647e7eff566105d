// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/mps2/pins.hpp"

#include <array>

#include "port/cortex_m/registers.hpp"

namespace linnet::port::cortex_m::mps2 {
namespace {

constexpr std::uint32_t kLeds = 0x40028000;
constexpr std::uint32_t kButtons = 0x40028008;

constexpr std::array<agent::Point, 3> kPoints{{
    {.name = "led", .kind = agent::Point::output, .number = 0},
    {.name = "relay", .kind = agent::Point::output, .number = 1},
    {.name = "button", .kind = agent::Point::input, .number = 0},
}};

std::uint32_t mask(const agent::Point& pin) noexcept {
  return 1u << static_cast<unsigned>(pin.number);
}

}  // namespace

std::span<const agent::Point> Pins::points() const noexcept {
  return kPoints;
}

Result<bool> Pins::read(const agent::Point& pin) noexcept {
  return (reg(pin.kind == agent::Point::input ? kButtons : kLeds) & mask(pin)) != 0;
}

Result<void> Pins::write(const agent::Point& output, bool on) noexcept {
  const std::uint32_t leds = reg(kLeds);
  reg(kLeds) = on ? leds | mask(output) : leds & ~mask(output);
  return {};
}

Result<std::int32_t> Pins::read_analog(const agent::Point& /*channel*/, Instant /*now*/) noexcept {
  return fail(Errc::unsupported);
}

Result<float> Pins::read_sensor(const agent::Point& /*sensor*/, Instant /*now*/) noexcept {
  return fail(Errc::unsupported);
}

Result<void> Pins::request_restart() noexcept {
  restart_requested_ = true;
  return {};
}

}  // namespace linnet::port::cortex_m::mps2
