// SPDX-License-Identifier: Apache-2.0
// The conversations of tests/modem/traces from the host's side: the driver says each H> line by itself, once
// a user asks for what it is about; the trace answers. Commands that a trace does not show (it is about
// something else) are answered by a scripted modem.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/modem_bench.hpp"
#include "support/modem_trace.hpp"

namespace linnet::modem {
namespace {

using test::trace_shown;
using test::TraceStep;

/// The modem of one trace.
class TracedModem {
 public:
  TracedModem(std::string_view trace, const std::vector<std::string>& not_ours)
      : steps_{test::read_trace(trace)}, not_ours_{not_ours} {
    other_.echo = false;
    other_.apn = "stored.example";
  }

  /// A byte from the driver.
  void receive(char byte, Instant now) {
    now_ = now;
    said_ += byte;
    const TraceStep* const next = next_host();
    if (next != nullptr && !next->bytes.ends_with('\r') && next->bytes.starts_with(said_)) {
      if (said_ == next->bytes) accept(*next);
      return;
    }
    if (byte != '\r') return;
    if (const TraceStep* const found = find(said_)) return accept(*found);
    other_.receive(said_, now);
    said_.clear();
  }
  std::string say(Instant now) {
    while (at_ < steps_.size()) {
      const TraceStep& step = steps_[at_];
      if (step.kind == TraceStep::host) {
        if (not_ours_.empty() || trace_shown(step.bytes) != not_ours_.front()) break;
        not_ours_.erase(not_ours_.begin());
        pass_over();
        continue;
      }
      if (step.kind == TraceStep::pause) {
        if (now < resume_at_) break;
        if (resume_at_ == Instant{}) {
          resume_at_ = now + std::chrono::milliseconds{step.milliseconds};
          break;
        }
        resume_at_ = {};
      }
      if (step.kind == TraceStep::modem) saying_ += step.bytes;
      // For a trace that is about something else than reading it.
      if (step.kind == TraceStep::peer && step.text != "close") other_.links[0].down += step.bytes;
      ++at_;
    }
    return std::exchange(saying_, {}) + other_.say(now);
  }
  const TraceStep* next_host() const {
    for (std::size_t i = at_; i < steps_.size(); ++i) {
      if (steps_[i].kind == TraceStep::host) return &steps_[i];
    }
    return nullptr;
  }
  /// The line that comes next is not one that a driver says.
  void skip(std::vector<std::string>& skipped) {
    while (steps_[at_].kind != TraceStep::host) ++at_;
    skipped.push_back(trace_shown(steps_[at_].bytes));
    pass_over();
  }
  bool has_lines_left() const { return !not_ours_.empty(); }
  Instant due() const {
    return resume_at_ == Instant{} ? other_.next_due() : std::min(resume_at_, other_.next_due());
  }
  std::string peer_bytes() const {
    std::string all;
    for (const TraceStep& step : steps_) {
      if (step.kind == TraceStep::peer && step.text != "close") all += step.bytes;
    }
    return all;
  }
  std::string payload_after_next() const {
    for (std::size_t i = at_; i < steps_.size(); ++i) {
      if (steps_[i].kind == TraceStep::host && !steps_[i].bytes.ends_with('\r')) return steps_[i].bytes;
    }
    return {};
  }

 private:
  static bool is_same(std::string_view given, std::string_view traced) {
    constexpr std::string_view read = "AT+CIPRXGET=2,0";  // its size is a matter of buffers
    return given == traced || (given.starts_with(read) && traced.starts_with(read));
  }
  const TraceStep* find(std::string_view line) const {
    const TraceStep* const next = next_host();
    return next != nullptr && is_same(line, next->bytes) ? next : nullptr;
  }
  void accept(const TraceStep& step) {
    at_ = static_cast<std::size_t>(&step - steps_.data()) + 1;
    if (said_.starts_with("AT+CIPOPEN=")) other_.links[0].open = true;
    if (said_.starts_with("AT+CIPRXGET")) other_.links[0].down.clear();
    said_.clear();
    resume_at_ = {};
  }
  void pass_over() {
    ++at_;
    while (at_ < steps_.size() && steps_[at_].kind == TraceStep::modem) ++at_;
  }

  std::vector<TraceStep> steps_;
  std::vector<std::string> not_ours_;
  std::size_t at_ = 0;
  test::ScriptedModem other_;
  std::string said_;
  std::string saying_;
  Instant now_{};
  Instant resume_at_{};
};

/// A driver, and a user who wants what comes next in the trace.
class Play {
 public:
  Play(std::string_view trace, const Config& config, const std::vector<std::string>& not_ours,
       std::size_t chunk)
      : modem{trace, not_ours},
        is_transparent_{config.mode == Mode::transparent},
        chunk_{chunk},
        cellular_{config, sockets_, {.line = line_, .command = command_, .held = held_}} {}

  void run() {
    while (const TraceStep* const next = modem.next_host()) {
      bool is_wanted = false;
      const Instant end = now_ + 35s;
      while (modem.next_host() == next && now_ < end) {
        if (!is_wanted && (socket_ == nullptr || !socket_->is_opening())) {
          want(*next);
          is_wanted = true;
        }
        step(end);
      }
      if (modem.next_host() == next) modem.skip(skipped);
    }
    const Instant end = now_ + 2s;
    while (now_ < end) step(end);
  }

  TracedModem modem;
  std::vector<std::string> skipped;
  std::string got;
  const Cellular& cellular() const { return cellular_; }
  Socket* socket() { return socket_; }

