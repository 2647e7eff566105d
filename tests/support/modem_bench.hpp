// SPDX-License-Identifier: Apache-2.0
// A driver and a scripted modem on one line, in virtual time: at once, or byte by byte at a speed.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/modem/cellular.hpp"
#include "support/scripted_modem.hpp"

namespace linnet::test {

class ModemBench {
 public:
  explicit ModemBench(const modem::Config& with = {}, std::size_t receive_size = 4096,
                      std::size_t send_size = 4096)
      : config{with},
        receive_(4, std::vector<std::byte>(receive_size)),
        send_(4, std::vector<std::byte>(send_size)),
        sockets{modem::Socket{receive_[0], send_[0]}, modem::Socket{receive_[1], send_[1]},
                modem::Socket{receive_[2], send_[2]}, modem::Socket{receive_[3], send_[3]}},
        cellular{config, sockets, {.line = line_, .command = command_, .held = held_}} {}

  /// Lets the two talk until nobody says more without time passing.
  void settle() {
    for (int quiet = 0; quiet < 2;) quiet = exchange() ? 0 : quiet + 1;
  }
  /// Lets time pass, from deadline to deadline.
  void run_for(Duration time) {
    const Instant end = now + time;
    settle();
    int turns = 0;
    while (now < end) {
      ASSERT_LT(++turns, 200'000) << "the deadline does not move";
      const Instant due = std::min({cellular.deadline(), modem.next_due(), end});
      now = std::max(due, now + 1us);
      settle();
    }
  }
  template <typename Condition>
  bool run_until(Condition condition, Duration most = 300s) {
    const Instant end = now + most;
    settle();
    for (int turns = 0; !condition() && now < end && turns < 200'000; ++turns) {
      const Instant due = cellular.output().size() != 0 ? now : cellular.deadline();
      now = std::max(std::min({due, modem.next_due(), end}), now + 1us);
      settle();
    }
    return condition();
  }
  bool bring_up(Duration most = 300s) {
    return run_until([this] { return cellular.is_up(); }, most);
  }
  modem::Socket* connect(std::string_view host = "gw.example.net", std::uint16_t port = 8443) {
    const auto opened = cellular.open(host, port);
    if (!opened) return nullptr;
    modem::Socket* socket = *opened;
    run_until([socket] { return !socket->is_opening(); }, 60s);
    return socket->state() == modem::SocketState::open ? socket : nullptr;
  }
  /// Sends it all, with as much time as that takes.
  bool send(modem::Socket& socket, std::string_view text, Duration most = 60s) {
    return run_until(
        [&] {
          const Bytes rest = as_bytes(text);
          const auto taken = socket.write({&rest, 1});
          if (taken) text.remove_prefix(*taken);
          return text.empty() || !taken;
        },
        most);
  }
  std::string read(modem::Socket& socket) {
    std::array<std::byte, 600> piece;
    std::string text;
    while (true) {
      const auto size = socket.read(piece);
      if (!size || *size == 0) return text;
      text += as_text(Bytes{piece}.first(*size));
    }
  }
  bool has_command(std::string_view command) const {
    for (const std::string& given : modem.commands) {
      if (given == command) return true;
    }
    return false;
  }
  bool has_event(modem::Event::Kind kind) const {
    for (const modem::Event& event : events) {
      if (event.kind == kind) return true;
    }
    return false;
  }

  Instant now{1s};
  ScriptedModem modem;
  modem::Config config;
  std::vector<modem::Event> events;
  std::string wire_up;  // everything that crossed the line
  std::string wire_down;
  std::size_t chunk = std::string::npos;  // at most so many bytes at once, each way
  bool keeps_wire = false;

 private:
  std::vector<std::vector<std::byte>> receive_;
  std::vector<std::vector<std::byte>> send_;
  std::array<std::byte, 128> line_;
  std::array<std::byte, 304> command_;
  std::array<std::byte, modem::DataFilter::kMost> held_;

 public:
  std::array<modem::Socket, 4> sockets;
  modem::Cellular cellular;

  void poll() {
    while (const auto event = cellular.poll(now)) events.push_back(*event);
  }
  bool exchange() {
    bool moved = false;
    poll();
    const bool hears = modem.baud == 0 || cellular.lines().baud == 0 || modem.baud == cellular.lines().baud;
    for (modem::Output out = cellular.output(); out.size() != 0; out = cellular.output()) {
      std::string text;
      for (const Bytes part : out.parts) text += as_text(part);
      text.resize(std::min(text.size(), chunk));
      if (keeps_wire) wire_up += text;
      cellular.sent(text.size());
      if (hears) modem.receive(text, now);
      moved = true;
      poll();
    }
    if (!cellular.wants_input()) return moved;
    const std::string said = modem.say(now, chunk);
    if (said.empty()) return moved;
    if (keeps_wire) wire_down += said;
    unread_ = hears ? said : std::string(said.size(), '\x81');
    cellular.receive(as_bytes(unread_));
    poll();
    return true;
  }

 private:
  std::string unread_;
};

}  // namespace linnet::test
