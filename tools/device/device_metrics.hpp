// SPDX-License-Identifier: Apache-2.0
// `linnet device --metrics HOST:PORT`: /metrics for Prometheus, and /healthz, by the library's own server on
// a thread of its own. The device publishes what it counts; who asks gets what was published last.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "linnet/server/server.hpp"
#include "linnet/session/stats.hpp"
#include "port/linux/listener.hpp"
#include "port/linux/poller.hpp"

namespace linnet::tools {

class DeviceMetrics {
 public:
  DeviceMetrics();
  ~DeviceMetrics();
  DeviceMetrics(const DeviceMetrics&) = delete;
  DeviceMetrics& operator=(const DeviceMetrics&) = delete;

  /// Listens, and starts the thread. Errors as port::linux::Listener.
  Result<void> start(std::string_view endpoint);
  std::uint16_t port() const noexcept { return listener_.port(); }

  /// By the device's own thread.
  void publish(const session::Stats& stats, bool is_online);

 private:
  class Page;
  class Health;

  mutable std::mutex mutex_;  // over the next two, held for a copy
  session::Stats stats_;
  bool is_online_ = false;

  port::linux::Poller poller_;
  port::linux::Listener listener_;
  std::unique_ptr<Page> page_;
  std::unique_ptr<Health> health_;
  server::Server server_;  // ends before all that it uses
  std::thread thread_;
};

/// What the page says.
void write_device_metrics(std::string& to, const session::Stats& stats, bool is_online);

}  // namespace linnet::tools
