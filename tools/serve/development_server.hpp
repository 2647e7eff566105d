// SPDX-License-Identifier: Apache-2.0
// The development server as `linnet serve` and `linnet demo` run it: loops on threads of their own, devices
// shared between them. cli.md's paths: /echo, /ticker, /device/ID, the web console, /healthz, /metrics.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tools/serve/server_loop.hpp"

namespace linnet::tools {

class DevelopmentServer final : private Exchange, private Totals {
 public:
  DevelopmentServer(ServeConfig config, Instant begin);
  ~DevelopmentServer();

  /// Reads the certificate and key of the configuration, if it has them, before start() or again while the
  /// server runs: for new connections. Empty: done. Else what is wrong, and all stays as it was.
  std::string load_tls();
  /// In place of load_tls(), before start().
  void use(std::shared_ptr<const TlsIdentity> identity) noexcept { identity_ = std::move(identity); }
  /// Takes over what the event log's file has. Before start(); else what is wrong, in words.
  std::expected<void, std::string> open_event_log() {
    return config_.event_log.empty() ? std::expected<void, std::string>{} : events_.open(config_.event_log);
  }
  /// Listens, and starts the threads. Errors as port::linux::Listener.
  Result<void> start();
  /// "http://127.0.0.1:8080", or https, once it listens.
  const std::string& url() const noexcept { return url_; }
  /// The same of ServeConfig::plain_listen.
  const std::string& plain_url() const noexcept { return plain_url_; }

  /// From any thread, any number of times: closes all peers with 1001; what is left after `within` is
  /// dropped.
  void stop(Duration within) noexcept;
  /// Waits until all loops have ended.
  void join();

  DeviceHub& hub() noexcept { return hub_; }
  DeviceCommands& commands() noexcept { return commands_; }
  /// With one loop and while it runs, no newer than the last /metrics.
  ServerTotals totals() override;

 private:
  Result<void> start_plain();
  bool post(const PeerAddress& to, std::string_view text) override;
  void replace(const PeerAddress& which) override;

  ServeConfig config_;
  Instant begin_;
  std::string url_;
  std::string plain_url_;
  DeviceHub hub_;
  DeviceCommands commands_;
  EventLog events_;
  ConsolePages pages_;
  TlsNotes notes_;
  std::shared_ptr<const TlsIdentity> identity_;  // null: no TLS
  std::unique_ptr<AsyncReplies> replies_;
  std::vector<std::unique_ptr<ServerLoop>> loops_;
  std::vector<std::thread> threads_;
};

/// Why it cannot listen, in words, and what to try. `option`: by which the endpoint was given.
std::string explain_listen(std::string_view endpoint, const Error& why, std::string_view option = "--listen");

}  // namespace linnet::tools
