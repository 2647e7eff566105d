// SPDX-License-Identifier: Apache-2.0
// The handler does what a handler may: it writes a lock-free atomic and an eventfd.
#include "port/linux/signals.hpp"

#include <atomic>

namespace linnet::port::linux {
namespace {

// A handler has no argument to find its object by.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<net::Poller*> to_wake{nullptr};
std::atomic<int> last_signal{0};
std::atomic<bool> hung_up{false};
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)
static_assert(std::atomic<net::Poller*>::is_always_lock_free && std::atomic<int>::is_always_lock_free &&
              std::atomic<bool>::is_always_lock_free);

void on_signal(int number) {
  if (number == SIGHUP) {
    hung_up = true;
  } else {
    last_signal = number;
  }
  if (net::Poller* poller = to_wake) poller->wake();
}

void install(int number, void (*handler)(int), int flags, struct sigaction& before) noexcept {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(number, &action, &before);
}

}  // namespace

Signals::Signals(net::Poller& poller, bool watch_hangup) noexcept : watches_hangup_{watch_hangup} {
  last_signal = 0;
  hung_up = false;
  to_wake = &poller;
  // SA_RESETHAND: the first SIGINT gives the default back for the second.
  install(SIGINT, &on_signal, static_cast<int>(SA_RESETHAND), interrupt_before_);
  install(SIGTERM, &on_signal, 0, terminate_before_);
  install(SIGPIPE, SIG_IGN, 0, pipe_before_);
  if (watches_hangup_) install(SIGHUP, &on_signal, 0, hangup_before_);
}

Signals::~Signals() {
  ::sigaction(SIGINT, &interrupt_before_, nullptr);
  ::sigaction(SIGTERM, &terminate_before_, nullptr);
  ::sigaction(SIGPIPE, &pipe_before_, nullptr);
  if (watches_hangup_) ::sigaction(SIGHUP, &hangup_before_, nullptr);
  to_wake = nullptr;
}

bool Signals::take_hangup() const noexcept {
  return hung_up.exchange(false);
}

int Signals::received() const noexcept {
  return last_signal;
}

}  // namespace linnet::port::linux
