// SPDX-License-Identifier: Apache-2.0
// Finding the modem: at a speed that is not known, in a state that is not known. It may be off or booting, in
// the middle of transparent data or a PPP call, or waiting for the payload of a command whose sender was
// reset.
//
// Three ways in turn, each at every speed that is likely, until something answers:
//   probe  AT, and again
//   plus   a second of silence, +++, a second of silence: out of transparent mode (manual, 2.2.3), or out of
//          a PPP call, which ATH ends: it would stand on, and nobody is there to take it up again
//   fill   more AT than the longest payload. What the modem waits for belongs to a connection whose program
//          is gone; there are no true bytes left to send
#include <algorithm>

#include "linnet/modem/cellular.hpp"

namespace linnet::modem {
namespace {

using namespace std::string_view_literals;

constexpr std::array<std::uint32_t, 8> kSpeeds{115200, 460800, 921600, 230400, 57600, 38400, 19200, 9600};
constexpr std::uint8_t kLikelySpeeds = 3;  // the others are only probed
constexpr Duration kProbeWait = 500ms;
constexpr Duration kGuard = 1100ms;  // 1000 ms and more
constexpr Duration kFillWait = 60ms;
constexpr Duration kSettle = 100ms;
constexpr std::uint8_t kFillBlocks = 6;  // of 282 bytes: more than 1500
constexpr std::uint8_t kMostBoots = 5;

}  // namespace

void Cellular::start_sync() noexcept {
  end_task();
  go_to(Step::sync);
  reader_.reset();
  filter_.forget();
  data_phase_ = DataPhase::off;
  payload_left_ = 0;
  command_size_ = command_sent_ = 0;
  is_echo_off_ = false;
  lines_.dtr = true;
  lines_.power_key = false;
  sync_phase_ = SyncPhase::probe;
  sync_pass_ = sync_speed_ = sync_tries_ = unanswered_ = 0;
}

std::uint8_t Cellular::sync_speeds() const noexcept {
  if (!config_.port.baud) return 1;
  return sync_pass_ == 0 ? static_cast<std::uint8_t>(kSpeeds.size()) : kLikelySpeeds;
}

void Cellular::next_sync_speed() noexcept {
  sync_tries_ = 0;
  if (++sync_speed_ >= sync_speeds()) {
    sync_speed_ = 0;
    sync_pass_ = static_cast<std::uint8_t>((sync_pass_ + 1) % 3);
  }
  // The first speed is the one that it is at, wherever that stands among the others.
  if (config_.port.baud) {
    const auto* const at = std::ranges::find(kSpeeds, lines_.baud);
    const std::size_t next = at == kSpeeds.end() ? 0 : static_cast<std::size_t>(at - kSpeeds.begin()) + 1;
    const std::size_t among = sync_pass_ == 0 ? kSpeeds.size() : kLikelySpeeds;
    lines_.baud = kSpeeds[next < among ? next : 0];
    reader_.reset();
    unanswered_ = 0;
  }
  sync_phase_ = sync_pass_ == 0 ? SyncPhase::probe : sync_pass_ == 1 ? SyncPhase::guard : SyncPhase::fill;
}

void Cellular::run_sync() noexcept {
  if (sync_phase_ == SyncPhase::settle) return go_to(Step::echo_off);
  if (waited(config_.answer_timeout)) return fail_step(Cause::no_answer);
  switch (sync_phase_) {
    case SyncPhase::probe:
      if (sync_tries_ == (sync_pass_ == 0 ? 3 : 2)) return next_sync_speed();
      ++sync_tries_;
      if (unanswered_ < 255) ++unanswered_;
      return send_text(Task::probe, "AT"sv, kProbeWait);
    case SyncPhase::guard: sync_phase_ = SyncPhase::plus; return wait_for(kGuard);
    case SyncPhase::plus: {
      sync_phase_ = SyncPhase::probe;
      TextWriter text{command_};
      text.put("+++"sv);
      return send_command(Task::probe, 0, text, kGuard);
    }
    case SyncPhase::hang_up:
      sync_phase_ = SyncPhase::probe;
      unanswered_ = 1;
      return send_text(Task::probe, "ATH"sv, kProbeWait);
    case SyncPhase::fill: {
      if (sync_tries_ == kFillBlocks) {
        sync_phase_ = SyncPhase::probe;
        sync_tries_ = 0;
        return;
      }
      ++sync_tries_;
      unanswered_ = 255;
      TextWriter text{command_};
      while (text.size() + 3 <= std::min<std::size_t>(command_.size(), 282)) text.put("AT\r"sv);
      return send_command(Task::probe, 0, text, kFillWait);
    }
    case SyncPhase::settle: break;
  }
}

void Cellular::on_sync_final(const Final& final) noexcept {
  end_task();
  command_sent_ = command_size_;
  if (final.kind != Final::Kind::ok) {  // it hears us: what it did not understand was in its line before
    sync_phase_ = SyncPhase::probe;
    sync_tries_ = 0;
    return wait_for(kSettle / 2);
  }
  if (command_[0] == std::byte{'+'}) {  // "+++" was said last, and this is its answer
    sync_phase_ = SyncPhase::hang_up;
    return wait_for(kSettle);
  }
  // Answers to earlier probes may be on their way.
  const bool alone = unanswered_ == 1;
  unanswered_ = 0;
  if (alone) return go_to(Step::echo_off);
  sync_phase_ = SyncPhase::settle;
  wait_for(kSettle);
}

/// The modem has booted, on purpose or not: all that it was told is gone.
void Cellular::on_boot() noexcept {
  ++counters_.boots;
  const bool expected = step_ == Step::sync || step_ == Step::reset || step_ == Step::power_key;
  if (step_ == Step::failed || step_ == Step::pause) return;
  if (step_ == Step::sync) {
    // A probe that crosses the banner may be answered yet, and then the next answer is not the next
    // command's.
    unanswered_ = task_ == Task::probe ? 1 : 0;
    end_task();
    command_sent_ = command_size_;
    sync_phase_ = SyncPhase::probe;
    sync_tries_ = 0;
    return wait_for(0s);
  }
  leave_network(Errc::connection_reset);
  if (!expected && ++boots_in_a_row_ > kMostBoots) {
    boots_in_a_row_ = 0;
    return fail_step(Cause::restarting);
  }
  start_sync();
}

}  // namespace linnet::modem
