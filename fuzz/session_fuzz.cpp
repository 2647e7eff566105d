// SPDX-License-Identifier: Apache-2.0
// A session in virtual time, step by step as the input says: messages, links that go, connections that fail
// at any byte, servers that refuse and say goodbye, power cuts, stops and flushes at any moment. Properties:
// it never spins; no event follows closed; a stop ends within its time, a flush at its limit; and in the end,
// when the network is good, the server has each event that the session had taken on, whatever happened.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "linnet/session/journal.hpp"
#include "linnet/session/memory.hpp"
#include "linnet/session/session.hpp"
#include "session_network.hpp"

namespace {

using namespace linnet;
using fuzz::require;
using session::Event;
using session::Outcome;
using session::Session;

struct Owed {
  session::MessageId id;
  std::string text;
  bool is_taken_on = false;  // seen in the outbox: no power cut loses it any more
};

class Device {
 public:
  Device() {
    session::Journal journal{medium_, table_};
    (void)journal.open();
    require(journal.format().has_value());
    start();
  }

  void start() {
    session_.reset();
    forgive();
    journal_.emplace(medium_, table_);
    require(journal_->open().has_value());
    session::Config config{.url = "ws://fuzz.test/", .links = {&wifi_, {&cellular_, session::Cost::metered}}};
    config.stop_timeout = 2s;
    config.connect_timeout = 10s;
    config.reconnect.longest_hint = 1min;
    config.client.connection.max_message = 512;
    config.outbox = {.max_messages = 12, .acknowledged = true, .max_in_flight = 4};
    config.store = &*journal_;
    session_.emplace(config, keys_, memory_);
    is_over_ = false;
    flush_until_ = kNever;
  }

  void send(session::Policy policy, unsigned choice) {
    const session::MessageId id = session_->next_id();
    std::array<char, session::kLongestId> buffer{};
    std::string text{encode(id, buffer)};
    const bool is_event = policy == session::Policy::must_deliver;
    if (!is_event) text = std::string(choice % 100, 'x');
    const auto sent = session_->send({.payload = as_bytes(text),
                                      .policy = policy,
                                      .priority = static_cast<session::Priority>(choice % 4),
                                      .key = choice % 3,
                                      .lifetime = is_event ? Duration{} : Duration{1s} * (choice % 7),
                                      .id = id});
    if (sent && is_event) owed_.push_back({id, text});
  }

  void run_for(Duration time) {
    const Instant limit = network.time + time;
    for (int turns = 0; network.time <= limit; ++turns) {
      require(turns < 20'000);
      const auto event = session_->wait_until(limit);
      if (event) take(*event);
      if (!event && (is_over_ || network.time >= limit)) break;
    }
    require(network.time <= flush_until_ || is_over_);
    for (Owed& each : owed_)
      each.is_taken_on = each.is_taken_on || session_->outcome(each.id) != Outcome::unknown;
  }

  void stop(unsigned choice) {
    session_->request_stop();
    if (choice % 3 == 0) {
      const Duration patience = std::chrono::milliseconds{choice * 8};
      const Instant limit = network.time + patience;
      const bool in_time = session_->wait_stopped(limit);
      require(session_->is_stopped() && network.time <= limit && (in_time || network.time == limit));
      require(!session_->wait_until(network.time));
      is_over_ = true;
      return;
    }
    const Instant limit = network.time + 2s;
    for (int turns = 0; !is_over_; ++turns) {
      require(turns < 20'000);
      if (const auto event = session_->wait_until(kNever)) take(*event);
      require(network.time <= limit);
    }
    require(session_->is_stopped() && !session_->send_text("late"));
  }

  void flush(Duration time) {
    flush_until_ = network.time + time;
    session_->flush(flush_until_);
  }
  void set_links(unsigned choice) {
    wifi_.is_up = (choice & 1) == 0;
    cellular_.is_up = (choice & 2) == 0;
  }
  void with_wire(unsigned choice) {
    if (network.wires.empty()) return;
    fuzz::Wire& wire = *network.wires.back();
    if (choice % 3 == 0) wire.lose();
    if (choice % 3 == 1) wire.reset();
    if (choice % 3 == 2) wire.say_goodbye(static_cast<std::uint8_t>(choice / 3));
  }

  /// All is well again: everything arrives.
  void settle() {
    network.weather = {};
    set_links(0);
    for (int i = 0; i < 40 && !is_delivered(); ++i) {
      if (is_over_) start();
      run_for(1min);
    }
    require(is_delivered());
  }
  bool is_over() const noexcept { return is_over_; }

  fuzz::Network network;

 private:
  /// What it had not come to take on is not owed: nobody was told that it was.
  void forgive() {
    std::erase_if(owed_, [](const Owed& each) { return !each.is_taken_on; });
  }
  bool is_delivered() const {
    return std::ranges::all_of(owed_, [&](const Owed& each) { return network.seen.contains(each.text); });
  }
  void take(const Event& event) {
    require(!is_over_);
    if (event.kind == Event::message) {
      if (const auto id = session::decode_id(event.text())) (void)session_->acknowledge(*id);
    }
    if (event.kind == Event::flushed) {
      require(event.backlog.empty() || network.time >= flush_until_);
      flush_until_ = kNever;
    }
    if (event.kind == Event::offline) {
      require(event.outage.retry_in >= 0s && event.outage.retry_in <= 10min);
      if (event.outage.is_last && (event.outage.failed_attempts & 1) != 0) session_->retry_in(1min);
    }
    if (event.kind == Event::closed) is_over_ = true;
  }

  fuzz::Keys keys_;
  fuzz::Bearer wifi_{network, "wifi"}, cellular_{network, "cellular"};
  std::array<std::byte, 8192> flash_{};  // all of them fit, so that none is in memory only
  session::MemoryMedium medium_{flash_};
  std::array<session::Journal::Entry, 64> table_;
  std::optional<session::Journal> journal_;
  session::Memory<{.conversation = {.input = 512, .output = 1024, .message = 1024, .url = 256},
                   .queue = 4096,
                   .inbox = 1024,
                   .reports = 8}>
      memory_;
  std::optional<Session> session_;
  std::vector<Owed> owed_;
  Instant flush_until_ = kNever;
  bool is_over_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMostSteps = 100;
  fuzz::Choices choices{{reinterpret_cast<const std::byte*>(data), std::min(size, 3 * kMostSteps)}};
  Device device;
  while (!choices.left.empty()) {
    const unsigned step = choices.next();
    const unsigned choice = choices.next();
    if (device.is_over()) device.start();
    switch (step % 16) {
      case 0:
      case 1:
      case 2: device.send(session::Policy::must_deliver, choice); break;
      case 3: device.send(session::Policy::plain, choice); break;
      case 4: device.send(session::Policy::latest_wins, choice); break;
      case 5: device.network.weather.opening = static_cast<std::uint8_t>(choice); break;
      case 6: device.network.weather.answer = static_cast<std::uint8_t>(choice); break;
      case 7: device.network.weather.cut = static_cast<std::uint8_t>(choice); break;
      case 8: device.network.weather = {}; break;
      case 9: device.set_links(choice); break;
      case 10: device.with_wire(choice); break;
      case 11: device.flush(std::chrono::milliseconds{choice * 20}); break;
      case 12: device.stop(choice); break;
      case 13: device.start(); break;  // the power was gone
      case 14: device.run_for(Duration{1ms} * choice); break;
      default: device.run_for(Duration{1s} * choice); break;
    }
  }
  device.settle();
  return 0;
}
