// SPDX-License-Identifier: Apache-2.0
// A device behind a cellular modem: reports its status and obeys commands over a supervised session, until it
// is told to restart. All of its memory is in the object.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "linnet/agent/agent.hpp"
#include "linnet/cellular/link.hpp"
#include "linnet/net/security.hpp"
#include "linnet/session/memory.hpp"
#include "linnet/session/session.hpp"
#include "linnet/tls/clock.hpp"
#include "port/cortex_m/modem_port.hpp"
#include "port/cortex_m/mps2/pins.hpp"

namespace linnet::firmware {

/// Text is borrowed for the device's life.
struct DeviceConfig {
  std::string_view url;
  std::string_view apn;
  net::Security* security = nullptr;
  tls::SetClock& clock;  // is set by what the network says
};

class Device {
 public:
  /// All borrowed. `uart`: the modem's.
  Device(const DeviceConfig& config, port::cortex_m::Uart& uart, net::Poller& poller,
         Entropy& entropy) noexcept;

  /// Until a command says restart, and the conversation was closed.
  void run();

 private:
  void handle(const session::Event& event);
  void answer(std::string_view message);
  void report();
  void look_after_modem();

  net::Poller& poller_;
  net::Security* security_;
  tls::SetClock& clock_;
  port::cortex_m::ModemPort port_;
  cellular::ModemStorage<1, 2048, 2048> modem_storage_;
  cellular::ModemLink modem_;
  port::cortex_m::mps2::Pins pins_;
  std::array<agent::Command, 2> commands_;
  agent::Agent agent_;
  session::Memory<session::Sizes{.conversation = {.input = 512, .output = 1536, .message = 1024, .url = 0},
                                 .queue = 2048,
                                 .inbox = 1024}>
      memory_;
  session::Session session_;
  std::array<char, 1024> buffer_;  // of one answer or report
  Instant now_{};
};

}  // namespace linnet::firmware
