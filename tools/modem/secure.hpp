// SPDX-License-Identifier: Apache-2.0
// The CCH service (M767 chapter 17): two sessions of their own, independent of AT+NETOPEN, over TCP (type 1)
// or TLS (type 2).
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/modem/connection.hpp"
#include "tools/modem/tls_context.hpp"

namespace linnet::emulator {

class Modem;

class Secure {
 public:
  struct Session {
    Connection connection;
    bool used = false;
    bool opening = false;
    bool transparent = false;  // the line is this session: AT+CCHMODE=1
    bool notified = false;
    bool peer_closed = false;
    Instant open_not_before{};
    Instant open_until{};
    std::size_t context = 0;      // AT+CCHSSLCFG
    std::unique_ptr<TlsEnd> tls;  // outlives its stream: see end()
  };

  explicit Secure(Modem& modem) noexcept : modem_{modem} {}

  void poll(Instant now);
  Instant deadline() const noexcept;
  void power_off();
  void network_lost();

  void open(std::size_t n, std::string_view host, std::uint16_t port, bool tls);
  void close(std::size_t n);
  void send(std::size_t n, const std::string& payload);
  /// "+CCHRECV: DATA,n,size" pieces, and the end of it.
  void read(std::size_t n, std::size_t most);
  Session& session(std::size_t n) noexcept { return sessions_[n]; }

  bool started = false;       // AT+CCHSTART
  bool reports_send = false;  // AT+CCHSET
  bool reads_manually = false;
  bool transparent_mode = false;        // AT+CCHMODE
  std::array<TlsContext, 10> contexts;  // AT+CSSLCFG
  Files files;                          // AT+CCERTDOWN; they stay when it is off

 private:
  void end(Session& session);
  void poll_opening(std::size_t n, Instant now);
  void opened(std::size_t n, int code);
  bool can_push(const Session& session) const noexcept;
  void tell(std::size_t n);

  Modem& modem_;
  std::array<Session, 2> sessions_;
  std::optional<Random> random_;                // of the handshakes
  std::vector<std::unique_ptr<TlsEnd>> ended_;  // whose streams say farewell yet
  Farewell farewell_;
};

}  // namespace linnet::emulator
