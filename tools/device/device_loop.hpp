// SPDX-License-Identifier: Apache-2.0
// The simulated device at work: the agent over a session, and a new session when one has ended. How long it
// waits in between is simple here: twice as long each time, from half a second to half a minute, less up to
// half of it at random so that many devices do not come back at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "linnet/agent/agent.hpp"
#include "linnet/session/conversation.hpp"
#include "linnet/session/conversation_memory.hpp"
#include "port/linux/entropy.hpp"
#include "port/linux/signals.hpp"
#include "tools/client/client_options.hpp"
#include "tools/client/links.hpp"
#include "tools/device/simulated_board.hpp"

namespace linnet::tools {

class DeviceLoop {
 public:
  /// Everything is borrowed. `trace`: null, or what hears of every byte.
  DeviceLoop(const ClientOptions& options, std::string_view id, Duration status_interval,
             port::linux::Poller& poller, Trace* trace);

  /// Until SIGINT, SIGTERM or stop(); the exit status.
  int run();
  /// From any thread: closes the connection, and ends run().
  void stop() noexcept {
    asked_to_stop_ = true;
    poller_->wake();
  }

 private:
  void connect();
  void handle(const session::ConversationEvent& event);
  void take_message(const ws::Event& message);
  void advance();
  void report();
  void answer();
  void leave();
  void pause();
  bool is_asked_to_stop() const noexcept { return asked_to_stop_ || signals_.stop_requested(); }

  const ClientOptions* options_;
  port::linux::Poller* poller_;
  Trace* trace_;
  port::linux::Signals signals_;
  Links links_;
  port::linux::Entropy entropy_;
  SimulatedBoard board_;
  agent::CommandTable<1> commands_;
  agent::Agent agent_;
  session::ConversationMemory<{.input = 4096, .output = 16384, .message = 8192, .url = 4096}> memory_;
  std::optional<session::Conversation> session_;
  std::array<char, 8192> buffer_;
  std::minstd_rand random_;

  std::string url_;            // where it is connected to, after redirects
  std::string unsent_answer_;  // found no room; the session is held
  Instant unsent_since_ = kNever;
  Instant now_;
  Instant opened_at_ = kNever;
  unsigned failures_ = 0;  // in a row
  bool leaving_ = false;   // our close frame is on its way
  bool stopping_ = false;  // for good
  std::atomic<bool> asked_to_stop_ = false;
};

}  // namespace linnet::tools
