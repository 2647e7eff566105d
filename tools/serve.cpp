// SPDX-License-Identifier: Apache-2.0
// `linnet serve`: the development server, until a signal ends it.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "linnet/codec/http1_field.hpp"
#include "port/linux/limits.hpp"
#include "port/linux/signals.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/text.hpp"
#include "tools/serve/development_server.hpp"
#include "tools/wire/trace_file.hpp"

namespace linnet::tools {
namespace {

constexpr std::uint64_t kMostMaxMessage = 1024ull * 1024 * 1024;
constexpr std::uint64_t kMostThreads = 64;
constexpr std::size_t kOwnDescriptors = 64;       // pollers, listeners, standard streams, a trace
constexpr std::size_t kMostConnections = 65'000;  // server::Config::max_connections
constexpr Duration kStopWithin = 3s;

constexpr const char* kFooter =
    "paths\n"
    "  /echo        sends every message back; 'Trigger async' is answered by another task\n"
    "  /ticker      sends {\"type\":\"test\",\"seq\":N,\"uptime_ms\":T} at each interval, and echoes\n"
    "  /device/ID   where devices connect, with JSON-RPC 2.0\n"
    "  /            the web console; /healthz; /metrics for Prometheus\n\n"
    "The first line of stdout is `listening on http://HOST:PORT`, or https. Ctrl-C and SIGTERM close all "
    "connections "
    "with\n"
    "1001 (going away) and end it within 3 seconds, exit status 0.\n"
    "Pages of a browser may connect to /echo and /ticker from anywhere unless --origin is given; to "
    "/device/ID and\n"
    "the console only those that this server served, and those of --origin.\n"
    "An `event` of a device, a JSON-RPC request, is answered when it is taken; the same id again is answered "
    "and dropped.";

bool is_subprotocol(const std::string& name) {
  return http1::is_token(name);
}

/// Says what is wrong with the values, beyond what the options themselves check.
std::string judge(const ServeConfig& config, const std::string& trace) {
  const auto& names = config.subprotocols;
  if (const auto wrong = std::ranges::find_if_not(names, is_subprotocol); wrong != names.end())
    return concat("--subprotocol '", *wrong, "' is no name of a subprotocol");
  for (const std::string& origin : config.origins) {
    if (origin.find("://") == std::string::npos || origin.ends_with('/'))
      return concat("--origin ", origin, ": an origin is SCHEME://HOST[:PORT], without a path");
  }
  const TlsFiles& tls = config.tls;
  if (tls.certificate.empty() != tls.key.empty()) return "--tls-cert and --tls-key go together";
  if (!tls.client_ca.empty() && tls.certificate.empty())
    return "--tls-client-ca is about TLS: it wants --tls-cert and --tls-key";
  if (config.loops > 1 && !trace.empty()) return "--trace goes with one thread";
  return {};
}

int wait_for_end(DevelopmentServer& server, port::linux::Poller& poller,
                 const port::linux::Signals& signals) {
  while (!signals.stop_requested()) {
    (void)poller.wait(kNever);
    if (!signals.take_hangup()) continue;
    if (const std::string wrong = server.load_tls(); wrong.empty()) {
      log::info("SIGHUP: the certificate was read again");
    } else {
      log::error("SIGHUP: ", wrong, "; the certificate from before stays");
    }
  }
  log::info("stopping: connections are closed with 1001");
  server.stop(kStopWithin);
  server.join();
  return kDone;
}

}  // namespace

int serve(Arguments arguments) {
  ServeConfig config;
  std::optional<std::uint64_t> max_message;
  std::optional<std::uint64_t> threads;
  bool no_deflate = false;
  std::string trace;
  Options options{"serve", "The development server: echo, ticker, devices and their console.", kFooter};
  options.text("--listen", "HOST:PORT", config.listen, "where (127.0.0.1:8080); port 0: any free one")
      .number("--max-message", "BYTES", max_message, 1, kMostMaxMessage,
              "longer ones are answered with close code 1009 (67108864; devices: 65536 at most)")
      .flag("--no-deflate", no_deflate, "no compression; there is none yet")
      .list("--subprotocol", "NAME", config.subprotocols,
            "accepted from clients that offer it; may be repeated")
      .list("--origin", "ORIGIN", config.origins,
            "pages that may connect, https://example.com:8443; may be repeated")
      .seconds("--ticker-interval", config.ticker_interval, 1ms, "between two messages of /ticker (1)")
      .number("--threads", "N", threads, 1, kMostThreads, "loops, each on a thread of its own (1)")
      .text("--event-log", "FILE", config.event_log,
            "keeps every event of a device, once, also over restarts; a line of JSON each")
      .text("--trace", "FILE", trace, "records every byte; `linnet trace FILE` shows it")
      .text("--tls-cert", "FILE", config.tls.certificate,
            "speaks TLS, with this certificate and those between it and its authority (PEM)")
      .text("--tls-key", "FILE", config.tls.key, "its private key (PEM); SIGHUP reads both again")
      .text("--tls-client-ca", "FILE", config.tls.client_ca,
            "clients need a certificate that one of these authorities signed (PEM)");
  if (const auto status = options.parse(arguments)) return *status;
  config.max_message = max_message.value_or(config.max_message);
  config.loops = static_cast<std::uint32_t>(threads.value_or(1));
  if (const std::string wrong = judge(config, trace); !wrong.empty()) return options.misused(wrong);

  port::linux::Poller poller;
  const port::linux::Signals signals{poller, !config.tls.certificate.empty()};
  const std::size_t descriptors = port::linux::raise_descriptor_limit();
  config.max_connections = static_cast<std::uint32_t>(
      std::clamp<std::size_t>(descriptors, 2 * kOwnDescriptors, kMostConnections + kOwnDescriptors) -
      kOwnDescriptors);
  log::debug("at most ", config.max_connections, " connections; the limit of descriptors is ", descriptors);

  std::optional<TraceFile> file;
  if (!trace.empty()) {
    file.emplace(trace, poller.now());
    if (!file->is_open()) return options.misused(concat("--trace ", trace, ": ", std::strerror(errno)));
    config.trace = &*file;
  }
  DevelopmentServer server{config, poller.now()};
  if (const std::string wrong = server.load_tls(); !wrong.empty()) return options.misused(wrong);
  if (const auto opened = server.open_event_log(); !opened) {
    return options.misused(concat("--event-log ", opened.error()));
  }
  if (const auto started = server.start(); !started) {
    log::error(explain_listen(config.listen, started.error()));
    return kFailed;
  }
  std::printf("listening on %s\n", server.url().c_str());
  std::fflush(stdout);
  return wait_for_end(server, poller, signals);
}

}  // namespace linnet::tools
