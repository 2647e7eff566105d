// SPDX-License-Identifier: Apache-2.0
// /console/events: how the web console sees devices and sends them commands. Messages are JSON objects:
//   to the console    {"type":"news","now_ms","events":[{"number","at_ms","kind","device","text"}],
//                      "devices":[{"id","online","since_ms","heard_ms","messages","status_ms","status"}]}
//                     {"type":"answer","ref","device","took_ms","result" or "error"}
//   from the console  {"type":"command","ref":N,"device":ID,"method":NAME,"params":…}
// News come at most ten times a second, however often devices report. Only pages of this server may connect.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "linnet/server/server.hpp"
#include "tools/device/device_commands.hpp"
#include "tools/serve/device_hub.hpp"
#include "tools/serve/echo_routes.hpp"

namespace linnet::tools {

class ConsoleRoute final : public server::Handler {
 public:
  static constexpr std::size_t kMost = 32;  // consoles on one loop
  static constexpr std::uint64_t kLongestMessage = 64 * 1024;
  static constexpr Duration kNewsInterval = 100ms;

  /// All are borrowed. `clock`: of this loop.
  ConsoleRoute(const Origins& origins, DeviceHub& hub, DeviceCommands& commands, net::Poller& clock,
               Instant begin, std::uint32_t loop) noexcept
      : origins_{&origins}, hub_{&hub}, commands_{&commands}, clock_{&clock}, begin_{begin}, loop_{loop} {}

  bool before_upgrade(const server::Request& request, server::Response& refusal) override;
  void opened(server::Peer& peer, const server::Request& request) override;
  void message(server::Peer& peer, const ws::Event& message) override;
  void closed(server::Peer& peer, const ws::Event& end) override;

  /// When poll() has something to do; never while no console is open.
  Instant deadline() const noexcept { return consoles_.empty() ? kNever : due_; }
  void poll(server::Server& server, Instant now);

 private:
  struct Console {
    server::PeerId id{};
    DeviceHub::Seen seen{};
  };

  void send_news(server::Peer& peer, Console& console, Instant now);
  void send_failure(server::Peer& peer, std::uint64_t reference, std::string_view device,
                    std::string_view why);

  const Origins* origins_;
  DeviceHub* hub_;
  DeviceCommands* commands_;
  net::Poller* clock_;
  Instant begin_;
  std::uint32_t loop_;
  std::vector<Console> consoles_;
  std::string buffer_;  // for what is written; kept while a console is open
  Instant due_{};
};

}  // namespace linnet::tools
