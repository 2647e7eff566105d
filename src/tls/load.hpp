// SPDX-License-Identifier: Apache-2.0
// Certificates and keys from PEM or DER into mbedTLS's structures, and what both ends of TLS configure alike.
#pragma once

#include "linnet/base/entropy.hpp"
#include "linnet/tls/config.hpp"
#include "mbedtls.hpp"

namespace linnet::tls {

/// mbedTLS's f_rng, with an Entropy.
int fill_random(void* entropy, unsigned char* out, std::size_t size) noexcept;

/// Adds the certificates in `given` to `into`. PEM: those that mbedTLS cannot read are passed over where
/// `lenient`, as long as one can be read. DER is borrowed, one certificate behind the other. A status of
/// mbedTLS; 0: done.
int load_certificates(mbedtls_x509_crt& into, Bytes given, bool lenient) noexcept;

/// Those two, and that they belong together. What is wrong is in `why`, a literal.
int load_credentials(const Credentials& given, Entropy& entropy, mbedtls_x509_crt& certificate,
                     mbedtls_pk_context& key, std::string_view& why) noexcept;

/// Of either end: versions, suites, curves, what a certificate's signature and key must be, no renegotiation.
int set_common(mbedtls_ssl_config& config, int endpoint, Entropy& entropy, const int* suites,
               MaxFragment max_fragment) noexcept;

}  // namespace linnet::tls
