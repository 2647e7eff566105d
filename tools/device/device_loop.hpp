// SPDX-License-Identifier: Apache-2.0
// The simulated device at work: the agent over a session, which connects again by itself. Statuses wait in
// the session's outbox, the latest of them; answers go to the conversation that asked.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "linnet/agent/agent.hpp"
#include "linnet/session/memory.hpp"
#include "linnet/session/session.hpp"
#include "port/linux/entropy.hpp"
#include "port/linux/signals.hpp"
#include "tools/client/client_options.hpp"
#include "tools/client/links.hpp"
#include "tools/device/device_events.hpp"
#include "tools/device/device_metrics.hpp"
#include "tools/device/simulated_board.hpp"

namespace linnet::tools {

/// What not every device has; borrowed.
struct DeviceExtras {
  session::Store* store = nullptr;   // for events that are not delivered
  DeviceMetrics* metrics = nullptr;  // is told of all that is counted
  Duration press_interval{};         // of the button; zero: nobody presses it but commands
  Duration flush = 3s;               // at the end, what waits may take so long to be delivered
};

class DeviceLoop {
 public:
  /// Everything is borrowed. `trace`: null, or what hears of every byte.
  DeviceLoop(const ClientOptions& options, std::string_view id, Duration status_interval,
             port::linux::Poller& poller, Trace* trace, const DeviceExtras& extras = {});

  /// Until SIGINT, SIGTERM or stop(); the exit status.
  int run();
  /// From any thread: closes the connection, and ends run().
  void stop() noexcept {
    asked_to_stop_ = true;
    poller_->wake();
  }

 private:
  void handle(const session::Event& event);
  void take_outage(const session::Event& event);
  void take_message(const ws::Event& message);
  void advance();
  void begin_to_stop();
  void take_flushed(const session::Backlog& left);
  void report();
  void answer();
  void leave();
  bool is_asked_to_stop() const noexcept { return asked_to_stop_ || signals_.stop_requested(); }

  const ClientOptions* options_;
  port::linux::Poller* poller_;
  port::linux::Signals signals_;
  Links links_;
  port::linux::Entropy entropy_;
  SimulatedBoard board_;
  agent::CommandTable<1> commands_;
  agent::Agent agent_;
  session::Memory<{.conversation = {.input = 4096, .output = 16384, .message = 8192, .url = 4096},
                   .queue = 131072,
                   .inbox = 32768,
                   .reports = 64,
                   .sessions = 8192}>
      memory_;
  session::Session session_;
  DeviceEvents events_;
  DeviceMetrics* metrics_;
  Duration flush_;
  std::array<char, 8192> buffer_;

  std::string url_;            // where it is connected to, after redirects
  std::string unsent_answer_;  // found no room; the session is held
  Instant unsent_since_ = kNever;
  Instant now_;
  std::uint32_t delivered_before_ = 0;  // when it was asked to stop
  bool leaving_ = false;                // our close frame is on its way
  bool stopping_ = false;               // for good
  std::atomic<bool> asked_to_stop_ = false;
};

}  // namespace linnet::tools
