// SPDX-License-Identifier: Apache-2.0
// One control protocol's negotiation: both sides ask, grant and refuse options until both are content
// (RFC 1661, sections 4 and 5). LCP and IPCP are one each, and differ in their options.
#pragma once

#include <cstdint>
#include <string>

#include "linnet/base/time.hpp"
#include "tools/modem/ppp/automaton.hpp"
#include "tools/modem/ppp/packet.hpp"

namespace linnet::emulator::ppp {

/// What a peer's option gets.
struct Verdict {
  enum Kind : std::uint8_t { granted, nak, reject };
  Kind kind = granted;
  std::string better;  // of `nak`: the option as we would take it, whole
};

/// What differs from protocol to protocol. Called by a Negotiation only.
class Options {
 public:
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  /// Ours, as they go into the next Configure-Request.
  virtual std::string wanted() const = 0;
  /// The peer naks or rejects one of ours.
  virtual void refused(const Option& option, bool is_reject) = 0;
  virtual Verdict judge(const Option& option) = 0;
  /// All of the peer's, granted; they hold from the layer's going up on.
  virtual void granted(Bytes options) = 0;
  virtual void send(std::string packet) = 0;
  virtual void layer_up() = 0;
  virtual void layer_down() = 0;
  /// It is over, whoever ended it: nothing comes any more.
  virtual void layer_finished() = 0;

 protected:
  Options() = default;
  ~Options() = default;
};

class Negotiation {
 public:
  /// `options` is borrowed.
  explicit Negotiation(Options& options) noexcept : options_{options} {}

  void open(Instant now) { happen(Happening::open, now); }
  void close(Instant now) { happen(Happening::close, now); }
  /// The layer below is gone: no packet leaves any more, nobody is told.
  void stop() noexcept;
  /// As if it had all gone well long ago.
  void be_opened() noexcept { state_ = State::opened; }

  /// A packet of the codes 1 to 7; false: the code is none of these, and what it is about is the caller's.
  bool receive(const Packet& packet, Instant now);
  /// The peer does not know what is in `rejected`: RXJ-, for these protocols cannot do without.
  void rejected(Instant now) { happen(Happening::fatal_reject, now); }
  std::uint8_t next_identifier() noexcept { return ++identifier_; }

  Instant deadline() const noexcept { return deadline_; }
  void poll(Instant now);
  State state() const noexcept { return state_; }

 private:
  void happen(Happening on, Instant now);
  void act(std::uint16_t actions, Instant now);
  void ask(Instant now);
  void ask_end(Instant now);
  void answered(const Packet& packet, Instant now);
  void judge(const Packet& packet, Instant now);

  Options& options_;
  State state_ = State::closed;
  Instant deadline_ = kNever;
  unsigned tries_left_ = 0;
  unsigned naks_left_ = 5;
  std::uint8_t identifier_ = 0;
  std::uint8_t request_identifier_ = 0;  // of the last Configure-Request, which an answer must name
  std::string asked_;                    // its options, which an ack must repeat
  std::string answer_;                   // the packet that the peer's request gets
  std::uint8_t peer_identifier_ = 0;
};

}  // namespace linnet::emulator::ppp
