// SPDX-License-Identifier: Apache-2.0
#include "tools/modem/call.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "tools/cli/text.hpp"
#include "tools/modem/ip_network.hpp"
#include "tools/modem/modem.hpp"
#include "tools/modem/number.hpp"

namespace linnet::emulator {
namespace {

using tools::concat;
using Phase = ppp::Session::Phase;

constexpr std::size_t kAhead = 2048;  // bytes that wait on the line to the host

/// The context that a number calls: "*99#", or "*99*ADDRESS*PROTOCOL*CID#" with any of it left out
/// (3GPP TS 27.007, section 10.2.1.1). Nothing: it is a number of another kind.
std::optional<int> called_context(std::string_view number) {
  if (number.starts_with('T') || number.starts_with('t') || number.starts_with('P') ||
      number.starts_with('p'))
    number.remove_prefix(1);
  if (!number.starts_with("*99") || !number.ends_with('#')) return {};
  number.remove_prefix(3);
  number.remove_suffix(1);
  if (number.empty()) return 1;
  if (!number.starts_with('*')) return {};
  std::array<std::string_view, 3> fields;
  for (std::string_view& field : fields) {
    if (number.empty()) break;
    number.remove_prefix(1);
    const auto end = std::min(number.find('*'), number.size());
    field = number.substr(0, end);
    number.remove_prefix(end);
  }
  if (!number.empty()) return {};
  if (fields[2].empty()) return 1;
  const auto cid = parse_number<int>(fields[2]);
  return cid && *cid >= 1 && *cid <= 15 ? cid : std::optional<int>{};
}

std::string_view phase_name(Phase phase) noexcept {
  constexpr std::array<std::string_view, 5> kNames{"establish", "authenticate", "network", "terminate",
                                                   "dead"};
  return kNames[static_cast<std::size_t>(phase)];
}

}  // namespace

bool Call::dial(std::string_view number) {
  const auto cid = called_context(number);
  if (!cid || !modem_.packet.admits(*cid) || modem_.data_mode.carrier() != nullptr) return false;
  set_up(*cid);
  ++modem_.counters.calls;
  modem_.data_mode.begin();
  session_->begin(modem_.now());
  say();
  return true;
}

void Call::be_up() {
  set_up(1);
  session_->be_up();
  modem_.data_mode.be_in();
}

void Call::set_up(int cid) {
  cid_ = cid;
  noted_ = Phase::establish;
  ppp::Session::Config config{
      .addresses = {modem_.packet.address_number(), IpNetwork::kGateway, IpNetwork::kNameServer},
      .magic = static_cast<std::uint32_t>(modem_.settings.seed * 2654435761u) | 1u,
      .credentials = {}};
  const Packet::Context& context = modem_.packet.contexts()[cid];
  if (context.authentication != 0 && !context.user.empty())
    config.credentials = ppp::Credentials{context.user, context.password};
  session_ = std::make_unique<ppp::Session>(config);
  if (network_ != nullptr && !network_->begin(config.addresses.host))
    modem_.note("PPP: there is no way into this machine's network, IP packets are dropped");
}

bool Call::takes_bytes() const noexcept {
  return modem_.line.backlog() < kAhead;  // what it answers must have room
}

void Call::from_host(std::byte value) {
  modem_.count_up(1);
  ++modem_.counters.payload_up;
  const Bytes packet = session_->receive(value, modem_.now());
  if (!packet.empty() && network_ != nullptr && modem_.radio.flows()) {
    ++modem_.counters.packets_up;
    network_->send(packet);
  }
  say();
}

bool Call::can_tell() const noexcept {
  return session_ != nullptr && network_ != nullptr && modem_.line.backlog() < kAhead &&
         modem_.radio.flows() && !network_->next().empty();
}

void Call::to_host() {
  while (can_tell()) {
    if (session_->send(network_->next())) ++modem_.counters.packets_down;
    network_->pop();
    say();
  }
}

Instant Call::due() const noexcept {
  return can_tell() ? Instant::min() : session_->deadline();
}

void Call::run_due() {
  to_host();
  session_->poll(modem_.now());
  say();
}

/// What the session has to say, and what has become of it.
void Call::say() {
  const std::string bytes = session_->take_output();
  if (!bytes.empty()) modem_.voice.payload(bytes);
  const Phase phase = session_->phase();
  if (phase != noted_) modem_.note(concat("PPP: ", phase_name(phase)));
  noted_ = phase;
  if (phase != Phase::dead) return;
  forget();
  modem_.data_mode.lost("NO CARRIER");
}

void Call::poll(Instant now) {
  if (session_ == nullptr || network_ == nullptr) return;
  network_->poll(now);
  if (modem_.data_mode.is_in()) to_host();
}

Instant Call::deadline() const noexcept {
  return session_ == nullptr || network_ == nullptr ? kNever : network_->deadline();
}

void Call::hang_up() {
  forget();
}

void Call::say_hung_up() {
  modem_.voice.urc("NO CARRIER");
}

void Call::network_lost() {
  if (session_ == nullptr) return;
  if (modem_.data_mode.is_in()) {
    session_->terminate(modem_.now());
    return say();
  }
  forget();
  modem_.data_mode.lost("");
  modem_.voice.urc("NO CARRIER");
}

void Call::forget() noexcept {
  session_.reset();
  if (network_ != nullptr) network_->end();
}

}  // namespace linnet::emulator
