// SPDX-License-Identifier: Apache-2.0
// A modem's UART: its bytes as a Stream, its lines as a cellular::Port. A small task of its own waits for the
// driver's events, so that the loop sleeps until a byte is there, and an overrun is noticed, never swallowed.
//
//   esp_idf::Uart uart{poller, {.port = UART_NUM_1, .tx = 17, .rx = 18}};
//   cellular::ModemLink link{"cellular", uart, poller, uart.configure({.apn = "iot"}), storage, &uart};
#pragma once

#include <atomic>
#include <cstdint>

#include "driver/uart.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "freertos/task.h"
#include "linnet/cellular/link.hpp"
#include "linnet/net/stream.hpp"
#include "port/esp_idf/poller.hpp"

namespace linnet::port::esp_idf {

/// Pins are GPIO numbers; -1: not wired.
struct UartConfig {
  uart_port_t port = UART_NUM_1;
  int tx = -1;  // of the chip: to the modem's RXD
  int rx = -1;
  int rts = -1;  // both, or none: hardware flow control. Without it the modem's own buffer bounds the loss
  int cts = -1;
  int dtr = -1;
  int dcd = -1;
  int power_key = -1;
  bool power_key_active = true;  // the level that presses it; most boards have a transistor in between
  std::uint32_t baud = 115200;   // at the start; modem::Config::baud says what to change to
};

/// CONFIG_LINNET_UART_RX_BUFFER and CONFIG_LINNET_UART_TX_BUFFER of the driver's memory, and 2.5 KiB for the
/// task. Lives as long as the program.
class Uart final : public net::Stream, public cellular::Port, private ReadySource {
 public:
  /// `poller` is borrowed.
  Uart(Poller& poller, const UartConfig& config) noexcept : poller_{poller}, config_{config} {}

  /// Installs the driver. invalid_argument: the pins or the speed; io_failure: the log says what.
  Result<void> start() noexcept;

  /// `config` with what this port can do, and is set to, filled in.
  modem::Config configure(modem::Config config) const noexcept;

  State state() const noexcept override { return is_started_ ? State::open : State::closed; }
  /// While the driver's buffer is full, nothing is taken; then it is due when there is room again.
  Instant deadline() const noexcept override { return write_due_; }
  Result<std::size_t> read(MutableBytes into) override;
  Result<std::size_t> write(std::span<const Bytes> parts) override;
  void shutdown_write() noexcept override {}
  void close() noexcept override {}  // a UART stays
  void want(net::Interest interest) noexcept override { interest_ = interest; }

  void apply(const modem::Lines& lines) noexcept override;
  bool has_lost_bytes() noexcept override { return has_lost_.exchange(false); }
  bool carrier() noexcept override;

  /// Lets what comes in end a light sleep; the bytes that do so are lost, as the chip is made. io_failure.
  Result<void> wake_from_light_sleep() noexcept;

 private:
  static void run(void* self);
  net::Ready ready() noexcept override;
  std::size_t room() const noexcept;
  Result<void> set_lines() noexcept;

  Poller& poller_;
  UartConfig config_;
  QueueHandle_t events_ = nullptr;
  Instant write_due_ = kNever;
  std::uint32_t baud_ = 0;
  net::Interest interest_ = net::Interest::read;
  std::atomic<bool> has_lost_ = false;
  bool is_started_ = false;
};

}  // namespace linnet::port::esp_idf
