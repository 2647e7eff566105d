// SPDX-License-Identifier: Apache-2.0
#include "tools/device/device_events.hpp"

#include <algorithm>
#include <array>

#include "tools/cli/log.hpp"

namespace linnet::tools {
namespace {

constexpr Duration kHeld = 200ms;

std::string text_of(session::MessageId id) {
  std::array<char, session::kLongestId> buffer;
  return std::string{session::encode(id, buffer)};
}

}  // namespace

DeviceEvents::DeviceEvents(agent::Agent& agent, session::Session& session, SimulatedBoard& board,
                           Duration interval, Instant now)
    : events_{agent, session},
      session_{&session},
      board_{&board},
      interval_{interval},
      due_{interval > 0s ? now + interval : kNever} {
  (void)agent.add("button.press", "presses the button, which is an event", press_);
}

void DeviceEvents::Press::operator()(agent::Call& call, json::Writer& result) {
  const bool is_kept = events->press(call.now());
  result.begin_object().member("count", events->count_).member("sent", is_kept).end_object();
}

void DeviceEvents::poll(Instant now) {
  if (now >= released_) {
    board_->press_button(false);
    released_ = kNever;
  }
  if (now >= due_) {
    due_ += interval_;
    if (due_ <= now) due_ = now + interval_;
    (void)press(now);
  }
  std::erase_if(new_, [this](session::MessageId id) {
    const auto outcome = session_->outcome(id);
    if (outcome == session::Outcome::unknown) return false;  // on its way to the queue
    log::info("event ", text_of(id), " ", describe(outcome));
    return true;
  });
}

Instant DeviceEvents::deadline() const noexcept {
  return std::min(due_, released_);
}

/// An event of the button. False: it found no room, and is dropped.
bool DeviceEvents::press(Instant now) {
  board_->press_button(true);
  released_ = now + kHeld;
  std::array<char, 64> buffer;
  json::Writer data{std::span<char>{buffer}};
  data.begin_object().member("pressed", true).member("count", ++count_).end_object();
  const auto id = events_.send("button", data.finish().value_or("{}"), now);
  if (!id) {
    log::warn("the button's event ", count_, " was dropped: ", describe(id.error().code));
    return false;
  }
  log::info("event ", text_of(*id), " button ", count_);
  new_.push_back(*id);
  waits_.push_back(*id);
  return true;
}

void DeviceEvents::take(const session::Report& report) {
  std::erase(new_, report.id);
  if (std::erase(waits_, report.id) == 0) return;
  log::info("event ", text_of(report.id), " ", describe(report.outcome));
}

}  // namespace linnet::tools
