// SPDX-License-Identifier: Apache-2.0
// The seam for what a device has: pins, analog inputs, sensors, and the machine itself. A port implements it
// (ESP-IDF: GPIO, ADC), a test or `linnet device` simulates it. Only what points() lists can be reached
// from outside, so a command never touches a pin that the firmware did not mean to offer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"

namespace linnet::agent {

/// One thing that the board has.
struct Point {
  enum Kind : std::uint8_t { input = 1, output = 2, analog = 4, sensor = 8 };  // bits: asked for together

  std::string_view name;     // "led"; also its name in the status
  Kind kind;                 //
  std::int16_t number = -1;  // of the pin or channel, by which a command may name it too; -1: none
  bool reported = true;      // in the status
};

class Board {
 public:
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  /// What there is: a table in flash, the same for the board's whole life.
  virtual std::span<const Point> points() const noexcept = 0;

  // The point given is one of points(), of the right kind. None of these waits: a driver whose conversion
  // takes time, or that may not be asked too often, keeps its last value; therefore `now`. An error becomes
  // a JSON-RPC error, and in the status a value that is left out.

  /// Whether an input or output is on. A pin that is active when low is inverted here, not by the caller.
  virtual Result<bool> read(const Point& pin) noexcept = 0;
  virtual Result<void> write(const Point& output, bool on) noexcept = 0;
  /// In the board's own unit: millivolts, or steps of the converter.
  virtual Result<std::int32_t> read_analog(const Point& channel, Instant now) noexcept = 0;
  virtual Result<float> read_sensor(const Point& sensor, Instant now) noexcept = 0;

  /// Since power-on or reset.
  virtual Duration uptime(Instant now) const noexcept = 0;
  /// Bytes; nothing where there is no heap.
  virtual std::optional<std::uint32_t> free_heap() const noexcept { return {}; }
  /// Of the radio link, in dBm; nothing where that is not known.
  virtual std::optional<std::int16_t> rssi() const noexcept { return {}; }

  /// Notes that a restart is wanted, and returns: whoever runs the loop does it, after the answer has left
  /// and the connection was closed. An error refuses.
  virtual Result<void> request_restart() noexcept { return fail(Errc::unsupported); }

 protected:
  Board() = default;
  ~Board() = default;
};

}  // namespace linnet::agent
