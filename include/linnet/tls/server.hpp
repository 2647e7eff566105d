// SPDX-License-Identifier: Apache-2.0
// The server's end of TLS, for many connections on one loop: what is accepted goes through accept(), and its
// stream comes back by give_back(). Handshakes go on side by side, each as far as its bytes have come.
// Memory: for each connection 1.5 KiB and mbedTLS's record buffers, which are kept for the next one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "linnet/base/entropy.hpp"
#include "linnet/tls/config.hpp"
#include "linnet/tls/problem.hpp"
#include "linnet/tls/stream.hpp"

namespace linnet::tls {

/// Whether clients are to have certificates.
enum class ClientCertificates : std::uint8_t { none, optional, required };

/// What a server says of itself, and whom it lets in. Borrowed for load() only, but DER: for as long as this
/// identity is in use.
struct Identity {
  Credentials credentials{};
  Bytes client_authorities{};  // as ClientConfig::authorities
  ClientCertificates client_certificates = ClientCertificates::none;
};

struct ServerConfig {
  Duration handshake_timeout = 10s;
  std::uint32_t max_connections = 65'000;
  std::uint32_t max_handshakes = 1'000;  // of them under way at one time
  std::uint32_t retain = 64;             // connections whose memory is kept for the next ones
  const char* alpn = "http/1.1";         // null: none
  const int* suites = nullptr;           // instead of ours
  bool resume = true;                    // gives tickets, and remembers sessions
  Duration session_lifetime = 24h;
  Clock* clock = nullptr;  // for the dates of clients' certificates
  std::int64_t build_time = 0;
  Trace* trace = nullptr;  // failed handshakes, in words
};

struct ServerStatistics {
  std::uint32_t open = 0;        // connections now, handshakes included
  std::uint32_t handshakes = 0;  // under way now
  std::uint64_t secured = 0;     // since the start, as the rest
  std::uint64_t resumed = 0;     // sessions that were taken up again
  std::uint64_t failed = 0;      // handshakes
  std::uint64_t refused = 0;     // by a limit
};

class Server {
 public:
  /// `entropy` is borrowed for the server's life.
  Server(const ServerConfig& config, Entropy& entropy) noexcept;
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Connections from now on are of this identity; those that there are go on as they are, and sessions that
  /// were given out before are good no more. invalid_argument: something in it cannot be used, failure() says
  /// what, and all stays as it was; out_of_memory.
  Result<void> load(const Identity& identity) noexcept;

  /// A handshake over `raw`, which is open. bad_state: nothing was loaded; too_many; out_of_memory.
  Result<net::Stream*> accept(net::Stream& raw, Instant now) noexcept;
  /// What accept() gave, closed or not: it is gone.
  void give_back(net::Stream& stream) noexcept;

  const ServerStatistics& statistics() const noexcept { return statistics_; }
  /// Of the newest failure, for people and for programs.
  std::string_view failure() const noexcept { return {failure_.data(), failure_size_}; }
  Problem problem() const noexcept { return problem_; }

 private:
  class Loaded;  // an identity in mbedTLS's form
  // A connection; final. NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor)
  class Accepted;
  friend class Accepted;

  void empty_pool() noexcept;
  void dispose(Accepted& accepted) noexcept;
  void drop(Loaded* loaded) noexcept;
  void failed(Accepted& accepted) noexcept;
  void say(std::string_view text) noexcept;

  ServerConfig config_;
  Entropy& entropy_;
  Loaded* current_ = nullptr;
  Accepted* free_ = nullptr;
  std::uint32_t retained_ = 0;
  ServerStatistics statistics_{};
  std::array<char, 320> failure_;
  std::uint16_t failure_size_ = 0;
  Problem problem_ = Problem::none;
};

}  // namespace linnet::tls
