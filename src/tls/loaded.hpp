// SPDX-License-Identifier: Apache-2.0
// A server's identity in mbedTLS's form, with the keys of its tickets and the sessions it remembers: whoever
// gets another identity gets another memory, so that no session outlives the rules that it was made by.
#pragma once

#include <mbedtls/ssl_cache.h>
#include <mbedtls/ssl_ticket.h>

#include "linnet/tls/server.hpp"
#include "mbedtls.hpp"

namespace linnet::tls {

class Server::Loaded {
 public:
  Loaded() noexcept;
  ~Loaded();
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  /// A status of mbedTLS; what is wrong is in `why`, a literal.
  int load(const Identity& identity, const ServerConfig& config, Entropy& entropy,
           std::string_view& why) noexcept;

  const mbedtls_ssl_config& config() const noexcept { return config_; }
  std::uint32_t users = 1;           // connections, and the server while this is its current one
  std::uint64_t* resumed = nullptr;  // counts sessions taken up again

 private:
  int remember(const ServerConfig& config, Entropy& entropy) noexcept;
  static int parse_ticket(void* self, mbedtls_ssl_session* session, unsigned char* ticket,
                          std::size_t size) noexcept;
  static int write_ticket(void* self, const mbedtls_ssl_session* session, unsigned char* begin,
                          const unsigned char* end, std::size_t* size, std::uint32_t* lifetime) noexcept;
  int count(int status) noexcept;

  mbedtls_ssl_config config_;
  mbedtls_x509_crt certificate_;
  mbedtls_x509_crt client_authorities_;
  mbedtls_pk_context key_;
#if defined(MBEDTLS_SSL_SESSION_TICKETS) && defined(MBEDTLS_SSL_TICKET_C)
  mbedtls_ssl_ticket_context tickets_;
#endif
#ifdef MBEDTLS_SSL_CACHE_C
  mbedtls_ssl_cache_context cache_;
#endif
  const char* alpn_[2] = {};
};

}  // namespace linnet::tls
