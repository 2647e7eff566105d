// SPDX-License-Identifier: Apache-2.0
#include "tools/load/load_run.hpp"

#include <algorithm>

#include "tools/cli/log.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

// As many as a listener's queue is sure to hold: more at once, and the kernel's retransmissions are measured.
constexpr std::size_t kOpeningAtOnce = 64;
// Deadlines are those of connecting, pings and closing: a turn need not look at each of 10,000.
constexpr Duration kLookAtAll = 50ms;

}  // namespace

LoadRun::LoadRun(const LoadTask& task, LoadContext& context, port::linux::Poller& poller)
    : task_{task},
      context_{&context},
      poller_{&poller},
      signals_{poller},
      resolver_{poller, kOpeningAtOnce} {}

LoadResult LoadRun::run() {
  if (open_all()) measure();
  close_all();
  result_.failed = count_failed();
  return result_;
}

/// One turn of the loop: what is ready, and now and then all others.
void LoadRun::turn(Instant until) {
  bool somebody = false;
  for (const net::Ready& ready : poller_->wait(std::min(until, look_at_all_))) {
    if (ready.token != nullptr) {
      static_cast<LoadConnection*>(ready.token)->advance();
    } else {
      somebody = true;
    }
  }
  if (somebody || poller_->now() >= look_at_all_) advance_due();
}

void LoadRun::advance_due() {
  const Instant now = poller_->now();
  look_at_all_ = now + kLookAtAll;
  for (LoadConnection& connection : connections_) {
    if (connection.deadline() <= now) connection.advance();
    if (!connection.failure().empty() && result_.failure.empty()) result_.failure = connection.failure();
  }
}

/// False: one did not open, or a signal came.
bool LoadRun::open_all() {
  const auto is_opening = [](const LoadConnection& each) { return !each.is_open() && !each.is_over(); };
  std::size_t opening = 0;
  while (connections_.size() < task_.connections || opening != 0) {
    while (connections_.size() < task_.connections && opening < kOpeningAtOnce) {
      connections_.emplace_back(*context_, *poller_, resolver_, entropy_).advance();
      ++opening;
    }
    turn(poller_->now() + 5ms);
    advance_due();  // a look-up that ended wakes nobody in particular
    if (signals_.stop_requested() || !result_.failure.empty()) return false;
    // The youngest are those that may still be opening.
    const std::size_t youngest = std::min(connections_.size(), 2 * kOpeningAtOnce);
    opening = static_cast<std::size_t>(std::count_if(
        connections_.end() - static_cast<std::ptrdiff_t>(youngest), connections_.end(), is_opening));
  }
  log::info(connections_.size(), connections_.size() == 1 ? " connection open" : " connections open");
  return true;
}

void LoadRun::measure() {
  const Instant begin = poller_->now();
  context_->is_sending = true;
  for (LoadConnection& connection : connections_) connection.advance();
  const Instant end = begin + task_.time;
  const auto goes_on = [&] {
    return !signals_.stop_requested() &&
           !std::ranges::all_of(connections_, [](const auto& each) { return each.is_over(); });
  };
  while (poller_->now() < end && goes_on()) turn(end);
  result_.time = poller_->now() - begin;
  context_->is_sending = false;

  const Instant patience = poller_->now() + context_->config.connect_timeout;
  while (context_->on_their_way != 0 && goes_on() && poller_->now() < patience) turn(patience);
  if (context_->on_their_way == 0 || signals_.stop_requested() || !result_.failure.empty()) return;
  result_.failure =
      concat("of ", context_->on_their_way + context_->latency.count(), " messages ", context_->on_their_way,
             " did not come back within ", in_seconds(context_->config.connect_timeout),
             ": this needs a path that sends every message back, as /echo of `linnet serve` does");
}

void LoadRun::close_all() {
  for (LoadConnection& connection : connections_) connection.close();
  const Instant patience = poller_->now() + context_->config.client.connection.close_timeout + 1s;
  const auto is_over = [](const LoadConnection& each) { return each.is_over(); };
  while (!std::ranges::all_of(connections_, is_over) && poller_->now() < patience) turn(patience);
  advance_due();  // what failed last is told
}

std::size_t LoadRun::count_failed() const noexcept {
  const auto failed = [](const LoadConnection& each) { return !each.failure().empty(); };
  return static_cast<std::size_t>(std::ranges::count_if(connections_, failed));
}

}  // namespace linnet::tools
