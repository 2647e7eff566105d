// SPDX-License-Identifier: Apache-2.0
// The links of the TCP service (M767 chapter 13): opening, receiving with its edge-triggered "+CIPRXGET:
// 1,L", sending with a confirmation that comes later, and the ways in which a link ends.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/time.hpp"
#include "tools/modem/connection.hpp"
#include "tools/modem/voice.hpp"

namespace linnet::emulator {

class Modem;

/// `<err>` of +CIPOPEN, +CIPCLOSE, +NETOPEN, +CIPERROR (M767 section 13.3.2).
enum Code : int {
  network_failure = 1,
  network_not_opened = 2,
  wrong_parameter = 3,
  not_supported = 4,
  no_socket = 5,
  busy = 8,
  timed_out = 10,
  no_such_host = 11,
};

class Sockets {
 public:
  struct Sending {
    std::size_t requested;
    long confirmed;       // what +CIPSEND will say
    std::uint64_t until;  // of the bytes that were handed over, as many must have left the modem's own queue
    Instant not_before;
    Instant give_up;
    bool gone = false;  // no memory of it but the text to say
  };
  struct Link {
    Connection connection;
    bool used = false;  // between +CIPOPEN and the end
    bool opening = false;
    bool transparent = false;
    bool notified = false;  // "+CIPRXGET: 1,L" was said, and the buffer has not been empty since
    bool poisoned = false;  // a confirmation was short: "cannot be used further"
    Instant open_not_before{};
    Instant open_until{};
    std::uint64_t sent = 0;
    std::deque<Sending> sendings;
  };

  Sockets(Modem& modem, std::size_t links);

  void poll(Instant now);
  Instant deadline() const noexcept;
  void power_off();
  void network_lost();

  std::size_t count() const noexcept { return links_.size(); }
  Link& link(std::size_t n) noexcept { return links_[n]; }

  /// After +CIPOPEN's OK; says its result when there is one.
  void open(std::size_t n, std::string_view host, std::uint16_t port, bool transparent);
  void close(std::size_t n);  // by the host; nothing is said
  void close_all();
  bool any_used() const noexcept;
  /// As if the peer had closed. False: no such link is open.
  bool peer_gone(std::size_t n, bool aborted);

  /// Whether another send may begin: the modem keeps a bounded number of unconfirmed ones.
  bool may_send(std::size_t n) const noexcept;
  void send(std::size_t n, std::string payload);

  int receive_mode() const noexcept { return receive_mode_; }
  void set_receive_mode(int mode);
  std::string take(std::size_t n, std::size_t most);  // and rearms the edge

  /// AT+CIPTIMEOUT, milliseconds: network open, connection open, send.
  long timeouts[3] = {120'000, 120'000, 120'000};  // M767 section 13.2.11
  bool transparent_mode = false;                   // AT+CIPMODE=1

 private:
  void poll_opening(std::size_t n, Instant now);
  void opened(std::size_t n, int code);
  void confirm(std::size_t n, Instant now);
  void notify(std::size_t n);
  bool can_push(const Link& link) const noexcept;
  void push(std::size_t n);
  void peer_closed(std::size_t n);
  void free(std::size_t n);
  int code_of(const Error& why) const noexcept;

  Modem& modem_;
  std::vector<Link> links_;
  Farewell farewell_;
  int receive_mode_ = 0;
  unsigned opens_ = 0;
};

}  // namespace linnet::emulator
