// SPDX-License-Identifier: Apache-2.0
// A modem on a pseudo-terminal beside the rest of the program, in a thread of its own.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "port/linux/resolver.hpp"
#include "port/linux/tcp_link.hpp"
#include "tools/modem/program/host.hpp"
#include "tools/modem/program/names.hpp"

namespace linnet::tools {

class BackgroundModem {
 public:
  BackgroundModem(const emulator::Profile& profile, const emulator::Settings& settings);
  ~BackgroundModem() { stop(); }
  BackgroundModem(const BackgroundModem&) = delete;
  BackgroundModem& operator=(const BackgroundModem&) = delete;

  /// Says what is wrong; empty: it runs.
  std::string start();
  void stop();

  /// "/dev/pts/3", once it runs.
  const std::string& where() const noexcept { return host_.where(); }
  /// Once it has stopped.
  const emulator::Counters& counters() const noexcept { return modem_.counters; }

 private:
  void run();

  port::linux::Poller poller_;
  port::linux::Resolver resolver_;
  port::linux::TcpLink link_;
  ModemNames names_;
  ModemHost host_;
  emulator::Modem modem_;
  std::atomic<bool> stops_ = false;
  std::thread thread_;
};

}  // namespace linnet::tools
