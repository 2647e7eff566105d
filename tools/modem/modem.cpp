// SPDX-License-Identifier: Apache-2.0
// The modem's time: what is due, in order, whatever the intervals at which it is looked at.
#include "tools/modem/modem.hpp"

#include <algorithm>

#include "tools/cli/text.hpp"

namespace linnet::emulator {

using tools::concat;

Modem::Modem(const Profile& which, const Settings& chosen, net::Link& link, Names& look_ups, Traffic* heard,
             Instant now, IpNetwork* internet)
    : profile{which},
      settings{chosen},
      bearer{link},
      names{look_ups},
      traffic{heard},
      line{settings, now},
      voice{*this},
      interpreter{*this},
      power{*this},
      sim{*this},
      radio{*this},
      packet{*this},
      sockets{*this, which.links},
      data_mode{*this},
      transparent{*this},
      call{*this, internet},
      secure{*this},
      error_mode{chosen.error_mode},
      started_{now},
      now_{now} {
  if (settings.warm)
    power.wake_warm();
  else
    power.on(settings.boot_delay.value_or(Duration{}));
}

void Modem::receive(Bytes bytes, Instant now) {
  line.put(bytes, now);
  poll(now);
}

Instant Modem::next_byte() const noexcept {
  if (!interpreter.takes_bytes()) return kNever;
  const Instant arrives = line.next_arrival();
  return arrives == kNever ? kNever : std::max(arrives, frozen_until_);
}

/// Everything up to `until`, each thing at its own instant.
void Modem::run_due(Instant until) {
  while (true) {
    const Instant byte = next_byte();
    const Instant pause = data_mode.due();
    const Instant next = std::min({schedule.deadline(), lasting_.deadline(), byte, pause});
    if (next > until) return;
    now_ = std::max(now_, next);
    if (next == lasting_.deadline())
      lasting_.take()();
    else if (next == schedule.deadline())
      schedule.take()();
    else if (next == pause)
      data_mode.run_due();
    else
      interpreter.byte(line.take());
  }
}

void Modem::poll(Instant now) {
  run_due(now);
  now_ = std::max(now_, now);
  voice.release();
  finish_look_up();
  sockets.poll(now_);
  secure.poll(now_);
  transparent.poll(now_);  // behind both: it tells what they have found
  call.poll(now_);
  run_due(now);
}

Instant Modem::next_event() const noexcept {
  Instant first = std::min({schedule.deadline(), lasting_.deadline(), data_mode.due(), sockets.deadline(),
                            secure.deadline(), call.deadline()});
  if (next_byte() != kNever) first = std::min(first, std::max(line.worth_waking(), frozen_until_));
  return first;
}

void Modem::note(std::string_view text) {
  if (traffic != nullptr) traffic->note(now_, text);
}

void Modem::say_payload(std::string_view bytes) {
  strike(Trigger::down, counters.payload_down);
  while (!bytes.empty()) {
    const auto next = faults.next_count(Trigger::down, counters.payload_down);
    const std::size_t whole = bytes.size();
    const std::size_t part = next ? std::min<std::size_t>(whole, *next - counters.payload_down) : whole;
    line.say(as_bytes(bytes.substr(0, part)), now_);
    bytes.remove_prefix(part);
    counters.payload_down += part;
    strike(Trigger::down, counters.payload_down);
  }
}

void Modem::count_up(std::size_t bytes) {
  seen_up_ += bytes;
  strike(Trigger::up, seen_up_);
}

void Modem::strike(Trigger trigger, std::uint64_t count) {
  while (const auto fault =
             faults.next(trigger, [count](const Fault& each) { return each.count <= count; })) {
    strike(*fault);
  }
}

void Modem::strike(Trigger trigger, std::string_view command) {
  while (const auto fault =
             faults.next(trigger, [command](const Fault& each) { return each.command == command; })) {
    strike(*fault);
  }
}

void Modem::booted() {
  line.mute(silent_);
  while (const auto fault = faults.next(Trigger::boot, [](const Fault&) { return true; })) {
    lasting_.at(now_ + fault->after, [this, fault = *fault] { strike(fault); });
  }
}

void Modem::connected() {
  if (first_connected_ == kNever) first_connected_ = now_;
  while (const auto fault = faults.next(Trigger::t, [](const Fault&) { return true; })) add_fault(*fault);
  for (; peers_to_close_ > 0; --peers_to_close_) lasting_.at(now_, [this] { peer_goes(false); });
  for (; peers_to_abort_ > 0; --peers_to_abort_) lasting_.at(now_, [this] { peer_goes(true); });
}

void Modem::add_fault(const Fault& fault) {
  const bool is_timed = fault.trigger == Trigger::t && first_connected_ != kNever;
  if (fault.trigger != Trigger::now && !is_timed) return faults.add(fault);
  const Instant when = is_timed ? std::max(now_, first_connected_ + fault.after) : now_;
  lasting_.at(when, [this, fault] { strike(fault); });
}

std::string_view Modem::kept(const Entry& entry) const noexcept {
  const auto found = kept_.find(std::string{entry.name});
  return found != kept_.end() ? std::string_view{found->second} : entry.standard;
}

std::string_view Modem::kept(std::string_view name) const noexcept {
  const Entry* entry = find_command(name, profile.model);
  return entry != nullptr ? kept(*entry) : std::string_view{};
}

void Modem::forget_settings() {
  kept_.clear();
  error_mode = settings.error_mode;
  look_up.reset();
}

bool Modem::reports_link() const noexcept {
  std::string_view fields = kept("+CIPCCFG");
  for (int field = 0; field < 4; ++field) {
    const auto comma = fields.find(',');
    if (comma == std::string_view::npos) return false;
    fields.remove_prefix(comma + 1);
  }
  return fields.starts_with('1');
}

void Modem::finish_look_up() {
  if (!look_up) return;
  const auto answer = names.take(*look_up);
  if (!answer) return;
  look_up.reset();
  if (!*answer) {
    voice.info("+CDNSGIP: 0,10");
    return interpreter.finish(kError);
  }
  std::vector<std::string> lines;
  std::string_view left = **answer;
  while (!left.empty()) {
    const auto end = left.find('\n');
    const std::string_view address = left.substr(0, end);
    lines.push_back(concat("+CDNSGIP: ", lines.size() + 1, ",\"", looked_up, "\",\"", address, "\""));
    left = end == std::string_view::npos ? std::string_view{} : left.substr(end + 1);
  }
  voice.info(lines);
  interpreter.finish(kOk);
}

std::string Modem::counters_json() const {
  return counters.json(line.bytes_in(), line.bytes_out(), line.overruns());
}

}  // namespace linnet::emulator
