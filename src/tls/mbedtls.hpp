// SPDX-License-Identifier: Apache-2.0
// What differs between mbedTLS 2.28 and 3.x, and nothing else: all that knows of the library's version is
// here.
#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#if MBEDTLS_VERSION_NUMBER >= 0x03000000
#include <psa/crypto.h>
#endif

// 3.x renames the members that are no part of its interface.
#ifndef MBEDTLS_PRIVATE
#define MBEDTLS_PRIVATE(member) member
#endif

namespace linnet::tls::mbed {

#if MBEDTLS_VERSION_NUMBER >= 0x03000000

#ifdef MBEDTLS_SSL_PROTO_TLS1_3
inline constexpr bool kHasTls13 = true;
inline bool start() {
  return psa_crypto_init() == PSA_SUCCESS;
}  // its key schedule is PSA's
#else
inline constexpr bool kHasTls13 = false;
inline bool start() {
  return true;
}
#endif

inline constexpr int kNewTicket = MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;

inline int parse_key(mbedtls_pk_context& key, const unsigned char* text, std::size_t size,
                     int (*random)(void*, unsigned char*, std::size_t), void* context) {
  return mbedtls_pk_parse_key(&key, text, size, nullptr, 0, random, context);
}

inline int check_pair(const mbedtls_pk_context& certified, const mbedtls_pk_context& key,
                      int (*random)(void*, unsigned char*, std::size_t), void* context) {
  return mbedtls_pk_check_pair(&certified, &key, random, context);
}

inline void set_versions(mbedtls_ssl_config& config) {
  mbedtls_ssl_conf_min_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
}

inline void set_curves(mbedtls_ssl_config& /*config*/) {}  // its own choice is a good one

inline bool is_tls13(const mbedtls_ssl_context& ssl) {
  return mbedtls_ssl_get_version_number(&ssl) == MBEDTLS_SSL_VERSION_TLS1_3;
}

#ifdef MBEDTLS_SSL_SESSION_TICKETS
inline void set_ticket_signals(mbedtls_ssl_config& config) {
#if defined(MBEDTLS_SSL_PROTO_TLS1_3) && defined(MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED)
  // Off by default from 3.6.1 on.
  mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
      &config, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
#else
  (void)config;
#endif
}
#endif

#else  // 2.28

inline constexpr bool kHasTls13 = false;
inline constexpr int kNewTicket = 1;  // no status is that

inline bool start() {
  return true;
}

inline int parse_key(mbedtls_pk_context& key, const unsigned char* text, std::size_t size,
                     int (* /*random*/)(void*, unsigned char*, std::size_t), void* /*context*/) {
  return mbedtls_pk_parse_key(&key, text, size, nullptr, 0);
}

inline int check_pair(const mbedtls_pk_context& certified, const mbedtls_pk_context& key,
                      int (* /*random*/)(void*, unsigned char*, std::size_t), void* /*context*/) {
  return mbedtls_pk_check_pair(&certified, &key);
}

inline void set_versions(mbedtls_ssl_config& config) {
  mbedtls_ssl_conf_min_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
}

/// Of its own it offers all that it has, 192 bits among them; and refuses a list with one that it has not.
inline constexpr mbedtls_ecp_group_id kCurves[] = {
#ifdef MBEDTLS_ECP_DP_SECP256R1_ENABLED
    MBEDTLS_ECP_DP_SECP256R1,
#endif
#ifdef MBEDTLS_ECP_DP_CURVE25519_ENABLED
    MBEDTLS_ECP_DP_CURVE25519,
#endif
#ifdef MBEDTLS_ECP_DP_SECP384R1_ENABLED
    MBEDTLS_ECP_DP_SECP384R1,
#endif
#ifdef MBEDTLS_ECP_DP_SECP521R1_ENABLED
    MBEDTLS_ECP_DP_SECP521R1,
#endif
    MBEDTLS_ECP_DP_NONE};
inline void set_curves(mbedtls_ssl_config& config) {
  mbedtls_ssl_conf_curves(&config, kCurves);
}

inline bool is_tls13(const mbedtls_ssl_context& /*ssl*/) {
  return false;
}

inline void set_ticket_signals(mbedtls_ssl_config& /*config*/) {}

#endif

}  // namespace linnet::tls::mbed
