// SPDX-License-Identifier: Apache-2.0
// `linnet device`: a device without hardware.
#include <cerrno>
#include <cstring>

#include "port/linux/file_store.hpp"
#include "tools/cli/file.hpp"
#include "tools/cli/log.hpp"
#include "tools/client/client_options.hpp"
#include "tools/device/device_config.hpp"
#include "tools/device/device_loop.hpp"
#include "tools/device/device_metrics.hpp"
#include "tools/serve/development_server.hpp"
#include "tools/wire/trace_file.hpp"
#include "tools/wire/wire_log.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kLargestConfig = 65'536;
constexpr Duration kStatusInterval = 10s;

constexpr const char* kFooter =
    "It has pins (led, relay, button) and sensors (temperature, adc0), answers JSON-RPC 2.0 requests, "
    "reports its\n"
    "status, and connects again when the connection is lost. `methods` lists what it can do.\n"
    "The file of --config is JSON, all members optional: "
    "{\"url\":…,\"id\":…,\"status_interval_s\":…,\"timeout_s\":…,\n"
    "\"ping_interval_s\":…,\"authorization\":…}. The command line counts more than the file.\n"
    "A press of the button is an event: sent again until the server has answered it, and kept in the file of "
    "--outbox\n"
    "across restarts; a status is not, for a newer one replaces it. `button.press` presses it from the "
    "server.\n"
    "That file has the sessions of TLS too, so that a restart needs no full handshake: keep it as you keep a "
    "key.\n"
    "LINNET_AUTHORIZATION in the environment is sent as the Authorization field.\n"
    "Exit status: 0 stopped by Ctrl-C or SIGTERM; 1 it could not begin; 2 wrong usage.";

/// The device's name where none is given: what the URL calls it, ".../device/ID".
std::string default_id(std::string_view url) {
  constexpr std::string_view kDevices = "/device/";
  const auto parsed = codec::parse_url(url);
  if (!parsed || !parsed->path.starts_with(kDevices) || parsed->path.size() == kDevices.size())
    return "device";
  return std::string{parsed->path.substr(kDevices.size())};
}

void report_recovery(const std::string& name, const session::Journal::Recovery& recovery) {
  const std::string what = concat("outbox ", name, ": ", port::linux::describe(recovery));
  if (recovery.condition == session::Journal::Condition::damaged) return log::warn(what);
  log::info(what);
}

template <typename T>
void take_unless_given(bool given, const std::optional<T>& from, T& to) {
  if (!given && from) to = *from;
}

/// Says what is wrong; empty: nothing.
std::string open_outbox(const std::string& file, std::optional<port::linux::FileStore>& store,
                        DeviceExtras& extras) {
  if (file.empty()) return {};
  store.emplace(file);
  const auto recovery = store->open();
  if (!recovery) return concat("--outbox ", recovery.error());
  report_recovery(file, *recovery);
  extras.store = &store->store();
  return {};
}

/// False: it could not, and stderr has the reason.
bool start_metrics(const std::string& endpoint, std::optional<DeviceMetrics>& metrics, DeviceExtras& extras) {
  if (endpoint.empty()) return true;
  metrics.emplace();
  if (const auto started = metrics->start(endpoint); !started) {
    log::error(explain_listen(endpoint, started.error(), "--metrics"));
    return false;
  }
  log::info("metrics on port ", metrics->port());
  extras.metrics = &*metrics;
  return true;
}

}  // namespace

int device(Arguments arguments) {
  ClientOptions client;
  std::string id;
  std::string config_name;
  std::string outbox;
  std::string metrics_endpoint;
  Duration status_interval = kStatusInterval;
  Duration press_interval{};
  Duration flush = DeviceExtras{}.flush;

  Options options{
      "device", "A device without hardware: the firmware's agent, with simulated pins and sensors.", kFooter};
  options.text("--url", "URL", client.url, "wss://[USER:PASSWORD@]HOST[:PORT]/device/ID")
      .text("--id", "ID", id, "its name in reports (the URL's .../device/ID)")
      .seconds("--status-interval", status_interval, 1ms, "between two reports (10)")
      .text("--config", "FILE", config_name, "settings; see below")
      .text("--outbox", "FILE", outbox, "events that are not delivered, and TLS sessions, are kept in it")
      .seconds("--press-interval", press_interval, 1ms, "presses the button so often, each an event")
      .seconds("--flush", flush, 0ms, "at the end, what waits has so long to be delivered (3)")
      .text("--metrics", "HOST:PORT", metrics_endpoint, "/metrics for Prometheus; port 0: any free one");
  client.declare(options);
  if (const auto status = options.parse(arguments)) return *status;

  DeviceConfig config;
  if (!config_name.empty()) {
    const auto content = read_file(config_name, kLargestConfig);
    if (!content) return options.misused(concat("--config ", config_name, ": ", content.error()));
    auto parsed = parse_device_config(*content);
    if (!parsed) return options.misused(concat("--config ", config_name, ": ", parsed.error()));
    config = std::move(*parsed);
  }
  take_unless_given(options.is_given("--url"), config.url, client.url);
  take_unless_given(options.is_given("--id"), config.id, id);
  take_unless_given(options.is_given("--status-interval"), config.status_interval, status_interval);
  take_unless_given(options.is_given("--timeout"), config.timeout, client.timeout);
  take_unless_given(options.is_given("--ping-interval"), config.ping_interval, client.ping_interval);
  if (config.authorization) client.set_authorization(*config.authorization);
  if (client.url.empty()) return options.misused("--url is missing, and no --config has one");
  if (const auto status = client.check(options)) return *status;
  if (id.empty()) id = default_id(client.url);

  port::linux::Poller poller;
  std::optional<TraceFile> file;
  if (!client.trace.empty()) {
    file.emplace(client.trace, poller.now());
    if (!file->is_open())
      return options.misused(concat("--trace ", client.trace, ": ", std::strerror(errno)));
  }
  WireLog wire{file ? &*file : nullptr};
  const bool is_watched = file || log::shows(Level::trace);
  client.start_tls(is_watched ? &wire : nullptr);
  DeviceExtras extras{.press_interval = press_interval, .flush = flush};
  std::optional<port::linux::FileStore> store;
  if (const std::string wrong = open_outbox(outbox, store, extras); !wrong.empty())
    return options.misused(wrong);
  std::optional<DeviceMetrics> metrics;
  if (!start_metrics(metrics_endpoint, metrics, extras)) return kFailed;
  return DeviceLoop{client, id, status_interval, poller, is_watched ? &wire : nullptr, extras}.run();
}

}  // namespace linnet::tools
