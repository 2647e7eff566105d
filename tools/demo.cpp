// SPDX-License-Identifier: Apache-2.0
// `linnet demo`: the development server, a modem, and a device that reaches the server through the modem and
// over TLS, in one process; once a second a line says what went on, and now and then the device is sent a
// command. The certificate is made for this run and never leaves memory. A browser would warn of it: the
// console is on plain HTTP.
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <tuple>
#include <utility>

#include "linnet/codec/json.hpp"
#include "port/linux/limits.hpp"
#include "tools/cert/authority.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/text.hpp"
#include "tools/device/device_loop.hpp"
#include "tools/modem/program/background.hpp"
#include "tools/serve/development_server.hpp"

namespace linnet::tools {
namespace {

constexpr std::string_view kId = "demo";
constexpr Duration kStatusInterval = 1s;
constexpr Duration kStopWithin = 3s;
constexpr std::chrono::days kLife{30};         // of the server's certificate
constexpr std::uint32_t kNoLoop = UINT32_MAX;  // whose failures are the program's own

constexpr const char* kFooter =
    "The first line of stdout is the console's address: open it in a browser. The second is where devices "
    "connect,\n"
    "over TLS, with a certificate that is made for this run and that nobody else trusts. Then comes a line a "
    "second.\n"
    "Without --listen it takes 127.0.0.1:8080, or a free port where that one is in use.\n"
    "Exit status: 0 after --for, Ctrl-C or SIGTERM; 1 it could not begin, or the device never reported.";

void print(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

/// "20.1": a member of the status as it stands there; "on" and "off" for true and false.
std::string shown(std::string_view status, std::string_view name) {
  const auto value = json::member(status, name);
  if (!value) return "?";
  if (value->kind == json::Value::boolean) return value->raw == "true" ? "on" : "off";
  return std::string{value->raw};
}

/// A thread that tells what goes on, and sends the commands.
class Narrator {
 public:
  /// All are borrowed. `limit`: how long, zero for ever; then the device is stopped.
  Narrator(DevelopmentServer& server, DeviceLoop& device, net::Poller& clock, Duration limit)
      : server_{&server},
        device_{&device},
        clock_{&clock},
        begin_{clock.now()},
        limit_{limit},
        thread_{[this] { run(); }} {}
  Narrator(const Narrator&) = delete;
  Narrator& operator=(const Narrator&) = delete;
  ~Narrator() { stop(); }

  void stop() {
    {
      const std::scoped_lock lock{mutex_};
      stops_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock{mutex_};
    for (std::int64_t second = 1; !stops_; ++second) {
      const Instant due = begin_ + second * Duration{1s};
      const Instant end = limit_ > 0s ? begin_ + limit_ : kNever;
      const Duration rest = std::min(due, end) - clock_->now();
      if (changed_.wait_for(lock, std::max(rest, Duration::zero()), [this] { return stops_; })) return;
      // What another thread may ask meanwhile is only to stop.
      lock.unlock();
      if (due <= end) {
        tell(second);
        command(second);
      }
      if (due >= end) device_->stop();
      lock.lock();
      if (due >= end) return;
    }
  }

  void tell(std::int64_t second) {
    const std::string status = server_->hub().status_of(kId);
    const bool online = server_->hub().find(kId).has_value();
    std::string line = concat(second < 10    ? "  "
                              : second < 100 ? " "
                                             : "",
                              second, " s  device ", kId, online ? " online " : " offline");
    if (!status.empty()) {
      line += concat("  ", shown(status, "temperature"), " °C  led ", shown(status, "led"), "  relay ",
                     shown(status, "relay"), "  adc0 ", shown(status, "adc0"), " mV");
    }
    (void)server_->commands().take_failures(kNoLoop, clock_->now());
    while (const auto entry = server_->hub().entry_after(seen_)) {
      seen_ = entry->number;
      if (entry->kind == "connected" || entry->kind == "disconnected") continue;  // the line says so
      line += concat("  | ", entry->kind, " ", entry->text);
    }
    print(line);
  }

  void command(std::int64_t second) {
    if (!server_->hub().find(kId)) return;
    const bool led = second % 4 == 1;
    if (!led && second % 4 != 3) return;
    const bool on = second % 8 == 1;
    const std::string_view why = server_->commands().send(
        {}, kId, led ? "led.set" : "adc.read",
        led ? (on ? R"({"on":true})" : R"({"on":false})") : R"({"channel":"adc0"})", clock_->now());
    if (!why.empty()) log::warn("the command was not sent: ", why);
  }

  DevelopmentServer* server_;
  DeviceLoop* device_;
  net::Poller* clock_;
  Instant begin_;
  Duration limit_;
  std::uint64_t seen_ = 0;  // of the journal
  std::mutex mutex_;        // over stops_
  std::condition_variable changed_;
  bool stops_ = false;
  std::thread thread_;
};

/// Of a modem whose SIM card and network take no time to speak of: a demonstration is short.
emulator::Settings modem_settings() {
  emulator::Settings settings;
  settings.sim_busy = Duration{};
  settings.registration_delay = settings.netopen_delay = settings.open_delay = 50ms;
  return settings;
}

int run(const ServeConfig& config, Duration limit, DevelopmentServer& server, const Authority& authority) {
  const std::string place = concat("wss", server.url().substr(5), "/device/");
  print(concat("console on ", server.plain_url(), "/"));
  print(concat("devices on ", place, "ID, with a certificate made for this run"));
  ClientOptions client;
  client.url = concat(place, kId);
  client.trust(authority.certificate());
  client.start_tls(nullptr);
  BackgroundModem modem{emulator::profiles().front(), modem_settings()};
  if (const std::string wrong = modem.start(); !wrong.empty()) {
    log::error(wrong);
    return kFailed;
  }
  auto choice = parse_link(concat("modem:", modem.where()));
  client.timeout = LinkOptions::default_timeout(*choice);
  client.links.choose(*choice);
  print(concat("modem on ", modem.where(), ": the device reaches the server through it"));
  port::linux::Poller poller;
  DeviceLoop device{client, kId, kStatusInterval, poller, config.trace};
  {
    Narrator narrator{server, device, poller, limit};
    (void)device.run();
  }
  modem.stop();
  server.stop(kStopWithin);
  server.join();

  const DeviceHub::Counts devices = server.hub().counts();
  const DeviceCommands::Counts commands = server.commands().counts();
  print(concat("summary: ", devices.statuses, " status reports; commands: ", commands.sent, " sent, ",
               commands.answered, " answered, ", commands.failed, " failed, ", devices.arrivals,
               devices.arrivals == 1 ? " connection" : " connections", "; modem: ", modem.counters().lines,
               " AT commands, ", modem.counters().payload_up, " bytes of payload up, ",
               modem.counters().payload_down, " down"));
  if (devices.statuses > 0) return kDone;
  log::error("the device never reported to ", client.url, "; --log-level debug says more");
  return kFailed;
}

std::expected<std::shared_ptr<const TlsIdentity>, std::string> make_identity(const Authority& authority,
                                                                             std::chrono::sys_seconds today) {
  const auto issued =
      authority.issue({.common_name = "linnet demo", .hosts = {"127.0.0.1"}, .life = kLife}, today);
  if (!issued) return std::unexpected{issued.error()};
  return TlsIdentity::of(issued->certificate, issued->key);
}

}  // namespace

int demo(Arguments arguments) {
  ServeConfig config;
  config.listen = "127.0.0.1:0";
  config.plain_listen = "127.0.0.1:8080";
  Duration limit{};
  Options options{
      "demo",
      "The whole story in one command: a server with TLS and a console, a modem, and a device that "
      "goes through it.",
      kFooter};
  options.seconds("--for", limit, 1ms, "ends after so long, with a summary")
      .text("--listen", "HOST:PORT", config.plain_listen, "where the console is (127.0.0.1:8080)");
  if (const auto status = options.parse(arguments)) return *status;
  // What the device and the server say for themselves is in the lines already.
  if (!options.is_given("--log-level") && !options.is_given("--quiet")) log::set_level(Level::warn);
  (void)port::linux::raise_descriptor_limit();

  const auto today = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto authority = Authority::make(KeyKind::ec_p256, today);
  const auto identity = authority ? make_identity(*authority, today) : std::unexpected{authority.error()};
  if (!identity) {
    log::error(identity.error());
    return kFailed;
  }
  const Instant begin = port::linux::Poller{}.now();
  const auto start = [&] {
    auto server = std::make_unique<DevelopmentServer>(config, begin);
    server->use(*identity);
    const auto started = server->start();
    return std::pair{std::move(server), started};
  };
  auto [server, started] = start();
  if (!started && started.error() == Errc::address_in_use && !options.is_given("--listen")) {
    config.plain_listen = "127.0.0.1:0";
    std::tie(server, started) = start();
  }
  if (started) return run(config, limit, *server, *authority);
  log::error(explain_listen(config.plain_listen, started.error()));
  return kFailed;
}

}  // namespace linnet::tools
