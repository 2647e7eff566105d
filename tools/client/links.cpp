// SPDX-License-Identifier: Apache-2.0
#include "tools/client/links.hpp"

#include <algorithm>

#include "linnet/cellular/link.hpp"
#include "port/linux/modem_port.hpp"
#include "tools/client/modem_report.hpp"

namespace linnet::tools {
namespace {

constexpr Duration kFinishWithin = 2s;

}  // namespace

struct Links::Modem {
  Modem(const LinkChoice& choice, const modem::Config& config, port::linux::Poller& poller,
        port::linux::Resolver& resolver, Trace* trace) {
    modem::Config own = config;
    net::Stream* stream = nullptr;
    cellular::Port* port = nullptr;
    if (choice.kind == LinkChoice::Kind::serial_modem) {
      serial.emplace(poller, nullptr);
      serial_port.emplace(*serial, choice.device,
                          port::linux::SerialPort::Wiring{.dtr = choice.dtr, .dcd = choice.dcd});
      own.port = serial_port->features();
      stream = &*serial;
      port = &*serial_port;
    } else {
      network.emplace(poller, resolver, nullptr);
      network_port.emplace(*network, choice.device, choice.port);
      // Only who asks for another speed has a server that follows it.
      own.port = {.baud = choice.baud != 0};
      stream = &*network;
      port = &*network_port;
    }
    link.emplace(choice.name, *stream, poller, own, storage, port, trace);
  }

  std::optional<port::linux::Serial> serial;
  std::optional<port::linux::SerialPort> serial_port;
  std::optional<port::TcpStream> network;
  std::optional<port::linux::NetworkPort> network_port;
  cellular::ModemStorage<4> storage;
  std::optional<cellular::ModemLink> link;
  std::optional<Error> told_error;  // of the port, when it was told
};

Links::Links(const LinkOptions& options, port::linux::Poller& poller, Trace* trace)
    : poller_{poller}, resolver_{poller} {
  for (const LinkChoice& choice : options.choices()) {
    timeouts_.push_back(LinkOptions::default_timeout(choice));
    if (choice.is_modem()) {
      modems_.push_back(
          std::make_unique<Modem>(choice, options.modem_config(choice), poller, resolver_, trace));
      links_.push_back(&*modems_.back()->link);
    } else {
      links_.push_back(&tcp_.emplace(poller, resolver_, 1));
    }
  }
}

Links::~Links() = default;

session::Links Links::in_order(Duration timeout) const noexcept {
  session::Links all;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    const bool is_modem = links_[i]->name().starts_with("modem:");
    all.add({links_[i], is_modem ? session::Cost::metered : session::Cost::free,
             timeout > 0s ? timeout : timeouts_[i]});
  }
  return all;
}

void Links::poll(Instant now) {
  for (const auto& modem : modems_) {
    cellular::ModemLink& link = *modem->link;
    link.poll(now);
    while (const auto event = link.next_event()) report(*event, link);
    if (modem->told_error == link.port_error()) continue;
    modem->told_error = link.port_error();
    report_port(link);
  }
}

Instant Links::deadline() const noexcept {
  Instant due = kNever;
  for (const auto& modem : modems_) due = std::min(due, modem->link->deadline());
  return due;
}

std::string Links::trouble(std::string_view name) const {
  for (const auto& modem : modems_) {
    if (modem->link->name() == name) return describe_trouble(*modem->link);
  }
  return {};
}

void Links::finish() {
  const Instant end = poller_.now() + kFinishWithin;
  const auto is_idle = [](const auto& modem) {
    return modem->link->is_idle() || modem->link->port_error() || !modem->link->modem().is_up();
  };
  for (Instant now = poller_.now(); now < end; now = poller_.now()) {
    poll(now);
    if (std::ranges::all_of(modems_, is_idle)) return;
    poller_.wait(std::min(end, deadline()));
  }
}

}  // namespace linnet::tools
