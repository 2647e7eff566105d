// SPDX-License-Identifier: Apache-2.0
// /device/ID of the development server: where devices connect, and speak JSON-RPC 2.0. They report by
// notifications ("status", and any other) and by "event" requests, which are answered when they are taken,
// and taken once; what the server asks them, they answer.
#pragma once

#include <cstdint>
#include <string_view>

#include "linnet/server/route.hpp"
#include "tools/device/device_commands.hpp"
#include "tools/serve/device_hub.hpp"
#include "tools/serve/echo_routes.hpp"
#include "tools/serve/event_log.hpp"

namespace linnet::tools {

class DeviceRoute final : public server::Handler {
 public:
  static constexpr std::uint64_t kLongestMessage = 64 * 1024;

  /// All are borrowed. `clock`: of this loop.
  DeviceRoute(const Origins& origins, DeviceHub& hub, DeviceCommands& commands, EventLog& events,
              Exchange& exchange, net::Poller& clock, std::uint32_t loop) noexcept
      : origins_{&origins},
        hub_{&hub},
        commands_{&commands},
        events_{&events},
        exchange_{&exchange},
        clock_{&clock},
        loop_{loop} {}

  bool before_upgrade(const server::Request& request, server::Response& refusal) override;
  void opened(server::Peer& peer, const server::Request& request) override;
  void message(server::Peer& peer, const ws::Event& message) override;
  void closed(server::Peer& peer, const ws::Event& end) override;

 private:
  PeerAddress address_of(const server::Peer& peer) const noexcept { return {.loop = loop_, .id = peer.id()}; }
  void take_text(server::Peer& peer, Device& device, std::string_view text, Instant now);
  void take_notification(Device& device, std::string_view method, std::string_view params, Instant now);
  void take_event(server::Peer& peer, Device& device, std::string_view id, std::string_view params,
                  Instant now);
  void take_note(Device& device, std::string_view kind, std::string_view text, Instant now);

  const Origins* origins_;
  DeviceHub* hub_;
  DeviceCommands* commands_;
  EventLog* events_;
  Exchange* exchange_;
  net::Poller* clock_;
  std::uint32_t loop_;
};

}  // namespace linnet::tools
