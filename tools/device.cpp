// SPDX-License-Identifier: Apache-2.0
// `linnet device`: a device without hardware.
#include <cerrno>
#include <cstring>

#include "tools/cli/file.hpp"
#include "tools/cli/log.hpp"
#include "tools/client/client_options.hpp"
#include "tools/device/device_config.hpp"
#include "tools/device/device_loop.hpp"
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

template <typename T>
void take_unless_given(bool given, const std::optional<T>& from, T& to) {
  if (!given && from) to = *from;
}

}  // namespace

int device(Arguments arguments) {
  ClientOptions client;
  std::string id;
  std::string config_name;
  Duration status_interval = kStatusInterval;

  Options options{
      "device", "A device without hardware: the firmware's agent, with simulated pins and sensors.", kFooter};
  options.text("--url", "URL", client.url, "wss://[USER:PASSWORD@]HOST[:PORT]/device/ID")
      .text("--id", "ID", id, "its name in reports (the URL's .../device/ID)")
      .seconds("--status-interval", status_interval, 1ms, "between two reports (10)")
      .text("--config", "FILE", config_name, "settings; see below")
      .not_yet("--outbox", "an outbox");
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
  return DeviceLoop{client, id, status_interval, poller, is_watched ? &wire : nullptr}.run();
}

}  // namespace linnet::tools
