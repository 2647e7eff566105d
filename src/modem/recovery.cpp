// SPDX-License-Identifier: Apache-2.0
// When it does not work: a ladder, each rung taken once after the one below did not help, with patience
// before it. A modem that loses its cell finds another one in two seconds; detaching it then would be the
// outage.
#include <algorithm>

#include "linnet/modem/cellular.hpp"

namespace linnet::modem {
namespace {

constexpr std::uint8_t kAttempts = 3;  // of a step, before the next rung
constexpr Duration kRetry = 1s;        // times the number of the attempt
constexpr Duration kHealthy = 60s;     // up for so long: the ladder begins at its foot again
constexpr Duration kFirstPause = 10s;
constexpr Duration kLongestPause = 15min;
constexpr Duration kPowerOffPulse = 3s;  // 2.5 s and more
constexpr Duration kPowerOffWait = 4s;   // 2 s to go off, 2 s before it may go on

}  // namespace

/// The step under way cannot be done. Trying again, a rung up, or the end.
void Cellular::fail_step(Cause cause, bool hopeless) noexcept {
  failure_ = {.step = step_, .cause = cause, .hopeless = hopeless, .answer = answer_};
  if (hopeless) {
    leave_network(Errc::io_failure);
    fail_queued(Errc::io_failure);
    end_task();
    go_to(Step::failed);
    retry_at_ = kNever;
    return raise(Event::Kind::failed);
  }
  const bool may_repeat = cause == Cause::refused || cause == Cause::no_network;
  if (may_repeat && ++attempts_ < kAttempts) {
    go_to(step_);
    return wait_for(attempts_ * kRetry);
  }
  climb(cause == Cause::no_answer                                  ? Rung::power
        : cause == Cause::refused                                  ? Rung::reset
        : cause == Cause::no_network || cause == Cause::restarting ? Rung::network
                                                                   : Rung::attachment);
}

/// The next rung, but at least `least`.
void Cellular::climb(Rung least) noexcept {
  attempts_ = 0;
  leave_network(Errc::connection_reset);
  const auto next = static_cast<Rung>(static_cast<unsigned>(rung_) + 1);
  const Rung rung = std::max(next, least);
  if (rung > Rung::power || (rung == Rung::power && !config_.port.power_key)) return give_up_for_now();
  rung_ = rung;
  ++counters_.rungs[static_cast<std::size_t>(rung)];
  raise(Event::Kind::recovering);
  end_task();
  switch (rung) {
    case Rung::none: break;
    case Rung::network: return go_to(Step::network_close);
    case Rung::attachment: return go_to(Step::detach);
    case Rung::radio: return go_to(Step::radio_off);
    case Rung::reset: return go_to(Step::reset);
    case Rung::power: power_phase_ = 0; return go_to(Step::power_key);
  }
}

/// All was tried. Its owner hears of it; the same begins again after a pause that grows.
void Cellular::give_up_for_now() noexcept {
  rung_ = Rung::none;
  fail_queued(Errc::host_unreachable);
  end_task();
  const Step failed_at = failure_.step;
  go_to(Step::pause);
  failure_.step = failed_at;
  pause_ = std::clamp<Duration>(pause_ * 2, kFirstPause, kLongestPause);
  wait_for(pause_);
  raise(Event::Kind::failed);
}

/// Off, if it is on; then on.
void Cellular::run_power_key() noexcept {
  switch (power_phase_++) {
    case 0: lines_.power_key = true; return wait_for(kPowerOffPulse);
    case 1: lines_.power_key = false; return wait_for(kPowerOffWait);
    case 2: lines_.power_key = true; return wait_for(dialect_->power_on_pulse);
    default: return start_sync();
  }
}

/// A command of a step had no answer in time.
void Cellular::on_late_step() noexcept {
  if (step_ == Step::pin) return go_to(Step::sim);  // which tells whether it was taken
  failure_ = {.step = step_, .cause = Cause::no_answer, .answer = answer_};
  if (++attempts_ < kAttempts) return start_sync();
  climb(Rung::reset);
}

/// While the network is up: is it still?
void Cellular::check_health() noexcept {
  if (network_is_lost_) return task_ == Task::none ? climb(Rung::network) : void();
  if (now_ >= up_since_ + kHealthy && service_lost_ == kNever) {
    rung_ = Rung::none;
    boots_in_a_row_ = 0;
  }
  // Data that still moves is service, whatever the registration says.
  if (service_lost_ != kNever && now_ >= std::max(service_lost_, data_moved_at_) + config_.hysteresis) {
    failure_ = diagnosis();
    climb(Rung::attachment);
  }
}

Failure Cellular::diagnosis() const noexcept {
  Failure found{.step = step_, .answer = answer_};
  switch (step_) {
    case Step::failed:
    case Step::pause: return failure_;
    case Step::up:
      if (service_lost_ == kNever) return failure_;
      [[fallthrough]];
    case Step::registration:
      found.cause = status_.registration == 3 ? Cause::denied
                    : status_.rssi_dbm == 0   ? Cause::no_signal
                                              : Cause::not_registered;
      return found;
    case Step::sync: found.cause = Cause::no_answer; return found;
    case Step::pin:
    case Step::sim: found.cause = sim_ == 'P' ? Cause::pin_needed : Cause::sim_failure; return found;
    case Step::network_open: found.cause = Cause::no_network; return found;
    default: return failure_.cause != Cause::none ? failure_ : found;
  }
}

/// The network is gone, and all connections with it; those that wait to be opened go on waiting.
void Cellular::leave_network(Error why) noexcept {
  if (step_ == Step::up) raise(Event::Kind::network_down);
  data_phase_ = DataPhase::off;
  reader_.take_data(false);
  payload_left_ = 0;
  command_sent_ = command_size_;
  probes_left_ = 0;
  end_task();
  for (Socket& socket : sockets_) {
    if (socket.state_ != SocketState::queued) socket.fail_with(why);
    link_is_free(socket);
  }
  service_lost_ = kNever;
  network_is_lost_ = links_are_asked_ = false;
}

void Cellular::fail_queued(Error why) noexcept {
  for (Socket& socket : sockets_) {
    if (socket.state_ == SocketState::queued) socket.fail_with(why);
  }
}

/// A byte of it may be lost, or doubled if it were sent again: it ends.
void Cellular::kill(Socket& socket, Error why) noexcept {
  ++counters_.killed_links;
  socket.fail_with(why);
}

}  // namespace linnet::modem
