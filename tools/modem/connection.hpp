// SPDX-License-Identifier: Apache-2.0
// One TCP connection as the modem's own stack has it: a real stream behind it, a bounded buffer for what came
// in, which holds the peer back when it is full, and what is still to be sent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/net/link.hpp"

namespace linnet::emulator {

class TlsEnd;

class Connection {
 public:
  enum class State : std::uint8_t {
    idle,
    opening,
    open,
    ended,  // by the peer, or it failed; what came before can still be taken
  };

  /// Begins to connect. Fails as net::Link::open does. `tls`: null, or what the stream is secured by;
  /// borrowed for as long as the stream lives.
  Result<void> open(net::Link& link, std::string_view host, std::uint16_t port, std::size_t buffer,
                    Instant now, TlsEnd* tls = nullptr);

  /// Moves bytes both ways. `flows`: the radio has a signal.
  void poll(Instant now, bool flows);
  Instant deadline() const noexcept;

  State state() const noexcept { return state_; }
  Error failure() const noexcept { return failure_; }
  const std::string& host() const noexcept { return host_; }
  std::uint16_t port() const noexcept { return port_; }

  std::size_t received() const noexcept { return received_.size(); }
  std::string take(std::size_t most);
  void forget_received() noexcept { received_.clear(); }

  void send(Bytes bytes) { to_send_ += as_text(bytes); }
  std::size_t unsent() const noexcept { return to_send_.size(); }

  std::uint64_t total_received() const noexcept { return total_received_; }

  /// Drops the connection, and forgets all of it.
  void reset() noexcept;
  /// The stream ends as if the peer had closed.
  void end() noexcept;

 private:
  friend class Farewell;

  void read();
  void write();

  State state_ = State::idle;
  Error failure_{};
  net::Stream* stream_ = nullptr;
  std::string host_;
  std::uint16_t port_ = 0;
  std::size_t buffer_ = 0;
  std::string received_;
  std::string to_send_;
  std::uint64_t total_received_ = 0;
};

/// Connections that the host has closed, until what it sent before is out: a close must not cut it off.
class Farewell {
 public:
  /// Takes the stream over; `connection` is idle again.
  void take(Connection& connection, Instant now);
  void poll(Instant now);
  Instant deadline() const noexcept;
  bool is_over() const noexcept { return leaving_.empty(); }
  ~Farewell();

 private:
  struct Leaving {
    net::Stream* stream;
    std::string to_send;
    Instant until;
    bool finished = false;
  };
  bool is_done(Leaving& leaving, Instant now);

  std::vector<Leaving> leaving_;
};

}  // namespace linnet::emulator
