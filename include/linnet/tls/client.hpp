// SPDX-License-Identifier: Apache-2.0
// The client's end of TLS: what a session is given as its Security.
//
//   tls::Client tls{{.authorities = tls::pem(kAuthorities), .clock = &clock}, entropy};
//   Session session{{.url = "wss://example.com/device/42", .security = &tls, ...}, ...};
//
// Checks the chain, the host and the dates of each certificate unless told otherwise. TLS 1.2, and 1.3 where
// mbedTLS has it; ECDHE and an AEAD cipher only. One connection at a time.
// Memory: 2 KiB here; on mbedTLS's heap the authorities, and the record buffers, which prepare() takes once
// and for good, each in one piece of MBEDTLS_SSL_{IN,OUT}_CONTENT_LEN and about 330 bytes more.
#pragma once

#include <mbedtls/ssl.h>

#include <array>
#include <optional>

#include "linnet/base/entropy.hpp"
#include "linnet/net/security.hpp"
#include "linnet/tls/config.hpp"
#include "linnet/tls/problem.hpp"
#include "linnet/tls/saved_sessions.hpp"
#include "linnet/tls/stream.hpp"
#include "linnet/tls/verdict.hpp"

namespace linnet::tls {

class Client final : public net::Security, private StreamOwner {
 public:
  /// `entropy` is borrowed for the client's life.
  Client(const ClientConfig& config, Entropy& entropy) noexcept;
  ~Client();

  /// Reads the configuration and reserves the record buffers; secure() does it where nobody did. Best at
  /// start, before a heap is in pieces. invalid_argument: something of the configuration cannot be used, and
  /// failure() says what; out_of_memory.
  Result<void> prepare() noexcept;

  /// Beside its own errors those of prepare(), and invalid_argument for a host that cannot be one.
  Result<net::Stream*> secure(net::Stream& inner, std::string_view host, Instant now) override;
  const net::SecurityReport& report() const noexcept override { return report_; }
  std::string_view failure() const noexcept override { return {failure_.data(), failure_size_}; }
  /// The same for programs.
  Problem problem() const noexcept { return problem_; }

  /// The sessions that are kept, to be kept over a deep sleep: as secret as a private key. See SavedSessions;
  /// 4 KiB are enough for one unless the server's ticket or certificate is large. Good for a client with the
  /// same authorities and pins.
  Result<std::size_t> export_sessions(MutableBytes into) noexcept override;
  /// invalid_argument: they are damaged, or of another configuration; nothing is kept then.
  Result<void> import_sessions(Bytes from) noexcept override;
  std::uint32_t sessions_revision() const noexcept override { return revision_; }
  void forget_sessions() noexcept { sessions_.clear(); }

 private:
  void on_secured(Stream& stream) noexcept override;
  void on_failed(Stream& stream) noexcept override;
  void on_session(Stream& stream) noexcept override;
  void on_closed(Stream& stream) noexcept override;

  Result<void> configure() noexcept;
  Result<void> load() noexcept;
  Result<void> set_host(std::string_view host) noexcept;
  Demands demands(Instant now) const noexcept;
  Result<void> refuse(int status, std::string_view why) noexcept;
  void note(Instant now, std::string_view what) const;
  std::string_view host() const noexcept { return {host_.data(), host_size_}; }

  ClientConfig config_;
  Entropy& entropy_;
  mbedtls_ssl_config ssl_config_;
  mbedtls_x509_crt authorities_;
  mbedtls_x509_crt certificate_;
  mbedtls_pk_context key_;
  Stream stream_;
  Verdict verdict_;
  SavedSessions sessions_;
  net::SecurityReport report_{};
  Digest policy_{};
  Digest host_digest_{};
  std::array<const char*, 2> alpn_{};
  std::array<char, 254> host_{};  // with its zero; RFC 1035, section 2.3.4
  std::array<char, 320> failure_;
  std::array<std::byte, 16> address_{};
  std::uint32_t revision_ = 0;  // how many sessions were kept so far
  std::uint16_t failure_size_ = 0;
  std::uint8_t host_size_ = 0;
  std::uint8_t address_size_ = 0;
  Problem problem_ = Problem::none;
  bool is_configured_ : 1 = false;
  bool has_authorities_ : 1 = false;
  bool offered_ : 1 = false;  // a session, to the server
};

}  // namespace linnet::tls
