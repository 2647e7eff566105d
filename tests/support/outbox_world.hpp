// SPDX-License-Identifier: Apache-2.0
// An outbox with its memory, a clock, and entropy that repeats, for tests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "linnet/session/outbox.hpp"

namespace linnet::test {

class NumberingEntropy final : public Entropy {
 public:
  explicit NumberingEntropy(std::uint32_t first = 0x5f3c9a10) noexcept : next_{first} {}
  void fill(MutableBytes out) noexcept override {
    for (std::byte& each : out) {
      each = static_cast<std::byte>(next_ >> 24);
      next_ = next_ << 8 | next_ >> 24;
    }
    next_ += 1;
  }

 private:
  std::uint32_t next_;
};

struct OutboxWorld {
  explicit OutboxWorld(const session::OutboxConfig& config = {.acknowledged = true},
                       session::Store* store = nullptr, std::uint32_t epoch = 0x5f3c9a10)
      : entropy{epoch}, outbox{config, memory, entropy, store} {}

  Result<session::MessageId> post(std::string_view text, session::Message message = {}) {
    message.payload = as_bytes(text);
    const auto id = outbox.post(message);
    outbox.collect(now);
    return id;
  }
  Result<session::MessageId> event(std::string_view text,
                                   session::Priority priority = session::Priority::normal) {
    return post(text, {.policy = session::Policy::must_deliver, .priority = priority});
  }
  Result<session::MessageId> status(std::string_view text, std::uint32_t key = 1) {
    return post(text, {.policy = session::Policy::latest_wins, .key = key});
  }

  /// Hands over all that wants to leave: "a b c"; `most` of them.
  std::string send(int most = 1000) {
    std::string sent;
    for (auto out = outbox.next(); out && most-- > 0; out = outbox.next()) {
      if (!sent.empty()) sent += ' ';
      sent += as_text(out->payload);
      last = out->id;
      outbox.handed(out->id, now);
    }
    return sent;
  }
  /// What has become of messages since the last call: "2 acknowledged, 3 expired", by sequence.
  std::string reports() {
    std::string told;
    while (const auto report = outbox.poll(now)) {
      if (!told.empty()) told += ", ";
      told += std::to_string(report->id.sequence) + " " + std::string{describe(report->outcome)};
    }
    return told;
  }

  Instant now{1000s};
  NumberingEntropy entropy;
  session::OutboxMemory<8192, 4096, 64> memory;
  session::Outbox outbox;
  session::MessageId last{};  // of send()
};

}  // namespace linnet::test
