// SPDX-License-Identifier: Apache-2.0
// The simulated device's button: pressed by a command (`button.press`) or by a timer, and each press is an
// event that must be delivered. What becomes of each is logged.
#pragma once

#include <cstdint>
#include <vector>

#include "linnet/agent/events.hpp"
#include "linnet/session/session.hpp"
#include "tools/device/simulated_board.hpp"

namespace linnet::tools {

class DeviceEvents {
 public:
  /// All are borrowed. `interval`: between two presses by themselves; zero: none. Adds its command to
  /// `agent`.
  DeviceEvents(agent::Agent& agent, session::Session& session, SimulatedBoard& board, Duration interval,
               Instant now);

  void poll(Instant now);
  /// When poll() has something to do.
  Instant deadline() const noexcept;
  /// What became of a message; others than events are not told of.
  void take(const session::Report& report);
  /// No more presses by themselves: the device stops.
  void stop() noexcept { due_ = kNever; }

 private:
  struct Press {
    void operator()(agent::Call& call, json::Writer& result);
    DeviceEvents* events;
  };

  bool press(Instant now);

  agent::Events<session::Session> events_;
  session::Session* session_;
  SimulatedBoard* board_;
  Press press_{this};
  Duration interval_;
  Instant due_;
  Instant released_ = kNever;                // when the button is up again
  std::uint32_t count_ = 0;                  // presses
  std::vector<session::MessageId> new_{};    // sent, and not known yet to be kept
  std::vector<session::MessageId> waits_{};  // for their acknowledgement
};

}  // namespace linnet::tools
