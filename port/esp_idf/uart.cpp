// SPDX-License-Identifier: Apache-2.0
// The driver's buffers and events.
#include "port/esp_idf/uart.hpp"

#include <algorithm>

#include "driver/gpio.h"
#include "esp_log.h"
#include "esp_sleep.h"
#include "port/esp_idf/check.hpp"
#include "port/esp_idf/clock.hpp"
#include "port/esp_idf/options.hpp"

namespace linnet::port::esp_idf {
namespace {

constexpr const char* kTag = "linnet.uart";
constexpr int kReceive = CONFIG_LINNET_UART_RX_BUFFER;
constexpr int kSend = CONFIG_LINNET_UART_TX_BUFFER;
constexpr int kEvents = 16;
// Of 128 bytes in the receiver's FIFO: RTS goes up while there is room for what the modem still sends.
constexpr std::uint8_t kStopAt = 100;
// uart_write_bytes() copies into a ring that holds whole items: a description (up to 32 bytes with its
// header) and the bytes (8 more), none longer than half of it. Up to this much it never waits.
constexpr std::size_t kOverhead = 64;
constexpr std::size_t kLongestWrite = kSend / 2 - kOverhead;

gpio_num_t pin(int number) noexcept {
  return static_cast<gpio_num_t>(number);
}

Result<void> make_pin(int number, gpio_mode_t mode, int level) noexcept {
  if (number < 0) return {};
  gpio_config_t config{};
  config.pin_bit_mask = std::uint64_t{1} << number;
  config.mode = mode;
  if (mode == GPIO_MODE_OUTPUT) ::gpio_set_level(pin(number), static_cast<std::uint32_t>(level));
  return check(::gpio_config(&config), "gpio_config");
}

}  // namespace

Result<void> Uart::start() noexcept {
  if (is_started_) return fail(Errc::bad_state);
  const bool flow_control = config_.rts >= 0 && config_.cts >= 0;
  uart_config_t line{};
  line.baud_rate = static_cast<int>(config_.baud);
  line.data_bits = UART_DATA_8_BITS;
  line.parity = UART_PARITY_DISABLE;
  line.stop_bits = UART_STOP_BITS_1;
  // On from the start where it is wired: a modem that does not use it keeps its CTS asserted.
  line.flow_ctrl = flow_control ? UART_HW_FLOWCTRL_CTS_RTS : UART_HW_FLOWCTRL_DISABLE;
  line.rx_flow_ctrl_thresh = kStopAt;
  line.source_clk = UART_SCLK_DEFAULT;
  const auto step = [](esp_err_t code, const char* what) { return check(code, what).has_value(); };
  const bool done = step(::uart_driver_install(config_.port, kReceive, kSend, kEvents, &events_, 0),
                         "uart_driver_install") &&
                    step(::uart_param_config(config_.port, &line), "uart_param_config") &&
                    step(::uart_set_pin(config_.port, config_.tx, config_.rx,
                                        flow_control ? config_.rts : UART_PIN_NO_CHANGE,
                                        flow_control ? config_.cts : UART_PIN_NO_CHANGE),
                         "uart_set_pin");
  if (!done) return fail(Errc::io_failure);
  if (const auto lines = set_lines(); !lines) return lines;
  baud_ = config_.baud;

  constexpr configSTACK_DEPTH_TYPE kStack = 2560;
  constexpr UBaseType_t kPriority = CONFIG_LINNET_TASK_PRIORITY + 1;
  if (::xTaskCreate(&run, "linnet_uart", kStack, this, kPriority, nullptr) != pdPASS) {
    return fail(Errc::too_many);
  }
  poller_.add(*this);
  is_started_ = true;
  return {};
}

/// DTR is on when it is low, and so is DCD.
Result<void> Uart::set_lines() noexcept {
  if (const auto done = make_pin(config_.dtr, GPIO_MODE_OUTPUT, 0); !done) return done;
  if (const auto done = make_pin(config_.power_key, GPIO_MODE_OUTPUT, config_.power_key_active ? 0 : 1);
      !done) {
    return done;
  }
  return make_pin(config_.dcd, GPIO_MODE_INPUT, 0);
}

modem::Config Uart::configure(modem::Config config) const noexcept {
  config.port_baud = config_.baud;
  config.flow_control = config_.rts >= 0 && config_.cts >= 0;
  config.port = {.baud = true,
                 .dtr = config_.dtr >= 0,
                 .carrier = config_.dcd >= 0,
                 .power_key = config_.power_key >= 0};
  return config;
}

void Uart::run(void* self) {
  auto& uart = *static_cast<Uart*>(self);
  while (true) {
    uart_event_t event{};
    ::xQueueReceive(uart.events_, &event, portMAX_DELAY);
    switch (event.type) {
      case UART_FIFO_OVF:
        ESP_LOGW(kTag, "receiver overrun: bytes are lost; wire RTS and CTS, or lower the speed");
        uart.has_lost_ = true;
        break;
      case UART_FRAME_ERR:
      case UART_PARITY_ERR: uart.has_lost_ = true; break;
      default: break;  // UART_BUFFER_FULL: the driver stops reading the FIFO, and loses nothing by that
    }
    uart.poller_.wake();
  }
}

net::Ready Uart::ready() noexcept {
  std::size_t waiting = 0;
  const bool reads = includes(interest_, net::Interest::read) &&
                     ::uart_get_buffered_data_len(config_.port, &waiting) == ESP_OK && waiting > 0;
  const bool writes = includes(interest_, net::Interest::write) && room() > 0;
  return {.token = this, .readable = reads, .writable = writes};
}

std::size_t Uart::room() const noexcept {
  std::size_t free = 0;
  if (::uart_get_tx_buffer_free_size(config_.port, &free) != ESP_OK || free <= kOverhead) return 0;
  return std::min(free - kOverhead, kLongestWrite);
}

Result<std::size_t> Uart::read(MutableBytes into) {
  if (!is_started_) return fail(Errc::bad_state);
  const int got = ::uart_read_bytes(config_.port, into.data(), static_cast<std::uint32_t>(into.size()), 0);
  if (got < 0) return fail(Errc::io_failure);
  return static_cast<std::size_t>(got);
}

Result<std::size_t> Uart::write(std::span<const Bytes> parts) {
  if (!is_started_) return fail(Errc::bad_state);
  std::size_t taken = 0;
  bool is_whole = true;
  for (const Bytes part : parts) {
    const std::size_t size = std::min(part.size(), room());
    if (size > 0 && ::uart_write_bytes(config_.port, part.data(), size) < 0) return fail(Errc::io_failure);
    taken += size;
    is_whole = size == part.size();
    if (!is_whole) break;
  }
  // The driver tells nobody when there is room again: at the line's speed a quarter of the buffer is soon
  // gone.
  const Duration quarter{std::int64_t{kSend} / 4 * 10'000'000 / std::max<std::int64_t>(baud_, 1)};
  write_due_ = is_whole ? kNever : now() + quarter;
  return taken;
}

void Uart::apply(const modem::Lines& lines) noexcept {
  if (lines.baud != 0 && lines.baud != baud_) {
    ::uart_wait_tx_done(config_.port, pdMS_TO_TICKS(100));  // the command that says so, a few bytes
    if (check(::uart_set_baudrate(config_.port, lines.baud), "uart_set_baudrate")) baud_ = lines.baud;
  }
  if (config_.dtr >= 0) ::gpio_set_level(pin(config_.dtr), lines.dtr ? 0 : 1);
  if (config_.power_key >= 0) {
    ::gpio_set_level(pin(config_.power_key), lines.power_key == config_.power_key_active ? 1 : 0);
  }
}

bool Uart::carrier() noexcept {
  return config_.dcd < 0 || ::gpio_get_level(pin(config_.dcd)) == 0;
}

Result<void> Uart::wake_from_light_sleep() noexcept {
  constexpr int kEdges = 3;  // of the receive line; ESP-IDF's least
  if (const auto done = check(::uart_set_wakeup_threshold(config_.port, kEdges)); !done) return done;
  return check(::esp_sleep_enable_uart_wakeup(static_cast<int>(config_.port)),
               "esp_sleep_enable_uart_wakeup");
}

}  // namespace linnet::port::esp_idf
