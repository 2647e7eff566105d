// SPDX-License-Identifier: Apache-2.0
// A ModemLink and the emulator on one line, in virtual time: what a session has when it runs over a modem,
// but for the clock.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/cellular/link.hpp"
#include "modem_emulator/emulated.hpp"

namespace linnet::cellular::test {

/// The host's end of the serial line, and its lines.
class EmulatedPort final : public net::Stream, public Port {
 public:
  EmulatedPort(emulator::Modem& modem, const Instant& now) noexcept : modem_{modem}, now_{now} {}
  State state() const noexcept override { return broken ? State::closed : State::open; }
  Result<std::size_t> read(MutableBytes into) override {
    if (broken) return fail(Errc::end_of_stream);
    modem_.poll(now_);
    const Bytes said = modem_.output(now_);
    const std::size_t size = std::min({said.size(), into.size(), chunk});
    if (size == 0) return 0;
    std::copy_n(said.begin(), size, into.begin());
    modem_.sent(size);
    down += size;
    return size;
  }
  Result<std::size_t> write(std::span<const Bytes> parts) override {
    if (broken) return fail(Errc::end_of_stream);
    std::size_t written = 0;
    for (const Bytes part : parts) {
      const std::size_t size = std::min({part.size(), modem_.room(), chunk});
      if (size == 0) break;
      modem_.receive(part.first(size), now_);
      written += size;
      if (size < part.size()) break;
    }
    up += written;
    return written;
  }
  void shutdown_write() noexcept override {}
  void close() noexcept override { broken = broken || opens_itself; }
  void want(net::Interest) noexcept override {}
  Result<void> open(Instant) override {
    if (!opens_itself) return fail(Errc::unsupported);
    ++opens;
    if (!is_there) return fail(Errc::host_not_found);
    broken = false;
    return {};
  }
  void apply(const modem::Lines& lines) noexcept override {
    if (lines.dtr != dtr && is_dtr_wired) modem_.control(lines.dtr ? "dtr on" : "dtr off", now_);
    dtr = lines.dtr;
    if (lines.power_key != applied.power_key) {
      modem_.control(lines.power_key ? "power-key on" : "power-key off", now_);
    }
    applied = lines;
  }
  bool has_lost_bytes() noexcept override { return std::exchange(lost, false); }

  std::size_t chunk = 4096;
  std::uint64_t up = 0;
  std::uint64_t down = 0;
  modem::Lines applied;
  bool dtr = true;
  bool broken = false;
  bool lost = false;
  bool is_dtr_wired = true;
  bool opens_itself = false;
  bool is_there = true;  // else it cannot be opened
  unsigned opens = 0;

 private:
  emulator::Modem& modem_;
  const Instant& now_;
};

class EmulatedLink {
 public:
  explicit EmulatedLink(const modem::Config& config = {.apn = "internet"},
                        std::string_view profile = "sim7670g",
                        const std::vector<std::string_view>& variants = {})
      : emulated{profile, variants},
        serial{*emulated.modem, emulated.now},
        link{"modem:test", serial, emulated.internet, config, storage, &serial, &trace} {}

  Instant now() const { return emulated.now; }
  void turn() {
    emulated.modem->poll(emulated.now);
    link.poll(emulated.now);
    while (const auto event = link.next_event()) events.push_back(event->kind);
    if (echoes) {
      for (const auto& peer : emulated.internet.peers) {
        peer->to_modem += peer->from_modem;
        peer->from_modem.clear();
      }
    }
  }
  /// On to what is due next.
  void step(Instant end) {
    // A line that is broken takes nothing, whoever has something to say.
    Instant due = std::min({link.deadline(), serial.broken ? kNever : emulated.modem->deadline(), end});
    const bool is_writable =
        !serial.broken && link.modem().output().size() != 0 && emulated.modem->room() != 0;
    if (is_writable || emulated.internet.is_ready()) due = emulated.now;  // as a poller would say
    emulated.now = std::max(due, emulated.now + 1us);
    turn();
  }
  template <typename Condition>
  bool run_until(Condition condition, Duration most = 200s) {
    const Instant end = now() + most;
    turn();
    while (!condition()) {
      if (now() >= end) return false;
      step(end);
    }
    return true;
  }
  void run_for(Duration time) {
    run_until([] { return false; }, time);
  }
  net::Stream* connect(std::string_view host = "gw.example.net") {
    const auto opened = link.open(host, 8443, now());
    if (!opened) return nullptr;
    net::Stream* stream = *opened;
    run_until([&] { return stream->state() != net::Stream::State::opening; });
    return stream;
  }

  emulator::test::Emulated emulated;
  struct Traced final : Trace {
    void bytes(Instant, std::string_view, Direction, Bytes data) override { text += as_text(data); }
    void note(Instant, std::string_view, std::string_view what) override {
      text.append("[").append(what).append("]");
    }
    std::string text;
  };

  Traced trace;
  ModemStorage<4> storage;
  EmulatedPort serial;
  ModemLink link;
  std::vector<modem::Event::Kind> events;
  bool echoes = false;
};

}  // namespace linnet::cellular::test
