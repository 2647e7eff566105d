// SPDX-License-Identifier: Apache-2.0
// One loop of the development server: a Server with its poller, listener and routes, driven by one thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "linnet/base/trace.hpp"
#include "linnet/server/server.hpp"
#include "linnet/tls/server.hpp"
#include "port/linux/entropy.hpp"
#include "port/linux/listener.hpp"
#include "port/linux/poller.hpp"
#include "port/linux/wall_clock.hpp"
#include "tools/serve/console_pages.hpp"
#include "tools/serve/console_route.hpp"
#include "tools/serve/device_route.hpp"
#include "tools/serve/echo_routes.hpp"
#include "tools/serve/metrics.hpp"
#include "tools/serve/tls_files.hpp"

namespace linnet::tools {

struct ServeConfig {
  std::string listen = "127.0.0.1:8080";
  std::string plain_listen{};  // plain HTTP, beside TLS on `listen`, on the first loop; empty: nowhere
  std::uint64_t max_message = 64 * 1024 * 1024;  // bytes, on /echo and /ticker
  std::vector<std::string> subprotocols{};
  Origins origins{};
  std::string event_log{};  // a file for the events of devices; empty: none
  Duration ticker_interval = 1s;
  std::uint32_t loops = 1;
  std::uint32_t max_connections = 10'000;  // on each loop
  Trace* trace = nullptr;                  // of every byte; one loop only
  TlsFiles tls{};                          // without a certificate: no TLS
};

/// What all loops share. All of it is borrowed.
struct Shared {
  const ServeConfig& config;
  DeviceHub& hub;
  DeviceCommands& commands;
  EventLog& events;
  AsyncReplies& replies;
  Exchange& exchange;
  ConsolePages& pages;
  TlsNotes& notes;
  Instant begin;
};

/// Sums up what all loops count.
class Totals {
 public:
  virtual ServerTotals totals() = 0;

 protected:
  ~Totals() = default;
};

class ServerLoop {
 public:
  ServerLoop(const Shared& shared, std::uint32_t index, Totals& totals);
  ServerLoop(const ServerLoop&) = delete;
  ServerLoop& operator=(const ServerLoop&) = delete;
  ~ServerLoop();

  /// Errors as port::linux::Listener.
  /// `identity`: null, or what TLS is begun with.
  Result<void> listen(std::string_view endpoint, bool shares_port, const TlsIdentity* identity);
  std::uint16_t port() const noexcept { return listener_.port(); }
  /// Plain HTTP in addition, after listen().
  Result<void> listen_plain(const std::string& endpoint);
  std::uint16_t plain_port() const noexcept { return plain_listener_.port(); }

  /// Until it is stopped; on the loop's own thread.
  void run();

  // From any thread.
  void stop(Duration within) noexcept { server_.stop(within); }
  bool post(server::PeerId to, std::string_view text);
  void replace(server::PeerId which);
  /// New connections are of this identity from now on, which was found to be good.
  void reload(std::shared_ptr<const TlsIdentity> identity);
  /// As it was at the end of a turn.
  ServerTotals totals() const;
  /// On this loop's thread, in a handler: what totals() gives is of now.
  void publish();

 private:
  class Health;
  class Metrics;
  class Wrap;

  Result<void> add_routes();
  void take_orders();

  const Shared shared_;
  port::linux::Poller poller_;
  port::linux::Listener listener_;
  port::linux::Listener plain_listener_;
  port::linux::Entropy entropy_;
  port::linux::WallClock clock_;
  std::unique_ptr<tls::Server> tls_;  // null: no TLS
  std::unique_ptr<Wrap> wrap_;        // null: neither TLS nor a trace
  std::unique_ptr<Wrap> plain_wrap_;  // null: no trace
  EchoRoute echo_;
  TickerRoute ticker_;
  DeviceRoute devices_;
  ConsoleRoute console_;
  std::unique_ptr<Health> health_;
  std::unique_ptr<Metrics> metrics_;
  server::Server server_;  // ends before all that it uses
  std::uint16_t ticker_number_ = 0;

  std::mutex orders_mutex_;
  std::vector<server::PeerId> replaced_;
  std::shared_ptr<const TlsIdentity> identity_;
  std::atomic<bool> has_orders_ = false;

  mutable std::mutex totals_mutex_;
  ServerTotals totals_;
};

}  // namespace linnet::tools
