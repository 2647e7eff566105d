// SPDX-License-Identifier: Apache-2.0
// The device's pins and analog inputs behind agent::Board. A table says what there is; Point::number is the
// GPIO's number, for analog inputs too.
//
//   constexpr agent::Point kPoints[] = {{.name = "led", .kind = agent::Point::output, .number = 2},
//                                       {.name = "adc0", .kind = agent::Point::analog, .number = 4}};
//   esp_idf::Board board{{.points = kPoints}};
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "esp_adc/adc_cali.h"
#include "esp_adc/adc_oneshot.h"
#include "linnet/agent/board.hpp"
#include "linnet/agent/function_ref.hpp"

namespace linnet::port::esp_idf {

/// All borrowed for the board's life.
struct BoardConfig {
  std::span<const agent::Point> points;
  std::span<const std::int16_t> active_low{};  // GPIOs of `points` that are on when their level is low
  /// Reads a point of kind `sensor`; it must not wait. Empty: there are none.
  agent::FunctionRef<Result<float>(const agent::Point& sensor, Instant now)> sensor{};
  /// Of the radio link; see Wifi::rssi().
  agent::FunctionRef<std::optional<std::int16_t>()> rssi{};
};

class Board final : public agent::Board {
 public:
  explicit Board(const BoardConfig& config) noexcept : config_{config} {}

  /// Makes the pins what the table says: outputs are off, inputs pulled to their inactive level.
  /// invalid_argument: a GPIO that cannot be that. Analog inputs must be of ADC1: ADC2 is Wi-Fi's.
  Result<void> start() noexcept;

  std::span<const agent::Point> points() const noexcept override { return config_.points; }
  Result<bool> read(const agent::Point& pin) noexcept override;
  Result<void> write(const agent::Point& output, bool on) noexcept override;
  /// Millivolts, calibrated where the chip has the values in its fuses; else steps of the converter. One
  /// conversion, some 50 microseconds.
  Result<std::int32_t> read_analog(const agent::Point& channel, Instant now) noexcept override;
  Result<float> read_sensor(const agent::Point& sensor, Instant now) noexcept override;
  Duration uptime(Instant now) const noexcept override { return now.time_since_epoch(); }
  std::optional<std::uint32_t> free_heap() const noexcept override;
  std::optional<std::int16_t> rssi() const noexcept override;
  Result<void> request_restart() noexcept override {
    is_restart_requested_ = true;
    return {};
  }

  /// The loop closes its session in good order and then calls restart().
  bool is_restart_requested() const noexcept { return is_restart_requested_; }
  [[noreturn]] static void restart() noexcept;

 private:
  bool is_active_low(const agent::Point& point) const noexcept;
  Result<void> start_analog(const agent::Point& point) noexcept;

  BoardConfig config_;
  adc_oneshot_unit_handle_t converter_ = nullptr;
  adc_cali_handle_t calibration_ = nullptr;
  bool is_restart_requested_ = false;
};

}  // namespace linnet::port::esp_idf
