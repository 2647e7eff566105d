// SPDX-License-Identifier: Apache-2.0
#include "device.hpp"

#include <algorithm>

#include "linnet/agent/plain_commands.hpp"
#include "port/cortex_m/semihosting.hpp"

namespace linnet::firmware {
namespace {

constexpr Duration kModemStarts =
    180s;  // from power-on to the network, with the ladder of recovery in between

void say(std::string_view what, std::string_view more = {}) {
  port::cortex_m::semihosting::write(what);
  port::cortex_m::semihosting::write(more);
  port::cortex_m::semihosting::write("\n");
}

std::string_view in_words(modem::Event::Kind kind) {
  using Kind = modem::Event::Kind;
  switch (kind) {
    case Kind::powered: return "powered";
    case Kind::sim_ready: return "SIM ready";
    case Kind::registered: return "registered";
    case Kind::network_up: return "network up";
    case Kind::network_down: return "network down";
    case Kind::recovering: return "recovering";
    case Kind::failed: return "failed";
    case Kind::time_known: return "time known";
  }
  return {};
}

}  // namespace

Device::Device(const DeviceConfig& config, port::cortex_m::Uart& uart, net::Poller& poller,
               Entropy& entropy) noexcept
    : poller_{poller},
      security_{config.security},
      clock_{config.clock},
      port_{uart},
      modem_{"cellular",     uart,  poller, {.apn = config.apn, .port = port::cortex_m::ModemPort::kFeatures},
             modem_storage_, &port_},
      agent_{pins_, {.id = "m3", .status_interval = 5s}, commands_},
      session_{{.url = config.url,
                .links = {{&modem_, session::Cost::metered, kModemStarts}},
                .security = config.security,
                .reconnect = {.backoff = {.first = 500ms, .longest = 10s}}},
               entropy,
               memory_} {
  modem_.modem().ask_time();  // the board has no clock: certificates are judged by the network's
}

void Device::run() {
  bool is_leaving = false;
  while (session_.state() != session::Session::State::over) {
    const auto event = session_.wait_until(std::min(agent_.deadline(), modem_.deadline()));
    now_ = poller_.now();
    look_after_modem();
    if (event) handle(*event);
    report();
    if (pins_.restart_requested() && !is_leaving) {
      is_leaving = true;
      session_.flush(now_ + 5s);  // the answer leaves first
    }
    if (is_leaving && event && event->kind == session::Event::flushed) session_.request_stop();
  }
}

void Device::handle(const session::Event& event) {
  switch (event.kind) {
    case session::Event::opened:
      if (event.security != nullptr) {
        say(event.security->resumed ? "online, session resumed, " : "online, ", event.security->cipher);
      } else {
        say("online");
      }
      agent_.opened(now_);
      break;
    case session::Event::message:
      if (event.ws.type == ws::MessageType::text) answer(event.text());
      break;
    case session::Event::pong: agent_.set_round_trip(event.ws.round_trip); break;
    case session::Event::offline:
      agent_.closed();
      say("offline: ", event.outage.failure ? describe(event.outage.failure->error.code) : "closed");
      if (security_ != nullptr && !security_->failure().empty()) say("  ", security_->failure());
      break;
    case session::Event::closed:
      agent_.closed();
      say("closed");
      break;
    default: break;
  }
}

void Device::answer(std::string_view message) {
  const auto reply = agent::handle_plain(agent_, message, now_, buffer_);
  if (!reply || reply->empty()) return;
  if (!session_.send_text(*reply)) say("an answer found no room");
}

/// The newest status takes the place of one that has not left yet.
void Device::report() {
  const std::int16_t rssi = modem_.modem().status().rssi_dbm;
  pins_.set_rssi(rssi != 0 ? std::optional{rssi} : std::nullopt);
  const auto status = agent_.poll(now_, buffer_);
  if (!status || status->empty()) return;
  const session::Message message{
      .payload = as_bytes(*status), .policy = session::Policy::latest_wins, .key = 1};
  if (!session_.send(message)) say("a report found no room");
}

void Device::look_after_modem() {
  modem_.poll(now_);
  while (const auto event = modem_.next_event()) {
    say("modem: ", in_words(event->kind));
    const modem::Status& status = modem_.modem().status();
    if (event->kind == modem::Event::Kind::time_known) clock_.set(status.unix_time, status.unix_time_at);
    if (event->kind == modem::Event::Kind::failed) say("  ", describe(modem_.modem().failure().cause));
  }
}

}  // namespace linnet::firmware