 private:
  void want(const TraceStep& next) {
    if (next.bytes.starts_with("AT+CIPOPEN=0,\"TCP\"") && socket_ == nullptr) {
      socket_ = cellular_.open("gw.example.net", 8443).value_or(nullptr);
    } else if (next.bytes.starts_with("AT+CIPSEND=") && socket_ != nullptr) {
      write(modem.payload_after_next());
    } else if (!next.bytes.starts_with("AT") && next.bytes != "+++" && is_transparent_) {
      write(next.bytes);
    } else if (next.bytes == "+++") {
      cellular_.measure_signal();
    } else if (next.bytes.starts_with("AT+CIPCLOSE=0") && socket_ != nullptr) {
      socket_->close();
    }
  }
  void write(const std::string& text) {
    const Bytes bytes = as_bytes(text);
    (void)socket_->write({&bytes, 1});
  }
  void step(Instant end) {
    if (exchange()) return;
    now_ = std::max(std::min({cellular_.deadline(), modem.due(), end}), now_ + 1us);
  }
  bool exchange() {
    while (cellular_.poll(now_)) {
    }
    for (Output out = cellular_.output(); out.size() != 0; out = cellular_.output()) {
      std::string text;
      for (const Bytes part : out.parts) text += as_text(part);
      text.resize(std::min(text.size(), chunk_));
      cellular_.sent(text.size());
      for (const char byte : text) modem.receive(byte, now_);
      while (cellular_.poll(now_)) {
      }
    }
    unread_ += modem.say(now_);
    if (unread_.empty()) return false;
    std::string piece = unread_.substr(0, chunk_);
    unread_.erase(0, piece.size());
    cellular_.receive(as_bytes(piece));
    while (cellular_.poll(now_)) {
    }
    EXPECT_TRUE(cellular_.wants_input());
    if (socket_ == nullptr) return true;
    std::array<std::byte, 4000> into;
    const auto size = socket_->read(into);
    if (size) got += as_text(Bytes{into}.first(*size));
    return true;
  }

  bool is_transparent_;
  Instant now_{1s};
  std::size_t chunk_;
  std::string unread_;
  std::array<std::byte, 128> line_;
  std::array<std::byte, 304> command_;
  std::array<std::byte, DataFilter::kMost> held_;
  std::array<std::byte, 4000> receive_;
  std::array<std::byte, 4000> send_;
  std::array<Socket, 1> sockets_{Socket{receive_, send_}};
  Cellular cellular_;
  Socket* socket_ = nullptr;
};

struct Case {
  std::string_view name;
  Config config;
  std::vector<std::string> not_ours;     // lines that only a person at a terminal says
  std::vector<std::string> not_again{};  // and lines that the driver has said before
  std::string_view until{};              // the line where another way of doing the same begins
};

void play(const Case& one) {
  for (const auto& [name, text] : test::modem_traces()) {
    if (name != one.name) continue;
    for (const std::size_t chunk : {std::size_t{4096}, std::size_t{1}, std::size_t{5}}) {
      SCOPED_TRACE(std::string{one.name} + ", in pieces of " + std::to_string(chunk));
      Play it{text.substr(0, one.until.empty() ? text.size() : text.find(one.until)), one.config,
              one.not_ours, chunk};
      it.run();
      EXPECT_EQ(it.skipped, one.not_again);
      EXPECT_FALSE(it.modem.has_lines_left());
      const bool lost =
          name.find("drop") != std::string_view::npos && name.find("close") != std::string_view::npos;
      EXPECT_EQ(trace_shown(it.got), trace_shown(lost ? "" : it.modem.peer_bytes()));
      EXPECT_EQ(it.cellular().counters().late_answers, 0);
    }
    return;
  }
  FAIL() << "no trace " << one.name;
}

TEST(ModemDriverTraces, ColdBoot) {
  play({"T1_cold_boot",
        {.apn = "iot.example", .baud = 460800, .flow_control = true, .port = {.baud = true}},
        {}});
}
TEST(ModemDriverTraces, Open) {
  play({"T2_open", {}, {"AT+NETOPEN?\\r", "AT+CIPOPEN?\\r"}, {"AT+NETOPEN\\r"}});
}
TEST(ModemDriverTraces, Send) {
  play({"T3_send", {}, {}});
}
TEST(ModemDriverTraces, Receive) {
  play({"T4_receive", {}, {"AT+CIPRXGET=4,0\\r"}});
  play({"T4_receive_other_tail", {}, {}});
}
TEST(ModemDriverTraces, PeerClose) {
  // Nothing is left, so nothing is asked; the link is free, so nothing is closed.
  play({"T5_peer_close_keep", {}, {}, {"AT+CIPRXGET=2,0,1500\\r", "AT+CIPCLOSE=0\\r"}});
  play({"T5_peer_close_drop", {}, {}});
}
TEST(ModemDriverTraces, NetworkDrop) {
  play({"T6_network_drop", {}, {"AT+CIPSEND=0,10\\r", "AT+NETOPEN?\\r"}});
}
TEST(ModemDriverTraces, Transparent) {
  play({"T8_transparent", {.mode = Mode::transparent}, {}, {}, "! dtr off"});
}
/// The driver dials no call; it finds one, as a program left it that is gone.
TEST(ModemDriverTraces, PppLeftBehind) {
  play({"T10_ppp_left_behind", {}, {}, {"ATO\\r"}});
}
TEST(ModemDriverTraces, BufferFull) {
  play({"T6_buffer_full", {}, {"AT+CIPSEND=0,10\\r"}});
}

}  // namespace
}  // namespace linnet::modem
