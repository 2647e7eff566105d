// SPDX-License-Identifier: Apache-2.0
#include "status.hpp"

#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>
#include <mbedtls/cipher.h>
#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/pem.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>

namespace linnet::tls {
namespace {

constexpr int high(int status) noexcept {
  return -(-status & ~0x7F);
}
constexpr int low(int status) noexcept {
  return -(-status & 0x7F);
}

}  // namespace

bool is_out_of_memory(int status) noexcept {
  switch (high(status)) {
    case MBEDTLS_ERR_SSL_ALLOC_FAILED:
    case MBEDTLS_ERR_X509_ALLOC_FAILED:
    case MBEDTLS_ERR_PK_ALLOC_FAILED:
    case MBEDTLS_ERR_ECP_ALLOC_FAILED:
    case MBEDTLS_ERR_MD_ALLOC_FAILED:
    case MBEDTLS_ERR_CIPHER_ALLOC_FAILED:
    case MBEDTLS_ERR_PEM_ALLOC_FAILED: return true;
    default: break;
  }
  return low(status) == MBEDTLS_ERR_MPI_ALLOC_FAILED || low(status) == MBEDTLS_ERR_ASN1_ALLOC_FAILED;
}

bool is_certificate_error(int status) noexcept {
  constexpr int kBadCertificate = -0x7A00;  // 2.28 and 3.x have different names for it
  // The module is in bits 12 to 14, X.509's is 2: what is malformed, and what is not trusted.
  return (-status & 0x7000) == 0x2000 || status == MBEDTLS_ERR_X509_FATAL_ERROR ||
         high(status) == kBadCertificate || status == MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE;
}

}  // namespace linnet::tls
