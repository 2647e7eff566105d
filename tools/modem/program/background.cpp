// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/program/background.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kStreams = 32;  // the modem's, and those that are closing

}  // namespace

BackgroundModem::BackgroundModem(const emulator::Profile& profile, const emulator::Settings& settings)
    : resolver_{poller_},
      link_{poller_, resolver_, kStreams},
      names_{resolver_},
      host_{poller_},
      modem_{profile, settings, link_, names_, nullptr, poller_.now()} {}

std::string BackgroundModem::start() {
  std::string wrong = host_.open_pty({});
  if (wrong.empty()) thread_ = std::thread{[this] { run(); }};
  return wrong;
}

void BackgroundModem::stop() {
  stops_ = true;
  poller_.wake();
  if (thread_.joinable()) thread_.join();
}

void BackgroundModem::run() {
  while (!stops_) {
    host_.turn(modem_, poller_.now());
    // What the host does not take would be due for ever; its readiness wakes the loop.
    poller_.wait(host_.is_full() ? modem_.next_event() : modem_.deadline());
  }
}

}  // namespace linnet::tools
