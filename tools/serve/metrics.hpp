// SPDX-License-Identifier: Apache-2.0
// /metrics of the development server: the text format of Prometheus, version 0.0.4
// (prometheus.io/docs/instrumenting/exposition_formats).
#pragma once

#include <string>

#include "linnet/base/time.hpp"
#include "linnet/server/config.hpp"
#include "linnet/tls/server.hpp"
#include "tools/device/device_commands.hpp"
#include "tools/serve/device_hub.hpp"
#include "tools/serve/event_log.hpp"

namespace linnet::tools {

/// Of all loops together.
struct ServerTotals {
  server::Statistics statistics;
  server::MemoryStatistics memory;
  tls::ServerStatistics tls{};

  void add(const ServerTotals& other) noexcept;
};

void write_metrics(std::string& to, const ServerTotals& totals, const DeviceHub::Counts& devices,
                   const DeviceCommands::Counts& commands, const EventLog::Counts& events, Duration uptime);

}  // namespace linnet::tools
