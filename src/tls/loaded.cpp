// SPDX-License-Identifier: Apache-2.0
#include "loaded.hpp"

#include "load.hpp"

namespace linnet::tls {
namespace {

using namespace std::string_view_literals;

constexpr int kMostCached = 64;  // sessions of clients that know no tickets

}  // namespace

Server::Loaded::Loaded() noexcept {
  mbedtls_ssl_config_init(&config_);
  mbedtls_x509_crt_init(&certificate_);
  mbedtls_x509_crt_init(&client_authorities_);
  mbedtls_pk_init(&key_);
#if defined(MBEDTLS_SSL_SESSION_TICKETS) && defined(MBEDTLS_SSL_TICKET_C)
  mbedtls_ssl_ticket_init(&tickets_);
#endif
#ifdef MBEDTLS_SSL_CACHE_C
  mbedtls_ssl_cache_init(&cache_);
#endif
}

Server::Loaded::~Loaded() {
  mbedtls_ssl_config_free(&config_);
  mbedtls_x509_crt_free(&certificate_);
  mbedtls_x509_crt_free(&client_authorities_);
  mbedtls_pk_free(&key_);
#if defined(MBEDTLS_SSL_SESSION_TICKETS) && defined(MBEDTLS_SSL_TICKET_C)
  mbedtls_ssl_ticket_free(&tickets_);
#endif
#ifdef MBEDTLS_SSL_CACHE_C
  mbedtls_ssl_cache_free(&cache_);
#endif
}

int Server::Loaded::load(const Identity& identity, const ServerConfig& config, Entropy& entropy,
                         std::string_view& why) noexcept {
  why = "mbedTLS refuses"sv;
  int status = set_common(config_, MBEDTLS_SSL_IS_SERVER, entropy, config.suites, MaxFragment::off);
  if (status != 0) return status;
  status = load_credentials(identity.credentials, entropy, certificate_, key_, why);
  if (status == 0) status = mbedtls_ssl_conf_own_cert(&config_, &certificate_, &key_);
  if (status != 0) return status;
  if (identity.client_certificates != ClientCertificates::none) {
    why = "the authorities of the clients are no certificates (PEM with its zero, or DER)"sv;
    status = identity.client_authorities.empty()
                 ? MBEDTLS_ERR_X509_INVALID_FORMAT
                 : load_certificates(client_authorities_, identity.client_authorities, false);
    if (status != 0) return status;
    mbedtls_ssl_conf_ca_chain(&config_, &client_authorities_, nullptr);
  }
  const int modes[] = {MBEDTLS_SSL_VERIFY_NONE, MBEDTLS_SSL_VERIFY_OPTIONAL, MBEDTLS_SSL_VERIFY_REQUIRED};
  mbedtls_ssl_conf_authmode(&config_, modes[static_cast<std::size_t>(identity.client_certificates)]);
#ifdef MBEDTLS_SSL_ALPN
  if (config.alpn != nullptr) {
    why = "the name of the protocol (ALPN) is none"sv;
    alpn_[0] = config.alpn;
    status = mbedtls_ssl_conf_alpn_protocols(&config_, alpn_);
    if (status != 0) return status;
  }
#endif
  why = "mbedTLS makes no tickets"sv;
  return config.resume ? remember(config, entropy) : 0;
}

int Server::Loaded::remember([[maybe_unused]] const ServerConfig& config,
                             [[maybe_unused]] Entropy& entropy) noexcept {
  [[maybe_unused]] const auto seconds = static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(config.session_lifetime).count());
#ifdef MBEDTLS_SSL_CACHE_C
  mbedtls_ssl_cache_set_max_entries(&cache_, kMostCached);
#ifdef MBEDTLS_HAVE_TIME
  mbedtls_ssl_cache_set_timeout(&cache_, static_cast<int>(seconds));
#endif
  mbedtls_ssl_conf_session_cache(&config_, &cache_, &mbedtls_ssl_cache_get, &mbedtls_ssl_cache_set);
#endif
#if defined(MBEDTLS_SSL_SESSION_TICKETS) && defined(MBEDTLS_SSL_TICKET_C)
  const int status = mbed::set_up_tickets(tickets_, &fill_random, &entropy, seconds);
  if (status != 0) return status;
  mbedtls_ssl_conf_session_tickets_cb(&config_, &write_ticket, &parse_ticket, this);
#endif
  return 0;
}

int Server::Loaded::count(int status) noexcept {
  if (status == 0 && resumed != nullptr) ++*resumed;
  return status;
}

int Server::Loaded::parse_ticket([[maybe_unused]] void* self, [[maybe_unused]] mbedtls_ssl_session* session,
                                 [[maybe_unused]] unsigned char* ticket,
                                 [[maybe_unused]] std::size_t size) noexcept {
#if defined(MBEDTLS_SSL_SESSION_TICKETS) && defined(MBEDTLS_SSL_TICKET_C)
  Loaded& loaded = *static_cast<Loaded*>(self);
  return loaded.count(mbedtls_ssl_ticket_parse(&loaded.tickets_, session, ticket, size));
#else
  return MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE;
#endif
}

int Server::Loaded::write_ticket([[maybe_unused]] void* self,
                                 [[maybe_unused]] const mbedtls_ssl_session* session,
                                 [[maybe_unused]] unsigned char* begin,
                                 [[maybe_unused]] const unsigned char* end,
                                 [[maybe_unused]] std::size_t* size,
                                 [[maybe_unused]] std::uint32_t* lifetime) noexcept {
#if defined(MBEDTLS_SSL_SESSION_TICKETS) && defined(MBEDTLS_SSL_TICKET_C)
  return mbedtls_ssl_ticket_write(&static_cast<Loaded*>(self)->tickets_, session, begin, end, size, lifetime);
#else
  return MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE;
#endif
}

}  // namespace linnet::tls
