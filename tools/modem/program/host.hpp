// SPDX-License-Identifier: Apache-2.0
// The host's end of the emulated modem's serial line: a pseudo-terminal, or one TCP connection at a time, of
// which the next one takes the line over.
#pragma once

#include <string>

#include "linnet/net/listener.hpp"
#include "port/linux/listener.hpp"
#include "port/linux/pty.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::tools {

class ModemHost {
 public:
  /// `poller` is borrowed.
  explicit ModemHost(port::linux::Poller& poller) noexcept : pty_{poller, nullptr}, listener_{poller} {}
  ~ModemHost();
  ModemHost(const ModemHost&) = delete;
  ModemHost& operator=(const ModemHost&) = delete;

  /// `link`: a symbolic link to make beside, or empty. Else what is wrong, in words.
  std::string open_pty(const std::string& link);
  std::string listen(const std::string& endpoint);

  /// "/dev/pts/3", "127.0.0.1:7670".
  const std::string& where() const noexcept { return where_; }

  /// Moves bytes between the line and the modem; cheap when there are none.
  void turn(emulator::Modem& modem, Instant now);
  /// The host takes no more for now: what is due to leave the modem waits.
  bool is_full() const noexcept { return full_; }

 private:
  net::Stream* stream() noexcept;
  void accept();
  void from_host(net::Stream& line, emulator::Modem& modem, Instant now);
  void to_host(net::Stream* line, emulator::Modem& modem, Instant now);

  port::linux::Pty pty_;
  port::linux::Listener listener_;
  net::StreamSlot client_;
  std::string where_;
  std::string link_;
  bool full_ = false;
};

}  // namespace linnet::tools
