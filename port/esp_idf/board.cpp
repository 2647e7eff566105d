// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/board.hpp"

#include <algorithm>

#include "driver/gpio.h"
#include "esp_adc/adc_cali_scheme.h"
#include "esp_system.h"
#include "port/esp_idf/check.hpp"

namespace linnet::port::esp_idf {
namespace {

constexpr adc_atten_t kAttenuation = ADC_ATTEN_DB_12;  // up to about 3.1 V

gpio_num_t gpio(const agent::Point& point) noexcept {
  return static_cast<gpio_num_t>(point.number);
}

/// Null where the chip's fuses hold no calibration.
adc_cali_handle_t calibrate(adc_unit_t unit) noexcept {
  adc_cali_handle_t made = nullptr;
#if ADC_CALI_SCHEME_CURVE_FITTING_SUPPORTED
  adc_cali_curve_fitting_config_t config{};
  config.unit_id = unit;
  config.atten = kAttenuation;
  config.bitwidth = ADC_BITWIDTH_DEFAULT;
  if (::adc_cali_create_scheme_curve_fitting(&config, &made) != ESP_OK) return nullptr;
#elif ADC_CALI_SCHEME_LINE_FITTING_SUPPORTED
  adc_cali_line_fitting_config_t config{};
  config.unit_id = unit;
  config.atten = kAttenuation;
  config.bitwidth = ADC_BITWIDTH_DEFAULT;
  if (::adc_cali_create_scheme_line_fitting(&config, &made) != ESP_OK) return nullptr;
#endif
  return made;
}

}  // namespace

Result<void> Board::start() noexcept {
  for (const agent::Point& point : config_.points) {
    if (point.kind == agent::Point::analog) {
      if (const auto done = start_analog(point); !done) return done;
    }
    if (point.kind != agent::Point::input && point.kind != agent::Point::output) continue;
    const bool is_output = point.kind == agent::Point::output;
    if (is_output ? !GPIO_IS_VALID_OUTPUT_GPIO(point.number) : !GPIO_IS_VALID_GPIO(point.number)) {
      return fail(Errc::invalid_argument, static_cast<std::uint16_t>(point.number));
    }
    gpio_config_t config{};
    config.pin_bit_mask = std::uint64_t{1} << point.number;
    config.mode = is_output ? GPIO_MODE_INPUT_OUTPUT : GPIO_MODE_INPUT;  // so that it can be read back
    if (!is_output) {
      config.pull_up_en = is_active_low(point) ? GPIO_PULLUP_ENABLE : GPIO_PULLUP_DISABLE;
      config.pull_down_en = is_active_low(point) ? GPIO_PULLDOWN_DISABLE : GPIO_PULLDOWN_ENABLE;
    }
    if (is_output) ::gpio_set_level(gpio(point), is_active_low(point) ? 1 : 0);  // before it drives
    if (const auto done = check(::gpio_config(&config), "gpio_config"); !done) return done;
  }
  return {};
}

Result<void> Board::start_analog(const agent::Point& point) noexcept {
  adc_unit_t unit{};
  adc_channel_t channel{};
  if (::adc_oneshot_io_to_channel(point.number, &unit, &channel) != ESP_OK || unit != ADC_UNIT_1) {
    return fail(Errc::invalid_argument, static_cast<std::uint16_t>(point.number));
  }
  if (converter_ == nullptr) {
    adc_oneshot_unit_init_cfg_t config{};
    config.unit_id = unit;
    if (const auto done = check(::adc_oneshot_new_unit(&config, &converter_), "adc_oneshot_new_unit");
        !done) {
      return done;
    }
    calibration_ = calibrate(unit);
  }
  const adc_oneshot_chan_cfg_t config{.atten = kAttenuation, .bitwidth = ADC_BITWIDTH_DEFAULT};
  return check(::adc_oneshot_config_channel(converter_, channel, &config), "adc_oneshot_config_channel");
}

bool Board::is_active_low(const agent::Point& point) const noexcept {
  return std::ranges::find(config_.active_low, point.number) != config_.active_low.end();
}

Result<bool> Board::read(const agent::Point& pin) noexcept {
  return (::gpio_get_level(gpio(pin)) != 0) != is_active_low(pin);
}

Result<void> Board::write(const agent::Point& output, bool on) noexcept {
  return check(::gpio_set_level(gpio(output), on != is_active_low(output) ? 1 : 0));
}

Result<std::int32_t> Board::read_analog(const agent::Point& channel, Instant /*now*/) noexcept {
  adc_unit_t unit{};
  adc_channel_t number{};
  int value = 0;
  if (const auto done = check(::adc_oneshot_io_to_channel(channel.number, &unit, &number)); !done) {
    return std::unexpected{done.error()};
  }
  if (const auto done = check(::adc_oneshot_read(converter_, number, &value)); !done) {
    return std::unexpected{done.error()};
  }
  if (calibration_ == nullptr) return value;
  int millivolts = 0;
  if (const auto done = check(::adc_cali_raw_to_voltage(calibration_, value, &millivolts)); !done) {
    return std::unexpected{done.error()};
  }
  return millivolts;
}

Result<float> Board::read_sensor(const agent::Point& sensor, Instant now) noexcept {
  if (!config_.sensor) return fail(Errc::unsupported);
  return config_.sensor(sensor, now);
}

std::optional<std::uint32_t> Board::free_heap() const noexcept {
  return ::esp_get_free_heap_size();
}

std::optional<std::int16_t> Board::rssi() const noexcept {
  if (!config_.rssi) return std::nullopt;
  return config_.rssi();
}

void Board::restart() noexcept {
  ::esp_restart();
}

}  // namespace linnet::port::esp_idf
