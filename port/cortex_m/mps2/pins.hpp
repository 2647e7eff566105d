// SPDX-License-Identifier: Apache-2.0
// agent::Board over what the MPS2 has: two LEDs, the second of which stands for a relay, and a button
// ("Application Note AN385", 4.1, FPGA system control).
#pragma once

#include "linnet/agent/board.hpp"

namespace linnet::port::cortex_m::mps2 {

class Pins final : public agent::Board {
 public:
  std::span<const agent::Point> points() const noexcept override;
  Result<bool> read(const agent::Point& pin) noexcept override;
  Result<void> write(const agent::Point& output, bool on) noexcept override;
  Result<std::int32_t> read_analog(const agent::Point& channel, Instant now) noexcept override;
  Result<float> read_sensor(const agent::Point& sensor, Instant now) noexcept override;
  Duration uptime(Instant now) const noexcept override { return now - Instant{}; }
  std::optional<std::int16_t> rssi() const noexcept override { return rssi_; }
  Result<void> request_restart() noexcept override;

  void set_rssi(std::optional<std::int16_t> dbm) noexcept { rssi_ = dbm; }
  bool restart_requested() const noexcept { return restart_requested_; }

 private:
  std::optional<std::int16_t> rssi_;
  bool restart_requested_ = false;
};

}  // namespace linnet::port::cortex_m::mps2
