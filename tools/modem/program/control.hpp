// SPDX-License-Identifier: Apache-2.0
// `linnet modem --control`: lines of text over TCP, one answer to each; up to 8 clients at once.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "linnet/net/listener.hpp"
#include "port/linux/listener.hpp"
#include "tools/modem/modem.hpp"

namespace linnet::tools {

class ModemControl {
 public:
  /// `poller` is borrowed.
  explicit ModemControl(port::linux::Poller& poller) noexcept : listener_{poller} {}

  /// Else what is wrong, in words.
  std::string listen(const std::string& endpoint);
  std::uint16_t port() const noexcept { return listener_.port(); }

  void turn(emulator::Modem& modem, Instant now);

 private:
  static constexpr std::size_t kLongestLine = 1024;

  struct Client {
    net::StreamSlot slot;
    std::string line;
    std::string answer;
  };

  void accept();
  void serve(Client& client, emulator::Modem& modem, Instant now);

  port::linux::Listener listener_;
  std::array<Client, 8> clients_;
};

}  // namespace linnet::tools
