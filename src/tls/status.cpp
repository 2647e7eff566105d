// SPDX-License-Identifier: Apache-2.0
#include "status.hpp"

#include "mbedtls.hpp"

namespace linnet::tls {
namespace {

constexpr int high(int status) noexcept {
  return -(-status & ~0x7F);
}

}  // namespace

bool is_out_of_memory(int status) noexcept {
  return mbed::lacks_memory(status);
}

bool is_certificate_error(int status) noexcept {
  constexpr int kBadCertificate = -0x7A00;  // 2.28 and later have different names for it
  // The module is in bits 12 to 14, X.509's is 2: what is malformed, and what is not trusted.
  return (-status & 0x7000) == 0x2000 || status == MBEDTLS_ERR_X509_FATAL_ERROR ||
         high(status) == kBadCertificate || status == MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE;
}

}  // namespace linnet::tls
