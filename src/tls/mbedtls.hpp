// SPDX-License-Identifier: Apache-2.0
// What differs between mbedTLS 2.28, 3.x and 4.x, and nothing else: all that knows of the library's version
// is here.
#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ticket.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#include <cstddef>
#include <cstdint>

#if MBEDTLS_VERSION_NUMBER >= 0x03000000
#include <psa/crypto.h>
#endif
#if MBEDTLS_VERSION_NUMBER < 0x04000000
#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>
#include <mbedtls/cipher.h>
#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/pem.h>
#endif

// 3.x renames the members that are no part of its interface.
#ifndef MBEDTLS_PRIVATE
#define MBEDTLS_PRIVATE(member) member
#endif

namespace linnet::tls::mbed {

using Random = int (*)(void*, unsigned char*, std::size_t);

#if MBEDTLS_VERSION_NUMBER >= 0x03000000

#ifdef MBEDTLS_SSL_PROTO_TLS1_3
inline constexpr bool kHasTls13 = true;
#else
inline constexpr bool kHasTls13 = false;
#endif

#if defined(MBEDTLS_SSL_PROTO_TLS1_3) || MBEDTLS_VERSION_NUMBER >= 0x04000000
inline bool start() {
  return psa_crypto_init() == PSA_SUCCESS;
}  // the key schedule of 1.3 is PSA's, and of 4.x everything
#else
inline bool start() {
  return true;
}
#endif

inline constexpr int kNewTicket = MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;

#if MBEDTLS_VERSION_NUMBER < 0x04000000
inline int parse_key(mbedtls_pk_context& key, const unsigned char* text, std::size_t size, Random random,
                     void* context) {
  return mbedtls_pk_parse_key(&key, text, size, nullptr, 0, random, context);
}

inline int check_pair(const mbedtls_pk_context& certified, const mbedtls_pk_context& key, Random random,
                      void* context) {
  return mbedtls_pk_check_pair(&certified, &key, random, context);
}
#endif

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

// 2.28 and 4.x have the key's functions without a random generator.
#if MBEDTLS_VERSION_NUMBER < 0x03000000 || MBEDTLS_VERSION_NUMBER >= 0x04000000
inline int parse_key(mbedtls_pk_context& key, const unsigned char* text, std::size_t size, Random /*random*/,
                     void* /*context*/) {
  return mbedtls_pk_parse_key(&key, text, size, nullptr, 0);
}

inline int check_pair(const mbedtls_pk_context& certified, const mbedtls_pk_context& key, Random /*random*/,
                      void* /*context*/) {
  return mbedtls_pk_check_pair(&certified, &key);
}
#endif

#if MBEDTLS_VERSION_NUMBER < 0x04000000

inline void set_random(mbedtls_ssl_config& config, Random random, void* context) {
  mbedtls_ssl_conf_rng(&config, random, context);
}

#if defined(MBEDTLS_SSL_SESSION_TICKETS) && defined(MBEDTLS_SSL_TICKET_C)
inline int set_up_tickets(mbedtls_ssl_ticket_context& tickets, Random random, void* context,
                          std::uint32_t seconds) {
  return mbedtls_ssl_ticket_setup(&tickets, random, context, MBEDTLS_CIPHER_AES_256_GCM, seconds);
}
#endif

/// A status may be of two parts: a module's, and in its lowest seven bits that of what the module is built
/// on.
inline bool lacks_memory(int status) {
  switch (-(-status & ~0x7F)) {
    case MBEDTLS_ERR_SSL_ALLOC_FAILED:
    case MBEDTLS_ERR_X509_ALLOC_FAILED:
    case MBEDTLS_ERR_PK_ALLOC_FAILED:
    case MBEDTLS_ERR_ECP_ALLOC_FAILED:
    case MBEDTLS_ERR_MD_ALLOC_FAILED:
    case MBEDTLS_ERR_CIPHER_ALLOC_FAILED:
    case MBEDTLS_ERR_PEM_ALLOC_FAILED: return true;
    default: break;
  }
  const int low = -(-status & 0x7F);
  return low == MBEDTLS_ERR_MPI_ALLOC_FAILED || low == MBEDTLS_ERR_ASN1_ALLOC_FAILED;
}

#else  // 4.x

/// Its random numbers are those of PSA's generator, and only of that one.
inline void set_random(mbedtls_ssl_config& /*config*/, Random /*random*/, void* /*context*/) {}

#if defined(MBEDTLS_SSL_SESSION_TICKETS) && defined(MBEDTLS_SSL_TICKET_C)
inline int set_up_tickets(mbedtls_ssl_ticket_context& tickets, Random /*random*/, void* /*context*/,
                          std::uint32_t seconds) {
  return mbedtls_ssl_ticket_setup(&tickets, PSA_ALG_GCM, PSA_KEY_TYPE_AES, 256, seconds);
}
#endif

/// PSA's status, whole: all modules have that one.
inline bool lacks_memory(int status) {
  return status == PSA_ERROR_INSUFFICIENT_MEMORY;
}

#endif

}  // namespace linnet::tls::mbed
